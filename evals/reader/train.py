"""Trains the reader; stops by steps or minutes, whichever comes first, and goes on from its last checkpoint.

python -m evals.reader.train PREPARED ENCODER_FOLDER OUT --minutes 90

On a GPU, first a teacher of another body, then the reader from its logits and the labels:

python -m evals.reader.train PREPARED ENCODER TEACHER --recipe teacher --base MPNET --device cuda --loaders 14
python -m evals.reader.train PREPARED ENCODER OUT --recipe pupil --base MPNET --teacher TEACHER --device cuda …

And on with more data, near what it was where that was right:

python -m evals.reader.train PREPARED ENCODER OUT --recipe again --start WEIGHTS --teacher WEIGHTS --minutes 60
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.utils.data import DataLoader

from evals.reader.batches import Batches, Drawing
from evals.reader.export import imported
from evals.reader.held_out import HeldOut
from evals.reader.laying import Laid, Lessons, in_parts
from evals.reader.losses import heard, taught_loss, whole_loss
from evals.reader.model import ReaderModel, load_encoder
from evals.reader.mpnet import load_mpnet
from evals.reader.prepared import Prepared, read
from evals.reader.team import Team
from qa.answering.pairing import Batch, EncodedPair, PairEncoder

STEPS = 1_000_000


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that a run is made of. minutes: of wall time, 0 for no limit. parts: lengths a batch is cut into.

    taught: the share of the loss that is the distance to the teacher, at this temperature, where there is a teacher.
    """

    steps: int = STEPS
    minutes: float = 0.0
    frozen_layers: int = 2
    heads: int = 12
    rate: float = 8e-5
    head_rate: float = 1e-3
    decay: float = 0.01
    warm_steps: int = 80
    support_weight: float = 0.5
    dropout: float = 0.0
    taught: float = 0.0
    temperature: float = 2.0
    parts: int = 4
    check_minutes: float = 12.0
    save_minutes: float = 4.0
    bfloat16: bool = True
    drawing: Drawing = field(default_factory=Drawing)


RECIPES: Mapping[str, Recipe] = {
    "cpu": Recipe(),
    "again": Recipe(taught=0.5),
    "teacher": Recipe(
        frozen_layers=0, rate=5e-5, head_rate=5e-4, warm_steps=200, dropout=0.1,
        drawing=Drawing(groups=48, candidates=8, statements=48),
    ),
    "pupil": Recipe(
        rate=2e-4, head_rate=1e-3, warm_steps=200, taught=0.7,
        drawing=Drawing(groups=48, candidates=8, statements=48),
    ),
}  # fmt: skip


def run_through(model: ReaderModel, parts: Sequence[Batch], bfloat16: bool) -> Tensor:
    """Shape (pairs, 3): logits, part after part."""
    with torch.autocast(model.device.type, dtype=torch.bfloat16, enabled=bfloat16):
        return torch.cat([model(part) for part in parts])


def scores(model: ReaderModel, pairs: Sequence[EncodedPair], parts: int, bfloat16: bool) -> Tensor:
    """Shape (pairs, 3): logits, computed in parts of like length."""
    batches, order = in_parts(pairs, parts)
    return run_through(model, batches, bfloat16)[torch.from_numpy(order)]


def load_model(folder: Path, recipe: Recipe) -> ReaderModel:
    """With a fresh head, and frozen as the recipe says. folder: of MPNet, or else of a BERT encoder."""
    kind = json.loads((folder / "config.json").read_text("utf-8")).get("model_type")
    if kind == "mpnet":
        teacher = load_mpnet(folder, recipe.dropout)
        return ReaderModel(teacher, teacher.words.embedding_dim)
    base = load_encoder(folder / "model.safetensors", recipe.heads)
    base.freeze(recipe.frozen_layers)
    return ReaderModel(base, base.words.embedding_dim)


def load_trained(run: Path, base: Path, recipe: Recipe) -> ReaderModel:
    """What a run has trained of this body, as saved last. Raises FileNotFoundError where it has saved nothing."""
    model = load_model(base, replace(recipe, dropout=0.0))
    kept = torch.load(run / "checkpoint.pt", weights_only=True, map_location="cpu")
    model.load_state_dict(kept["weights"], strict=False)
    model.eval()
    model.requires_grad_(False)
    return model


def load_exported(weights: Path, encoder: Path, recipe: Recipe) -> ReaderModel:
    """The reader of exported weights, such as those that ship."""
    model = load_model(encoder, recipe)
    model.load_state_dict(imported(load_file(weights)), strict=False)
    model.eval()
    model.requires_grad_(False)
    return model


def about_teacher(run: Path) -> dict[str, Any]:
    """Its recipe, and the last line of its record, which holds the figures on the held-out articles.

    Of exported weights what stands beside them.
    """
    if run.is_file():
        record = json.loads(run.with_suffix(".json").read_text("utf-8"))
        return {"itself": {name: record[name] for name in ("recipe", "steps")}}
    recipe = json.loads((run / "recipe.json").read_text("utf-8"))
    return {"recipe": recipe, "last": json.loads((run / "log.jsonl").read_text("utf-8").splitlines()[-1])}


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a run is done and with whom. teacher: the folder of a finished run to learn from.

    base: the folder of the teacher's body, to train it or to learn from it. loaders: processes that draw batches ahead.
    A teacher that is a file of exported weights is the reader as it was, and is heard where it was right.
    """

    device: str = "cpu"
    base: Path | None = None
    teacher: Path | None = None
    loaders: int = 0
    team: Team = field(default_factory=Team)

    @property
    def is_itself_the_teacher(self) -> bool:
        return self.teacher is not None and self.teacher.is_file()


class Run:
    """One training run: its model, optimiser, place and record."""

    def __init__(
        self, recipe: Recipe, prepared: Prepared, encoder: Path, out: Path, setting: Setting | None = None
    ) -> None:
        self.setting = setting or Setting()
        if self.setting.device == "cpu":
            torch.set_num_threads(1)
        torch.manual_seed(recipe.drawing.seed)
        pairs = PairEncoder.from_file(encoder / "tokenizer.json")
        self.recipe, self.out, self.step, self.spent = recipe, out, 0, 0.0
        self._given: set[str] = set()  # frozen layers that are not the encoder's own, by the names of their weights
        self.team = self.setting.team
        self.lessons = Lessons(Batches(prepared, pairs, recipe.drawing), recipe.parts, self.team)
        self.held_out = HeldOut(prepared, pairs)
        device = torch.device(self.setting.device)
        other = self.setting.base or encoder
        self.model = load_model(encoder if self.setting.teacher else other, recipe).to(device)
        self.teacher = self._teacher(encoder, other)
        head = [*self.model.inner.parameters(), *self.model.outputs.parameters()]
        body = [p for p in self.model.encoder.parameters() if p.requires_grad]
        rates = [{"params": body, "peak": recipe.rate}, {"params": head, "peak": recipe.head_rate}]
        self.optimiser = torch.optim.AdamW(rates, lr=recipe.rate, weight_decay=recipe.decay, fused=True)
        self._resume()
        self._coming = self._load()

    def _teacher(self, encoder: Path, body: Path) -> ReaderModel | None:
        """body: the folder of its kind of encoder, if it is not the reader as it was."""
        place = self.setting.teacher
        if place is None:
            return None
        if self.setting.is_itself_the_teacher:
            found = load_exported(place, encoder, self.recipe)
        else:
            found = load_trained(place, body, self.recipe)
        found.to(self.setting.device)
        return found

    def _resume(self) -> None:
        path = self.out / "checkpoint.pt"
        if path.exists():
            kept = torch.load(path, weights_only=True, map_location=self.model.device)
            self.model.load_state_dict(kept["weights"], strict=False)
            self.optimiser.load_state_dict(kept["optimiser"])
            self.step, self.spent = kept["step"], kept["spent"]
            self._given = set(kept["weights"])

    def _load(self) -> Iterator[Laid]:
        steps = range(self.step, self.recipe.steps)
        yield from DataLoader(self.lessons, batch_size=None, sampler=steps, num_workers=self.setting.loaders)

    def start_from(self, weights: Path) -> None:
        """Exported weights, such as those that ship, instead of the encoder's own."""
        given = imported(load_file(weights))
        self.model.load_state_dict(given, strict=False)
        self._given = set(given)

    def save(self) -> None:
        """Writes what was trained, and what was frozen but given, whole or not at all."""
        own = {name: p for name, p in self.model.named_parameters() if p.requires_grad or name in self._given}
        weights = {name: p.detach() for name, p in own.items()}
        kept = {"weights": weights, "optimiser": self.optimiser.state_dict(), "step": self.step, "spent": self.spent}
        self.out.mkdir(parents=True, exist_ok=True)
        torch.save(kept, self.out / "checkpoint.new")
        (self.out / "checkpoint.new").replace(self.out / "checkpoint.pt")

    @property
    def progress(self) -> float:
        """The share of the run that is done, 0 to 1."""
        minutes = self.spent / 60 / self.recipe.minutes if self.recipe.minutes else 0.0
        return min(1.0, max(self.step / self.recipe.steps, minutes))

    def advance(self) -> Tensor:
        """One step; gives its loss."""
        factor = min(1.0, (self.step + 1) / self.recipe.warm_steps) * (1.0 - self.progress)
        for group in self.optimiser.param_groups:
            group["lr"] = group["peak"] * factor
        start = time.monotonic()
        self.model.train()
        loss = self._loss(next(self._coming))
        loss.backward()
        if self.model.device.type == "cuda":
            torch.cuda.synchronize()
        self.spent = self.team.average(list(self.model.parameters()), self.spent + time.monotonic() - start)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.step += 1
        return loss.detach()

    def _loss(self, laid: Laid) -> Tensor:
        recipe, order = self.recipe, torch.from_numpy(laid.order)
        logits = run_through(self.model, laid.parts, recipe.bfloat16)[order]
        loss = whole_loss(logits, laid, recipe.support_weight)
        if not self.teacher:
            return loss
        with torch.no_grad():
            wanted = run_through(self.teacher, laid.parts, recipe.bfloat16)[order]
            if self.setting.is_itself_the_teacher:
                wanted = heard(logits, wanted, laid)
        taught = taught_loss(logits, wanted, laid, recipe.support_weight, recipe.temperature)
        return (1 - recipe.taught) * loss + recipe.taught * taught

    def go(self) -> None:
        """To the end, with checkpoints and checks on the held-out articles on the way."""
        saved = checked = time.monotonic()
        losses: list[Tensor] = []
        while self.progress < 1.0:
            losses.append(self.advance())
            if not self.team.leads:
                continue
            if time.monotonic() - saved > 60 * self.recipe.save_minutes:
                self.save()
                saved = time.monotonic()
            if len(losses) == 50:
                self.note(loss=float(torch.stack(losses).mean()))
                losses = []
            if time.monotonic() - checked > 60 * self.recipe.check_minutes:
                self.note(**self.check())
                checked = time.monotonic()
        if self.team.leads:
            self.save()
            self.note(**self.check())

    def check(self) -> dict[str, float]:
        self.model.eval()
        return self.held_out.figures(lambda pairs: scores(self.model, pairs, 4, self.recipe.bfloat16).cpu())

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
    parser.add_argument("--recipe", choices=sorted(RECIPES), default="cpu")
    parser.add_argument("--minutes", type=float, default=0.0)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--frozen", type=int, help="layers that stay as they are; the recipe says how many")
    parser.add_argument("--without-built", action="store_true", help="no near misses made of answerable questions")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--loaders", type=int, default=0, help="processes that draw batches ahead")
    parser.add_argument("--base", type=Path, help="the folder of the teacher's body, MPNet")
    parser.add_argument("--teacher", type=Path, help="a finished run's folder, or exported weights, to learn from")
    parser.add_argument("--worker", type=int, default=0, help="this process's number, from 0")
    parser.add_argument("--workers", type=int, default=1, help="start this command once for each")
    parser.add_argument("--meeting", type=Path, default=Path("meeting"), help="a new file, the same for all workers")
    parser.add_argument("--start", type=Path, help="exported weights to go on from")
    given = parser.parse_args()
    recipe = replace(RECIPES[given.recipe], steps=given.steps, minutes=given.minutes)
    if given.without_built:
        recipe = replace(recipe, drawing=replace(recipe.drawing, built=False, withheld=0.0))
    if given.frozen is not None:
        recipe = replace(recipe, frozen_layers=given.frozen)
    team = Team.join(given.worker, given.workers, given.meeting)
    setting = Setting(given.device, given.base, given.teacher, given.loaders, team)
    run = Run(recipe, read(given.prepared), given.encoder, given.out, setting)
    if given.start and run.step == 0:
        run.start_from(given.start)
    if team.leads:
        given.out.mkdir(parents=True, exist_ok=True)
        about = asdict(recipe) | {"recipe": given.recipe, "device": given.device}
        about |= {"teacher": about_teacher(given.teacher)} if given.teacher else {}
        (given.out / "recipe.json").write_text(json.dumps(about, indent=1) + "\n")
    run.go()


if __name__ == "__main__":
    main()
