from __future__ import annotations

from pathlib import Path

import pytest
from mini_product import CASES, AlwaysAbstains, MiniProduct, NeverAbstains
from playing import played

from evals.benchmarks.figures import auroc, mean, row


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "run.json"


def test_row_holds_right_and_both_kinds_of_wrong_abstention(file: Path) -> None:
    assert row(played(MiniProduct(), file)) == "| mini | 13 | – | – | – | 100 % | 1.00 | 0 % | 0 % |"
    assert row(played(AlwaysAbstains(MiniProduct()), file)) == "| mini | 13 | – | – | – | 23 % | 0.50 | 0 % | 100 % |"


def test_auroc_is_the_chance_that_an_answerable_question_scores_higher(file: Path) -> None:
    run = played(NeverAbstains(MiniProduct()), file)
    assert auroc(run) == 1.0
    for attempt in run.attempts:
        if attempt.case_id == "mini-09" and attempt.answer:
            attempt.answer["citations"][0]["score"] = 2.0
    assert auroc(run) == pytest.approx(2 / 3)


def test_figure_that_was_not_measured_is_none(file: Path) -> None:
    assert mean(played(MiniProduct(), file), "mrr") is None
    answerable = tuple(case for case in CASES if case.answerable)
    assert auroc(played(MiniProduct(), file, cases=answerable)) is None
