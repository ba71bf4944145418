"""Questions of one conversation wait for one another; others do not."""

from __future__ import annotations

import asyncio
import random

import pytest

from qa.turns import InOrder

pytestmark = pytest.mark.anyio


class Answering:
    """Notes who began and ended; each answer takes until it is let go."""

    def __init__(self) -> None:
        self.in_order = InOrder()
        self.seen: list[str] = []
        self.let_go: dict[str, asyncio.Event] = {}

    def ask(self, name: str, conversation: str | None) -> asyncio.Task[None]:
        self.let_go[name] = asyncio.Event()
        return asyncio.create_task(self._answer(name, conversation))

    async def _answer(self, name: str, conversation: str | None) -> None:
        async with self.in_order.turn(conversation):
            self.seen.append(f"{name} begins")
            await self.let_go[name].wait()
            self.seen.append(f"{name} ends")


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_questions_of_one_conversation_are_answered_in_the_order_of_their_arrival() -> None:
    answering = Answering()
    names = [f"{number}" for number in range(6)]
    asked = [answering.ask(name, "c") for name in names]
    for name in reversed(names):  # the last is ready first, and still has to wait
        await settled()
        answering.let_go[name].set()
    await asyncio.gather(*asked)
    assert answering.seen == [f"{name} {what}" for name in names for what in ("begins", "ends")]


@pytest.mark.parametrize("others", [("b", "c"), (None, None)])
async def test_other_conversations_and_new_ones_do_not_wait(others: tuple[str | None, str | None]) -> None:
    answering = Answering()
    asked = [answering.ask(f"{number}", conversation) for number, conversation in enumerate(("a", *others))]
    await settled()
    assert answering.seen == ["0 begins", "1 begins", "2 begins"]
    for event in answering.let_go.values():
        event.set()
    await asyncio.gather(*asked)


async def test_one_that_fails_lets_the_next_in() -> None:
    in_order = InOrder()
    with pytest.raises(ZeroDivisionError):
        async with in_order.turn("c"):
            raise ZeroDivisionError
    async with asyncio.timeout(5), in_order.turn("c"):
        pass
    assert len(in_order) == 0


async def test_whoever_leaves_the_queue_does_not_hold_up_those_behind() -> None:
    answering = Answering()
    first, second, third = (answering.ask(name, "c") for name in "123")
    await settled()
    second.cancel()
    answering.let_go["1"].set()
    answering.let_go["3"].set()
    await asyncio.gather(first, third)
    assert answering.seen == ["1 begins", "1 ends", "3 begins", "3 ends"]
    assert second.cancelled()
    assert len(answering.in_order) == 0


async def test_queue_is_held_only_as_long_as_somebody_stands_in_it() -> None:
    answering, chance = Answering(), random.Random(4)
    asked = [answering.ask(f"{number}", f"c{chance.randrange(20)}") for number in range(200)]
    await settled()
    assert len(answering.in_order) == 20
    for each in chance.sample(asked, 80):
        each.cancel()
    for event in answering.let_go.values():
        event.set()
    await asyncio.gather(*asked, return_exceptions=True)
    assert len(answering.in_order) == 0


async def test_arrival_counts_before_anything_is_awaited() -> None:
    in_order, seen = InOrder(), list[int]()

    async def answer(number: int, pauses: int) -> None:
        async with in_order.turn("c"):
            for _ in range(pauses):
                await asyncio.sleep(0)
            seen.append(number)

    await asyncio.gather(*(answer(number, 5 - number) for number in range(5)))
    assert seen == [0, 1, 2, 3, 4]
