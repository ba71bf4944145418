"""What has the name of another thing is not that thing."""

from __future__ import annotations

import pytest

from qa.answering.evidence import citable
from qa.answering.namesakes import are_namesakes
from qa.domain import Citation
from qa.fakes import hit_among


def cited(quote: str, title: str = "") -> Citation:
    return citable(hit_among([quote], 0, title=title), 0.9).citation(1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (cited("He sang.", "Kevin Lewis (singer, born 1952)"), cited("He sang.", "Kevin Lewis (singer, born 1970)")),
        (cited("Kevin Lewis (footballer) was born in 1952."), cited("Kevin Lewis (singer) was born in 1970.")),
        (cited("It has 5,000 people.", "Wadi, Karnataka"), cited("It has 6,000 people.", "Wadi, Maharashtra")),
        (cited("The Property Act 1870 was passed."), cited("The Property Act 1882 was passed.")),
        (cited("The mill of Ardal was built in 1402."), cited("The mill of Odda was built in 1420.")),
        (cited("Health costs 8% of the GDP.", "The Congo"), cited("Health costs 1% of the GDP.", "The Sudan")),
        (cited("Its population was 495.", "Achada Furna"), cited("Its population was 612.", "Brava Furna")),
    ],
)  # fmt: skip
def test_what_title_year_or_names_tell_apart_are_namesakes(one: Citation, other: Citation) -> None:
    assert are_namesakes(one, other)
    assert are_namesakes(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ruth Adler (19 June 1910 - 5 June 1988) was a judge.", "Ruth Adler (1 May 1912 - 5 June 1988) was a judge."),
        ("Ruth Adler (born 1910) was a judge.", "Ruth Adler (born 1912) was a judge."),
        ("The mill of Ardal was built in 1402.", "The mill of Ardal by the Sorra was built in 1420."),
        ("Ardal signed in May 2018.", "Ardal signed in June 2019."),
    ],
)
def test_another_value_or_more_said_of_one_of_them_makes_no_namesakes(one: str, other: str) -> None:
    assert not are_namesakes(cited(one), cited(other))
