"""MTRAG's turns as the reader's table asks them."""

from __future__ import annotations

import json
from pathlib import Path

from evals.reader.conversing import conversation_rows

SAID = [{"role": "user", "text": "Who built the mill of Ardal?"}, {"role": "assistant", "text": "Jon Vik built it."}]


def file_of(folder: Path, *rows: dict[str, object]) -> Path:
    (folder / "questions.jsonl").write_text("\n".join(json.dumps(row) for row in rows) + "\n")
    return folder / "questions.jsonl"


def test_a_follow_up_is_put_in_full_and_says_what_it_leans_on(tmp_path: Path) -> None:
    [row] = conversation_rows(file_of(tmp_path, {"type": "factoid", "question": "When was it built?", "history": SAID}))
    assert row["question"] == "When was the mill of Ardal built?"
    assert (row["asked"], row["follows"]) == ("When was it built?", "Who built the mill of Ardal?")
    assert (row["said"], row["cited"]) == ("Jon Vik built it.", [])


def test_a_first_question_follows_nothing(tmp_path: Path) -> None:
    [row] = conversation_rows(file_of(tmp_path, {"type": "factoid", "question": "When was the mill built?"}))
    assert row["question"] == "When was the mill built?"
    assert "follows" not in row


def test_what_wants_to_be_asked_back_is_left_out(tmp_path: Path) -> None:
    assert list(conversation_rows(file_of(tmp_path, {"type": "underspecified", "question": "When?"}))) == []
