"""Calibration: whether a claim that scores 0.9 is right nine times in ten (Guo et al. 2017)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evals.metrics.citation_recall import is_carried
from evals.observed import Observed

Judged = tuple[float, bool]
"""A claim's score by the product, 0 to 1, and whether it was right."""
BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Claims of like score. mean_score, share_right: 0 to 1."""

    count: int
    mean_score: float
    share_right: float


def judged_claims(seen: Observed) -> list[Judged]:
    """A claim is right if it cites a gold sentence; whatever answers what cannot be answered is wrong.

    Claims that only say who is meant (a case's `context`) are left out, and so are cases without gold.
    """
    if seen.abstained or (seen.case.answerable and not seen.case.gold):
        return []
    return [
        (claim.score, seen.case.answerable and is_carried(claim, seen, None))
        for claim in seen.claims
        if not claim.cited or not {cited.number for cited in claim.cited} <= seen.in_context
    ]


def bins(claims: Sequence[Judged]) -> list[Bin]:
    """Ten of equal width; empty ones are left out."""
    held: list[list[Judged]] = [[] for _ in range(BINS)]
    for score, right in claims:
        held[min(BINS - 1, max(0, int(score * BINS)))].append((score, right))
    return [_bin(members) for members in held if members]


def expected_error(claims: Sequence[Judged]) -> float | None:
    """Expected calibration error: the mean distance of score and share right over bins, weighted by size."""
    if not claims:
        return None
    return sum(held.count * abs(held.mean_score - held.share_right) for held in bins(claims)) / len(claims)


def _bin(members: Sequence[Judged]) -> Bin:
    count = len(members)
    return Bin(count, sum(score for score, _ in members) / count, sum(right for _, right in members) / count)
