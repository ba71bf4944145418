from __future__ import annotations

import pytest

from qa.answering.claims.cited import Cited
from qa.answering.claims.objections import Kind, objections

ZONE = Cited(("The leaders agreed to create a zone 15-20 kilometres wide.",), ("An article on the zone",))


def is_objected_to(claim: str, cited: Cited = ZONE) -> bool:
    return Kind.WORDS in {each.kind for each in objections(claim, cited)}


@pytest.mark.parametrize(
    "claim",
    [
        "The article is about a zone that the leaders agreed to create.",
        "These sentences are talking about a zone 15-20 kilometres wide.",
        "The second sentence discusses the zone.",
        "The article does not mention whether the leaders agreed to create a zone.",
        "The articles don't say how wide the zone is.",
    ],
)
def test_what_the_articles_are_about_or_leave_out_is_no_claim_that_a_sentence_carries(claim: str) -> None:
    assert is_objected_to(claim)


@pytest.mark.parametrize(
    "claim",
    [
        "The article says that the leaders agreed to create a zone.",
        "According to the article, the zone is 15-20 kilometres wide.",
        "The leaders agreed about the zone.",
    ],
)
def test_what_the_articles_say_is_one(claim: str) -> None:
    assert not is_objected_to(claim)


def test_a_source_that_speaks_of_a_text_may_say_what_it_is_about() -> None:
    treaty = Cited(("The text of the treaty is about fishing, and does not mention oil.",))
    assert not is_objected_to("The text is about fishing.", treaty)
    assert not is_objected_to("The text does not mention oil.", treaty)
