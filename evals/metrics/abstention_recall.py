"""Abstention recall: of the questions that the articles do not answer, the share abstained from.

RGB calls it the rejection rate (Chen et al. 2024). One minus it is the first kind of wrong abstention: answering what
cannot be answered.
"""

from __future__ import annotations

from evals.observed import Observed


def score(seen: Observed) -> float | None:
    """None where the case can be answered."""
    return None if seen.case.answerable else float(seen.abstained)
