"""Steps are timed, and what is timed in parts adds up."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from qa.stopwatch import Stopwatch


def test_a_step_that_comes_twice_is_one_figure() -> None:
    clock = Stopwatch()
    for name in ("answer", "check", "answer"):
        with clock.step(name):
            pass
    assert list(clock.read()) == ["answer", "check", "total"]


@pytest.mark.anyio
async def test_waiting_for_items_is_a_step_and_leaving_closes_them() -> None:
    closed = []

    async def items() -> AsyncGenerator[int, None]:
        try:
            yield 1
            yield 2
        finally:
            closed.append(True)

    clock = Stopwatch()
    assert [item async for item in clock.each("answer", items())] == [1, 2]
    some = clock.each("answer", items())
    await anext(some)
    await some.aclose()
    assert closed == [True, True]
    assert list(clock.read()) == ["answer", "total"]


def test_a_step_that_is_not_taken_took_no_time() -> None:
    assert Stopwatch("check").read()["check"] == 0.0
