"""Markers, claims and citations come out of one place and never disagree."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from qa.answering.evidence import Citable, Evidence, abstention, being_read, citable, shown
from qa.domain import Reason, Status
from qa.fakes import hit_among

ARTICLE = ["First one here.", "Second one here.", "Third one here.", "Fourth one here."]
SENTENCES = [citable(hit_among(ARTICLE, place), 0.9) for place in range(len(ARTICLE))]


def test_sentences_are_numbered_in_order_of_first_use() -> None:
    evidence = Evidence()
    evidence.state("Says the third.", [SENTENCES[2]], 0.9)
    evidence.state("Say both.", [SENTENCES[0], SENTENCES[2]], 0.8)
    answer = evidence.answer("extractive")
    assert answer.text == "Says the third. [1] Say both. [2][1]"
    assert [(each.number, each.sentence) for each in answer.citations] == [(1, 3), (2, 1)]
    assert [claim.citations for claim in answer.claims] == [(1,), (2, 1)]


@given(st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=4), min_size=1, max_size=6))
def test_every_marker_is_one_citation_and_every_citation_is_used(uses: list[list[int]]) -> None:
    evidence = Evidence()
    for i, use in enumerate(uses):
        evidence.state(f"Claim {i}.", [SENTENCES[place] for place in use], 0.5)
    answer = evidence.answer("extractive")
    markers = [int(found) for found in re.findall(r"\[(\d+)\]", answer.text)]
    numbers = [citation.number for citation in answer.citations]
    assert list(dict.fromkeys(markers)) == numbers == list(range(1, len(numbers) + 1))
    assert all(answer.text[claim.start : claim.end] == claim.text for claim in answer.claims)


def test_a_marker_in_the_article_is_not_taken_for_one_of_ours() -> None:
    assert shown("The war[3] began\n in 2011.[12]") == "The war(3) began in 2011.(12)"


def test_a_neighbour_is_cited_by_its_own_place() -> None:
    neighbour = Citable(hit_among(ARTICLE, 3), 1, 0.4).citation(7)
    assert (neighbour.number, neighbour.sentence, neighbour.quote) == (7, 2, ARTICLE[1])
    assert "\n".join(ARTICLE)[neighbour.start : neighbour.end] == neighbour.quote


def test_an_abstention_cites_nothing_and_names_the_nearest() -> None:
    answer = abstention(Reason.NOT_IN_ARTICLES, SENTENCES[:2], "extractive")
    assert (answer.status, answer.reason) == (Status.ABSTAINED, Reason.NOT_IN_ARTICLES)
    assert answer.citations == ()
    assert answer.claims == ()
    assert "[" not in answer.text
    assert [each.quote for each in answer.nearest] == ARTICLE[:2]


def test_a_sentence_found_for_two_parts_is_shown_as_read_once_where_it_stood_first() -> None:
    article = ["The mill dates from 1402.", "Rain is common."]
    hits = [hit_among(article, 0), hit_among(article, 1), replace(hit_among(article, 0), part=1)]
    assert [(each.number, each.sentence) for each in being_read(hits)] == [(1, 1), (2, 2)]
