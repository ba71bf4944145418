"""Which sentences are said, how many, and in what order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from qa.answering.checked import CheckedAnswers
from qa.answering.evidence import Citable, Evidence, citable
from qa.answering.extractive import ExtractiveAnswerer, Policy, chosen
from qa.answering.support import ExactWords
from qa.domain import Answer, Hit, Reason, Status
from qa.fakes import hit_among
from qa.following import Follows
from qa.ports import Reader, Reading
from qa.stopwatch import Stopwatch

POLICY = Policy(answerable=0.5, enough=0.8, worth=0.3)
ARTICLE = [
    "Bread was first baked in the north.",
    "The oldest mill of Ardal dates from 1402.",
    "Rain is common in autumn.",
    "Visitors pay three crowns at the gate.",
]
OTHER = ["Ardal lies between two lakes.", "Its fire brigade has eleven members."]


class Scripted:
    """A reader that says what it was told to."""

    def __init__(self, scores: Sequence[float], answerable: float = 1.0) -> None:
        self.reading = Reading(tuple(scores), answerable)

    def read(self, question: str, hits: Sequence[Hit], follows: Follows | None = None) -> Reading:
        return self.reading


async def answered(reader: Reader, question: str, hits: Sequence[Hit], follows: Follows | None = None) -> Answer:
    answers = CheckedAnswers(ExtractiveAnswerer(reader, POLICY), ExactWords())
    [growing] = [each async for each in answers.grow(question, Evidence(tuple(hits), follows), Stopwatch())]
    return growing.answer


def sentences(*scores: float) -> list[Citable]:
    return [citable(hit_among(ARTICLE, place), score) for place, score in enumerate(scores)]


def test_one_sure_sentence_is_enough() -> None:
    assert [each.score for each in chosen(sentences(0.9, 0.7), POLICY)] == [0.9]


def test_unsure_ones_are_added_until_it_is_sure_enough() -> None:
    assert len(chosen(sentences(0.5, 0.4, 0.4, 0.4), POLICY)) == 3


def test_what_is_much_less_likely_than_the_best_is_left_out() -> None:
    assert len(chosen(sentences(0.6, 0.1), POLICY)) == 1


def test_what_says_the_same_again_is_left_out() -> None:
    twice = ["The zone is 15 km wide.", "The zone is 15 km wide!"]
    assert len(chosen([citable(hit_among(twice, place), 0.4) for place in (0, 1)], POLICY)) == 1


@pytest.mark.anyio
async def test_sentences_of_one_article_are_said_in_reading_order() -> None:
    hits = [hit_among(ARTICLE, 3), hit_among(ARTICLE, 1), hit_among(OTHER, 0, article_id="b.txt")]
    answer = await answered(Scripted([0.5, 0.4, 0.45]), "What of Ardal?", hits)
    assert [(each.article_id, each.sentence) for each in answer.citations] == [("a.txt", 2), ("a.txt", 4), ("b.txt", 1)]


@pytest.mark.anyio
async def test_a_sentence_that_hangs_on_another_comes_with_it_and_cites_it() -> None:
    answer = await answered(Scripted([0.9]), "Who fights fires?", [hit_among(OTHER, 1)])
    assert answer.text == f"{OTHER[0]} [1] {OTHER[1]} [2][1]"
    assert answer.claims[1].citations == (2, 1)


@pytest.mark.anyio
async def test_an_antecedent_that_was_chosen_itself_is_said_once() -> None:
    hits = [hit_among(OTHER, 1), hit_among(OTHER, 0)]
    answer = await answered(Scripted([0.5, 0.5]), "Who fights fires?", hits)
    assert answer.text.count(OTHER[0]) == 1


@pytest.mark.anyio
async def test_an_unlikely_answer_is_not_given() -> None:
    hits = [hit_among(ARTICLE, place) for place in range(4)]
    answer = await answered(Scripted([0.1, 0.3, 0.2, 0.0], answerable=0.4), "Why?", hits)
    assert (answer.status, answer.reason) == (Status.ABSTAINED, Reason.NOT_IN_ARTICLES)
    assert [each.sentence for each in answer.nearest] == [2, 3, 1]


@pytest.mark.anyio
async def test_without_hits_nothing_was_retrieved() -> None:
    answer = await answered(Scripted([]), "Why?", [])
    assert (answer.reason, answer.nearest) == (Reason.NOTHING_RETRIEVED, ())


class ByQuestion:
    """A reader that knows each part's sentence."""

    def read(self, question: str, hits: Sequence[Hit], follows: Follows | None = None) -> Reading:
        wanted = 1 if "old" in question else 3
        return Reading(tuple(0.9 if hit.sentence.number == wanted + 1 else 0.1 for hit in hits), 0.9)


@pytest.mark.anyio
async def test_each_part_of_a_question_gets_its_sentence() -> None:
    hits = [hit_among(ARTICLE, place) for place in range(4)]
    question = "How old is the mill of Ardal, and what do visitors pay at the gate?"
    answer = await answered(ByQuestion(), question, hits)
    assert [citation.sentence for citation in answer.citations] == [2, 4]


@pytest.mark.anyio
async def test_a_question_about_somebody_of_whom_nothing_was_found_is_not_answered() -> None:
    hits = [hit_among(ARTICLE, place) for place in range(4)]
    reader = Scripted([0.9, 0.1, 0.1, 0.1])
    assert (await answered(reader, "When did Ardal bake bread?", hits)).status is Status.ANSWERED
    unheard_of = await answered(reader, "When did Napoleon bake bread?", hits)
    assert unheard_of.reason is Reason.NOT_IN_ARTICLES


@pytest.mark.anyio
async def test_each_part_of_a_question_is_read_on_the_hits_that_were_found_for_it() -> None:
    hits = [hit_among(ARTICLE, 1), replace(hit_among(OTHER, 1, article_id="b.txt"), part=1)]
    answer = await answered(Scripted([0.9]), "When was the mill built, and how many members has the brigade?", hits)
    assert [each.article_id for each in answer.citations] == ["a.txt", "b.txt", "b.txt"]


@pytest.mark.anyio
async def test_a_sentence_that_contradicts_the_best_is_given_beside_it_and_reported() -> None:
    other = "The oldest mill of Ardal dates from 1420."
    hits = [hit_among(ARTICLE, 1), hit_among([other], 0, article_id="b.txt"), hit_among(ARTICLE, 3)]
    answer = await answered(Scripted([0.9, 0.6, 0.5]), "When was the oldest mill of Ardal built?", hits)
    assert answer.text == f"{ARTICLE[1]} [1] {other} [2]"
    assert [conflict.citations for conflict in answer.conflicts] == [(1, 2)]


@pytest.mark.anyio
async def test_what_contradicts_it_and_is_much_less_likely_is_left_out() -> None:
    other = "The oldest mill of Ardal dates from 1420."
    hits = [hit_among(ARTICLE, 1), hit_among([other], 0, article_id="b.txt")]
    answer = await answered(Scripted([0.9, 0.3]), "When was the oldest mill of Ardal built?", hits)
    assert (len(answer.citations), answer.conflicts) == (1, ())


@pytest.mark.anyio
@pytest.mark.parametrize("question", ["hello", "?", "the", "\N{GRINNING FACE}" * 10, "Why?", "Who won the cup?"])
async def test_what_shares_no_word_with_what_was_read_is_not_answered(question: str) -> None:
    answer = await answered(Scripted([0.9]), question, [hit_among(ARTICLE, 1)])
    assert (answer.status, answer.reason) == (Status.ABSTAINED, Reason.NOT_IN_ARTICLES)


@pytest.mark.anyio
@pytest.mark.parametrize("question", ["mill", "How old are mills?", "the oldesst mil?"])
async def test_one_word_in_any_form_is_enough_to_be_answered(question: str) -> None:
    answer = await answered(Scripted([0.9]), question, [hit_among(ARTICLE, 1)])
    assert answer.status is Status.ANSWERED


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("Why?", Status.ANSWERED),
        ("Any victims?", Status.ANSWERED),
        ("capital of france", Status.ABSTAINED),
        ("how do i eat breads", Status.ANSWERED),
        ("when do trees spread", Status.ABSTAINED),
    ],
)
async def test_a_follow_up_may_say_next_to_nothing_of_what_it_asks_about(question: str, status: Status) -> None:
    leaning = Follows(question, "Where was bread first baked?")
    answer = await answered(Scripted([0.9]), question, [hit_among(ARTICLE, 0)], leaning)
    assert answer.status is status


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("asked", "full", "status"),
    [
        ("Were they repaired afterwards?", "Were the windows repaired afterwards?", Status.ANSWERED),
        ("Did that please everybody?", "Did that please everybody?", Status.ANSWERED),
        ("which windows repaired afterwards", "which windows repaired afterwards", Status.ABSTAINED),
        ("Was Holm there?", "Was Holm in Ardal?", Status.ABSTAINED),
        ("Was he there?", "Was Holm in Ardal?", Status.ANSWERED),
    ],
)
async def test_what_a_follow_up_points_back_to_was_spoken_of(asked: str, full: str, status: Status) -> None:
    """Only what is asked by name must stand in what was read."""
    leaning = Follows(asked, "What did the storm break?")
    answer = await answered(Scripted([0.9]), full, [hit_among(ARTICLE, 0)], leaning)
    assert answer.status is status
