"""The reader's table: a row a set, and no figure where nothing was measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.reader.candidates import Measured
from evals.reader.table import SETS, WITHOUT, answering_row, candidates, markdown, ranking_row
from qa.answering.pairing import Pair, pair_of
from qa.fakes import hit_among

ROW = {
    "answerable": 91.0,
    "says_first": 0.3194,
    "says_features": 0.3297,
    "says_reader": 0.451,
    "says_fused": 0.396,
    "ms": 21.4,
}
NOTHING = float("nan")
ANSWERS = {
    "auroc_similarity": NOTHING,
    "auroc_features": NOTHING,
    "auroc_reader": NOTHING,
    "auroc_fused": NOTHING,
    "ece": 0.2534,
    "answerable_refused": 0.0,
    "unanswerable_answered": NOTHING,
}


def test_a_set_without_gold_sentences_is_ranked_by_its_answer_strings() -> None:
    row = ranking_row("realtimeqa_2023q4", ROW)
    assert row == ["realtimeqa_2023q4 (91)", "answer string", "0.319", "0.330", "0.451", "0.396", "21"]


def test_what_was_not_measured_has_no_figure() -> None:
    assert answering_row("x", ANSWERS) == ["x", "–", "–", "–", "–", "0.253", "0.000", "–"]


def test_a_set_that_is_not_there_is_said_and_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert candidates("squad2", tmp_path, tmp_path / "kept") is None
    assert "squad2 is left out" in capsys.readouterr().err


def test_candidates_that_were_made_before_are_taken(tmp_path: Path) -> None:
    for name in SETS:
        (tmp_path / f"{name}.jsonl").touch()
    assert [candidates(name, tmp_path, tmp_path) for name in SETS] == [tmp_path / f"{name}.jsonl" for name in SETS]


def test_rows_are_a_markdown_table() -> None:
    assert markdown(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"


def test_what_the_reader_is_not_shown_is_left_out() -> None:
    hit = hit_among(["It rained.", "The bridge opened.", "Trams came."], 1)
    whole = Measured(
        "1", "When did the bridge open?", True, [hit], [True], [True], "when?", "Which bridge?", "The old one."
    )
    read = {part: leave_out(whole) for part, leave_out in WITHOUT.items()}
    pairs = {part: pair_of(each.question, each.hits[0], each.leans_on) for part, each in read.items()}
    assert pairs["window"] == Pair("when?", "The bridge opened.", earlier="Which bridge?", said="The old one.")
    assert (pairs["answer"].earlier, pairs["answer"].said, pairs["answer"].before) == (
        "Which bridge?",
        "",
        "It rained.",
    )
    assert (pairs["conversation"].question, pairs["conversation"].earlier) == ("When did the bridge open?", "")
