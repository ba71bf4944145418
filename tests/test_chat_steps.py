"""What happens to a question: in order, each step once, and kept before it is given."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

import pytest

from qa.answering.checked import CheckedAnswers
from qa.answering.extractive import ExtractiveAnswerer, Policy
from qa.answering.support import ExactWords
from qa.chat import REMEMBERED, AsAsked, Chat
from qa.domain import Filter, Hit, Question, Status, Support, Turn, TurnStatus
from qa.errors import NotFound
from qa.events import CitationUsed, Delta, Done, Event, EvidenceRead, Failed, Started
from qa.fakes import FakeReader, FakeRetriever, hit_among
from qa.following import Follows
from qa.ports import Standalone

pytestmark = pytest.mark.anyio

ARTICLE = ["The mill of Ardal dates from 1402.", "Rain is common there.", "Visitors pay three crowns."]
POLICY = Policy(answerable=0.3, enough=0.5, worth=0.5)


class Remembering:
    """Conversations in memory, which fail on demand."""

    def __init__(self) -> None:
        self.kept: list[Turn] = []
        self.begun: list[str] = []
        self.became: dict[str, TurnStatus] = {}
        self.full = False

    def open(self, conversation_id: str | None, owner: str = "") -> str:
        if conversation_id not in (None, "known"):
            raise NotFound(f"There is no conversation {conversation_id!r}.")
        return "known"

    def turns(self, conversation_id: str, last: int) -> list[Turn]:
        return self.kept[-last:]

    def begin(self, turn_id: str, conversation_id: str, question: str) -> None:
        self.begun.append(turn_id)
        self.became[turn_id] = TurnStatus.PENDING

    def keep(self, turn: Turn, status: TurnStatus = TurnStatus.COMPLETE) -> None:
        if self.full:
            raise OSError("no space left")
        self.kept.append(turn)
        self.became[turn.id] = status

    def fail(self, turn_id: str) -> None:
        self.became[turn_id] = TurnStatus.FAILED


class Completing:
    """A rewriter that shows what it was given."""

    def __init__(self) -> None:
        self.turns: Sequence[Turn] = ()

    async def standalone(self, question: str, turns: Sequence[Turn]) -> Standalone:
        self.turns = turns
        return Standalone(f"{question} (the mill of Ardal)")


def chat(conversations: Remembering, retriever: FakeRetriever, rewriter: AsAsked | Completing | None = None) -> Chat:
    answerer = ExtractiveAnswerer(FakeReader(), POLICY)
    return Chat(rewriter or AsAsked(), retriever, CheckedAnswers(answerer, ExactWords()), conversations)


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
    assert list(conversations.became.values()) == [TurnStatus.FAILED]


async def test_an_abstention_is_a_turn_like_any_other() -> None:
    conversations = Remembering()
    turn = await chat(conversations, FakeRetriever()).ask(Question("Why?", within=Filter(articles=())))
    assert turn.answer.status is Status.ABSTAINED
    assert conversations.kept == [turn]


async def test_every_step_is_timed() -> None:
    turn = await chat(Remembering(), retriever()).ask(Question("The mill of Ardal?"))
    assert list(turn.timings_ms) == ["rewrite", "retrieve", "answer", "check", "total"]
    assert all(spent >= 0 for spent in turn.timings_ms.values())


class Failing:
    """A rewriter that fails."""

    async def standalone(self, question: str, turns: Sequence[Turn]) -> Standalone:
        raise RuntimeError("no rewriting today")


class Waiting(FakeRetriever):
    """Stops in the middle of the search until it is let go on; counts how many are there."""

    def __init__(self) -> None:
        super().__init__([hit_among(ARTICLE, place) for place in range(3)])
        self.reached = asyncio.Event()
        self.go_on = asyncio.Event()

    async def search(self, question: str, limit: int, within: Filter, follows: Follows | None = None) -> list[Hit]:
        self.reached.set()
        await self.go_on.wait()
        return await super().search(question, limit, within, follows)


QUESTION = Question("The mill of Ardal dates from when, and what do visitors pay?")


async def told(chat: Chat, question: Question = QUESTION) -> list[Event]:
    async with aclosing(chat.stream(question)) as events:
        return [event async for event in events]


async def test_a_stream_tells_the_walk_in_order_and_ends_in_the_turn_that_was_kept() -> None:
    conversations = Remembering()
    events = await told(chat(conversations, retriever()))
    assert [type(event) for event in events[:2]] == [Started, EvidenceRead]
    assert {type(event) for event in events[2:-1]} == {Delta, CitationUsed}
    last = events[-1]
    assert isinstance(last, Done)
    assert "".join(event.text for event in events if isinstance(event, Delta)) == last.turn.answer.text
    assert conversations.kept == [last.turn]
    assert conversations.begun == [last.turn.id]


async def test_evidence_is_numbered_in_the_order_of_the_search() -> None:
    evidence = (await told(chat(Remembering(), retriever())))[1]
    assert isinstance(evidence, EvidenceRead)
    assert [(each.number, each.quote) for each in evidence.citations] == list(enumerate(ARTICLE, 1))


async def test_a_stream_and_an_answer_are_the_same() -> None:
    asked = await chat(Remembering(), retriever()).ask(QUESTION)
    last = (await told(chat(Remembering(), retriever())))[-1]
    assert isinstance(last, Done)
    assert last.turn.answer == asked.answer


async def test_what_goes_wrong_before_the_first_event_is_raised_and_later_it_is_the_last_event() -> None:
    with pytest.raises(NotFound):
        await told(chat(Remembering(), retriever()), Question("Why?", conversation_id="elsewhere"))
    conversations = Remembering()
    with pytest.raises(RuntimeError, match="no rewriting today"):
        await told(
            Chat(
                Failing(),
                retriever(),
                CheckedAnswers(ExtractiveAnswerer(FakeReader(), POLICY), ExactWords()),
                conversations,
            )
        )
    assert list(conversations.became.values()) == [TurnStatus.FAILED]
    conversations.full = True
    last = (await told(chat(conversations, retriever())))[-1]
    assert isinstance(last, Failed)
    assert str(last.error) == "no space left"
    assert list(conversations.became.values()) == [TurnStatus.FAILED] * 2


async def test_reader_who_leaves_at_any_event_leaves_a_turn_with_what_was_shown() -> None:
    whole = await told(chat(Remembering(), retriever()))
    became = set()
    for stop in range(len(whole)):
        conversations = Remembering()
        shown = ""
        async with aclosing(chat(conversations, retriever()).stream(QUESTION)) as events:
            for _ in range(stop + 1):
                event = await anext(events)
                shown += event.text if isinstance(event, Delta) else ""
        status = conversations.became[conversations.begun[0]]
        became.add(status)
        assert len(conversations.kept) == (status is not TurnStatus.FAILED)
        for turn in conversations.kept:
            assert shown.startswith(turn.answer.text)
            assert turn.answer.citations
            assert (turn.answer.text == shown_in(whole)) is (status is TurnStatus.COMPLETE)
    assert became == {TurnStatus.FAILED, TurnStatus.PARTIAL, TurnStatus.COMPLETE}


def shown_in(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, Delta))


async def test_reader_who_leaves_while_it_is_searched_stops_the_search() -> None:
    conversations, waiting = Remembering(), Waiting()
    asking = asyncio.create_task(told(chat(conversations, waiting)))
    await waiting.reached.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert waiting.asked == []
    assert list(conversations.became.values()) == [TurnStatus.FAILED]


async def test_second_question_of_a_conversation_waits_for_the_first_and_sees_its_turn() -> None:
    conversations, waiting, rewriter = Remembering(), Waiting(), Completing()
    both = chat(conversations, waiting, rewriter)
    first = asyncio.create_task(both.ask(Question("The mill of Ardal?", conversation_id="known")))
    await waiting.reached.wait()
    second = asyncio.create_task(both.ask(Question("Why?", conversation_id="known")))
    await asyncio.sleep(0)
    assert len(conversations.begun) == 1
    waiting.go_on.set()
    await second
    assert list(rewriter.turns) == [await first]


async def test_asker_who_holds_the_turns_is_believed_and_nothing_is_stored() -> None:
    conversations, rewriter = Remembering(), Completing()
    before = await chat(Remembering(), retriever()).ask(QUESTION)
    question = Question("Why?", earlier=(before,) * 6, is_kept=False)
    turn = await chat(conversations, retriever(), rewriter).ask(question)
    assert list(rewriter.turns) == [before] * REMEMBERED
    assert turn.standalone_question == "Why? (the mill of Ardal)"
    assert (conversations.begun, conversations.kept) == ([], [])


async def test_asker_who_holds_the_turns_may_have_the_new_one_stored() -> None:
    conversations, rewriter = Remembering(), Completing()
    turn = await chat(conversations, retriever(), rewriter).ask(Question("Why?", earlier=()))
    assert list(rewriter.turns) == []
    assert conversations.kept == [turn]


async def test_a_follow_up_sent_as_soon_as_a_new_conversation_is_named_waits_for_its_first_turn() -> None:
    rewriter, conversations = Completing(), Remembering()
    asked = chat(conversations, retriever(), rewriter)
    async with aclosing(asked.stream(Question("The mill of Ardal?"))) as events:
        started = await anext(events)
        assert isinstance(started, Started)
        follow_up = asyncio.ensure_future(asked.ask(Question("Why?", conversation_id=started.conversation_id)))
        await asyncio.sleep(0)
        rest = [event async for event in events]
    await follow_up
    assert isinstance(rest[-1], Done)
    assert list(rewriter.turns) == [rest[-1].turn]
