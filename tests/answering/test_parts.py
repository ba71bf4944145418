"""Two questions in one are taken apart; one question with two things in it is not."""

from __future__ import annotations

import pytest

from qa.answering.evidence import citable
from qa.answering.parts import parts, search_parts
from qa.domain import Filter
from qa.fakes import FakeRetriever, hit_among
from qa.following import Follows
from qa.ports import Standalone


def test_two_questions_are_taken_apart() -> None:
    assert parts("When did the bridge open, and who paid for the trams?") == [
        "When did the bridge open",
        "who paid for the trams?",
    ]


def test_what_leads_up_to_a_question_is_taken_off() -> None:
    assert parts("For our briefing: who paid for the trams?") == ["who paid for the trams?"]
    assert parts("The Oster: which city does it cross?") == ["The Oster: which city does it cross?"]


def test_two_sentences_that_ask_are_two_questions() -> None:
    assert parts("When did the bridge open? Who paid for the trams?") == [
        "When did the bridge open?",
        "Who paid for the trams?",
    ]
    assert parts("Who paid for the trams, and did the city agree?") == ["Who paid for the trams", "did the city agree?"]


def test_a_part_that_takes_up_a_name_has_it_put_in_front() -> None:
    assert parts("How many people live in Oslo and how many bridges are there around it?") == [
        "How many people live in Oslo",
        "Oslo: how many bridges are there around it?",
    ]


@pytest.mark.anyio
async def test_each_part_is_searched_by_itself_and_its_hits_say_so() -> None:
    retriever = FakeRetriever([hit_among(["The bridge opened in 1911.", "The city paid."], 0)])
    asked = Standalone("When did the bridge open, and who paid for the trams?")
    found = await search_parts(retriever, asked, 5, Filter())
    assert [hit.part for hit in found] == [0, 1]
    assert retriever.follows == [None, None]


@pytest.mark.anyio
async def test_a_follow_up_is_searched_for_near_what_was_cited_before_it() -> None:
    hit = hit_among(["The bridge opened in 1911.", "The city paid."], 0)
    cited = citable(hit, 0.9).citation(1)
    retriever = FakeRetriever([hit])
    follows = Follows("Who paid?", "When did the bridge open?", hit.quote, (cited,), "Who paid?")
    await search_parts(retriever, Standalone("Who paid for the bridge?", follows=follows), 5, Filter())
    assert retriever.follows == [follows]


@pytest.mark.anyio
async def test_each_part_of_a_follow_up_is_looked_for_by_its_own_meaning() -> None:
    retriever = FakeRetriever([hit_among(["The bridge opened in 1911.", "The city paid."], 0)])
    follows = Follows("When was that and who paid for it?", "What is the bridge?", sought="When was that and who paid?")
    await search_parts(
        retriever, Standalone("When did the bridge open, and who paid for the bridge?", follows=follows), 5, Filter()
    )
    assert [each.sought for each in retriever.follows if each] == [
        "When did the bridge open", "who paid for the bridge?"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "question",
    [
        "When and where was the bridge opened?",
        "What did Anna Berg and Carl Holm say?",
        "How many trams and buses cross the bridge?",
        "Why?",
        "Was the bridge ever closed? Please give the mayor's own words.",
        "and what?",
        "Name the mayor, and what she did and how and why and when the old bridge fell and where new trams run.",
    ],
)
def test_one_question_stays_whole(question: str) -> None:
    assert parts(question) == [question]
