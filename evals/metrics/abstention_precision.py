"""Abstention precision: of the questions abstained from, the share that the articles do not answer.

As the share over cases: each abstention scores 1 or 0 (SelfAware, Yin et al. 2023; AbstentionBench, 2025).
"""

from __future__ import annotations

from evals.observed import Observed


def score(seen: Observed) -> float | None:
    """None where it answered."""
    return float(not seen.case.answerable) if seen.abstained else None
