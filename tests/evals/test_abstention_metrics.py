from __future__ import annotations

import pytest
from observing import OPENED, abstention, answer, case, seen, unanswerable

from evals.metrics import abstention_precision, abstention_recall, false_abstention, reason_given

ANSWERED = answer(("On 4 May.", [1]))


def test_precision_is_over_abstentions_recall_over_what_cannot_be_answered() -> None:
    assert abstention_precision.score(seen(unanswerable(), abstention())) == 1.0
    assert abstention_precision.score(seen(case(OPENED), abstention())) == 0.0
    assert abstention_precision.score(seen(unanswerable(), ANSWERED)) is None
    assert abstention_recall.score(seen(unanswerable(), abstention())) == 1.0
    assert abstention_recall.score(seen(unanswerable(), ANSWERED)) == 0.0
    assert abstention_recall.score(seen(case(OPENED), abstention())) is None


def test_false_abstention_is_over_what_can_be_answered() -> None:
    assert false_abstention.score(seen(case(OPENED), abstention())) == 1.0
    assert false_abstention.score(seen(case(OPENED), ANSWERED)) == 0.0
    assert false_abstention.score(seen(unanswerable(), abstention())) is None


@pytest.mark.parametrize(
    ("why", "reason", "fits"),
    [
        ("other_topic", "nothing_retrieved", True),
        ("other_topic", "not_in_articles", True),
        ("other_topic", "unsupported", False),
        ("near_miss", "unsupported", True),
        ("near_miss", "nothing_retrieved", False),
        ("instruction", "unsupported", True),
    ],
)
def test_reason_fits_why_the_articles_do_not_answer(why: str, reason: str, fits: bool) -> None:
    assert reason_given.score(seen(unanswerable(why), abstention(reason))) == float(fits)


def test_reason_is_asked_only_of_rightful_abstentions() -> None:
    assert reason_given.score(seen(case(OPENED), abstention())) is None
    assert reason_given.score(seen(unanswerable(), ANSWERED)) is None
    assert reason_given.score(seen(unanswerable(), abstention() | {"reason": None})) == 0.0
