"""Recall at k of gold sentences (Manning, Raghavan and Schütze 2008, section 8.4): groups found among the first k."""

from __future__ import annotations

from evals.metrics.ranking import measure
from evals.observed import Observed


def at_1(seen: Observed) -> float | None:
    return measure(seen, "R@1")


def at_3(seen: Observed) -> float | None:
    return measure(seen, "R@3")


def at_5(seen: Observed) -> float | None:
    return measure(seen, "R@5")


def at_10(seen: Observed) -> float | None:
    return measure(seen, "R@10")
