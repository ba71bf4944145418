"""A sentence that hangs on an earlier one finds it; one that stands alone asks for nothing."""

from __future__ import annotations

import pytest

from qa.answering.antecedents import antecedent
from qa.fakes import hit_among

SPEECH = [
    "Prime Minister Anna Berg opened the bridge on Friday.",
    "Hundreds of people came to the river.",
    '"It took nine years to build," she said.',
]
BRIDGE = [
    "The Oster bridge was built in 1911 by a Danish firm.",
    "A second crossing followed in the north.",
    "It has carried trams since the war.",
]


def test_who_she_is_is_the_nearest_person_named_before() -> None:
    assert antecedent("How long did it take to build?", hit_among(SPEECH, 2)) == 0


def test_what_it_is_is_the_sentence_that_says_what_the_question_names() -> None:
    assert antecedent("What has the Oster bridge carried?", hit_among(BRIDGE, 2)) == 0


def test_what_it_is_is_the_sentence_before_where_the_question_names_nothing() -> None:
    assert antecedent("What carries trams?", hit_among(BRIDGE, 2)) == 1


def test_a_definite_thing_is_introduced_where_it_was_first_named() -> None:
    article = ["A factory for bread opened in May.", "Rain fell.", "The factory employs forty people."]
    assert antecedent("How many people work there?", hit_among(article, 2)) == 0
    assert antecedent("How many people does the factory employ?", hit_among(article, 2)) is None


@pytest.mark.parametrize("opening", ["On the same day", "That evening", "Two days later", "In that week"])
def test_what_is_told_by_another_time_is_dated_by_the_sentence_that_has_it(opening: str) -> None:
    article = ["The bridge was closed on March 4.", "Traffic came to a halt.", f"{opening} the mayor spoke."]
    assert antecedent("When did the mayor speak?", hit_among(article, 2)) == 0


@pytest.mark.parametrize(
    "sentence",
    [
        "Anna Berg said she was pleased.",
        '"It is ours," Anna Berg said.',
        "The Danish firm left in 1920.",
        "Trams run every ten minutes.",
    ],
)
def test_a_sentence_that_names_what_it_speaks_of_stands_alone(sentence: str) -> None:
    assert antecedent("What about it?", hit_among(["Something was said by Carl Holm before.", sentence], 1)) is None


def test_the_first_sentence_of_an_article_has_nothing_before_it() -> None:
    assert antecedent("What has it?", hit_among(["It has carried trams since the war."], 0)) is None
