"""Citation precision: the share of citations, claim by claim, that belong there (ALCE, Gao et al. 2023, section 3.3).

With gold sentences a citation belongs if it is gold, or in the case's `context`. Without, as in ALCE: its claim is
carried by all it cites, and the citation either carries it alone or cannot be left out. A marker that points nowhere is
a citation that scores 0.
"""

from __future__ import annotations

from evals.metrics.citation_recall import is_carried
from evals.metrics.entailment import Entailment
from evals.observed import Cited, Observed, ObservedClaim


def score(seen: Observed, model: Entailment | None = None) -> float | None:
    """None where it abstained, and where there is neither gold nor a model; 0 where an answer cites nothing."""
    if seen.abstained or (not seen.case.gold and model is None):
        return None
    marks = [mark for claim in seen.claims for mark in _marks(claim, seen, model)]
    return sum(marks) / len(marks) if marks else 0.0


def _marks(claim: ObservedClaim, seen: Observed, model: Entailment | None) -> list[bool]:
    belongs = [_belongs(cited, claim, seen, model) for cited in claim.cited]
    return belongs + [False] * len(claim.dangling)


def _belongs(cited: Cited, claim: ObservedClaim, seen: Observed, model: Entailment | None) -> bool:
    if seen.case.gold:
        return bool(seen.gold_hit[cited.number]) or cited.number in seen.in_context
    if model is None or not is_carried(claim, seen, model):
        return False
    others = [other.quote for other in claim.cited if other is not cited]
    return model.entails([cited.quote], claim.text) or not model.entails(others, claim.text)
