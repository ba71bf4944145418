"""nDCG at 10 of gold sentences, binary gains (Järvelin and Kekäläinen 2002)."""

from __future__ import annotations

from evals.metrics.ranking import measure
from evals.observed import Observed


def score(seen: Observed) -> float | None:
    return measure(seen, "nDCG@10")
