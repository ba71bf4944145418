"""Every name of a claim stands in what it cites, folded as in retrieval."""

from __future__ import annotations

import pytest

from qa.answering.claims.cited import Cited
from qa.answering.claims.proper_names import akin, missing_names, name_runs


def missing(claim: str, text: str, title: str = "") -> list[str]:
    return missing_names(claim, Cited((text,), (title,)))


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("He met Erdogan.", "He met Erdoğan's envoy."),
        ("Troops left Turkey.", "Troops left Türkiye."),
        ("Syria agreed.", "Syrian leaders agreed."),
        ("French troops left.", "Troops of France left."),
        ("They called the UN.", "They called the United Nations."),
        ("They called the United Nations.", "They called the UN."),
        ("The U.S. agreed.", "The US agreed."),
        ("They signed the Irish-Norwegian pact.", "Ireland and Norway signed."),
        ("Mr Novak left.", "Novak left."),
        ("On Monday in May it rained.", "It rained."),
        ("Critics objected.", "Some objected."),
    ],
)
def test_a_name_in_another_form_is_found(claim: str, text: str) -> None:
    assert missing(claim, text) == []


@pytest.mark.parametrize(
    ("claim", "text", "wrong"),
    [
        ("He met Putin.", "He met Erdogan.", ["Putin"]),
        ("Talks in Iraq failed.", "Talks in Iran failed.", ["Iraq"]),
        ("Carla Mendes said so.", "Ruth Adler said so.", ["Carla", "Mendes"]),
        ("Peter Adler said so.", "Ruth Adler said so.", ["Peter"]),
        ("They called NATO.", "They called the United Nations.", ["NATO"]),
    ],
)
def test_a_name_that_is_not_cited_is_missing(claim: str, text: str, wrong: list[str]) -> None:
    assert missing(claim, text) == wrong


def test_a_name_may_stand_in_the_title() -> None:
    assert missing("Ardal has two lakes.", "The town has two lakes.", "A visit to Ardal") == []


def test_names_of_other_places_are_not_akin() -> None:
    assert akin("libya", "libyan")
    assert akin("france", "french")
    assert not akin("austria", "australia")
    assert not akin("johnson", "johnston")


def test_a_name_is_a_run_of_capitals() -> None:
    assert name_runs("On Friday Xi Jinping met Ruth Adler's son in Paris.") == (
        ("Xi", "Jinping"),
        ("Ruth", "Adler"),
        ("Paris",),
    )
