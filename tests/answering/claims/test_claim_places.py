"""A value that stands in the text, but not where the claim has it."""

from __future__ import annotations

import pytest

from qa.answering.claims.cited import Cited
from qa.answering.claims.places import exchanged


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("It lasted from 2003 to 2003.", "It lasted from 2000 to 2003."),
        ("Yesterday Adler reported losses.", "Yesterday Novak reported losses to Adler."),
    ],
)
def test_a_value_in_the_place_of_another_is_found(claim: str, text: str) -> None:
    assert len(exchanged(claim, Cited((text,)))) == 1


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("Iran and Russia agreed.", "Russia and Iran agreed."),
        ("In 2018 the bridge closed.", "In 2015 the bridge opened, and in 2018 the mill closed."),
        ("Adler paid 30 crowns.", "Adler paid 30 crowns and Novak 20."),
    ],
)
def test_what_stands_in_its_place_is_left_alone(claim: str, text: str) -> None:
    assert exchanged(claim, Cited((text,))) == []
