"""A turn while it is being answered, and what becomes of it on disk."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from qa.answering.checked import Growing, together
from qa.domain import Answer, Question, Turn, TurnStatus
from qa.events import CitationUsed, Delta
from qa.ports import Conversations, Standalone
from qa.telling import pieces, shown_of

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
Given = ParamSpec("Given")


class Draft:
    """Begun on disk when it is entered, and whole on disk once `kept` returns.

    Left without that it is `failed`; unless its reader has gone away (the task was cancelled, or the generator closed):
    then what was shown is stored, as `partial`, or as `complete` if that was known to be all. A reader who went before
    the first whole claim has seen no answer: that turn is `failed` too.
    """

    def __init__(self, conversations: Conversations, question: Question) -> None:
        self.id = uuid.uuid4().hex
        self.conversation_id = ""
        self._conversations = conversations
        self._question = question
        self._created_at = datetime.now(UTC)
        self._standalone = Standalone(question.text)
        self._answer: Answer | None = None
        self._status = TurnStatus.PENDING
        self._shown = 0
        self._whole: Turn | None = None
        self._is_kept = False

    async def __aenter__(self) -> Self:
        """Raises qa.errors.NotFound for a conversation that is not known."""
        asked = self._question
        self.conversation_id = await in_thread(self._conversations.open, asked.conversation_id, asked.owner)
        try:
            await in_thread(self._conversations.begin, self.id, self.conversation_id, self._question.text)
        except asyncio.CancelledError:
            await in_thread(self._conversations.fail, self.id)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_kept:
            return
        try:
            await in_thread(self._leave, isinstance(error, asyncio.CancelledError | GeneratorExit))
        except Exception:  # what went wrong first is what matters, and the next start marks the turn
            logger.exception("turn %s could not be marked as failed", self.id)

    async def earlier(self, last: int) -> Sequence[Turn]:
        """The latest `last` turns before this one, oldest first."""
        if self._question.earlier is not None:
            return self._question.earlier[-last:]
        if self._question.conversation_id is None:
            return ()
        return await in_thread(self._conversations.turns, self.conversation_id, last)

    def understood(self, standalone: Standalone) -> None:
        self._standalone = standalone

    def told(self, growing: Growing) -> Iterator[CitationUsed | Delta]:
        """What an answer has grown by, piece by piece; what was told is remembered."""
        usage = together(self._standalone.usage, growing.answer.usage)
        self._answer, self._status = replace(growing.answer, usage=usage), growing.status
        for piece in pieces(self._answer, self._shown):
            if isinstance(piece, Delta):
                self._shown += len(piece.text)
            yield piece

    async def kept(self, timings_ms: Mapping[str, float]) -> Turn:
        """The whole turn, once it is on disk: as `partial` where the model broke off."""
        assert self._answer is not None
        self._whole = self._turn(self._answer, timings_ms)
        await in_thread(self._conversations.keep, self._whole, self._status)
        self._is_kept = True
        return self._whole

    def _leave(self, has_reader_gone: bool) -> None:
        left = shown_of(self._answer, self._shown) if has_reader_gone and self._answer else None
        if left is None:
            self._conversations.fail(self.id)
        elif left == self._answer and self._status is TurnStatus.COMPLETE:
            self._conversations.keep(self._whole or self._turn(left, {}), TurnStatus.COMPLETE)
        else:
            self._conversations.keep(self._turn(left, {}), TurnStatus.PARTIAL)

    def _turn(self, answer: Answer, timings_ms: Mapping[str, float]) -> Turn:
        return Turn(
            id=self.id,
            conversation_id=self.conversation_id,
            created_at=self._created_at,
            question=self._question.text,
            standalone_question=self._standalone.text,
            answer=answer,
            timings_ms=timings_ms,
        )


class Unkept:
    """Conversations of which nothing is stored; implements qa.ports.Conversations."""

    def open(self, conversation_id: str | None, owner: str = "") -> str:
        return conversation_id or uuid.uuid4().hex

    def begin(self, turn_id: str, conversation_id: str, question: str) -> None:
        """Nothing to note."""

    def keep(self, turn: Turn, status: TurnStatus = TurnStatus.COMPLETE) -> None:
        """Nothing to keep."""

    def fail(self, turn_id: str) -> None:
        """Nothing to mark."""

    def turns(self, conversation_id: str, last: int) -> list[Turn]:
        return []


async def in_thread(call: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs) -> Result:
    """As asyncio.to_thread; but whoever is cancelled meanwhile leaves only when it is done, so what follows follows."""
    running = asyncio.ensure_future(asyncio.to_thread(call, *args, **kwargs))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise
