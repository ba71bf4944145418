"""Tokens that a language model read and wrote for one answer, as its server counts them (OpenAI's `usage`)."""

from __future__ import annotations

from evals.observed import Observed


def score(seen: Observed) -> float | None:
    """None where no model was used."""
    usage = seen.answer.get("usage")
    counted = [usage["prompt_tokens"], usage["completion_tokens"]] if usage else [None]
    return None if None in counted else float(sum(counted))
