"""Conversations and questions about the invented articles, as their writers put them down: a line a turn.

`news/talks/THEME.txt`. `@ THEME-CLUSTER` begins a cluster, whose articles are A, B, … in the order of their names, and
`* A` a conversation that begins with that article. Then, turn by turn,

    q who sold the harbour? > A5 : the county
    q to whom | To whom was the harbour sold? > A6 A9 : Nordkai
    q for how much? | For how much was the harbour sold? > - A12
    q And when was the bridge opened? | = > B4 : in May

the question as it was typed; in full from the second turn on, `=` where it is; the sentences that answer it, counted in
their article from 1, or `-` and those that come closest; and the words of the answer. `s` in place of `q` begins a
question that belongs to no conversation, one of twins: as like each other as can be, and one is answered, one is not.

    s who bought the harbour > A6 : Nordkai
    s who built the harbour > - A6
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from string import ascii_uppercase
from typing import Any

TURN = re.compile(
    r"[qs] (?P<asked>.+?)(?: \| (?P<full>.+?))? > (?P<none>- )?(?P<places>[A-Z]\d+(?: [A-Z]\d+)*)(?: : (?P<answer>.+))?"
)
Row = dict[str, Any]
Articles = Mapping[str, Sequence[str]]


def talk_rows(folder: Path, sentences: Articles) -> Iterator[Row]:
    """In the fields of `news/questions`. sentences: of each article by its name.

    Raises ValueError for a line that is none of these or a sentence that is not there.
    """
    for path in sorted(folder.glob("*.txt")):
        talks = Talks(sentences)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            try:
                yield from talks.read(line)
            except (LookupError, ValueError) as error:
                raise ValueError(f"{path}, line {number}: not a turn about these articles: {line!r}") from error


class Talks:
    """Reads line after line."""

    def __init__(self, sentences: Articles) -> None:
        self._sentences = sentences
        self._clusters: dict[str, list[str]] = defaultdict(list)
        for name in sorted(sentences):
            self._clusters["-".join(name.split("-")[:2])].append(name)
        self._cluster = ""
        self._turn = 0
        self._begun = Counter[str]()

    def read(self, line: str) -> Iterator[Row]:
        """A row for a question, none for what stands between them. Raises LookupError and ValueError."""
        kind, _, rest = line.partition(" ")
        if kind == "@":
            self._cluster = rest
        elif kind == "*":
            self._begun["talk"] += 1
            self._turn = 0
        elif kind == "s":
            self._begun["single"] += 1
            yield self._row(line) | {"id": f"single-{self._cluster}-{self._begun['single']}", "is_twin": True}
        elif line:
            self._turn += 1
            conversation = f"talk-{self._cluster}-{self._begun['talk']}"
            place = {"conversation_id": conversation, "turn": self._turn}
            yield self._row(line) | {"id": f"{conversation}-{self._turn}"} | place

    def _row(self, line: str) -> Row:
        if not (found := TURN.fullmatch(line)):
            raise ValueError("not the form of a turn")
        quotes = [self._quote(label) for label in found["places"].split()]
        is_answered = not found["none"]
        row: Row = {
            "question": found["asked"],
            "reference_answer": found["answer"] or "",
            "context_doc": quotes[0]["doc"],
            "evidence": quotes if is_answered else [],
            "near": [] if is_answered else quotes,
            "unanswerable": not is_answered,
            "type": "" if is_answered else "near_miss",
        }
        return row | ({"reference_rewrite": found["full"]} if found["full"] not in {None, "="} else {})

    def _quote(self, label: str) -> dict[str, str]:
        doc = self._clusters[self._cluster][ascii_uppercase.index(label[0])]
        return {"doc": doc, "quote": self._sentences[doc][int(label[1:]) - 1]}
