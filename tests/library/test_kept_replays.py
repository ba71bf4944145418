"""First answers by their Idempotency-Key: the fake and the real one keep the same contract; a day, then gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from shelves import abstained, library_in, turn, url_in

from qa.fakes import FakeReplays
from qa.library.conversations import KeptConversations
from qa.library.idempotency import KeptReplays
from qa.library.record import Library
from qa.ports import Replay, ReplayShelf

FIRST = Replay("hash", b'{"answer": "\xc3\xa9\\u2028 [1]"}\r\n\x00\xff')


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 1, 31, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with library_in(tmp_path) as opened:
        yield opened


@pytest.fixture
def kept(library: Library) -> KeptConversations:
    return KeptConversations(library.database)


@pytest.fixture
def conversation(kept: KeptConversations) -> str:
    conversation = kept.open(None)
    kept.keep(turn("t1", conversation, abstained()))
    return conversation


@pytest.fixture(params=["fake", "real"])
def shelf(request: pytest.FixtureRequest, library: Library) -> ReplayShelf:
    return FakeReplays() if request.param == "fake" else KeptReplays(library.database)


def test_answer_comes_back_byte_for_byte_and_only_under_its_key(shelf: ReplayShelf, conversation: str) -> None:
    assert shelf.find("key") is None
    shelf.keep("key", FIRST, conversation)
    assert shelf.find("key") == FIRST
    assert shelf.find("KEY") is None


def test_keeping_again_replaces(shelf: ReplayShelf, conversation: str) -> None:
    for replay in (FIRST, Replay("other", b"")):
        shelf.keep("key", replay, conversation)
    assert shelf.find("key") == Replay("other", b"")


def test_answer_is_there_when_the_library_is_opened_again(tmp_path: Path, library: Library, conversation: str) -> None:
    KeptReplays(library.database).keep("key", FIRST, conversation)
    library.close()
    with Library.open(url_in(tmp_path)) as again:
        assert KeptReplays(again.database).find("key") == FIRST


def test_answer_is_given_for_a_day_and_no_longer(library: Library, conversation: str) -> None:
    clock = Clock()
    replays = KeptReplays(library.database, clock)
    replays.keep("key", FIRST, conversation)
    clock.now += timedelta(hours=23, minutes=59)
    assert replays.find("key") == FIRST
    clock.now += timedelta(minutes=1)
    assert replays.find("key") is None


def test_expired_ones_leave_the_disk_with_the_next_that_is_kept_or_at_the_start(
    library: Library, conversation: str
) -> None:
    clock = Clock()
    replays = KeptReplays(library.database, clock)
    for key in ("a", "b"):
        replays.keep(key, FIRST, conversation)
    clock.now += timedelta(hours=12)
    replays.keep("c", FIRST, conversation)
    clock.now += timedelta(hours=12)
    assert replays.forget_expired() == 2
    clock.now += timedelta(hours=12)
    replays.keep("d", FIRST, conversation)
    assert replays.forget_expired() == 0
    clock.now -= timedelta(hours=36)  # where all four would still be valid
    assert [key for key in "abcd" if replays.find(key)] == ["d"]


def test_erasing_the_conversation_erases_its_answers(library: Library, kept: KeptConversations) -> None:
    replays = KeptReplays(library.database)
    one, two = kept.open(None), kept.open(None)
    for number, conversation in enumerate((one, two)):
        kept.keep(turn(f"t{number}", conversation, abstained()))
        replays.keep(f"key-{number}", FIRST, conversation)
    kept.delete(one)
    assert replays.find("key-0") is None
    assert replays.find("key-1") == FIRST
    replays.keep("late", FIRST, one)
    assert replays.find("late") is None
