"""Trains the reader; stops by steps or minutes, whichever comes first, and goes on from its last checkpoint.

python -m evals.reader.train PREPARED ENCODER_FOLDER OUT --minutes 90
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from evals.reader.batches import Batches, Drawing, Drawn
from evals.reader.data import Prepared, read
from evals.reader.export import imported
from evals.reader.held_out import HeldOut
from evals.reader.model import ReaderModel, load_encoder
from evals.reader.support import Label
from evals.reader.team import Team
from qa.answering.pairing import EncodedPair, PairEncoder, by_length, pad


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that a run is made of. minutes: of wall time, 0 for no limit. parts: lengths a batch is cut into."""

    steps: int = 1_000_000
    minutes: float = 0.0
    frozen_layers: int = 2
    heads: int = 12
    rate: float = 8e-5
    head_rate: float = 1e-3
    decay: float = 0.01
    warm_steps: int = 80
    support_weight: float = 0.5
    parts: int = 4
    check_minutes: float = 12.0
    save_minutes: float = 4.0
    bfloat16: bool = True
    drawing: Drawing = field(default_factory=Drawing)


def group_loss(logits: Tensor, drawn: Drawn) -> Tensor:
    """Cross-entropy over each question's candidates and "none" at logit 0, and over each pair by itself."""
    losses, start = [], 0
    for size, target in zip(drawn.sizes, drawn.targets, strict=True):
        own = torch.cat([logits[start : start + size], logits.new_zeros(1)])
        losses.append(functional.cross_entropy(own[None], torch.tensor([target % (size + 1)])))
        start += size
    truth = torch.zeros(start)
    truth[[place for place, target in _places(drawn) if target >= 0]] = 1
    return torch.stack(losses).mean() + functional.binary_cross_entropy_with_logits(logits[:start], truth)


def support_loss(logits: Tensor, labels: Sequence[str]) -> Tensor:
    """Cross-entropy over supported, refuted and, at logit 0, not enough; "unsupported" is either of the last two."""
    chances = torch.cat([logits[:, 1:3], logits.new_zeros(len(logits), 1)], 1).log_softmax(1)
    unsupported = torch.logsumexp(chances[:, 1:], 1)
    places = {Label.SUPPORTED: 0, Label.REFUTED: 1, Label.NOT_ENOUGH: 2}
    own = [
        chances[row, places[Label(label)]] if label in places else unsupported[row] for row, label in enumerate(labels)
    ]
    return -torch.stack(own).mean()


def _places(drawn: Drawn) -> Iterator[tuple[int, int]]:
    start = 0
    for size, target in zip(drawn.sizes, drawn.targets, strict=True):
        yield start + max(target, 0), target
        start += size


def scores(model: ReaderModel, pairs: Sequence[EncodedPair], parts: int, bfloat16: bool) -> Tensor:
    """Shape (pairs, 3): logits, computed in parts of like length."""
    cuts = by_length(pairs, parts)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bfloat16):
        found = torch.cat([model(pad([pairs[place] for place in places])) for places in cuts])
    order = torch.tensor([place for places in cuts for place in places])
    return found[torch.argsort(order)]


class Run:
    """One training run: its model, optimiser, place and record."""

    def __init__(self, recipe: Recipe, prepared: Prepared, encoder: Path, out: Path, team: Team | None = None) -> None:
        torch.set_num_threads(1)
        torch.manual_seed(recipe.drawing.seed)
        pairs = PairEncoder.from_file(encoder / "tokenizer.json")
        self.recipe, self.out, self.step, self.spent = recipe, out, 0, 0.0
        self.team = team or Team()
        self.batches = Batches(prepared, pairs, recipe.drawing)
        self.held_out = HeldOut(prepared, pairs)
        base = load_encoder(encoder / "model.safetensors", recipe.heads)
        self.model = ReaderModel(base, base.words.embedding_dim)
        base.freeze(recipe.frozen_layers)
        head = [*self.model.inner.parameters(), *self.model.outputs.parameters()]
        body = [p for p in base.parameters() if p.requires_grad]
        rates = [{"params": body, "peak": recipe.rate}, {"params": head, "peak": recipe.head_rate}]
        self.optimiser = torch.optim.AdamW(rates, lr=recipe.rate, weight_decay=recipe.decay, fused=True)
        self._resume()

    def _resume(self) -> None:
        path = self.out / "checkpoint.pt"
        if path.exists():
            kept = torch.load(path, weights_only=True)
            self.model.load_state_dict(kept["weights"], strict=False)
            self.optimiser.load_state_dict(kept["optimiser"])
            self.step, self.spent = kept["step"], kept["spent"]

    def start_from(self, weights: Path) -> None:
        """Exported weights, such as those that ship, instead of the encoder's own."""
        self.model.load_state_dict(imported(load_file(weights)), strict=False)

    def save(self) -> None:
        """Writes what was trained, whole or not at all."""
        weights = {name: p.detach() for name, p in self.model.named_parameters() if p.requires_grad}
        kept = {"weights": weights, "optimiser": self.optimiser.state_dict(), "step": self.step, "spent": self.spent}
        self.out.mkdir(parents=True, exist_ok=True)
        torch.save(kept, self.out / "checkpoint.new")
        (self.out / "checkpoint.new").replace(self.out / "checkpoint.pt")

    @property
    def progress(self) -> float:
        """The share of the run that is done, 0 to 1."""
        minutes = self.spent / 60 / self.recipe.minutes if self.recipe.minutes else 0.0
        return min(1.0, max(self.step / self.recipe.steps, minutes))

    def advance(self) -> float:
        """One step; gives its loss."""
        factor = min(1.0, (self.step + 1) / self.recipe.warm_steps) * (1.0 - self.progress)
        for group in self.optimiser.param_groups:
            group["lr"] = group["peak"] * factor
        start = time.monotonic()
        drawn = self.batches.draw(self.step, self.team.worker, self.team.workers)
        logits = scores(self.model, drawn.pairs, self.recipe.parts, self.recipe.bfloat16)
        loss = self._loss(logits, drawn)
        loss.backward()
        self.spent = self.team.average(list(self.model.parameters()), self.spent + time.monotonic() - start)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.step += 1
        return float(loss.detach())

    def _loss(self, logits: Tensor, drawn: Drawn) -> Tensor:
        loss = group_loss(logits[:, 0], drawn)
        if not drawn.labels:
            return loss
        return loss + self.recipe.support_weight * support_loss(logits[len(logits) - len(drawn.labels) :], drawn.labels)

    def go(self) -> None:
        """To the end, with checkpoints and checks on the held-out articles on the way."""
        saved = checked = time.monotonic()
        losses: list[float] = []
        while self.progress < 1.0:
            losses.append(self.advance())
            if not self.team.leads:
                continue
            if time.monotonic() - saved > 60 * self.recipe.save_minutes:
                self.save()
                saved = time.monotonic()
            if len(losses) == 50:
                self.note(loss=sum(losses) / len(losses))
                losses = []
            if time.monotonic() - checked > 60 * self.recipe.check_minutes:
                self.note(**self.check())
                checked = time.monotonic()
        if self.team.leads:
            self.save()
            self.note(**self.check())

    def check(self) -> dict[str, float]:
        return self.held_out.figures(lambda pairs: scores(self.model, pairs, 4, self.recipe.bfloat16))

    def note(self, **figures: float) -> None:
        """Adds a line to the run's record."""
        self.out.mkdir(parents=True, exist_ok=True)
        line: dict[str, Any] = {"step": self.step, "minutes": round(self.spent / 60, 2)}
        line |= {name: round(value, 4) for name, value in figures.items()}
        with (self.out / "log.jsonl").open("a") as log:
            log.write(json.dumps(line) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("prepared", "encoder", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--minutes", type=float, default=0.0)
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--worker", type=int, default=0, help="this process's number, from 0")
    parser.add_argument("--workers", type=int, default=1, help="start this command once for each")
    parser.add_argument("--meeting", type=Path, default=Path("meeting"), help="a new file, the same for all workers")
    parser.add_argument("--start", type=Path, help="exported weights to go on from")
    given = parser.parse_args()
    recipe = Recipe(steps=given.steps, minutes=given.minutes)
    team = Team.join(given.worker, given.workers, given.meeting)
    run = Run(recipe, read(given.prepared), given.encoder, given.out, team)
    if given.start and run.step == 0:
        run.start_from(given.start)
    if team.leads:
        given.out.mkdir(parents=True, exist_ok=True)
        (given.out / "recipe.json").write_text(json.dumps(asdict(recipe), indent=1) + "\n")
    run.go()


if __name__ == "__main__":
    main()
