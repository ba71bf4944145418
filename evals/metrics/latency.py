"""Latency of a whole answer in milliseconds, as the service says it (`timings_ms.total`), network left out.

Shown as percentiles; a mean hides the tail (Dean and Barroso, "The Tail at Scale", 2013). It depends on the machine.
"""

from __future__ import annotations

from evals.observed import Observed


def score(seen: Observed) -> float | None:
    """Milliseconds; None where the service does not say."""
    total = seen.answer["timings_ms"].get("total")
    return None if total is None else float(total)
