"""The invented articles that the reader is measured on, asked end to end, follow-ups in their conversation.

PATH is evals/reader/news. Only the clusters that nothing was trained or calibrated on are asked about, over their own
articles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evals.benchmarks.articles import lay_out
from evals.benchmarks.lines import present, read_lines
from evals.benchmarks.question_set import QuestionSet
from evals.cases import Case, DatasetError, GoldQuote, WhyNot
from evals.reader.corpus import MEASURED
from evals.reader.invented_news import documents

WHY: Mapping[str, WhyNot] = {
    "premise": "false_premise",
    "event": "wrong_time",
    "entity": "wrong_person",
    "detail": "not_stated",
}


def read(path: Path, scratch: Path) -> QuestionSet:
    """Raises DatasetError."""
    present(path / "documents", "evals/reader/news with its documents/")
    texts = {f"{name}.txt": text for name, text in documents(path, MEASURED).items()}
    turns: Counter[str] = Counter()
    cases = tuple(case for file in sorted((path / "questions").glob("*.jsonl")) for case in _cases(file, turns))
    return QuestionSet("invented_news", cases, lay_out(texts, "invented_news", scratch))


def _cases(file: Path, turns: Counter[str]) -> Iterator[Case]:
    for number, row in read_lines(file):
        try:
            if row["context_doc"].split("-")[1] == MEASURED:
                yield _case(row, turns)
        except (KeyError, TypeError, IndexError) as error:
            raise DatasetError(f"{file}, line {number}: no such field: {error}") from error


def _case(row: Mapping[str, Any], turns: Counter[str]) -> Case:
    conversation = f"{row['context_doc']} {row['conversation_id']}" if "conversation_id" in row else None
    if conversation:
        turns[conversation] += 1
    turn = turns[conversation] if conversation else None
    is_follow_up = turn is not None and turn > 1
    tag = "follow_up" if "reference_rewrite" in row else "change_of_subject" if is_follow_up else "first"
    gold = tuple(dict.fromkeys(GoldQuote(f"{piece['doc']}.txt", piece["quote"]) for piece in row["evidence"]))
    return Case(
        id=row["id"], tags=(tag, row["type"] or "answerable"), question=row["question"],
        answerable=not row["unanswerable"], reference_answer=row["reference_answer"] or None,
        gold=(gold,) if gold else (), why_not=WHY.get(row["type"], "near_miss") if row["unanswerable"] else None,
        conversation=conversation, turn=turn,
        standalone_question=(row.get("reference_rewrite") or row["question"]) if is_follow_up else None,
    )  # fmt: skip
