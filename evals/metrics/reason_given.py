"""Reason given: whether an abstention gives a reason that fits why the articles do not answer.

After AbstentionBench's split of abstentions by scenario (Kirichenko et al. 2025): what the articles never speak of was
not found or is not in them; what they touch on is not in them, or was not borne out by them.
"""

from __future__ import annotations

from evals.observed import Observed

_FAR = frozenset({"nothing_retrieved", "not_in_articles"})
_NEAR = frozenset({"not_in_articles", "unsupported"})
FITTING: dict[str | None, frozenset[str]] = {
    None: _FAR | _NEAR,
    "other_topic": _FAR,
    "instruction": _FAR | _NEAR,
    "near_miss": _NEAR,
    "false_premise": _NEAR,
    "wrong_time": _NEAR,
    "wrong_person": _NEAR,
    "not_stated": _NEAR,
}


def score(seen: Observed) -> float | None:
    """1 or 0; None where it answered, or should have."""
    if seen.case.answerable or not seen.abstained:
        return None
    return float(seen.answer["reason"] in FITTING[seen.case.why_not])
