"""A verdict of support is given for exact words alone."""

from __future__ import annotations

from qa.answering.evidence import citable
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
