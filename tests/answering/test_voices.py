"""What somebody else said is no answer to what one said; a sentence without a speaker is left alone."""

from __future__ import annotations

import pytest

from qa.answering.odds import lowered, ratio
from qa.answering.voices import SOMEONE_ELSE, voiced
from qa.domain import Hit
from qa.fakes import hit_among

BERG = hit_among(["Mayor Anna Berg said that the bridge was safe."], 0)
HOLM = hit_among(["Engineer Carl Holm said that the bridge was not safe."], 0)
SHE = hit_among(["Mayor Anna Berg spoke on Friday.", '"The bridge is safe," she said.'], 1)
NOBODY = hit_among(["The bridge was closed."], 0)


def is_lowered(question: str, hit: Hit) -> bool:
    [score] = voiced(question, [hit], [0.6])
    assert score in {0.6, lowered(0.6, SOMEONE_ELSE)}
    return score < 0.6


@pytest.mark.parametrize("question", ["What did Carl Holm say about the bridge?", "According to Holm, was it safe?"])
def test_what_another_said_counts_less(question: str) -> None:
    assert is_lowered(question, BERG)
    assert is_lowered(question, SHE)
    assert not is_lowered(question, HOLM)


def test_a_pronoun_is_whoever_was_named_before() -> None:
    assert not is_lowered("What did Berg say about the bridge?", SHE)


def test_a_description_may_be_whoever_is_asked_for() -> None:
    assert not is_lowered("What did Holm say?", hit_among(["The chief engineer said that it was safe."], 0))


def test_a_sentence_in_which_nobody_speaks_is_left_alone() -> None:
    assert not is_lowered("What did Holm say about the bridge?", NOBODY)


def test_a_question_that_asks_for_nobodys_words_changes_nothing() -> None:
    assert not is_lowered("Was the bridge of Holm safe?", BERG)


def test_an_answer_is_as_much_less_likely_as_the_sentence_it_stood_on() -> None:
    assert ratio([0.5, 0.2], [0.5, 0.1]) == 1.0
    assert lowered(0.5, ratio([0.5], [0.2])) == pytest.approx(0.2)
    assert ratio([0.5], [0.0]) == 0.0
    assert ratio([], []) == 1.0
