"""Whose turn it is: questions of one conversation are answered one after the other, in the order of their arrival;
and of all questions, so many are worked on at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

Result = TypeVar("Result")
Given = ParamSpec("Given")
AT_ONCE = (
    2  # questions that are looked up, read and checked at a time: more only slow each other, and whoever comes next
)


@dataclass(slots=True)
class _Queue:
    """present: how many are in it, the one whose turn it is among them."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    present: int = 0


class InOrder:
    """A queue a conversation, held only as long as somebody stands in it. For one event loop at a time."""

    def __init__(self) -> None:
        self._queues: dict[str, _Queue] = {}

    def __len__(self) -> int:
        """In how many conversations a question is being answered."""
        return len(self._queues)

    @asynccontextmanager
    async def turn(self, conversation_id: str | None) -> AsyncIterator[None]:
        """Waits until all who came before in this conversation have left it; None is a new one, and never waits.

        The place is taken when the block is entered, so enter it before anything else is awaited. Whoever gives up
        waiting (is cancelled) leaves the queue, and the next moves up.
        """
        if conversation_id is None:
            yield
            return
        queue = self._queues.setdefault(conversation_id, _Queue())
        queue.present += 1
        try:
            async with queue.lock:  # first come, first served: asyncio.Lock is fair
                yield
        finally:
            queue.present -= 1
            if not queue.present:
                del self._queues[conversation_id]


class Desk:
    """Where this machine works on questions. Nobody sits at it while a language model elsewhere is waited for."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._seats = asyncio.Semaphore(at_once)

    @asynccontextmanager
    async def seat(self) -> AsyncIterator[None]:
        async with self._seats:
            yield

    async def do(self, call: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs) -> Result:
        """The call in a thread, once there is a seat."""
        async with self._seats:
            return await asyncio.to_thread(call, *args, **kwargs)
