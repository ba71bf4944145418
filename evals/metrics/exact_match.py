"""Exact match with the reference answer under SQuAD's normalisation (Rajpurkar et al. 2016).

An answer in whole sentences seldom matches a short reference: of use where the product answers in spans.
"""

from __future__ import annotations

from evals.metrics.squad_words import squad_words
from evals.observed import Observed


def score(seen: Observed) -> float | None:
    """1 or 0; None where the case cannot be answered or has no reference answer."""
    if not seen.case.answerable or not seen.case.reference_answer:
        return None
    return float(not seen.abstained and squad_words(seen.plain_answer) == squad_words(seen.case.reference_answer))
