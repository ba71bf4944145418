"""A verdict of support is given for exact words alone."""

from __future__ import annotations

from dataclasses import replace

from qa.answering.evidence import Evidence, citable
from qa.answering.support import ExactWords
from qa.domain import Answer, Support
from qa.fakes import hit_among

ARTICLE = ["The mill dates\n from 1402.", "Rain is common there."]


def answer(words: str) -> Answer:
    evidence = Evidence()
    evidence.state(words, [citable(hit_among(ARTICLE, 0), 0.9)], 0.9)
    return evidence.answer("extractive")


def test_a_claim_in_the_words_of_its_citation_is_supported() -> None:
    assert ExactWords().check(answer("The mill dates from 1402.")) == [Support.SUPPORTED]


def test_a_claim_in_other_words_is_not_called_supported() -> None:
    assert ExactWords().check(answer("The mill dates from 1403.")) == [Support.UNCHECKED]


def test_a_citation_that_a_claim_does_not_name_does_not_support_it() -> None:
    moved = answer("The mill dates from 1402.")
    moved = replace(moved, claims=(replace(moved.claims[0], citations=(2,)),))
    assert ExactWords().check(moved) == [Support.UNCHECKED]
