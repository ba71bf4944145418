"""Cost of one answer: tokens times the prices that evals/gate.toml names for the model, in that file's currency."""

from __future__ import annotations

from evals.observed import Observed


def score(seen: Observed) -> float | None:
    """None where no model was used, none that counts its tokens, or none with a known price."""
    usage, price = seen.answer.get("usage"), seen.prices.get(str(seen.answer["model"]))
    if not usage or price is None or None in (usage["prompt_tokens"], usage["completion_tokens"]):
        return None
    return float(usage["prompt_tokens"] * price["input"] + usage["completion_tokens"] * price["output"]) / 1e6
