"""Two articles that give another value for the same thing are a conflict; anything less sure is none."""

from __future__ import annotations

import pytest

from qa.answering.conflicts import conflicts
from qa.answering.evidence import citable
from qa.domain import Citation, Conflict
from qa.fakes import hit_among


def cited(number: int, quote: str, article: str = "") -> Citation:
    return citable(hit_among([quote], 0, article_id=article or f"{number}.txt"), 0.9).citation(number)


def found(question: str, *quotes: str) -> list[Conflict]:
    return conflicts([cited(number, quote) for number, quote in enumerate(quotes, 1)], question)


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "When was the mill of Ardal built?",
            "The mill of Ardal was built in 1402 by monks.",
            "The mill of Ardal was built in 1420 by monks.",
        ),
        (
            "How many bridges does Ardal have?",
            "Ardal has twelve bridges over the river.",
            "Ardal has 14 bridges over the river.",
        ),
        (
            "How wide is the zone near Ardal?",
            "The zone near Ardal is 15-20 kilometres wide.",
            "The zone near Ardal is 25 km wide.",
        ),
        (
            "Was the treaty signed by Ardal?",
            "The treaty was signed by Ardal in spring.",
            "The treaty was not signed by Ardal in spring.",
        ),
        (
            "When was Ruth Adler born?",
            "Ruth Adler (19 June 1910 - 5 June 1988) was a judge of the court.",
            "Ruth Adler (1 January 1900 - 5 June 1988) was a judge of the court.",
        ),
    ],
)
def test_another_value_for_the_same_thing_is_a_conflict(question: str, one: str, other: str) -> None:
    (conflict,) = found(question, one, other)
    assert conflict.citations == (1, 2)
    assert conflict.about


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("When was the mill built?", "The mill of Ardal was built in 1402.", "The mill of Odda was built in 1420."),
        (
            "When was the mill built?",
            "The mill of Ardal was built in 1402.",
            "The mill of Ardal was built in May 1402.",
        ),
        ("When was the mill built?", "The mill of Ardal was built in 1402.", "The mill of Ardal burned down in 1420."),
        ("How many came to Ardal?", "Ardal saw about 1,200 guests in all.", "Ardal saw 1,213 guests in all."),
        ("How many came to Ardal?", "Ardal saw 1,200 guests in all.", "Ardal saw 30 ships and all their guests."),
        ("Who built it?", "The mill of Ardal was built in 1402.", "The mill of Ardal was built in 1420."),
        ("How many bridges has it?", "Ardal has twelve bridges.", "Ardal has 12 bridges."),
    ],
)
def test_what_may_both_be_true_is_none(question: str, one: str, other: str) -> None:
    assert found(question, one, other) == []


def test_two_sentences_of_one_article_are_none() -> None:
    quotes = ("The mill of Ardal was built in 1402 by monks.", "The mill of Ardal was built in 1420 by monks.")
    cites = [cited(number, quote, "a.txt") for number, quote in enumerate(quotes, 1)]
    assert conflicts(cites, "When was the mill of Ardal built?") == []


def test_three_that_disagree_are_one_conflict() -> None:
    quotes = [f"The mill of Ardal was built in {year} by monks." for year in (1402, 1420, 1440)]
    (conflict,) = found("When was the mill of Ardal built?", *quotes)
    assert conflict.citations == (1, 2, 3)
    assert conflict.about == "mill Ardal built monks"
