"""Turns of conversations as rows to be searched: each as the product puts it, with what it leans on.

The conversation is the one that the set gives, its answers too; MTRAG's (Katsis et al. 2025) are not sentences of its
articles, so that nothing is cited there.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.benchmarks.rewriting import told, turn_of
from qa.answering.rewriting import understood
from qa.domain import Turn

REMEMBERED = 4  # as qa.chat

Row = dict[str, Any]


def conversation_rows(file: Path) -> Iterator[Row]:
    """Those that can be answered or cannot; not those that want to be asked back."""
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        if not row["type"].startswith("underspecified"):
            turns: list[Turn] = []
            for said, answer in told(row.get("history") or []):
                turns.append(turn_of(said, understood(said, turns[-REMEMBERED:]).text, answer))
            yield row | leaning(row["question"], turns)


def in_conversation(rows: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
    """Rows with `conversation_id`, those of one in order: answered as their evidence says."""
    turns: dict[str, list[Turn]] = defaultdict(list)
    for row in rows:
        earlier = turns[row["conversation_id"]] if row.get("conversation_id") else []
        put = leaning(row["question"], earlier)
        yield {**row, **put}
        first = next(iter(row["evidence"]), None)
        cited = (first["quote"], first["doc"]) if first else (None,)
        earlier.append(turn_of(row["question"], put["question"], *cited))


def leaning(question: str, turns: Sequence[Turn]) -> Row:
    """question: as it is searched for. Of a follow-up also asked, follows, said and cited, as in qa.following."""
    put = understood(question, turns[-REMEMBERED:])
    if not put.follows:
        return {"question": put.text}
    cited = [{"doc": each.article_id, "quote": each.quote} for each in put.follows.cited if each.article_id]
    asked = {"asked": put.follows.asked, "follows": put.follows.before, "said": put.follows.said}
    return {"question": put.text, **asked, "cited": cited}
