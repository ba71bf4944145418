"""Arithmetic of probabilities by their odds, for rules that weigh evidence and never decide alone."""

from __future__ import annotations

from collections.abc import Sequence


def lowered(probability: float, factor: float) -> float:
    """The probability whose odds are `factor` times those of the one given."""
    return probability * factor / (1 - probability + probability * factor)


def ratio(before: Sequence[float], after: Sequence[float]) -> float:
    """By what the best odds have fallen, at most 1: of an answer that stood on a sentence now thought less of."""
    best, left = max(before, default=0.0), max(after, default=0.0)
    if not 0 < left < best < 1:
        return 1.0 if left >= best else 0.0
    return left * (1 - best) / (best * (1 - left))
