"""What happens to a question, from top to bottom."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from qa.answering.evidence import with_support
from qa.domain import Question, Turn
from qa.ports import Answerer, Conversations, Retriever, Rewriter, SupportChecker

EVIDENCE = 16  # sentences that are read for an answer: 30 gave the same, later
REMEMBERED = 4  # turns that a follow-up may lean on


class Chat:
    """Question in, checked and kept turn out. Made by qa.assembly, or by hand from anything that fits the seams."""

    def __init__(
        self,
        rewriter: Rewriter,
        retriever: Retriever,
        answerer: Answerer,
        checker: SupportChecker,
        conversations: Conversations,
    ) -> None:
        self._rewriter = rewriter
        self._retriever = retriever
        self._answerer = answerer
        self._checker = checker
        self._conversations = conversations

    async def ask(self, question: Question) -> Turn:
        """Raises qa.errors.NotFound for a conversation that is not known; the turn is on disk when this returns."""
        clock = Stopwatch()
        conversation_id = await asyncio.to_thread(self._conversations.open, question.conversation_id)
        earlier = await asyncio.to_thread(self._conversations.turns, conversation_id, REMEMBERED)
        with clock.step("rewrite"):
            standalone = await self._rewriter.standalone(question.text, earlier)
        with clock.step("retrieve"):
            hits = await self._retriever.search(standalone, EVIDENCE, question.within)
        with clock.step("answer"):
            answer = await self._answerer.answer(standalone, hits)
        with clock.step("check"):
            answer = with_support(answer, self._checker.check(answer))
        turn = Turn(
            id=uuid.uuid4().hex,
            conversation_id=conversation_id,
            created_at=datetime.now(UTC),
            question=question.text,
            standalone_question=standalone,
            answer=answer,
            timings_ms=clock.read(),
        )
        await asyncio.to_thread(self._conversations.keep, turn)
        return turn


class AsAsked:
    """The rewriter for questions that stand alone: leaves them as they are."""

    async def standalone(self, question: str, turns: object) -> str:
        return question


class Stopwatch:
    """Milliseconds by step, and in total since it was made."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._steps: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self._steps[name] = milliseconds_since(began)

    def read(self) -> dict[str, float]:
        return {**self._steps, "total": milliseconds_since(self._began)}


def milliseconds_since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 2)
