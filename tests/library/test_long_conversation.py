"""What a turn costs does not grow with its conversation: counted in steps of SQLite's virtual machine, not in time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa  # noqa: TID251 - to count what its statements do
from shelves import abstained, library_in, turn

from qa.library.conversations import KeptConversations
from qa.library.database import Database
from qa.library.record import Library

LONG = 1000


class Steps:
    """Counts the instructions that SQLite runs on every connection; one a row is the least a walk takes."""

    def __init__(self, database: Database) -> None:
        self.counted = 0
        database.close()  # connections that are open already would not be counted
        sa.event.listen(sa.Engine, "checkout", self._listen)

    def close(self) -> None:
        sa.event.remove(sa.Engine, "checkout", self._listen)

    def of(self, what: Callable[[], object]) -> int:
        before = self.counted
        what()
        return self.counted - before

    def _listen(self, connection: sqlite3.Connection, *_: object) -> None:
        connection.set_progress_handler(self._step, 1)

    def _step(self) -> int:
        self.counted += 1
        return 0


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with library_in(tmp_path_factory.mktemp("long")) as opened:
        yield opened


@pytest.fixture(scope="module")
def kept(library: Library) -> KeptConversations:
    return KeptConversations(library.database)


def lengthen(library: Library, conversation: str, status: str) -> None:
    """Adds copies of the first turn up to 1,000 and a few, in one transaction rather than in a thousand."""
    of_first = "standalone_question, answer, timings_ms" if status == "complete" else "NULL, NULL, NULL"
    with library.database.writing() as connection:
        connection.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 6 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO turns "
            f"SELECT id || '-' || i, conversation_id, i, created_at, ?, question, {of_first} "
            "FROM turns, n WHERE conversation_id = ? AND position = 1",
            (LONG, status, conversation),
        )


@pytest.fixture(scope="module")
def conversations(library: Library, kept: KeptConversations) -> dict[str, str]:
    """`short` and `long` hold 5 and 1,000 answers; in `broken` 5 answers are followed by 995 failures."""
    held = {}
    for name in ("short", "long", "broken"):
        held[name] = kept.open(None)
        for number in range(1, 6):
            kept.keep(turn(f"{name}-{number}", held[name], abstained()))
    lengthen(library, held["long"], "complete")
    lengthen(library, held["broken"], "failed")
    return held


@pytest.fixture
def steps(library: Library) -> Iterator[Steps]:
    counting = Steps(library.database)
    yield counting
    counting.close()


READS: dict[str, Callable[[KeptConversations, str], object]] = {
    "open": lambda kept, conversation: kept.open(conversation),
    "turns": lambda kept, conversation: kept.turns(conversation, 4),
}


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize("grown", ["long", "broken"])
def test_context_of_the_thousandth_question_costs_what_that_of_the_sixth_does(
    kept: KeptConversations, conversations: dict[str, str], steps: Steps, name: str, grown: str
) -> None:
    short, long = (steps.of(lambda key=key: READS[name](kept, conversations[key])) for key in ("short", grown))  # type: ignore[misc]
    assert 0 < long <= short + 10


def test_context_is_bounded_and_the_latest(kept: KeptConversations, conversations: dict[str, str]) -> None:
    assert [each.id for each in kept.turns(conversations["long"], 4)] == [f"long-1-{n}" for n in range(997, LONG + 1)]
    assert [each.id for each in kept.turns(conversations["broken"], 4)] == [f"broken-{n}" for n in range(2, 6)]


@pytest.mark.parametrize("after", ["0", "500", "980"])
def test_page_of_a_long_conversation_costs_what_its_turns_do(
    kept: KeptConversations, conversations: dict[str, str], steps: Steps, after: str
) -> None:
    short = steps.of(lambda: kept.transcript(conversations["short"], 4))
    assert 0 < steps.of(lambda: kept.transcript(conversations["long"], 4, after)) <= short + 60


def test_listing_does_not_walk_over_the_turns(
    kept: KeptConversations, conversations: dict[str, str], steps: Steps
) -> None:
    assert [each.turns for each in kept.summaries(3)] == [LONG, LONG, 5]
    assert 0 < steps.of(lambda: kept.summaries(3)) < LONG


def test_keeping_the_next_turn_costs_the_same_in_a_long_conversation(
    kept: KeptConversations, conversations: dict[str, str], steps: Steps
) -> None:
    def ask(name: str) -> None:
        kept.begin(f"{name}-next", conversations[name], "Where?")
        kept.keep(turn(f"{name}-next", conversations[name], abstained()))

    short = steps.of(lambda: ask("short"))
    for name in ("long", "broken"):
        assert 0 < steps.of(lambda name=name: ask(name)) <= short + 50  # type: ignore[misc]
