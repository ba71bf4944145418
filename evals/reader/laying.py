"""Lays a drawn batch out for the model: pairs padded in parts of like length, and where each group's pairs then lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from torch.utils.data import Dataset

from evals.reader.batches import Batches, Drawn
from evals.reader.prepared import Label
from evals.reader.team import Team
from qa.answering.pairing import Batch, EncodedPair, by_length, pad

Integers = npt.NDArray[np.int64]
LABELS = tuple(Label)


@dataclass(frozen=True, slots=True)
class Laid:
    """One batch. parts: padded pairs. order: for each pair, as drawn, its row in the parts laid end to end.

    groups: shape (groups, most candidates), the numbers of each group's pairs, -1 where it has fewer. targets: for each
    group the column of the pair that answers, or the number of columns for none. labels: of each statement, the last
    of the pairs, its place in LABELS.
    """

    parts: list[Batch]
    order: Integers
    groups: Integers
    targets: Integers
    labels: Integers


def in_parts(pairs: Sequence[EncodedPair], parts: int) -> tuple[list[Batch], Integers]:
    cuts = by_length(pairs, parts)
    batches = [pad([pairs[place] for place in places]) for places in cuts]
    return batches, np.argsort(np.concatenate([np.asarray(places, np.int64) for places in cuts]))


def lay(drawn: Drawn, parts: int) -> Laid:
    most = max(drawn.sizes)
    groups = np.full((len(drawn.sizes), most), -1, np.int64)
    starts = np.cumsum([0, *drawn.sizes])
    for row, (start, size) in enumerate(zip(starts, drawn.sizes, strict=False)):
        groups[row, :size] = range(start, start + size)
    targets = np.asarray([most if target < 0 else target for target in drawn.targets], np.int64)
    labels = np.asarray([LABELS.index(Label(label)) for label in drawn.labels], np.int64)
    return Laid(*in_parts(drawn.pairs, parts), groups, targets, labels)


class Lessons(Dataset[Laid]):
    """The batches by step, for torch's loader: drawn in other processes while the model works."""

    def __init__(self, batches: Batches, parts: int, team: Team) -> None:
        self._batches, self._parts, self._team = batches, parts, team

    def __getitem__(self, step: int) -> Laid:
        return lay(self._batches.draw(step, self._team.worker, self._team.workers), self._parts)
