"""A verdict of support is given for exact words alone."""

from __future__ import annotations

from qa.answering.evidence import Evidence, checked, citable
from qa.answering.support import ExactWords
from qa.domain import Support
from qa.fakes import hit_among

ARTICLE = ["The mill dates\n from 1402.", "Rain is common there."]
CITED = [citable(hit_among(ARTICLE, 0), 0.9).citation(1)]


def test_a_claim_in_the_words_of_its_citation_is_supported() -> None:
    assert ExactWords().check("The mill dates from 1402.", CITED).support is Support.SUPPORTED


def test_a_claim_in_other_words_is_not_called_supported() -> None:
    assert ExactWords().check("The mill dates from 1403.", CITED).support is Support.UNCHECKED


def test_a_claim_that_cites_nothing_is_not_supported() -> None:
    assert ExactWords().check("The mill dates from 1402.", []).support is Support.UNCHECKED


def test_each_claim_is_checked_against_its_own_citations() -> None:
    evidence = Evidence()
    for place in (0, 1):
        evidence.state("The mill dates from 1402.", [citable(hit_among(ARTICLE, place), 0.9)], 0.9)
    found = checked(evidence.answer("extractive"), ExactWords())
    assert [claim.support for claim in found.claims] == [Support.SUPPORTED, Support.UNCHECKED]
