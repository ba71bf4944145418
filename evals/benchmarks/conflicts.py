"""`python -m evals.benchmarks.conflicts FOLDER …`: which disagreements are reported, and which that are none.

A folder holds questions.jsonl and documents/, as ramdocs and clapnq_dev do. For each question the likeliest sentence of
five articles is taken, by shared words: of the question's own articles, where it names two or more, of all else. Two
of them disagree where one holds a right answer and the other one of `wrong_answers`; a set without those has no
disagreements. Most of ramdocs ask for a name, a genre or a place, which nothing here compares: `asked for a value` are
the pairs whose question asks for a number, a date or yes/no.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from enum import StrEnum
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any

import typer

from evals.reader.corpus import cut
from qa.answering.asked import Kind
from qa.answering.conflicts import disagreement
from qa.answering.told_values import sought
from qa.domain import Citation
from qa.retrieval.words import content_words, words

ARTICLES = 5


class Lines(StrEnum):
    """Which of the questions: the rules were written by the even lines of ramdocs, the odd ones kept for measuring."""

    ALL = "all"
    ODD = "odd"
    EVEN = "even"


FIRST = {Lines.ALL: 0, Lines.ODD: 0, Lines.EVEN: 1}
STEP = {Lines.ALL: 1, Lines.ODD: 2, Lines.EVEN: 2}


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, the words in it and the first line of its article."""

    text: str
    words: frozenset[str]
    title: str


@dataclass(slots=True)
class Counted:
    questions: int = 0
    pairs: int = 0
    disagreements: int = 0
    of_values: int = 0
    reported: int = 0
    false: int = 0

    def add(self, one: Citation, other: Citation, row: Mapping[str, Any]) -> None:
        is_real, is_reported = contradict(one, other, row), bool(disagreement(one, other, row["question"]))
        self.pairs += 1
        self.disagreements += is_real
        self.of_values += is_real and sought(row["question"]).kind is not Kind.OTHER
        self.reported += is_real and is_reported
        self.false += is_reported and not is_real


def sentences(article: Path) -> list[Said]:
    text = article.read_text("utf-8")
    title = text.strip().split("\n", 1)[0][:100]
    found = [" ".join(text[each.start : each.end].split()) for each in cut(text)]
    return [Said(sentence, frozenset(words(sentence)), title) for sentence in found]


def likeliest(question: str, articles: Mapping[str, Sequence[Said]]) -> list[Citation]:
    """The best sentence of each of the best articles."""
    sought = set(content_words(question))
    best = [
        (name, max(said, key=lambda each: len(sought & each.words))) for name, said in sorted(articles.items()) if said
    ]
    best.sort(key=lambda each: -len(sought & each[1].words))
    return [
        Citation(number, name, said.title, None, "", 1, 1, 0, len(said.text), said.text, 1.0)
        for number, (name, said) in enumerate(best[:ARTICLES], 1)
    ]


def holds(text: str, answers: Sequence[str]) -> bool:
    return any(re.search(rf"(?<![\w,.]){re.escape(answer.lower())}(?!\w)", text.lower()) for answer in answers)


def contradict(one: Citation, other: Citation, row: Mapping[str, Any]) -> bool:
    right, wrong = row.get("answer_aliases") or [], row.get("wrong_answers") or []
    return any(holds(a.quote, right) and holds(b.quote, wrong) for a, b in ((one, other), (other, one)))


def counted(folder: Path, lines: Lines = Lines.ALL) -> Counted:
    articles = {path.stem: sentences(path) for path in (folder / "documents").glob("*.txt")}
    total = Counted()
    for row in rows(folder, lines):
        own = {name: articles[name] for name in row.get("context_docs") or () if name in articles}
        total.questions += 1
        for one, other in combinations(likeliest(row["question"], own if len(own) > 1 else articles), 2):
            total.add(one, other, row)
    return total


def rows(folder: Path, lines: Lines) -> Iterator[dict[str, Any]]:
    every = (folder / "questions.jsonl").read_text("utf-8").splitlines()
    return map(json.loads, every[FIRST[lines] :: STEP[lines]])


def main(
    folders: Annotated[list[Path], typer.Argument(help="Folders of questions.jsonl and documents/.")],
    lines: Annotated[Lines, typer.Option(help="Of questions.jsonl, counted from 1.")] = Lines.ALL,
) -> None:
    """Prints a Markdown table, pairs of sentences counted."""
    heads = "set", "questions", "pairs", "that disagree", "asked for a value", "reported of these", "reported of others"
    typer.echo(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    for folder in folders:
        found = counted(folder, lines)
        cells = folder.name, *astuple(found)
        typer.echo(f"| {' | '.join(map(str, cells))} |")


if __name__ == "__main__":
    typer.run(main)
