"""Standalone right: whether a follow-up is answered right when it is asked afresh, in full.

The ceiling of follow-up quality: what falls short of it was lost in rewriting (MTRAG, Katsis et al. 2025).
"""

from __future__ import annotations

from evals.metrics import right
from evals.observed import Observed


def score(seen: Observed) -> float | None:
    """None for what is no follow-up."""
    alone = seen.of_standalone()
    return None if alone is None else right.score(alone)
