"""Complete: right, and every gold group is cited, so that nothing the answer needs stands without its source."""

from __future__ import annotations

from evals.metrics import gold_recall, right
from evals.observed import Observed


def score(seen: Observed) -> float | None:
    """1 or 0; None where the case has no gold."""
    gold = gold_recall.score(seen)
    if gold is None:
        return None
    return float(right.score(seen) == 1.0 and gold == 1.0)
