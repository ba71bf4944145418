"""Which questions lean on what was said before them, and on what of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from told import FOREST, leaning, turn

from qa.following import Follows


@pytest.mark.parametrize("question", ["and Varga, happy?", "so Quenby?", "but Holm paid?"])
def test_what_goes_on_with_a_conjunction_leans_though_it_names_somebody(question: str) -> None:
    assert leaning(question, turn(FOREST, "The great fire broke out on May 3.")) is not None


@pytest.mark.parametrize("question", ["When was it put out?", "Why?", "And in Norland?", "anyone killed?", "Who paid?"])
def test_what_cannot_stand_alone_leans_on_the_last_turn(question: str) -> None:
    before = turn(FOREST, "The great fire broke out on May 3.")
    assert leaning(question, before) == Follows(
        question, FOREST, "The great fire broke out on May 3.", before.answer.citations, question
    )


def test_what_names_what_it_asks_about_leans_on_nothing() -> None:
    assert leaning("How many bridges does Quenby have?", turn(FOREST, "The great fire broke out on May 3.")) is None


def test_a_definite_noun_beside_a_name_leans_on_nothing() -> None:
    before = turn(FOREST, "The great fire broke out on May 3.")
    assert leaning("How many Varga supporters live in the province?", before) is None


def test_a_name_in_small_letters_is_known_by_what_was_cited() -> None:
    before = turn(FOREST, "The fire was put out by the Quenby brigade.")
    assert leaning("who pays the quenby brigade", before) is None
    assert leaning("who pays the brigade", before) is not None


@pytest.mark.parametrize("question", ["who is the chadian minister", "capital of france", "does the mexican zoo pay"])
def test_a_country_in_small_letters_is_a_name(question: str) -> None:
    assert leaning(question, turn(FOREST, "The great fire broke out on May 3.")) is None


@pytest.mark.parametrize("question", ["any turks killed?", "who told us", "france?", "who is the main minister"])
def test_people_and_a_name_alone_may_still_lean_on_what_was_said(question: str) -> None:
    assert leaning(question, turn(FOREST, "The great fire broke out on May 3.")) is not None


@pytest.mark.parametrize("said", ["hello", "thank you", "okay"])
def test_what_asks_nothing_leans_on_nothing(said: str) -> None:
    assert leaning(said, turn(FOREST, "The great fire broke out on May 3.")) is None


def test_a_first_question_leans_on_nothing() -> None:
    assert leaning("Who paid?") is None


def test_after_an_abstention_the_turns_before_say_where_to_look() -> None:
    answered, abstained = turn(FOREST, "The great fire broke out on May 3."), turn("Who lit the great fire?")
    follows = leaning("Why?", answered, abstained)
    assert follows is not None
    assert (follows.before, follows.said) == ("Who lit the great fire?", "")
    assert follows.cited == answered.answer.citations


def test_the_likeliest_sentence_of_an_answer_is_what_was_said() -> None:
    before = turn(FOREST, "He was born in Marland.", "The great fire broke out on May 3.")
    first, second = before.answer.citations
    answer = replace(before.answer, citations=(replace(first, score=0.2), second))
    follows = leaning("Why?", replace(before, answer=answer))
    assert follows is not None
    assert follows.said == "The great fire broke out on May 3."


def test_no_more_than_the_last_two_answers_say_where_to_look() -> None:
    turns = [turn(FOREST, f"The great fire broke out on May {day}.") for day in (1, 2, 3)]
    follows = leaning("Why?", *turns)
    assert follows is not None
    assert [each.quote for each in follows.cited] == [f"The great fire broke out on May {day}." for day in (3, 2)]


def test_an_acronym_that_opens_a_question_is_its_subject() -> None:
    before = turn(FOREST, "The great fire broke out on May 3.")
    assert leaning("IMF: what do the letters mean?", before) is None
    assert leaning("Letters: what do they mean?", before) is not None
    assert leaning("WHO paid?", before) is not None


def test_after_an_abstention_what_came_nearest_is_looked_near() -> None:
    nearest = turn(FOREST, "The great fire broke out on May 3.").answer.citations
    before = turn("Who put it out?")
    before = replace(before, answer=replace(before.answer, nearest=nearest))
    follows = leaning("When was that?", before)
    assert follows is not None
    assert (follows.cited, follows.said) == (nearest, "")
    answered = turn(FOREST, "A forester saw the smoke.")
    follows = leaning("When was that?", answered, before)
    assert follows is not None
    assert follows.cited == answered.answer.citations
