"""Claims made from sentences: true ones stay true, false ones are wrong in one way."""

from __future__ import annotations

import random

import pytest

from evals.reader.counterexamples import CLASSES, TRUE, Changer, Stock, built, shortened

SENTENCES = [
    ("", "On Monday Ruth Adler said that the 1,200 workers of Oslo were paid in March 2019 by the city."),
    ("", "In the south Peter Novak announced that four bridges over the Danube will close in May for repairs."),
    ("", "Critics in Lisbon said the tower was not built by Carla Mendes, which pleased nobody at the court."),
]


def changed(kind: str, sentence: str) -> str:
    changer = Changer(Stock(text for _, text in SENTENCES), random.Random(1))
    found = changer.changes()[kind](sentence)
    assert found is not None
    return found


@pytest.mark.parametrize("kind", CLASSES)
def test_each_class_changes_the_sentence(kind: str) -> None:
    assert changed(kind, SENTENCES[0][1]) != SENTENCES[0][1]


def test_a_number_keeps_its_look() -> None:
    assert changed("number", "Some 1,200 people came.") in {
        f"Some {n:,} people came." for n in (1201, 1202, 2400, 12000, 1205, 1199)
    }


def test_a_negation_is_put_in_or_taken_out() -> None:
    assert changed("negation", "The mill was built.") == "The mill was not built."
    assert changed("negation", "The mill was not built.") == "The mill was built."


def test_a_detail_comes_from_another_sentence() -> None:
    assert changed("detail", "The mill is old.").startswith("The mill is old ")


def test_what_is_cut_off_was_an_addition() -> None:
    long = "The city paid all of its workers in the spring, which pleased nobody at all."
    assert shortened(long) == "The city paid all of its workers in the spring."


def test_each_sentence_gives_one_true_claim_and_the_same_ones_each_time() -> None:
    found = list(built(SENTENCES))
    assert [each.kind for each in found].count(TRUE) == len(SENTENCES)
    assert found == list(built(SENTENCES))
    assert all(each.claim != each.evidence for each in found if each.kind != TRUE)
