from __future__ import annotations

import numpy as np
import pytest

from evals.bootstrap import Sampling, UnitValues, by_unit, interval, paired_interval

SAMPLING = Sampling(resamples=2000)


def values(*of: float | None) -> UnitValues:
    cases = {f"c{number:03}": value for number, value in enumerate(of)}
    return by_unit(cases, {case: case for case in cases}, sorted(cases))


def test_interval_of_a_share_is_close_to_the_normal_one() -> None:
    held = interval(values(*[1.0] * 80, *[0.0] * 20), SAMPLING)
    assert held is not None
    assert held.low == pytest.approx(0.8 - 1.96 * 0.04, abs=0.015)
    assert held.high == pytest.approx(0.8 + 1.96 * 0.04, abs=0.015)


def test_same_seed_same_interval() -> None:
    of = values(*[1.0, 0.0] * 20)
    assert interval(of, SAMPLING) == interval(of, SAMPLING)
    assert interval(of, SAMPLING) != interval(of, Sampling(resamples=2000, seed=1, confidence=0.5))


def test_pairing_sees_a_small_change_that_two_intervals_would_hide() -> None:
    noise = np.random.default_rng(3).random(60)
    old, new = values(*noise), values(*(noise - 0.05))
    spread = paired_interval(old, new, SAMPLING)
    alone = interval(new, SAMPLING)
    assert spread is not None
    assert alone is not None
    assert spread.high < 0
    assert alone.high - alone.low > 0.05


def test_no_change_is_an_interval_of_zero_width() -> None:
    spread = paired_interval(values(1.0, 0.0, 1.0), values(1.0, 0.0, 1.0), SAMPLING)
    assert spread is not None
    assert (spread.low, spread.high) == (0.0, 0.0)


def test_turns_of_a_conversation_are_drawn_together_so_that_the_interval_is_wider() -> None:
    cases = {f"c{number:03}": float(number // 5 % 2) for number in range(100)}
    together = by_unit(cases, {case: f"u{int(case[1:]) // 5:02}" for case in cases}, [f"u{n:02}" for n in range(20)])
    apart = by_unit(cases, {case: case for case in cases}, sorted(cases))
    wide, narrow = interval(together, SAMPLING), interval(apart, SAMPLING)
    assert wide is not None
    assert narrow is not None
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


def test_what_was_not_measured_is_in_neither_mean_nor_interval() -> None:
    assert values(1.0, None, None).mean == 1.0
    assert values(None, None).mean is None
    assert interval(values(None, None), SAMPLING) is None
    assert interval(values(1.0, None), SAMPLING) is None
    assert interval(values(), SAMPLING) is None
