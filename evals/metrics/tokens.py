"""Tokens that a language model read and wrote for one answer, as its server counts them (OpenAI's `usage`)."""

from __future__ import annotations

from evals.observed import Observed


def score(seen: Observed) -> float | None:
    """None where no model was used, or one that does not count."""
    usage = seen.answer.get("usage")
    if not usage or None in (usage["prompt_tokens"], usage["completion_tokens"]):
        return None
    return float(usage["prompt_tokens"] + usage["completion_tokens"])
