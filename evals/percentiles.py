"""Percentiles of an amount over every attempt of a run."""

from __future__ import annotations

import numpy as np

from evals.runfile import Run

SHOWN = (50, 90, 95, 99)


def percentiles(run: Run, metric: str) -> dict[int, float] | None:
    """By percent, linear between values; None where nothing was measured."""
    values = [value for attempt in run.attempts if (value := attempt.metrics.get(metric)) is not None]
    if not values:
        return None
    return {percent: float(value) for percent, value in zip(SHOWN, np.percentile(values, SHOWN), strict=True)}
