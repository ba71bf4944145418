"""Reciprocal rank of the first gold sentence among ten; its mean is MRR (Voorhees 1999, TREC-8 QA track)."""

from __future__ import annotations

from evals.metrics.ranking import measure
from evals.observed import Observed


def score(seen: Observed) -> float | None:
    return measure(seen, "RR@10")
