"""Right: the facts are in the answer and a gold sentence is cited; what the articles do not answer is abstained from.

The definition of a right answer that the product is held to; both halves must hold (cf. RGB's and ALCE's use of
correctness and citation as separate conditions: Chen et al. 2024, Gao et al. 2023).
"""

from __future__ import annotations

from evals.metrics import gold_recall, key_fact_recall
from evals.observed import Observed


def score(seen: Observed) -> float | None:
    """1 or 0. A half that the case does not name is not asked for; None where it names neither."""
    if not seen.case.answerable:
        return float(seen.abstained)
    facts, gold = key_fact_recall.score(seen), gold_recall.score(seen)
    if facts is None and gold is None:
        return None
    return float(not seen.abstained and (facts is None or facts == 1.0) and (gold is None or gold > 0.0))
