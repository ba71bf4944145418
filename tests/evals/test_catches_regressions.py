"""Break the product on purpose, one thing at a time, and see that the gate stops it and names the cases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from mini_product import (
    ARTICLES,
    CASES,
    UNANSWERABLE,
    AlwaysAbstains,
    CitesNothing,
    CitesTheNextSentence,
    IgnoresHistory,
    MiniProduct,
    NeverAbstains,
    NumbersFromZero,
    ShiftsRanges,
    Wrapped,
)
from playing import RULES, judged, played

from evals.baseline import Baseline, accept
from evals.product import Product

ANSWERABLE = tuple(case.id for case in CASES if case.answerable)
HARBOUR = tuple(case.id for case in CASES if any(quote.file == "harbour.txt" for quote in case.quotes()))


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Baseline:
    run = played(MiniProduct(), tmp_path_factory.mktemp("mini") / "run.json")
    assert all(attempt.outcome == "passed" for attempt in run.attempts)
    return accept(run, RULES)


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        (CitesTheNextSentence, ANSWERABLE),
        (ShiftsRanges, ANSWERABLE),
        (NumbersFromZero, ANSWERABLE),
        (CitesNothing, ANSWERABLE),
        (AlwaysAbstains, ANSWERABLE),
        (NeverAbstains, UNANSWERABLE),
        (IgnoresHistory, ("mini-13",)),
    ],
)
def test_gate_stops_a_broken_product_and_names_the_cases(
    broken: Callable[[Product], Product], named: tuple[str, ...], baseline: Baseline, tmp_path: Path
) -> None:
    verdict = judged(broken(MiniProduct()), baseline, tmp_path / "run.json")
    assert verdict.exit_code == 1
    assert tuple(change.id for change in verdict.regressions) == named


def test_gate_names_the_cases_of_an_article_that_is_gone(baseline: Baseline, tmp_path: Path) -> None:
    rest = {file: text for file, text in ARTICLES.items() if file != "harbour.txt"}
    verdict = judged(MiniProduct(rest), baseline, tmp_path / "run.json")
    assert verdict.exit_code == 1
    assert tuple(change.id for change in verdict.regressions) == HARBOUR


def test_gate_lets_a_product_pass_that_changed_nothing_ten_times(baseline: Baseline, tmp_path: Path) -> None:
    for _ in range(10):
        verdict = judged(Wrapped(MiniProduct()), baseline, tmp_path / "run.json")
        assert (verdict.exit_code, verdict.regressions, verdict.improvements) == (0, (), ())
