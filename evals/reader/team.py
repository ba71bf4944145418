"""Several processes that train one model: each draws its own batches, and their gradients are averaged.

Two processes of one thread each are faster than one of two: nothing waits within a step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, distributed


@dataclass(frozen=True, slots=True)
class Team:
    """worker: from 0, below `workers`. The first one keeps the record."""

    worker: int = 0
    workers: int = 1

    @classmethod
    def join(cls, worker: int, workers: int, meeting: Path) -> Team:
        """Waits until all are there. meeting: a file that does not exist yet, the same for all of a run."""
        if workers > 1:
            at = f"file://{meeting.absolute()}"
            distributed.init_process_group("gloo", init_method=at, rank=worker, world_size=workers)
        return cls(worker, workers)

    @property
    def leads(self) -> bool:
        return self.worker == 0

    def average(self, parameters: Sequence[Tensor], time_spent: float) -> float:
        """Sets every gradient to its mean over the team and gives the mean of the times, the same for all."""
        if self.workers == 1:
            return time_spent
        gradients = [p.grad for p in parameters if p.grad is not None]
        clock = torch.tensor([time_spent])
        flat = torch.cat([*(gradient.reshape(-1) for gradient in gradients), clock])
        distributed.all_reduce(flat)
        flat /= self.workers
        parts = flat[:-1].split([gradient.numel() for gradient in gradients])
        for gradient, part in zip(gradients, parts, strict=True):
            gradient.copy_(part.view_as(gradient))
        return float(flat[-1])
