"""Who answers in the terminal: the library in this process."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncGenerator

import pytest

from qa.domain import Answer, Question, Status
from qa.errors import NotReady
from qa.events import Delta, Event, Failed, Started
from qa.fakes import FakeChat
from qa.sources import answered

ANSWER = Answer(Status.ANSWERED, None, "Yes.", (), ())


class Stuck(FakeChat):
    """Begins an answer and never ends it; told when it is closed."""

    def __init__(self) -> None:
        super().__init__(ANSWER)
        self.was_closed = False

    async def stream(self, question: Question) -> AsyncGenerator[Event, None]:
        yield Started("c0", "t0", question.text)
        try:
            yield Delta("Y")
            await asyncio.Event().wait()
        finally:
            self.was_closed = True


class Failing(FakeChat):
    async def stream(self, question: Question) -> AsyncGenerator[Event, None]:
        yield Started("c0", "t0", question.text)
        yield Failed(NotReady("Try later."))


def test_pieces_are_heard_and_the_whole_is_given() -> None:
    heard: list[Started | Delta] = []
    turn = asyncio.run(answered(FakeChat(ANSWER), Question("Is it?"), heard.append))
    assert heard == [Started("c0", "t0", "Is it?"), Delta("Yes.")]
    assert (turn.turn_id, turn.answer) == ("t0", "Yes.")


def test_failure_in_the_middle_is_raised() -> None:
    with pytest.raises(NotReady, match="Try later"):
        asyncio.run(answered(Failing(ANSWER), Question("Is it?"), lambda event: None))


def test_interrupt_closes_the_walk_and_the_next_question_is_answered() -> None:
    stuck = Stuck()

    def interrupt(event: Started | Delta) -> None:
        if isinstance(event, Delta):
            os.kill(os.getpid(), signal.SIGINT)

    with asyncio.Runner() as runner:
        with pytest.raises(KeyboardInterrupt):
            runner.run(answered(stuck, Question("Is it?"), interrupt))
        assert stuck.was_closed
        assert runner.run(answered(FakeChat(ANSWER), Question("Is it?"), lambda event: None)).answer == "Yes."
