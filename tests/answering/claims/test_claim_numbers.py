"""Every number of a claim stands in what it cites, however it is written."""

from __future__ import annotations

import pytest

from qa.answering.claims.cited import Cited
from qa.answering.claims.number_words import spelt
from qa.answering.claims.numbers import missing_numbers


def missing(claim: str, text: str) -> list[str]:
    return missing_numbers(claim, Cited((text,)))


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("two hundred and fifty thousand", 250_000),
        ("half a million", 500_000),
        ("twenty-one", 21),
        ("a dozen", 12),
        ("three million two hundred thousand", 3_200_000),
    ],
)
def test_number_words_are_one_number(words: str, value: float) -> None:
    assert [each.value for each in spelt(f"They counted {words} of them.")] == [value]


def test_words_that_do_not_go_on_are_two_numbers() -> None:
    assert [each.value for each in spelt("five and six, two or three")] == [5, 6, 2, 3]


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("It cost 1200 crowns.", "It cost 1,200 crowns."),
        ("It cost 1.2 thousand crowns.", "It cost 1,200 crowns."),
        ("Twelve posts were set up.", "12 posts were set up."),
        ("Ardal has 250,000 people.", "Two hundred and fifty thousand people live there."),
        ("Turnout was 40 per cent.", "Turnout was 40%."),
        ("The zone is 15 to 20 km wide.", "a 15-20 kilometre-wide zone"),
        ("Between 5 and 10 per cent left.", "5-10 % of them left"),
        ("It raised $5m.", "It raised 5 million dollars."),
        ("About 1,200 came.", "1,213 people came."),
        ("More than 1,000 came.", "1,013 people came."),
        ("Half of them left.", "50 % of them left."),
        ("It was the 5th time.", "It was the fifth time."),
        ("One of them left.", "A few left."),
        ("An F-16 crashed.", "The F-16 came down."),
        ("The train left at 14:30.", "It left at 14:30."),
    ],
)
def test_the_same_number_in_another_form_is_found(claim: str, text: str) -> None:
    assert missing(claim, text) == []


@pytest.mark.parametrize(
    ("claim", "text", "wrong"),
    [
        ("It cost 1,201 crowns.", "It cost 1,200 crowns.", "1,201"),
        ("Four bridges will close.", "Three bridges will close.", "Four"),
        ("Turnout was 40 per cent.", "Turnout was 40 of 90.", "40 per cent"),
        ("The zone is 20 miles wide.", "The zone is 20 kilometres wide.", "20 miles"),
        ("It raised 5 million euros.", "It raised 5 million dollars.", "5 million euros"),
        ("About 1,200 came.", "1,300 people came.", "1,200"),
        ("1,200 came.", "1,213 people came.", "1,200"),
        ("It was the sixth time.", "It was the fifth time, six years on.", "sixth"),
        ("The train left at 14:30.", "It left at 14:28.", "14:30"),
    ],
)
def test_another_number_is_missing(claim: str, text: str, wrong: str) -> None:
    assert missing(claim, text) == [wrong]


def test_what_belongs_to_a_date_is_left_to_the_dates() -> None:
    assert missing("It opened on 12 May 2019.", "It opened.") == []
