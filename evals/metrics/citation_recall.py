"""Citation recall: the share of claims that what they cite carries (ALCE, Gao et al. 2023, section 3.3).

With gold sentences a claim is carried if one of the sentences it cites is gold, and one that cites only what may stand
beside gold (a case's `context`) is not counted; without, an entailment model decides on all it cites together. A claim
without a citation, or with a marker that points nowhere, scores 0.
"""

from __future__ import annotations

from evals.metrics.entailment import Entailment
from evals.observed import Observed, ObservedClaim


def score(seen: Observed, model: Entailment | None = None) -> float | None:
    """None where it abstained, and where there is neither gold nor a model."""
    if seen.abstained or (not seen.case.gold and model is None):
        return None
    counted = [claim for claim in seen.claims if not _only_context(claim, seen)]
    return sum(is_carried(claim, seen, model) for claim in counted) / len(counted) if counted else 0.0


def _only_context(claim: ObservedClaim, seen: Observed) -> bool:
    numbers = {cited.number for cited in claim.cited}
    return bool(numbers) and not claim.dangling and numbers <= seen.in_context


def is_carried(claim: ObservedClaim, seen: Observed, model: Entailment | None) -> bool:
    """Whether one claim is carried by what it cites."""
    if claim.dangling or not claim.cited:
        return False
    if seen.case.gold:
        return any(seen.gold_hit[cited.number] for cited in claim.cited)
    return model is not None and model.entails([cited.quote for cited in claim.cited], claim.text)
