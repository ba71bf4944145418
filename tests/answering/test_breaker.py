from __future__ import annotations

from contextlib import suppress

import pytest
from talking import Waits

from qa.answering.breaker import FAILURES, LONGEST_REST_S, OF_THE_REPLY, REST_S, Breaker
from qa.errors import Failure, ModelFailed


def breaker_that_failed(waits: Waits, times: int, failure: Failure = Failure.SERVER_ERROR) -> Breaker:
    breaker = Breaker(waits.clock)
    for _ in range(times):
        fail(breaker, failure)
    return breaker


def fail(breaker: Breaker, failure: Failure = Failure.SERVER_ERROR, retry_after_s: float | None = None) -> None:
    with suppress(ModelFailed), breaker.trial("The model"):
        raise ModelFailed("It failed.", failure, retry_after_s=retry_after_s)


def is_open(breaker: Breaker) -> bool:
    """Told by an attempt that decides nothing, as that of a client that leaves."""
    with pytest.raises((ModelFailed, GeneratorExit)) as ended, breaker.trial("The model"):
        raise GeneratorExit
    return isinstance(ended.value, ModelFailed) and ended.value.failure is Failure.RESTING


def test_it_opens_after_so_many_failures_in_a_row_and_not_before() -> None:
    assert not is_open(breaker_that_failed(Waits(), FAILURES - 1))
    assert is_open(breaker_that_failed(Waits(), FAILURES))


def test_a_reply_that_goes_well_starts_the_count_again() -> None:
    breaker = breaker_that_failed(Waits(), FAILURES - 1)
    with breaker.trial("The model"):
        pass
    fail(breaker)
    assert not is_open(breaker)


@pytest.mark.parametrize("failure", sorted(OF_THE_REPLY))
def test_a_reply_that_is_bad_in_itself_does_not_count(failure: Failure) -> None:
    assert not is_open(breaker_that_failed(Waits(), FAILURES + 1, failure))


def test_after_its_rest_one_reply_is_tried_at_a_time() -> None:
    waits = Waits()
    breaker = breaker_that_failed(waits, FAILURES)
    waits.now += REST_S
    with breaker.trial("The model"):
        assert is_open(breaker)
    assert not is_open(breaker)


def test_a_trial_that_fails_opens_it_again() -> None:
    waits = Waits()
    breaker = breaker_that_failed(waits, FAILURES)
    waits.now += REST_S
    fail(breaker)
    assert is_open(breaker)


def test_a_trial_whose_client_left_leaves_room_for_the_next() -> None:
    waits = Waits()
    breaker = breaker_that_failed(waits, FAILURES)
    waits.now += REST_S
    assert not is_open(breaker)
    assert not is_open(breaker)


def test_it_says_how_long_it_rests() -> None:
    waits = Waits()
    breaker = breaker_that_failed(waits, FAILURES)
    waits.now += 10
    with (
        pytest.raises(ModelFailed, match=r"The model is left alone after failing 3 times in a row; .* in 20 s"),
        breaker.trial("The model"),
    ):
        raise AssertionError("it is not let through")


def test_it_rests_as_long_as_the_endpoint_asked_but_not_for_ever() -> None:
    waits = Waits()
    breaker = Breaker(waits.clock)
    fail(breaker, Failure.RATE_LIMITED, retry_after_s=86_400)
    assert is_open(breaker)
    waits.now += LONGEST_REST_S
    assert not is_open(breaker)
