"""`python crashing_turns.py DATA MOMENTS...` holds conversations, and is killed at each moment (see killing.py).

It leaves a file `acknowledged` in each data folder: a line for each thing that was done before the reader was told so.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from killing import Killer, killed_at_each
from shelves import answered, article, citation, text_about, turn

from qa.domain import Feedback, Rating, Turn, TurnStatus
from qa.library.conversations import KeptConversations
from qa.library.feedback import KeptFeedback
from qa.library.idempotency import KeptReplays
from qa.library.record import Library
from qa.ports import Replay

SEAL = article("seal.txt", text_about("seal"))
BEFORE = "before"
"""The conversation that is there from the start, and is erased in the end."""
TURNS = 12


def turn_in(conversation: str, number: int) -> Turn:
    return turn(f"{conversation}-{number}", conversation, answered([citation(SEAL)] * (1 + number % 3)))


def feedback_on(turn_id: str) -> Feedback:
    return Feedback(turn_id, Rating.BAD, f"Of {turn_id}.", None, datetime(2026, 2, 1, tzinfo=UTC))


def replay_of(turn_id: str) -> Replay:
    return Replay("hash", turn_id.encode() * 100)


class Driver:
    """Asks, stops half-way, fails, rates, erases; writes down what was acknowledged, by kind and id."""

    def __init__(self, library: Library, data: Path) -> None:
        self._kept = KeptConversations(library.database)
        self._feedback = KeptFeedback(library.database)
        self._replays = KeptReplays(library.database)
        self._paper = os.open(data / "acknowledged", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def run(self) -> None:
        conversation = self._kept.open(None)
        for number in range(TURNS):
            given = turn_in(conversation, number)
            self._kept.begin(given.id, conversation, given.question)
            self._answer(given, number)
        self._kept.delete(BEFORE)
        self._acknowledge("erased", BEFORE)

    def _answer(self, given: Turn, number: int) -> None:
        if number % 4 == 3:
            self._kept.fail(given.id)
            self._acknowledge("failed", given.id)
            return
        status = TurnStatus.PARTIAL if number % 4 == 2 else TurnStatus.COMPLETE
        self._kept.keep(given, status)
        self._acknowledge(status, given.id)
        self._replays.keep(given.id, replay_of(given.id), given.conversation_id)
        self._acknowledge("replay", given.id)
        self._feedback.keep(feedback_on(given.id))
        self._acknowledge("feedback", given.id)

    def _acknowledge(self, kind: str, what: str) -> None:
        os.write(self._paper, f"{kind} {what}\n".encode())


def converse(data: Path, _: Killer) -> None:
    with Library.open(f"sqlite:///{data}/library.db") as library:
        Driver(library, data).run()


if __name__ == "__main__":
    killed_at_each(sys.argv[2:], Path(sys.argv[1]), converse)
