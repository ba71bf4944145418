"""Milliseconds by step."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from typing import TypeVar

Item = TypeVar("Item")


class Stopwatch:
    """How long each step took, all its parts together, and in total since it was made."""

    def __init__(self, *steps: str) -> None:
        """steps: those that are told of even if they are never taken."""
        self._began = time.perf_counter()
        self._steps = dict.fromkeys(steps, 0.0)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self._steps[name] = round(self._steps.get(name, 0.0) + milliseconds_since(began), 2)

    async def each(self, name: str, items: AsyncGenerator[Item, None]) -> AsyncGenerator[Item, None]:
        """The same items; waiting for them counts as the step. They are closed with it."""
        async with aclosing(items):
            while True:
                try:
                    with self.step(name):
                        item = await anext(items)
                except StopAsyncIteration:
                    return
                yield item

    def read(self) -> dict[str, float]:
        return {**self._steps, "total": milliseconds_since(self._began)}


def milliseconds_since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 2)
