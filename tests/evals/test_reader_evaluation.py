"""Measuring and calibrating the reader; needs no torch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evals.reader.calibrate import fitted, logistic
from evals.reader.candidates import Measured, MemoryIndex, hold, quoted, read, sentence_windows, write
from evals.reader.evaluate import Scored, by_policy, figures, reciprocal_ranks
from evals.reader.held_out_cases import cases, changed
from qa.answering.extractive import Policy
from qa.domain import Hit, Sentence
from qa.fakes import FakeEmbedder
from qa.ports import Stretch

TEXT = """A bridge over the Elbe
The bridge over the Elbe was reopened in May. It had been damaged by the flood.
Boats pass."""


def hit(number: int, score: float, quote: str = "The bridge was reopened.") -> Hit:
    sentence = Sentence(number, number * 100, number * 100 + len(quote), 1, 1)
    features = {"dense_sentence": score, "dense_passage": score}
    return Hit("a", "", "", "", None, sentence, quote, (sentence,), (quote,), score, features)


def asked(gold: int | None, logits: list[float], number: int = 0) -> Scored:
    hits = [hit(n + 1, 1.0 - n / 10) for n in range(len(logits))]
    marks = [n == gold for n in range(len(logits))]
    measured = Measured(f"q{number}", "When was the bridge reopened?", gold is not None, hits, marks, marks)
    return Scored(measured, np.array(logits), 1.0)


def many() -> list[Scored]:
    """The reader is right about two in three answerable questions, and less sure of the others."""
    right = [asked(n % 3, [3.0 if place == n % 3 else -1.0 for place in range(3)], n) for n in range(40)]
    wrong = [asked(0, [-1.0, 1.0, -2.0], n) for n in range(20)]
    return [*right, *wrong, *(asked(None, [-3.0, -2.5, -4.0 + n / 10], n) for n in range(40))]


def test_what_is_measured_is_read_back(tmp_path: Path) -> None:
    measured = asked(1, [0.0, 1.0]).of
    write([measured], tmp_path / "hits.jsonl")
    assert read(tmp_path / "hits.jsonl") == [measured]


def test_a_hit_is_gold_where_it_covers_half_of_a_quote_of_its_own_document() -> None:
    text = "x" * 100 + "The bridge was reopened. Boats pass."
    found = hit(1, 1.0)
    assert quoted(found, text, [("a", "The bridge was reopened.")])
    assert not quoted(found, text, [("b", "The bridge was reopened.")])
    assert not quoted(found, text, [("a", "Boats pass.")])


def test_a_title_is_never_a_candidate_and_every_sentence_is_in_a_passage() -> None:
    held = hold("a", TEXT, True, FakeEmbedder())
    assert held is not None
    assert held.near.title == "A bridge over the Elbe"
    assert held.near.quotes[0].startswith("The bridge")
    assert len(held.near.quotes) == 2 + ("Boats pass." in held.near.quotes)
    assert held.near.passages[0].first == 1
    assert {place for window in sentence_windows(23) for place in window} == set(range(23))


def test_the_index_in_memory_reads_the_stretch_asked_for() -> None:
    held = hold("a", TEXT, True, FakeEmbedder())
    assert held is not None
    index = MemoryIndex([held])
    (part,) = index.read([Stretch("a", 2, 2)])
    assert [sentence.number for sentence in part.sentences] == [2]
    assert part.quotes == (held.near.quotes[1],)
    assert index.sentences("damaged flood", 5)[0].first == 2


def test_figures_tell_the_ways_of_ranking_apart() -> None:
    row = figures(many(), None)
    assert row["gold_first"] == pytest.approx(34 / 60, abs=0.01)
    assert row["gold_reader"] == pytest.approx(40 / 60, abs=0.01)
    assert row["auroc_reader"] == 1.0


def test_ranks_are_fused_with_twice_the_weight_for_the_reader() -> None:
    fused = reciprocal_ranks(asked(0, [0.0, 5.0, 1.0]))
    assert fused == pytest.approx([2 / 12 + 1 / 10, 2 / 10 + 1 / 11, 2 / 11 + 1 / 12])


def test_fitted_probabilities_say_what_is_found() -> None:
    found = many()
    calibration = fitted({"built": found})
    row = figures(found, calibration)
    assert row["auroc_fused"] > 0.95
    assert row["ece"] < 0.15
    assert row["gold_fused"] >= row["gold_reader"]


def test_a_policy_that_never_abstains_refuses_nothing_and_answers_everything() -> None:
    found = many()
    row = by_policy(found, fitted({"built": found}), Policy(answerable=0.0, enough=1.0, worth=0.0))
    assert (row["answerable_refused"], row["unanswerable_answered"]) == (0.0, 1.0)


def test_the_regression_finds_the_line_that_made_the_data() -> None:
    chance = np.random.default_rng(6)
    inputs = chance.normal(size=(4000, 2)) * np.array([1.0, 10.0])
    truths = (chance.random(4000) < 1 / (1 + np.exp(-(2 * inputs[:, 0] - 0.1 * inputs[:, 1] + 0.5)))).astype(float)
    assert logistic(inputs, truths, np.ones(4000), ridge=0.01) == pytest.approx([2, -0.1, 0.5], abs=0.25)


def test_questions_of_the_other_articles_are_another_topic() -> None:
    own = [{"id": "1", "question": "Who was born in Lyon?", "unanswerable": False, "context_doc": "a"}]
    other = [{"id": "2", "question": "Who won?", "unanswerable": False, "context_doc": "b"}]
    found = cases(own, other)
    assert [(row["id"], row["unanswerable"]) for row in found] == [("1", False), ("other-2", True)]


def test_changed_questions_are_unanswerable() -> None:
    names = ("Lyon", "Turin", "Basel", "Ghent")
    own = [{"id": n, "question": f"Who was born in {n}?", "context_doc": "a", "unanswerable": False} for n in names] * 5
    rows = changed(own)
    assert rows
    assert all(row["unanswerable"] and row["question"] != own[0]["id"] for row in rows)


def test_sentences_of_follow_ups_do_not_count_for_those_of_other_questions() -> None:
    """Of them the first stage says something else; here that the last is right."""
    alone = many()
    after = [asked(2, [1.0, 0.5, 0.0], n) for n in range(30)]
    of = [replace(each.of, asked="And when?", follows="What opened?") for each in after]
    leaning = [replace(each, of=own, leans=True) for each, own in zip(after, of, strict=True)]
    both = fitted({"built": [*alone, *leaning]})
    assert both.sentence == fitted({"built": alone}).sentence
    assert both.following != both.sentence
    read = both.judged("When was the bridge reopened?", after[0].logits, after[0].hits, follows=True)
    assert read.scores != both.judged("When was the bridge reopened?", after[0].logits, after[0].hits).scores
