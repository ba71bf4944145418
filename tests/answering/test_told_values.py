"""What a sentence gives as the value that a question asks for, and what it gives of something else."""

from __future__ import annotations

import pytest

from qa.answering.asked import Kind
from qa.answering.told_values import sought, told_amounts, told_dates

BUILT = sought("When was the mill built?").about
BORN = sought("When was Ruth born?").about
DIED = sought("When did Ruth die?").about
KILLED = sought("How many people were killed?").about


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When was the mill built?", Kind.WHEN),
        ("In what year was the mill built?", Kind.WHEN),
        ("What is the release date of the film?", Kind.WHEN),
        ("What did they say when the mill was built?", Kind.OTHER),
        ("Did they say when the mill was built?", Kind.YES_NO),
        ("How many bridges are there?", Kind.QUANTITY),
        ("What is the median age in Ardal?", Kind.QUANTITY),
        ("What sport did Olle play?", Kind.OTHER),
        ("Who built the mill?", Kind.OTHER),
    ],
)
def test_only_questions_for_a_value_have_a_kind(question: str, kind: Kind) -> None:
    assert sought(question).kind is kind


def test_what_is_counted_is_the_noun_asked_for_or_any_word_for_it() -> None:
    assert sought("How many stone bridges does Ardal have?").about == {"bridg"}
    assert {"dead", "kill", "toll"} <= sought("How many people died?").about
    assert sought("When did Olle visit Ardal?").about == frozenset()  # he may have come often


@pytest.mark.parametrize(
    ("sentence", "years"),
    [
        ("The mill was built in 1402 and burned down in 1511.", [1402]),
        ("In 1420 the mill was built; the house followed in 1500.", [1420]),
        ("The mill burned down in 1511.", []),
        ("The mill was built by monks. In 1511 it burned down.", []),
    ],
)
def test_the_date_that_stands_beside_the_event_is_its_date(sentence: str, years: list[int]) -> None:
    assert [each.year for each in told_dates(sentence, BUILT)] == years


def test_two_dates_in_brackets_behind_a_name_are_a_life() -> None:
    life = "Ruth Adler (19 June 1910 - 5 June 1988) was a judge."
    assert [each.year for each in told_dates(life, BORN)] == [1910]
    assert [each.year for each in told_dates(life, DIED)] == [1988]
    assert told_dates("Ruth Adler was a judge from 5 May 1950 - 6 May 1960.", BORN) == []


@pytest.mark.parametrize(
    ("sentence", "values"),
    [
        ("Nine people were killed and 64 injured.", [9]),
        ("A bomb went off, killing seven people and injuring 41.", [7]),
        ("The toll of the flood now stands at 41.", [41]),
        ("That brings the number of dead to nine.", [9]),
        ("Two of the injured have died since.", []),
        ("Three more people died.", []),
        ("Four children were killed.", []),
        ("Nine houses burned where people were killed.", []),
        ("It was the 30th death.", []),
    ],
)
def test_a_number_counts_what_it_stands_beside_and_no_part_of_it(sentence: str, values: list[float]) -> None:
    assert [each.value for each in told_amounts(sentence, KILLED)] == values


def test_a_table_tells_nothing() -> None:
    table = "Killed 9 injured 64 " * 20
    assert told_amounts(table, KILLED) == []
    assert told_dates("born 1910 " + table, BORN) == []
