"""News that never happened, in clusters of related reports, with questions and claims about it, written to train on.

`news/documents/THEME-CLUSTER-NAME.txt`, first line the headline. `news/questions/THEME.jsonl`, in the fields of the
public sets; `near` holds the sentences that come closest to what is asked and do not say it; a follow-up has `turn`
from 2 and in `reference_rewrite` what it means. More conversations stand in `news/talks` (evals/reader/talks.py).
`news/claims/THEME.jsonl`: `{claim, evidence, title, label, doc}`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from evals.reader.conversing import in_conversation
from evals.reader.corpus import NEWS, Asked, Collection, Text, cut, is_kept_back, running_text
from evals.reader.prepared import Label, Statement
from evals.reader.talks import talk_rows

CLAIM_REPEATS = 3
"""Claims are few beside the public pairs: each is read so often in one pass over them."""


def shipped_news() -> Path:
    return Path(__file__).parent / "news"


def read_news(folder: Path) -> Collection:
    """Raises FileNotFoundError where the folder is not there."""
    found = Collection(read_texts(folder))
    for row in leaning_rows(folder, found.texts):
        found.asked.extend(_asked(row, found))
    return found


def read_texts(folder: Path) -> dict[str, Text]:
    """The articles by name, without their headlines."""
    found = {}
    for path in sorted((folder / "documents").glob("*.txt")):
        text = path.read_text("utf-8")
        title = text.split("\n", 1)[0].strip()
        cuts = [each for each in cut(text) if each.start > len(title)]
        found[path.stem] = running_text(path.stem, NEWS, title, text, cuts)
    return found


def question_rows(folder: Path, texts: Mapping[str, Text]) -> Iterator[dict[str, Any]]:
    """All that is asked, as it was written down. texts: the articles by name."""
    yield from rows(folder / "questions")
    yield from talk_rows(folder / "talks", {name: text.sentences for name, text in texts.items()})


def rows(folder: Path) -> Iterator[dict[str, Any]]:
    """Those of every theme."""
    for path in sorted(folder.glob("*.jsonl")):
        yield from (json.loads(line) for line in path.read_text("utf-8").splitlines() if line)


def leaning_rows(folder: Path, texts: Mapping[str, Text]) -> Iterator[dict[str, Any]]:
    """As they were asked. follows, said: what a later turn leans on, as the product puts it.

    Of one that the product takes to stand alone it is the turn before, in full, and what answered it.
    """
    earlier: dict[str, tuple[str, str]] = {}
    written = list(question_rows(folder, texts))
    for row, put in zip(written, in_conversation(written), strict=True):
        conversation = row.get("conversation_id", "")
        before = earlier.get(conversation, ("", ""))
        follows, said = (put["follows"], put["said"]) if "follows" in put else before
        yield row | {"follows": follows, "said": said}
        if conversation:
            full = row.get("reference_rewrite") or row["question"]
            earlier[conversation] = full, row["evidence"][0]["quote"] if row["evidence"] else ""


def _asked(row: dict[str, Any], found: Collection) -> Iterator[Asked]:
    """The question in full; a later turn also as it was asked, behind what it leans on."""
    gold = [(quote["doc"], place(found.texts[quote["doc"]], quote["quote"])) for quote in row["evidence"]]
    near = [(quote["doc"], place(found.texts[quote["doc"]], quote["quote"])) for quote in row.get("near", ())]
    name = gold[0][0] if gold else row["context_doc"]
    own = tuple(number for text, number in gold if text == name)
    paragraph = next((found.texts[text].paragraphs[number] for text, number in near if text == name), -1)
    elsewhere = tuple(each for each in gold if each[0] != name)
    full = row.get("reference_rewrite") or row["question"]
    is_twin = row.get("is_twin", False)
    asked = Asked(full, name, own, row["reference_answer"], paragraph, elsewhere, is_twin=is_twin)
    yield asked
    if row.get("turn", 1) > 1:
        yield replace(asked, question=row["question"], earlier=row["follows"], said=row["said"])


def place(text: Text, quote: str) -> int:
    """Raises ValueError for a quote that is not one of the sentences."""
    return text.sentences.index(quote)


def documents(folder: Path, cluster: str = "") -> dict[str, str]:
    """By name; those of one cluster of every theme, or all."""
    paths = sorted((folder / "documents").glob("*.txt"))
    return {path.stem: path.read_text("utf-8") for path in paths if cluster in {"", path.stem.split("-")[1]}}


def asked_about(folder: Path, cluster: str) -> list[dict[str, Any]]:
    """Rows in the fields of the public sets, follow-ups as the product puts them (evals.reader.conversing)."""
    texts = read_texts(folder)
    return list(
        in_conversation(row for row in question_rows(folder, texts) if row["context_doc"].split("-")[1] == cluster)
    )


def read_claims(folder: Path) -> list[Statement]:
    """Those of the articles that are trained on."""
    return [
        Statement(row["claim"], row["evidence"], row["title"], Label(row["label"]), NEWS)
        for row in rows(folder / "claims")
        if not is_kept_back(row["doc"])
        for _ in range(CLAIM_REPEATS)
    ]
