"""What a reader learns from: the labels, a teacher's logits, and a teacher of another body."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

torch = pytest.importorskip("torch", reason="training is an optional extra")

from evals.reader.batches import SWAPPED, Batches, Drawing, Drawn  # noqa: E402
from evals.reader.candidates import Measured  # noqa: E402
from evals.reader.evaluate_run import alone  # noqa: E402
from evals.reader.export import exported  # noqa: E402
from evals.reader.laying import LABELS, Laid, lay  # noqa: E402
from evals.reader.losses import group_loss, heard, support_loss, taught_loss  # noqa: E402
from evals.reader.mpnet import bucket, load_mpnet  # noqa: E402
from evals.reader.prepared import Group, Label, Prepared, Row  # noqa: E402
from evals.reader.tiny import HEADS, write_encoder, write_mpnet  # noqa: E402
from evals.reader.train import Recipe, Run, Setting, about_teacher, load_trained, scores  # noqa: E402
from qa.answering.pairing import EncodedPair, PairEncoder  # noqa: E402
from qa.domain import Hit, Sentence  # noqa: E402

WORDS = ["who", "leads", "?", ".", "mayor", "of", "big", "is", "Oslo", "Lima", "Bern", "Rome"]
DRAWING = Drawing(groups=2, candidates=2, statements=0, withheld=0.0)
RECIPE = Recipe(
    steps=30, rate=3e-3, head_rate=3e-3, frozen_layers=1, heads=HEADS, warm_steps=5, bfloat16=False, drawing=DRAWING
)


@pytest.fixture
def encoder(tmp_path: Path) -> Path:
    folder = tmp_path / "encoder"
    write_encoder(folder, WORDS)
    return folder


@pytest.fixture
def mpnet(tmp_path: Path) -> Path:
    folder = tmp_path / "mpnet"
    write_mpnet(folder)
    return folder


def small_set() -> Prepared:
    places = WORDS[-4:]
    rows = [Row(f"mayor of {place} leads .", "", "", "", place, 0) for place in places]
    rows += [Row(f"{place} is big .", "", "", "", place, 0) for place in places]
    groups = [Group(f"who leads {place} ?", "built", (n,), (n + 4,), False) for n, place in enumerate(places)]
    return Prepared(rows, groups, [])


def laid(groups: list[list[int]], targets: list[int], labels: list[Label]) -> Laid:
    numbers = np.asarray([LABELS.index(label) for label in labels], np.int64)
    return Laid([], np.empty(0, np.int64), np.asarray(groups), np.asarray(targets), numbers)


def test_a_group_of_fewer_candidates_counts_only_its_own() -> None:
    logits = torch.tensor([2.0, 0.0, -1.0])
    found = float(group_loss(logits, laid([[0, 1], [2, -1]], [0, 2], [])))
    choices = [math.log(1 + math.exp(-2) + math.exp(-2)), math.log(1 + math.exp(-1))]
    alone = [math.log(1 + math.exp(-2)), math.log(2), math.log(1 + math.exp(-1))]
    assert found == pytest.approx(sum(choices) / 2 + sum(alone) / 3, rel=1e-5)


def test_unsupported_is_satisfied_by_refuted_and_by_not_enough() -> None:
    sure = torch.tensor([[0.0, -9.0, 9.0], [0.0, -9.0, -9.0], [0.0, 9.0, -9.0]])
    by_row = [float(support_loss(row[None], laid([[0]], [1], [Label.UNSUPPORTED]))) for row in sure]
    assert max(by_row[:2]) < 0.01 < 5 < by_row[2]


def test_a_pupil_cannot_do_better_than_to_think_as_its_teacher() -> None:
    torch.manual_seed(6)
    teacher = torch.randn(5, 3)
    given = laid([[0, 1], [2, -1]], [0, 2], [Label.SUPPORTED, Label.REFUTED])
    own = teacher.clone().requires_grad_()
    taught_loss(own, teacher, given, 0.5, 2.0).backward()
    assert own.grad is not None
    assert own.grad.abs().max() < 1e-6
    other = taught_loss(teacher + torch.randn(5, 3), teacher, given, 0.5, 2.0)
    assert other > taught_loss(teacher, teacher, given, 0.5, 2.0)


def test_a_reader_that_was_wrong_about_a_question_teaches_nothing_of_it() -> None:
    teacher = torch.tensor([[3.0, 0, 0], [-3.0, 0, 0], [-2.0, 0, 0]])
    own = torch.randn(3, 3, generator=torch.manual_seed(6))
    found = heard(own, teacher, laid([[0, 1], [2, -1]], [0, 0], []))
    assert found[:2].tolist() == teacher[:2].tolist()
    assert found[2].tolist() == own[2].tolist()


def test_a_batch_is_laid_so_that_every_pair_is_found_again() -> None:
    pairs = [EncodedPair(tuple(range(2, 2 + size)), 1, 2) for size in (7, 3, 5, 4)]
    found = lay(Drawn(pairs, [2, 1], [1, -1], ["refuted"]), 2)
    rows = [row for part in found.parts for row in part.mask.sum(1)]
    assert [rows[place] for place in found.order] == [7, 3, 5, 4]
    assert found.groups.tolist() == [[0, 1], [2, -1]]
    assert found.targets.tolist() == [1, 2]


def test_near_distances_have_a_bucket_each_and_far_ones_share() -> None:
    found = bucket(torch.tensor([0, -1, -7, -8, -200, -900, 1, 7, 900]), 32)
    assert found.tolist() == [0, 1, 7, 8, 15, 15, 17, 23, 31]


def test_padding_changes_no_state_of_the_teacher(mpnet: Path) -> None:
    model = load_mpnet(mpnet, dropout=0.0).eval()
    ids, longer = torch.tensor([[101, 7, 8, 102]]), torch.tensor([[101, 7, 8, 102, 0, 0]])
    with torch.no_grad():
        short = model(ids, torch.ones_like(ids), torch.zeros_like(ids))
        padded = model(longer, (longer > 0).long(), torch.zeros_like(longer))
    assert padded[:, :4].numpy() == pytest.approx(short.numpy(), abs=1e-5)


def test_a_teacher_of_another_body_is_trained_and_then_teaches(encoder: Path, mpnet: Path, tmp_path: Path) -> None:
    teacher = Run(replace(RECIPE, dropout=0.1), small_set(), encoder, tmp_path / "teacher", Setting(base=mpnet))
    losses = [float(teacher.advance()) for _ in range(30)]
    assert np.mean(losses[-5:]) < 0.7 * np.mean(losses[:5])
    teacher.save()
    setting = Setting(base=mpnet, teacher=tmp_path / "teacher")
    (tmp_path / "teacher" / "recipe.json").write_text('{"rate": 1}')
    teacher.note(first_built=1.0)
    assert about_teacher(tmp_path / "teacher")["last"]["first_built"] == 1.0
    pupil = Run(replace(RECIPE, taught=1.0), small_set(), encoder, tmp_path / "pupil", setting)
    before = distance(pupil, teacher, encoder)
    for _ in range(30):
        pupil.advance()
    assert distance(pupil, teacher, encoder) < 0.7 * before


def test_a_reader_goes_on_near_what_it_was(encoder: Path, tmp_path: Path) -> None:
    run = Run(RECIPE, small_set(), encoder, tmp_path / "run")
    for _ in range(30):
        run.advance()
    weights = tmp_path / "kept.safetensors"
    save_file(exported({name: p for name, p in run.model.named_parameters() if p.requires_grad}), weights)
    weights.with_suffix(".json").write_text('{"recipe": {"rate": 1}, "steps": 30}')
    assert about_teacher(weights) == {"itself": {"recipe": {"rate": 1}, "steps": 30}}
    again = Run(replace(RECIPE, taught=1.0), small_set(), encoder, tmp_path / "again", Setting(teacher=weights))
    before = distance(again, run, encoder)
    for _ in range(30):
        again.advance()
    assert distance(again, run, encoder) < 0.7 * before


def test_layers_that_were_given_and_frozen_are_kept_with_what_was_trained(encoder: Path, tmp_path: Path) -> None:
    run = Run(replace(RECIPE, frozen_layers=0), small_set(), encoder, tmp_path / "run")
    for _ in range(5):
        run.advance()
    weights = tmp_path / "kept.safetensors"
    save_file(exported({name: p for name, p in run.model.named_parameters() if p.requires_grad}), weights)
    begun = Run(RECIPE, small_set(), encoder, tmp_path / "again")
    begun.start_from(weights)
    begun.save()
    resumed = Run(RECIPE, small_set(), encoder, tmp_path / "again")
    resumed.save()
    first = {name: p for name, p in begun.model.named_parameters() if ".layers.0." in name}
    kept = torch.load(tmp_path / "again" / "checkpoint.pt", weights_only=True)["weights"]
    assert first
    assert all(torch.equal(kept[name], p) for name, p in first.items())


def distance(one: Run, other: Run, encoder: Path) -> float:
    """The mean difference of their logits for "this sentence answers"."""
    drawn = Batches(small_set(), PairEncoder.from_file(encoder / "tokenizer.json"), DRAWING).draw(0)
    for run in (one, other):
        run.model.eval()
    with torch.no_grad():
        logits = [scores(run.model, drawn.pairs, 2, False)[:, 0] for run in (one, other)]
    return float((logits[0] - logits[1]).abs().mean())


def test_batches_drawn_ahead_are_those_of_the_run_without(encoder: Path, tmp_path: Path) -> None:
    losses = []
    for loaders in (0, 2):
        run = Run(RECIPE, small_set(), encoder, tmp_path / str(loaders), Setting(loaders=loaders))
        losses.append([float(run.advance()) for _ in range(4)])
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


def test_built_near_misses_can_be_left_out(encoder: Path) -> None:
    made = Group("who leads Rome ?", "built" + SWAPPED, (), (0,), False)
    prepared = replace(small_set(), groups=[*small_set().groups, *[made] * 40])
    pairs = PairEncoder.from_file(encoder / "tokenizer.json")
    drawing = replace(DRAWING, groups=8, built=False)
    assert all(-1 not in Batches(prepared, pairs, drawing).draw(step).targets for step in range(5))
    assert any(-1 in Batches(prepared, pairs, replace(drawing, built=True)).draw(step).targets for step in range(5))


def test_a_run_is_measured_on_candidates_before_it_is_exported(encoder: Path, tmp_path: Path) -> None:
    run = Run(RECIPE, small_set(), encoder, tmp_path / "run")
    for _ in range(30):
        run.advance()
    run.save()
    model = load_trained(tmp_path / "run", encoder, RECIPE)
    pairs = PairEncoder.from_file(encoder / "tokenizer.json")
    asked = [measured(place, answers=True) for place in WORDS[-4:]] + [measured("Bern", answers=False)]
    found = alone(model, pairs, asked)
    assert (found.questions, found.first) == (5, 1.0)
    assert found.auroc > 0.5


def measured(place: str, answers: bool) -> Measured:
    """Who leads it, with the sentence on its mayor, or none that says so, behind the one on its size."""
    other = f"mayor of {place} leads ." if answers else f"{place} of {place} ."
    hits = [said(number, quote) for number, quote in enumerate((f"{place} is big .", other), 1)]
    return Measured(place, f"who leads {place} ?", answers, hits, [False, answers], [False, answers])


def said(number: int, quote: str) -> Hit:
    sentence = Sentence(number, number * 100, number * 100 + len(quote), 1, 1)
    return Hit("a", "", "", "", None, sentence, quote, (sentence,), (quote,), 1.0, {})
