"""Two like events of different dates are told apart by the article's date, the sentence's years and the question's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from qa.answering.dating import dated, when
from qa.answering.odds import lowered
from qa.domain import Hit
from qa.fakes import hit_among

SPRING, AUTUMN, LATER = date(2018, 3, 2), date(2018, 10, 9), date(2021, 5, 1)


def told(quote: str, published: date | None = None) -> Hit:
    return replace(hit_among([quote], 0), published=published)


def order(question: str, *hits: Hit) -> list[int]:
    scores = dated(question, hits, [0.6] * len(hits))
    return sorted(range(len(hits)), key=lambda i: -scores[i])


def test_a_sentence_of_the_year_asked_about_comes_before_one_of_another_year() -> None:
    hits = told("In 2016 the river rose by a metre."), told("In 2018 the river rose by two metres.")
    assert order("How much did the river rise in 2018?", *hits) == [1, 0]


def test_an_older_article_does_not_tell_of_a_later_year() -> None:
    hits = told("The river rose by a metre.", SPRING), told("The river rose by two metres.", LATER)
    assert order("How much did the river rise in 2021?", *hits) == [1, 0]


@pytest.mark.parametrize("word", ["latest", "most recent", "current"])
def test_the_newest_that_could_answer_counts_most(word: str) -> None:
    hits = told("The rate is 2 per cent.", SPRING), told("The rate is 3 per cent.", LATER), told("So is 4.", AUTUMN)
    assert order(f"What is the {word} rate?", *hits) == [1, 2, 0]


def test_what_could_not_answer_makes_nothing_older() -> None:
    hits = told("The rate is 2 per cent.", SPRING), told("Rain fell.", LATER)
    assert dated("What is the rate now?", hits, [0.6, 0.1])[0] == pytest.approx(0.6)


def test_before_and_after_a_date_are_its_two_sides() -> None:
    hits = told("The bridge was closed.", SPRING), told("The bridge was closed again.", AUTUMN)
    assert order("What happened to the bridge after June 2018?", *hits) == [1, 0]
    assert order("What happened to the bridge before June 2018?", *hits) == [0, 1]


def test_without_a_time_in_the_question_or_a_date_nothing_changes() -> None:
    hits = told("The rate is 2 per cent.", SPRING), told("The rate is 3 per cent.", LATER)
    assert dated("What is the rate?", hits, [0.4, 0.7]) == (0.4, 0.7)
    assert dated("What is the rate now?", [told("It is 2."), told("It is 3.")], [0.4, 0.7]) == (0.4, 0.7)


def test_a_number_that_is_no_year_is_none() -> None:
    assert when("How were 2,018 people and 1.2019 units counted?").years == frozenset()
    assert when("Who won in 2018, and since March 2020?") == when("Who won in 2018 and after March 2020?")


def test_lowered_odds_stay_between_nought_and_one() -> None:
    assert lowered(0.5, 0.25) == pytest.approx(0.2)
    assert lowered(1.0, 0.25) == 1.0
    assert lowered(0.0, 0.25) == 0.0
