"""A claim that shares next to no word with what it cites is about something else, whatever figures agree."""

from __future__ import annotations

import pytest

from qa.answering.claims.cited import Cited
from qa.answering.claims.objections import Kind, objections

ZONE = Cited(("The leaders agreed to create a zone 15-20 kilometres wide.",))


@pytest.mark.parametrize("claim", ["Banana fish 15-20 quux.", "Зона будет шириной 15-20 километров."])
def test_next_to_no_word_in_common_is_objected_to(claim: str) -> None:
    assert Kind.WORDS in {each.kind for each in objections(claim, ZONE)}


@pytest.mark.parametrize(
    "claim", ["The zone is to be 15-20 kilometres wide.", "Both leaders want a broad zone.", "15-20."]
)
def test_other_words_for_the_same_are_not(claim: str) -> None:
    assert Kind.WORDS not in {each.kind for each in objections(claim, ZONE)}
