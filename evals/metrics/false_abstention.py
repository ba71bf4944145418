"""False abstention: of the questions that the articles answer, the share abstained from. Lower is better.

The second kind of wrong abstention.
"""

from __future__ import annotations

from evals.observed import Observed


def score(seen: Observed) -> float | None:
    """None where the case cannot be answered."""
    return float(seen.abstained) if seen.case.answerable else None
