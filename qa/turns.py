"""Whose turn it is: questions of one conversation are answered one after the other, in the order of their arrival."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


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
