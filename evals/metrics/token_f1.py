"""Token F1 with the reference answer under SQuAD's normalisation (Rajpurkar et al. 2016)."""

from __future__ import annotations

from collections import Counter

from evals.metrics.squad_words import squad_words
from evals.observed import Observed


def score(seen: Observed) -> float | None:
    """0 where it abstained; None where the case cannot be answered or has no reference answer."""
    if not seen.case.answerable or not seen.case.reference_answer:
        return None
    return 0.0 if seen.abstained else overlap_f1(seen.plain_answer, seen.case.reference_answer)


def overlap_f1(text: str, reference: str) -> float:
    """Harmonic mean of precision and recall over words, each counted as often as it stands."""
    given, wanted = squad_words(text), squad_words(reference)
    if not given or not wanted:
        return float(given == wanted)
    shared = sum((Counter(given) & Counter(wanted)).values())
    return 2 * shared / (len(given) + len(wanted))
