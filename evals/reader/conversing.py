"""MTRAG's turns as rows to be searched: each question as the offline rewriter puts it, with what it follows.

The conversation is the one that the set gives, its answers too (Katsis et al. 2025).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from evals.benchmarks.follow_up_retrieval import told
from evals.benchmarks.rewriting import turn_of
from qa.answering.rewriting import rewritten
from qa.domain import Turn


def conversation_rows(file: Path) -> Iterator[dict[str, object]]:
    """Those that can be answered or cannot; not those that want to be asked back."""
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        if not row["type"].startswith("underspecified"):
            yield row | in_full(row["question"], row.get("history") or [])


def in_full(question: str, history: list[dict[str, str]]) -> dict[str, str]:
    turns: list[Turn] = []
    for said, answer in told(history):
        turns.append(turn_of(said, rewritten(said, turns), answer))
    full = rewritten(question, turns)
    return {"question": full, "follows": turns[-1].standalone_question if full != question else ""}
