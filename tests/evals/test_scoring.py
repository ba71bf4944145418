from __future__ import annotations

import pytest
from observing import OPENED, abstention, answer, case, citation, seen, unanswerable

from evals.scoring import METRICS, Kind, Outcome, outcome, score

GOOD = answer(("On 4 May.", [1]))


def test_every_metric_is_scored_under_a_name_of_its_own() -> None:
    values = score(seen(case(OPENED), GOOD))
    assert len(values) == len(METRICS)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (GOOD, Outcome.PASSED),
        (answer(("On 4 May.", [2])), Outcome.FAILED),
        (abstention(), Outcome.FAILED),
        (GOOD | {"answer": "On 4 May. [0]"}, Outcome.FAILED),
        (answer(("x", [1]), citations=[citation(1, OPENED, start=1)]), Outcome.FAILED),
    ],
)
def test_case_passes_if_it_is_right_and_its_citations_are_sound(given: dict[str, object], expected: Outcome) -> None:
    assert outcome(score(seen(case(OPENED), given))) is expected


def test_rightful_abstention_passes() -> None:
    assert outcome(score(seen(unanswerable(), abstention()))) is Outcome.PASSED


def test_turn_that_is_only_played_has_amounts_and_nothing_else() -> None:
    values = score(seen(case(), abstention()))
    assert outcome(values) is Outcome.NOT_MEASURED
    measured = {name for name, value in values.items() if value is not None}
    assert measured == {"latency_ms"} <= {metric.name for metric in METRICS if metric.kind is Kind.AMOUNT}


@pytest.mark.integration
@pytest.mark.parametrize(
    ("claim", "carried"), [("The bridge opened on 4 May.", 1.0), ("The bridge opened on 5 May.", 0.0)]
)
def test_without_gold_the_support_check_decides_about_citations(claim: str, carried: float) -> None:
    values = score(seen(case(facts=("4 May",)), answer((claim, [1]))))
    assert values["citation_recall"] == carried
    assert values["citation_precision"] == carried


def test_an_answer_where_there_is_none_has_no_citations_to_score() -> None:
    assert score(seen(unanswerable(), GOOD))["citation_recall"] is None
