"""Rewriting: token F1 of the product's standalone question with the case's (as in CANARD, Elgohary et al. 2019)."""

from __future__ import annotations

from evals.metrics.token_f1 import overlap_f1
from evals.observed import Observed


def score(seen: Observed) -> float | None:
    """None for what is no follow-up."""
    if seen.standalone is None or not seen.case.standalone_question:
        return None
    return overlap_f1(str(seen.answer["standalone_question"]), seen.case.standalone_question)
