"""News that never happened, in clusters of related reports, with questions and claims about it, written to train on.

`news/documents/THEME-CLUSTER-NAME.txt`, first line the headline. `news/questions.jsonl`, in the fields of the public
sets; `near` holds the sentences that come closest to what is asked and do not say it; a follow-up has `turn` from 2 and
in `reference_rewrite` what it means. `news/claims.jsonl`: `{claim, evidence, title, label, doc}`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from evals.reader.corpus import NEWS, Asked, Collection, Text, cut, is_kept_back, running_text
from evals.reader.support import Label, Statement

CLAIM_REPEATS = 3
"""Claims are few beside the public pairs: each is read so often in one pass over them."""


def shipped_news() -> Path:
    return Path(__file__).parent / "news"


def read_news(folder: Path) -> Collection:
    """Raises FileNotFoundError where the folder is not there."""
    found = Collection()
    for path in sorted((folder / "documents").glob("*.txt")):
        text = path.read_text("utf-8")
        title = text.split("\n", 1)[0].strip()
        cuts = [each for each in cut(text) if each.start > len(title)]
        found.texts[path.stem] = running_text(path.stem, NEWS, title, text, cuts)
    earlier: dict[str, str] = {}
    for row in rows(folder / "questions.jsonl"):
        found.asked.extend(_asked(row, found, earlier.get(row.get("conversation_id", ""), "")))
        if "conversation_id" in row:
            earlier[row["conversation_id"]] = row.get("reference_rewrite") or row["question"]
    return found


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]


def _asked(row: dict[str, Any], found: Collection, earlier: str) -> Iterator[Asked]:
    """The question in full; a follow-up also behind the question before it, in full and as it was asked."""
    gold = [(quote["doc"], place(found.texts[quote["doc"]], quote["quote"])) for quote in row["evidence"]]
    near = [(quote["doc"], place(found.texts[quote["doc"]], quote["quote"])) for quote in row.get("near", ())]
    name = gold[0][0] if gold else row["context_doc"]
    own = tuple(number for text, number in gold if text == name)
    paragraph = next((found.texts[text].paragraphs[number] for text, number in near if text == name), -1)
    elsewhere = tuple(each for each in gold if each[0] != name)
    full = row.get("reference_rewrite") or row["question"]
    asked = Asked(full, name, own, row["reference_answer"], paragraph, elsewhere)
    yield asked
    if row.get("turn", 1) > 1:
        yield Asked(row["question"], name, own, row["reference_answer"], paragraph, elsewhere, earlier)
        yield replace(asked, earlier=earlier)


def place(text: Text, quote: str) -> int:
    """Raises ValueError for a quote that is not one of the sentences."""
    return text.sentences.index(quote)


def documents(folder: Path, cluster: str = "") -> dict[str, str]:
    """By name; those of one cluster of every theme, or all."""
    paths = sorted((folder / "documents").glob("*.txt"))
    return {path.stem: path.read_text("utf-8") for path in paths if cluster in {"", path.stem.split("-")[1]}}


def asked_about(folder: Path, cluster: str) -> list[dict[str, Any]]:
    """Rows in the fields of the public sets, each question in full; `follows` is what was asked before a follow-up."""
    found, earlier = [], dict[str, str]()
    for row in rows(folder / "questions.jsonl"):
        full, conversation = row.get("reference_rewrite") or row["question"], row.get("conversation_id", "")
        follows = earlier.get(conversation, "") if "reference_rewrite" in row else ""
        earlier[conversation] = full
        if row["context_doc"].split("-")[1] == cluster:
            found.append(row | {"question": full, "follows": follows})
    return found


def read_claims(folder: Path) -> list[Statement]:
    """Those of the articles that are trained on."""
    return [
        Statement(row["claim"], row["evidence"], row["title"], Label(row["label"]), NEWS)
        for row in rows(folder / "claims.jsonl")
        if not is_kept_back(row["doc"])
        for _ in range(CLAIM_REPEATS)
    ]
