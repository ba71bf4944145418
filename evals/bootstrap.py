"""Intervals by resampling (Efron and Tibshirani 1993; paired, as Koehn 2004 for comparing two systems).

Units are resampled, not values: the turns of a conversation hang together, so a conversation is one unit. A figure is
the mean over the values that could be measured, so each unit brings a sum and a count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sampling:
    """resamples: how many; confidence: the share of them inside the interval; seed: the same figures every time."""

    resamples: int = 2000
    confidence: float = 0.95
    seed: int = 20260131


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class UnitValues:
    """The measured values of one metric by unit. sums, counts: shape (units,)."""

    sums: Floats
    counts: Floats

    @property
    def mean(self) -> float | None:
        """None where nothing was measured."""
        count = float(self.counts.sum())
        return float(self.sums.sum()) / count if count else None

    def resampled(self, picks: npt.NDArray[np.int64]) -> Floats:
        """The mean of each resample, nan where it holds nothing. picks: shape (resamples, units)."""
        counts = self.counts[picks].sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.sums[picks].sum(axis=1) / counts, dtype=np.float64)


def by_unit(values: Mapping[str, float | None], units: Mapping[str, str], order: list[str]) -> UnitValues:
    """values: by case. units: of each case. order: every unit, in the order that both sides of a pair share."""
    place = {unit: index for index, unit in enumerate(order)}
    sums, counts = np.zeros(len(order)), np.zeros(len(order))
    for case, value in values.items():
        if value is not None:
            sums[place[units[case]]] += value
            counts[place[units[case]]] += 1
    return UnitValues(sums, counts)


def interval(values: UnitValues, sampling: Sampling) -> Interval | None:
    """The percentile interval of the mean; None with fewer than two units measured."""
    return _between(values.resampled(_picks(len(values.sums), sampling)), values, sampling)


def paired_interval(old: UnitValues, new: UnitValues, sampling: Sampling) -> Interval | None:
    """The percentile interval of new mean − old mean, both over the same resampled units."""
    picks = _picks(len(old.sums), sampling)
    return _between(new.resampled(picks) - old.resampled(picks), new, sampling)


def _picks(units: int, sampling: Sampling) -> npt.NDArray[np.int64]:
    generator = np.random.default_rng(sampling.seed)
    return generator.integers(units, size=(sampling.resamples, units)) if units else np.zeros((0, 0), np.int64)


def _between(means: Floats, values: UnitValues, sampling: Sampling) -> Interval | None:
    known = means[~np.isnan(means)]
    if (values.counts > 0).sum() < 2 or not len(known):
        return None
    tail = (1 - sampling.confidence) / 2
    low, high = np.quantile(known, [tail, 1 - tail])
    return Interval(float(low), float(high))
