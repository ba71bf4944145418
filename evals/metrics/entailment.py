"""Whether sentences carry a claim: the seam for an entailment model, used where a case has no gold sentences.

ALCE uses TRUE, a T5-11B trained on natural language inference (Honovich et al. 2022); here it is the product's check.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Protocol

from qa.answering.claims.cited import Cited
from qa.answering.cross_encoder import CrossEncoder, shipped_weights
from qa.answering.support import ClaimChecker, load
from qa.answering.support_score import ClaimModels
from qa.domain import Support
from qa.errors import WeightsMissing
from qa.retrieval.embedding import MiniLM, carried_weights


class Entailment(Protocol):
    def entails(self, sentences: Sequence[str], claim: str) -> bool:
        """Whether the sentences, read together, entail the claim."""
        ...


class SupportCheck:
    """The check of support as an entailment model: what it calls supported is entailed, in part is not."""

    def __init__(self, checker: ClaimChecker) -> None:
        self._checker = checker

    def entails(self, sentences: Sequence[str], claim: str) -> bool:
        if not sentences:
            return False
        cited = Cited(tuple(" ".join(sentence.split()) for sentence in sentences))
        return claim in cited.quotes or self._checker.judge(claim, cited).support is Support.SUPPORTED


@cache
def support_check() -> SupportCheck:
    """With the weights that are shipped; by words alone where they are not installed."""
    try:
        folder = carried_weights()
        return SupportCheck(load(ClaimModels(CrossEncoder(folder, shipped_weights()), MiniLM(folder))))
    except WeightsMissing:
        return SupportCheck(load(None))
