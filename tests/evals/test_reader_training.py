"""Training the reader, on a built set so small that it takes seconds."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training is an optional extra")
pytest.importorskip("nupunkt")

from evals.reader.batches import SHARES, Batches, Drawing, tempting  # noqa: E402
from evals.reader.corpus import NEWS, Asked, Collection, Text, join_words, read_articles  # noqa: E402
from evals.reader.data import TWIN, prepare  # noqa: E402
from evals.reader.export import export  # noqa: E402
from evals.reader.first_stage import Bm25, best  # noqa: E402
from evals.reader.own_cases import read_own_cases  # noqa: E402
from evals.reader.prepared import (  # noqa: E402
    Group,
    Prepared,
    Row,
    Statement,
    read,
    write,
)
from evals.reader.ranking import auroc, expected_calibration_error  # noqa: E402
from evals.reader.swaps import Swaps, slots  # noqa: E402
from evals.reader.tiny import HEADS, write_encoder  # noqa: E402
from evals.reader.train import Recipe, Run, scores  # noqa: E402
from qa.answering.cross_encoder import CrossEncoder  # noqa: E402
from qa.answering.pairing import Pair, PairEncoder  # noqa: E402

PLACES = ["Paris", "Oslo", "Cairo", "Lima", "Quito", "Bern", "Rome", "Delhi"]
WORDS = ["who", "leads", "?", ".", "the", "mayor", "of", "is", "big", *PLACES]


def tiny_set() -> Prepared:
    """Who leads a place is answered by the sentence on its mayor, not by the one on its size."""
    rows = [Row(f"the mayor of {place} leads .", "", "", "", place, 0) for place in PLACES]
    rows += [Row(f"{place} is big .", "", "", "", place, 0) for place in PLACES]
    count = len(PLACES)
    groups = [
        Group(f"who leads {place} ?", "built", (n,), (n + count, (n + 1) % count + count), n == 0)
        for n, place in enumerate(PLACES)
    ]
    return Prepared(rows, groups, [Statement("Paris is big .", "Paris is big .", "", "supported", "built")])


@pytest.fixture
def encoder(tmp_path: Path) -> Path:
    folder = tmp_path / "encoder"
    write_encoder(folder, WORDS)
    return folder


@pytest.fixture
def run(encoder: Path, tmp_path: Path) -> Run:
    return tiny_run(encoder, tmp_path / "out")


def tiny_run(encoder: Path, out: Path, steps: int = 60) -> Run:
    drawing = Drawing(groups=4, candidates=3, statements=1, withheld=0.0)
    recipe = Recipe(
        steps=steps,
        rate=3e-3,
        head_rate=3e-3,
        frozen_layers=1,
        heads=HEADS,
        warm_steps=5,
        bfloat16=False,
        drawing=drawing,
    )
    return Run(recipe, tiny_set(), encoder, out)


def test_a_short_run_reduces_its_loss(run: Run) -> None:
    losses = [float(run.advance()) for _ in range(60)]
    assert np.mean(losses[-10:]) < 0.5 * np.mean(losses[:5])


def test_a_run_goes_on_from_its_checkpoint_as_if_it_had_not_stopped(encoder: Path, tmp_path: Path) -> None:
    whole = tiny_run(encoder, tmp_path / "whole")
    expected = [float(whole.advance()) for _ in range(6)][3:]
    stopped = tiny_run(encoder, tmp_path / "stopped")
    for _ in range(3):
        stopped.advance()
    stopped.save()
    resumed = tiny_run(encoder, tmp_path / "stopped")
    assert [float(resumed.advance()) for _ in range(3)] == pytest.approx(expected, rel=1e-4)


def test_a_finished_run_leaves_weights_and_a_record(encoder: Path, tmp_path: Path) -> None:
    tiny_run(encoder, tmp_path / "out", steps=2).go()
    last = json.loads((tmp_path / "out" / "log.jsonl").read_text().splitlines()[-1])
    assert last["step"] == 2
    assert "first_built" in last
    assert (tmp_path / "out" / "checkpoint.pt").is_file()


def test_exported_weights_give_the_same_logits_without_torch(encoder: Path, tmp_path: Path) -> None:
    run = tiny_run(encoder, tmp_path / "out", steps=5)
    run.go()
    (tmp_path / "out" / "recipe.json").write_text("{}")
    export(tmp_path / "out", tmp_path / "reader.safetensors")
    pairs = [
        Pair("who leads Oslo ?", f"the mayor of {place} leads .", "big", before="Oslo is big .") for place in PLACES
    ]
    encode = PairEncoder.from_file(encoder / "tokenizer.json").encode
    with torch.no_grad():
        expected = scores(run.model, [encode(pair) for pair in pairs], 1, False).numpy()
    found = CrossEncoder(encoder, tmp_path / "reader.safetensors", threads=1).logits(pairs)
    assert found == pytest.approx(expected, abs=0.02)  # half precision
    assert json.loads((tmp_path / "reader.json").read_text())["steps"] == 5


def test_a_run_goes_on_from_exported_weights(encoder: Path, tmp_path: Path) -> None:
    first = tiny_run(encoder, tmp_path / "first", steps=3)
    first.go()
    (tmp_path / "first" / "recipe.json").write_text("{}")
    export(tmp_path / "first", tmp_path / "reader.safetensors")
    second = tiny_run(encoder, tmp_path / "second", steps=1)
    second.start_from(tmp_path / "reader.safetensors")
    found = dict(second.model.named_parameters())
    for name, value in first.model.named_parameters():
        assert found[name].detach().numpy() == pytest.approx(value.detach().numpy(), abs=0.002)  # half precision


def test_a_near_miss_of_the_same_cluster_comes_first(encoder: Path) -> None:
    sentences = ("the mayor of Oslo leads .", "Oslo is big .")
    names = ("fair-1-a", "fair-1-b", "fair-2-a")
    texts = {name: Text(name, NEWS, "", sentences, (0, 0), (False, True)) for name in names}
    prepared = prepare(Collection(texts, [Asked("who leads Oslo ?", "fair-1-a", (0,))]), [], encoder)
    assert prepared.groups[0].wrong[:2] == (3, 1) or prepared.groups[0].wrong[:2] == (1, 3)


def test_twins_are_prepared_and_seen_as_what_they_are(encoder: Path) -> None:
    sentences = ("the mayor of Oslo leads .", "Oslo is big .")
    texts = {"fair-1-a": Text("fair-1-a", NEWS, "", sentences, (0, 0), (False, True))}
    asked = [
        Asked("who leads Oslo ?", "fair-1-a", (0,), is_twin=True),
        Asked("is Oslo the mayor ?", "fair-1-a", (), paragraph=0, is_twin=True),
        Asked("is Oslo big ?", "fair-1-a", (1,)),
    ]
    prepared = prepare(Collection(texts, asked), [], encoder)
    assert [group.source for group in prepared.groups] == [NEWS + TWIN, NEWS + TWIN, NEWS]
    pairs = PairEncoder.from_file(encoder / "tokenizer.json")
    often = int(SHARES[NEWS + TWIN])
    drawn = Batches(prepared, pairs, Drawing(groups=2 * often + 1, candidates=1, statements=0, withheld=0.0)).draw(0)
    assert drawn.targets.count(-1) == often > 1  # one pass: each twin so often, the other question once


def test_frozen_layers_are_not_touched(run: Run) -> None:
    before = {name: value.clone() for name, value in run.model.state_dict().items()}
    run.advance()
    changed = {name for name, value in run.model.state_dict().items() if not (value == before[name]).all()}
    assert "encoder.layers.1.qkv.weight" in changed
    assert not any(name.startswith(("encoder.words", "encoder.layers.0.")) for name in changed)


def test_batches_are_the_same_for_the_same_step_and_leave_out_what_is_held_out(encoder: Path) -> None:
    pairs = PairEncoder.from_file(encoder / "tokenizer.json")
    one, other = (Batches(tiny_set(), pairs, Drawing(groups=4, candidates=3)) for _ in range(2))
    assert one.draw(7) == other.draw(7)
    paris = pairs.pieces(PLACES[0])[0]
    questions = [
        pair.ids[: pair.start] for step in range(9) for pair in one.draw(step).pairs[: sum(one.draw(step).sizes)]
    ]
    assert all(paris not in question for question in questions)


def test_the_most_tempting_near_misses_are_drawn_most(encoder: Path) -> None:
    drawn = [row for seed in range(200) for row in tempting(range(10), 3, random.Random(seed))]
    assert drawn.count(0) > drawn.count(9)
    assert len(tempting([4, 5], 3, random.Random(1))) == 2


def test_what_was_prepared_is_read_back(tmp_path: Path) -> None:
    write(tiny_set(), tmp_path)
    assert read(tmp_path) == tiny_set()


def test_a_changed_question_takes_its_new_name_from_the_same_article_after_the_same_word() -> None:
    asked = [("a", "Who was born in Lyon?"), ("a", "What burned in Turin?"), ("b", "Who lives in Kyoto?")]
    swaps = Swaps(asked)
    changes = [change for _ in range(30) if (change := swaps.change("a", "Who was born in Lyon?"))]
    assert {change.question for change in changes} == {"Who was born in Turin?"}
    assert swaps.change("b", "Who lives in Kyoto?") is None


def test_years_numbers_and_names_are_told_apart() -> None:
    assert [slot.kind[0] for slot in slots("Did 12 men of New York vote in 1989?")] == ["number", "name", "year"]


def test_rare_words_weigh_more_in_the_first_stage() -> None:
    index = Bm25(["the crane fell", "the crane stood", "a heron fell"])
    assert best(index.scores("heron near a crane"), 1) == [2]


def test_quotes_are_found_as_sentences_and_unanswerable_questions_have_none(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "a-town.txt").write_text(
        "The bridge was opened in 1910. It has two towers.\n\nBoats pass."
    )
    base = {"evidence": [], "reference_answer": "", "context_doc": "a-town", "paragraph": 0}
    right = base | {"question": "How many?", "reference_answer": "two", "unanswerable": False}
    right["evidence"] = [{"doc": "a-town", "quote": "It has two towers."}]
    lines = [right, base | {"question": "Who built it?", "unanswerable": True}]
    (tmp_path / "questions.jsonl").write_text("\n".join(map(json.dumps, lines)))
    found = read_articles(tmp_path)
    assert [asked.answers for asked in found.asked] == [(1,), ()]
    assert found.texts["a-town"].sentences[1] == "It has two towers."


def test_own_cases_become_questions_with_their_gold_sentences(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text("The bridge was opened in 1910. It has two towers.")
    gold = [[{"file": "a.txt", "quote": "It has two towers."}]]
    cases = [
        {
            "id": "1",
            "tags": [],
            "question": "How many towers?",
            "answerable": True,
            "reference_answer": "Two.",
            "gold": gold,
        },
        {"id": "2", "tags": [], "question": "Who built it?", "answerable": False, "why_not": "not_stated"},
    ]
    cases[0]["key_facts"] = [["two"]]
    (tmp_path / "cases.jsonl").write_text("\n".join(map(json.dumps, cases)))
    found = read_own_cases(tmp_path / "cases.jsonl", tmp_path / "articles")
    assert [(asked.text, asked.answers) for asked in found.asked] == [("a.txt", (1,)), ("a.txt", ())]


def test_what_is_prepared_leaves_out_the_answer_and_its_copies_from_the_near_misses(encoder: Path) -> None:
    sentences = ("the mayor of Oslo leads .", "Oslo is big .", "Paris is big .")
    texts = {name: Text(name, "built", "", sentences, (0, 0, 0), (False, True, True)) for name in ("one", "two")}
    found = Collection(texts, [Asked("who leads Oslo ?", "one", (0,)), Asked("who leads Paris ?", "two", ())])
    prepared = prepare(found, [], encoder)
    assert prepared.groups[0].right == (0,)
    assert sorted(prepared.groups[0].wrong) == [1, 2, 4, 5]
    assert sorted(prepared.groups[1].wrong) == [0, 1, 2, 3, 4, 5]
    assert prepared.rows[1].before == sentences[0]


def test_treebank_words_are_joined_as_people_write_them() -> None:
    assert join_words(["He", "did", "n't", "go", "-LRB-", "yet", "-RRB-", "."]) == "He didn't go (yet)."


def test_auroc_counts_ties_half() -> None:
    assert auroc([2.0, 1.0, 1.0, 0.0], [True, True, False, False]) == 0.875


def test_calibration_error_is_the_distance_of_stated_and_found_share() -> None:
    assert expected_calibration_error([0.8, 0.8, 0.8, 0.8, 0.8], [True, True, True, True, False]) == pytest.approx(0.0)
    assert expected_calibration_error([0.9, 0.9], [True, False]) == pytest.approx(0.4)
