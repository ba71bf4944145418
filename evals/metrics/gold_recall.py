"""Gold recall: the share of a case's gold groups of which at least one sentence is cited.

Evidence recall as in HotpotQA's supporting facts (Yang et al. 2018), with alternatives within a group.
"""

from __future__ import annotations

from evals.observed import Observed


def score(seen: Observed) -> float | None:
    """0 where it abstained; None where the case has no gold."""
    if not seen.case.answerable or not seen.case.gold:
        return None
    return len(frozenset().union(*seen.gold_hit.values())) / len(seen.case.gold)
