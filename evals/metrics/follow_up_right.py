"""Follow-up right: whether a follow-up is answered right in its conversation; read it beside `standalone_right`.

After the comparison of last turn, rewritten and gold rewrite in MTRAG (Katsis et al. 2025).
"""

from __future__ import annotations

from evals.metrics import right
from evals.observed import Observed


def score(seen: Observed) -> float | None:
    """None for what is no follow-up."""
    return None if seen.standalone is None else right.score(seen)
