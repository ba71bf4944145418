"""Whether sentences carry a claim: the seam for an entailment model, used where a case has no gold sentences.

ALCE uses TRUE, a T5-11B trained on natural language inference (Honovich et al. 2022).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Entailment(Protocol):
    def entails(self, sentences: Sequence[str], claim: str) -> bool:
        """Whether the sentences, read together, entail the claim."""
        ...
