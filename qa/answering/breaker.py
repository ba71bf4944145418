"""Leaves an endpoint alone that fails again and again (the circuit breaker of Nygard, Release It!, 2007)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from qa.errors import Failure, ModelFailed

FAILURES = 3  # in a row
REST_S = 30.0
LONGEST_REST_S = 300.0  # an endpoint may ask for more with Retry-After; nobody waits a day for it

OF_THE_REPLY = {Failure.REFUSED, Failure.CUT_OFF, Failure.EMPTY, Failure.ENDLESS}
"""What is the matter with one reply, not with the endpoint: the next question may fare better."""


class Breaker:
    """Closed, until FAILURES in a row open it; after a rest one reply is tried, and decides. For one event loop.

    clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._rests_until = 0.0
        self._is_tried = False

    @contextmanager
    def trial(self, where: str) -> Iterator[None]:
        """Around one reply. Raises ModelFailed(RESTING) instead of letting it through; notes how it went."""
        self._admit(where)
        try:
            yield
        except ModelFailed as failed:
            self._note(failed)
            raise
        else:
            self._failures = 0
        finally:
            self._is_tried = False  # one that the client left has decided nothing

    def _admit(self, where: str) -> None:
        left_s = self._rests_until - self._clock()
        if left_s > 0 or self._is_tried:
            raise ModelFailed(
                f"{where} is left alone after failing {self._failures} times in a row; "
                f"it is tried again in {max(1, round(left_s))} s.",
                Failure.RESTING,
            )
        self._is_tried = self._failures >= FAILURES

    def _note(self, failed: ModelFailed) -> None:
        self._failures = 0 if failed.failure in OF_THE_REPLY else self._failures + 1
        if failed.retry_after_s:
            self._rest(min(failed.retry_after_s, LONGEST_REST_S))
        elif self._failures >= FAILURES:
            self._rest(REST_S)

    def _rest(self, seconds: float) -> None:
        self._rests_until = self._clock() + seconds
