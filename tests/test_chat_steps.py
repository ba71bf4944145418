"""What happens to a question: in order, each step once, and kept before it is given."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from qa.answering.extractive import ExtractiveAnswerer, Policy
from qa.answering.support import ExactWords
from qa.chat import AsAsked, Chat
from qa.domain import Filter, Question, Status, Support, Turn
from qa.errors import NotFound
from qa.fakes import FakeReader, FakeRetriever, hit_among

pytestmark = pytest.mark.anyio

ARTICLE = ["The mill of Ardal dates from 1402.", "Rain is common there.", "Visitors pay three crowns."]
POLICY = Policy(answerable=0.3, enough=0.5, worth=0.5)


class Remembering:
    """Conversations in memory, which fail on demand."""

    def __init__(self) -> None:
        self.kept: list[Turn] = []
        self.full = False

    def open(self, conversation_id: str | None) -> str:
        if conversation_id not in (None, "known"):
            raise NotFound(f"There is no conversation {conversation_id!r}.")
        return "known"

    def turns(self, conversation_id: str, last: int) -> list[Turn]:
        return self.kept[-last:]

    def keep(self, turn: Turn) -> None:
        if self.full:
            raise OSError("no space left")
        self.kept.append(turn)


class Completing:
    """A rewriter that shows what it was given."""

    def __init__(self) -> None:
        self.turns: Sequence[Turn] = ()

    async def standalone(self, question: str, turns: Sequence[Turn]) -> str:
        self.turns = turns
        return f"{question} (the mill of Ardal)"


def chat(conversations: Remembering, retriever: FakeRetriever, rewriter: AsAsked | Completing | None = None) -> Chat:
    answerer = ExtractiveAnswerer(FakeReader(), POLICY)
    return Chat(rewriter or AsAsked(), retriever, answerer, ExactWords(), conversations)


def retriever() -> FakeRetriever:
    return FakeRetriever([hit_among(ARTICLE, place) for place in range(3)])


async def test_an_answer_is_cited_checked_and_kept() -> None:
    conversations = Remembering()
    turn = await chat(conversations, retriever()).ask(Question("The mill of Ardal dates from when?"))
    assert turn.answer.status is Status.ANSWERED
    assert [claim.support for claim in turn.answer.claims] == [Support.SUPPORTED]
    assert turn.answer.citations[0].quote == ARTICLE[0]
    assert conversations.kept == [turn]


async def test_the_rewritten_question_is_what_is_looked_up_and_shown() -> None:
    found = retriever()
    turn = await chat(Remembering(), found, Completing()).ask(Question("How old is it?"))
    assert found.asked == [turn.standalone_question] == ["How old is it? (the mill of Ardal)"]
    assert turn.question == "How old is it?"


async def test_a_follow_up_is_given_the_turns_before_it() -> None:
    rewriter, conversations = Completing(), Remembering()
    first = await chat(conversations, retriever()).ask(Question("The mill of Ardal?"))
    await chat(conversations, retriever(), rewriter).ask(Question("Why?", conversation_id="known"))
    assert list(rewriter.turns) == [first]


async def test_an_unknown_conversation_is_refused_before_anything_is_looked_up() -> None:
    found = retriever()
    with pytest.raises(NotFound, match="'elsewhere'"):
        await chat(Remembering(), found).ask(Question("Why?", conversation_id="elsewhere"))
    assert found.asked == []


async def test_a_turn_that_cannot_be_kept_is_not_given() -> None:
    conversations = Remembering()
    conversations.full = True
    with pytest.raises(OSError, match="no space left"):
        await chat(conversations, retriever()).ask(Question("The mill of Ardal?"))


async def test_an_abstention_is_a_turn_like_any_other() -> None:
    conversations = Remembering()
    turn = await chat(conversations, FakeRetriever()).ask(Question("Why?", within=Filter(articles=())))
    assert turn.answer.status is Status.ABSTAINED
    assert conversations.kept == [turn]


async def test_every_step_is_timed() -> None:
    turn = await chat(Remembering(), retriever()).ask(Question("The mill of Ardal?"))
    assert list(turn.timings_ms) == ["rewrite", "retrieve", "answer", "check", "total"]
    assert all(spent >= 0 for spent in turn.timings_ms.values())
