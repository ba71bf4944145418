from __future__ import annotations

import pytest
from observing import OPENED, abstention, answer, case, seen

from evals.metrics import cost, follow_up_right, latency, rewrite_f1, standalone_right, tokens

RIGHT, WRONG = answer(("a", [1])), answer(("a", [2]))
OF = case(OPENED, standalone_question="When did the bridge open?", conversation="c", turn=2)


def test_follow_up_is_held_against_the_same_question_asked_afresh() -> None:
    lost = seen(OF, WRONG | {"standalone_question": "When did it open?"}, standalone=RIGHT)
    assert (follow_up_right.score(lost), standalone_right.score(lost)) == (0.0, 1.0)
    assert rewrite_f1.score(lost) == pytest.approx(2 * 3 / (4 + 4))


def test_what_is_no_follow_up_has_none_of_these_figures() -> None:
    for metric in (follow_up_right, standalone_right, rewrite_f1):
        assert metric.score(seen(case(OPENED), RIGHT)) is None


def test_latency_is_what_the_service_says() -> None:
    assert latency.score(seen(OF, RIGHT)) == 3.0
    assert latency.score(seen(OF, RIGHT | {"timings_ms": {}})) is None


def test_tokens_and_cost_are_none_without_a_model_and_cost_without_a_price() -> None:
    assert tokens.score(seen(OF, RIGHT)) is None
    paid = RIGHT | {"usage": {"prompt_tokens": 900, "completion_tokens": 100}}
    assert tokens.score(seen(OF, paid)) == 1000.0
    assert cost.score(seen(OF, paid)) is None
    prices = {"m": {"input": 1.0, "output": 10.0}}
    assert cost.score(seen(OF, paid, prices=prices)) == pytest.approx(0.0019)
    assert cost.score(seen(OF, abstention(), prices=prices)) is None
    uncounted = RIGHT | {"usage": {"prompt_tokens": None, "completion_tokens": None}}
    assert tokens.score(seen(OF, uncounted)) is cost.score(seen(OF, uncounted, prices=prices)) is None
