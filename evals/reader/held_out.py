"""Figures on the articles that were never trained on."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from evals.reader.batches import pair
from evals.reader.prepared import Group, Prepared
from evals.reader.ranking import auroc
from qa.answering.pairing import EncodedPair, PairEncoder

Floats = npt.NDArray[np.float64]
AT_ONCE = 40
"""Groups that are scored in one call."""


class HeldOut:
    """A fixed sample of held-out groups, each with its first twelve candidates."""

    def __init__(self, prepared: Prepared, encoder: PairEncoder, limit: int = 60, candidates: int = 12) -> None:
        self._rows, self._encoder, self._candidates = prepared.rows, encoder, candidates
        self.groups = _sample([group for group in prepared.groups if group.held_out], limit)

    def pairs(self, group: Group) -> list[EncodedPair]:
        """The answering sentence first, where there is one."""
        rows = (*group.right[:1], *group.wrong)[: self._candidates]
        pairs = (pair(group.question, self._rows[row]) for row in rows)
        return [self._encoder.encode(replace(each, earlier=group.earlier, said=group.said)) for each in pairs]

    def logits(self, score: Callable[[Sequence[EncodedPair]], Tensor]) -> list[Floats]:
        """For each group the first output of each of its pairs."""
        found: list[Floats] = []
        for start in range(0, len(self.groups), AT_ONCE):
            own = [self.pairs(group) for group in self.groups[start : start + AT_ONCE]]
            with torch.no_grad():
                logits = score([pair for pairs in own for pair in pairs])[:, 0].double().numpy()
            found.extend(np.split(logits, np.cumsum([len(pairs) for pairs in own])[:-1]))
        return found

    def figures(self, score: Callable[[Sequence[EncodedPair]], Tensor]) -> dict[str, float]:
        """Share of answers ranked first, by source, and how well the top score tells answerable groups apart."""
        logits = self.logits(score)
        first: dict[str, list[bool]] = {}
        for group, own in zip(self.groups, logits, strict=True):
            if group.right:
                first.setdefault(group.source, []).append(int(own.argmax()) == 0)
        figures = {f"first_{source}": float(np.mean(hits)) for source, hits in first.items()}
        figures["auroc_squad"] = self._auroc(logits, "squad_dev_articles")
        figures["auroc_swapped"] = self._auroc(logits, "+swapped")
        return figures

    def _auroc(self, logits: list[Floats], source: str) -> float:
        kept = [(own.max(), g) for own, g in zip(logits, self.groups, strict=True) if g.right or source in g.source]
        kept = [
            (top, g) for top, g in kept if "squad" in g.source and (g.right or source[0] == "+" or "+" not in g.source)
        ]
        return auroc([float(top) for top, _ in kept], [bool(g.right) for _, g in kept])


def _sample(groups: list[Group], limit: int) -> list[Group]:
    """At most `limit` of each source, answerable and not counted apart."""

    def kind(group: Group) -> str:
        return f"{group.source} {bool(group.right)}"

    chooser = random.Random(6)
    kinds = [list(own) for _, own in groupby(sorted(groups, key=kind), key=kind)]
    return [group for own in kinds for group in chooser.sample(own, min(limit, len(own)))]
