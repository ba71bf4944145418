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
        (
            "When was the mill of Ardal built?",
            "The mill of Ardal by the Sorra was built for Abbot Olle in 1402.",
            "Built in 1420, the mill of Ardal stands by the Sorra.",
        ),
        (
            "What is the date of birth of Ruth Adler?",
            "Ruth Adler (19 June 1910 - 5 June 1988) was a Swedish judge.",
            "The Swedish judge Ruth Adler, born in Lund on 3 May 1912, wrote novels.",
        ),
        (
            "What is the population of Ardal in Norway?",
            "Ardal is a town in Norway with a population of 5,340 on the Sorra river.",
            "Ardal in Norway, a town on the Sorra river, has 6,100 inhabitants.",
        ),
        (
            "How many people died in the ferry accident off Ardal?",
            "Nine people were killed when the ferry Sorra hit a rock off Ardal on Monday.",
            "The toll of Monday's accident of the ferry Sorra off Ardal has risen to eleven.",
        ),
        (
            "When was the mill of Ardal first shown on film?",
            "First shown on 7 July 1965 (1965), the mill of Ardal was filmed by Olle.",
            "First shown on 8 July 1966 (1966), the mill of Ardal was filmed by Olle.",
        ),
        (
            "Did Ardal sign the treaty of Sorra?",
            "Ardal signed the treaty of Sorra on fishing in spring.",
            "In spring Ardal did not sign the treaty of Sorra on the fishing grounds.",
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
        (
            "How many live in Ardal?",
            "In 2010 the town of Ardal had 2,000 inhabitants.",
            "In 2020 the town of Ardal had 1,500 inhabitants.",
        ),
        (
            "When did Olle visit Ardal?",
            "Olle visited the mill of Ardal by the Sorra in 1402 with his monks.",
            "With his monks, Olle visited the mill of Ardal by the Sorra again, in 1420.",
        ),
        (
            "How many people died in the ferry accident?",
            "Nine people were killed when the ferry Sorra hit a rock off Ardal on Monday.",
            "Eleven people were killed when the ferry Vigra hit a rock off Odda on Monday.",
        ),
        (
            "How many people died off Ardal?",
            "At least nine people were killed when the ferry Sorra hit a rock off Ardal.",
            "Eleven people were killed when the ferry Sorra hit a rock off Ardal.",
        ),
        (
            "How many people died off Ardal?",
            "Nine people were killed when the ferry Sorra hit a rock off Ardal.",
            "Two of the dead of the ferry Sorra off Ardal were children, and three more died of the rock.",
        ),
        (
            "What did Ardal do when the mill was built?",
            "The mill of Ardal was built in 1402 by monks.",
            "The mill of Ardal was built in 1420 by monks.",
        ),
        ("What is the median age?", "The median age in the town was 37.", "The median age in the town was 45."),
        (
            "When was the Cup of Ardal opened?",
            "The 2033 Cup of Ardal was opened in May 2033 by Olle.",
            "The 2034 Cup of Ardal was opened in June 2034 by Olle.",
        ),
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
