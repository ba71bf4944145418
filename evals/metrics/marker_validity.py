"""Marker validity: whether the markers and the citations of an answer fit each other as the contract says.

Every marker `[n]` is the number of exactly one citation, every citation is used, and numbers run 1, 2, 3 … in order
of first use; an abstention cites nothing.
"""

from __future__ import annotations

from evals.observed import Observed


def score(seen: Observed) -> float | None:
    """1 or 0."""
    used = list(dict.fromkeys(seen.markers))
    numbers = [cited.number for cited in seen.cited]
    claimed = {number for claim in seen.answer["claims"] for number in claim["citations"]}
    in_order = used == list(range(1, len(used) + 1))
    return float(in_order and sorted(numbers) == used and claimed == set(used) and not (seen.abstained and used))
