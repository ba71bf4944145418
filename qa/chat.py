"""What happens to a question, from top to bottom."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from qa.answering.checked import CheckedAnswers
from qa.answering.evidence import Evidence, being_read
from qa.answering.parts import search_parts
from qa.domain import Question, Turn
from qa.draft import Draft, Unkept
from qa.events import Done, Event, EvidenceRead, Failed, Started
from qa.ports import Conversations, Retriever, Rewriter, Standalone
from qa.stopwatch import Stopwatch
from qa.turns import Desk, InOrder

STEPS = ("rewrite", "retrieve", "answer", "check")
EVIDENCE = 24  # sentences that are found for an answer: all of them are read only where the first are unlikely
REMEMBERED = 4  # turns that a follow-up may lean on


class Chat:
    """Question in, checked and kept turn out. Made by qa.assembly, or by hand from anything that fits the seams."""

    def __init__(
        self,
        rewriter: Rewriter,
        retriever: Retriever,
        answers: CheckedAnswers,
        conversations: Conversations,
        desk: Desk | None = None,
    ) -> None:
        self._rewriter = rewriter
        self._retriever = retriever
        self._answers = answers
        self._conversations = conversations
        self._desk = desk or Desk()
        self._in_order = InOrder()

    async def ask(self, question: Question) -> Turn:
        """Raises qa.errors.NotFound for a conversation that is not known; the turn is on disk when this returns."""
        async with aclosing(self._answered(question)) as events:
            async for event in events:
                if isinstance(event, Done):
                    return event.turn
        raise AssertionError("a question ends in a turn or in an error")

    async def stream(self, question: Question) -> AsyncGenerator[Event, None]:
        """The same walk, told while it is walked: see qa.events. Close it to stop (contextlib.aclosing).

        What goes wrong before the first event is raised, as in `ask`; later it is the last event.
        """
        has_started = False
        async with aclosing(self._answered(question)) as events:
            try:
                async for event in events:
                    has_started = True
                    yield event
            except Exception as error:
                if not has_started:
                    raise
                yield Failed(error)

    async def _answered(self, question: Question) -> AsyncGenerator[Event, None]:
        clock = Stopwatch(*STEPS)
        kept = self._conversations if question.is_kept else Unkept()
        async with (
            self._in_order.turn(question.conversation_id),
            Draft(kept, question) as draft,
            # A new conversation's id is known from the first event on: what is asked in it then waits for this turn.
            self._in_order.turn(None if question.conversation_id else draft.conversation_id),
        ):
            earlier = await draft.earlier(REMEMBERED)
            with clock.step("rewrite"):
                standalone = await self._rewriter.standalone(question.text, earlier)
            draft.understood(standalone)
            yield Started(draft.conversation_id, draft.id, standalone.text)
            async with self._desk.seat():
                with clock.step("retrieve"):
                    hits = await search_parts(self._retriever, standalone, EVIDENCE, question.within)
            yield EvidenceRead(being_read(hits))
            evidence = Evidence(tuple(hits), standalone.follows)
            async with aclosing(self._answers.grow(standalone.text, evidence, clock)) as growing:
                async for answer in growing:
                    for piece in draft.told(answer):
                        yield piece
            yield Done(await draft.kept(clock.read()))


class AsAsked:
    """The rewriter for questions that stand alone: leaves them as they are."""

    async def standalone(self, question: str, turns: object) -> Standalone:
        return Standalone(question)
