"""kill -9 in the middle of a conversation: what was acknowledged is there, nothing half-written is shown as whole."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from crashing_turns import BEFORE, SEAL, TURNS, feedback_on, replay_of, turn_in
from killing import killed
from shelves import library_in

from qa.domain import Rating, TurnStatus
from qa.library.conversations import KeptConversations
from qa.library.feedback import KeptFeedback
from qa.library.idempotency import KeptReplays
from qa.library.record import Library
from qa.library.transcript import Transcript

MOMENTS = 50
CRASHING = Path(__file__).with_name("crashing_turns.py")
EARLIER = 3


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Data folders, each left behind by a process that was killed at another moment."""
    data = tmp_path_factory.mktemp("crash") / "data"
    data.mkdir()
    with library_in(data) as library:
        library.replace([SEAL])
        kept = KeptConversations(library.database)
        with library.database.writing() as connection:
            values = (BEFORE, "2026-01-31 12:00:00.000000", "Where was it seen?")
            connection.exec_driver_sql("INSERT INTO conversations (id, created_at, title) VALUES (?, ?, ?)", values)
        for number in range(EARLIER):
            kept.keep(turn_in(BEFORE, number))
    steps = int(killed(CRASHING, data, 0))
    moments = sorted(random.Random(4).sample(range(1, steps + 1), MOMENTS))
    killed(CRASHING, data, *moments)
    return [data.with_name(f"data-{moment}") for moment in moments]


class Left:
    """What a crash left behind, seen by the process that starts next."""

    def __init__(self, data: Path, library: Library) -> None:
        self.library = library
        self.kept = KeptConversations(library.database)
        self.kept.interrupt_pending()
        paper = data / "acknowledged"
        lines = paper.read_text().splitlines() if paper.exists() else []
        self.acknowledged = [(line.split()[0], line.split()[1]) for line in lines]

    def acknowledged_as(self, kind: str) -> list[str]:
        return [what for each, what in self.acknowledged if each == kind]

    def transcripts(self) -> list[Transcript]:
        return [self.kept.transcript(each.id) for each in self.kept.summaries(100)]


@contextmanager
def left(data: Path) -> Iterator[Left]:
    with Library.open(f"sqlite:///{data}/library.db") as library:
        yield Left(data, library)


def test_every_acknowledged_turn_is_there_as_it_was_acknowledged(crashed: list[Path]) -> None:
    found = []
    for data in crashed:
        with left(data) as after:
            for status in (TurnStatus.COMPLETE, TurnStatus.PARTIAL, TurnStatus.FAILED):
                for turn_id in after.acknowledged_as(status):
                    assert after.kept.status(turn_id) is status
                    found.append(status)
            for turn_id in [*after.acknowledged_as("complete"), *after.acknowledged_as("partial")]:
                conversation, _, number = turn_id.rpartition("-")
                assert after.kept.turn(turn_id) == turn_in(conversation, int(number))
    assert {*found} == {TurnStatus.COMPLETE, TurnStatus.PARTIAL, TurnStatus.FAILED}


def test_nothing_half_written_is_shown_as_whole(crashed: list[Path]) -> None:
    states = set()
    for data in crashed:
        with left(data) as after:
            for transcript in after.transcripts():
                assert transcript.turns
                assert [each.id for each in transcript.turns] == [
                    f"{transcript.id}-{number}" for number in range(len(transcript.turns))
                ]
                for number, each in enumerate(transcript.turns):
                    has_answer = each.status in {TurnStatus.COMPLETE, TurnStatus.PARTIAL}
                    assert each.turn == (turn_in(transcript.id, number) if has_answer else None)
                    assert each.status is not TurnStatus.PENDING
                    states.add(each.status)
    assert states == {*TurnStatus} - {TurnStatus.PENDING}, "the moments have to fall into the middle of turns too"


def test_acknowledged_feedback_and_replays_are_there_and_no_other_is_torn(crashed: list[Path]) -> None:
    for data in crashed:
        with left(data) as after:
            rated = KeptFeedback(after.library.database).with_rating(Rating.BAD)
            assert all(each == feedback_on(turn.id) for turn, each in rated)
            assert {*after.acknowledged_as("feedback")} <= {turn.id for turn, _ in rated}
            replays = KeptReplays(after.library.database)
            for turn_id in after.acknowledged_as("replay"):
                assert replays.find(turn_id) == replay_of(turn_id)


def test_conversation_is_erased_as_a_whole_or_not_at_all(crashed: list[Path]) -> None:
    seen = set()
    for data in crashed:
        with left(data) as after:
            held = {each.id: len(each.turns) for each in after.transcripts()}.get(BEFORE, 0)
            assert held in {0, EARLIER}
            assert not (held and after.acknowledged_as("erased"))
            seen.add(held)
    assert EARLIER in seen


def test_conversation_goes_on_after_a_crash_and_keeps_its_sources(crashed: list[Path], tmp_path: Path) -> None:
    for data in crashed:
        with left(Path(shutil.copytree(data, tmp_path / data.name))) as after:
            for transcript in after.transcripts():
                following = turn_in(transcript.id, max(TURNS, len(transcript.turns)))
                after.kept.keep(following)
                assert after.kept.turns(transcript.id, 1) == [following]
                assert after.kept.transcript(transcript.id).turns[:-1] == transcript.turns
            after.library.remove([SEAL.article.id])
            if after.transcripts():
                assert after.library.article(SEAL.article.id, SEAL.article.version) == SEAL.article
