"""What readers say of the answers: kept with the turn, replaced, listed, erased."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from shelves import abstained, answered, article, citation, library_in, text_about, turn, url_in

from qa.domain import Feedback, Rating
from qa.errors import NotFound
from qa.library.conversations import KeptConversations
from qa.library.feedback import KeptFeedback
from qa.library.record import Library

SEAL = article("seal.txt", text_about("seal"))
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def said(turn_id: str, rating: Rating, minutes: int = 0, comment: str | None = None) -> Feedback:
    return Feedback(turn_id, rating, comment, "On the shore.", NOON + timedelta(minutes=minutes))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with library_in(tmp_path) as opened:
        yield opened


@pytest.fixture
def kept(library: Library) -> KeptConversations:
    return KeptConversations(library.database)


@pytest.fixture
def feedback(library: Library) -> KeptFeedback:
    return KeptFeedback(library.database)


def test_feedback_comes_back_with_its_turn_in_the_order_it_was_given(
    tmp_path: Path, library: Library, kept: KeptConversations, feedback: KeptFeedback
) -> None:
    turns = [turn(f"t{n}", kept.open(None), answered([citation(SEAL)])) for n in range(4)]
    for each in turns:
        kept.keep(each)
    given = [
        said("t2", Rating.BAD, 1, "Not “there”."),
        said("t0", Rating.BAD, 2),
        said("t1", Rating.GOOD, 3),
    ]
    assert all(feedback.keep(each) for each in given)
    library.close()
    with Library.open(url_in(tmp_path)) as again:
        listed = KeptFeedback(again.database)
        assert listed.with_rating(Rating.BAD) == [(turns[2], given[0]), (turns[0], given[1])]
        assert listed.with_rating(Rating.GOOD) == [(turns[1], given[2])]


def test_feedback_given_again_replaces_what_was_said(kept: KeptConversations, feedback: KeptFeedback) -> None:
    kept.keep(one := turn("t1", kept.open(None), abstained()))
    assert feedback.keep(said("t1", Rating.BAD, 0, "No."))
    assert not feedback.keep(after := said("t1", Rating.GOOD, 1))
    assert feedback.with_rating(Rating.BAD) == []
    assert feedback.with_rating(Rating.GOOD) == [(one, after)]


def test_only_a_turn_with_an_answer_takes_feedback(kept: KeptConversations, feedback: KeptFeedback) -> None:
    conversation = kept.open(None)
    kept.begin("pending", conversation, "Where?")
    kept.begin("failed", conversation, "Where?")
    kept.fail("failed")
    for turn_id in ("pending", "failed", "unknown", ""):
        with pytest.raises(NotFound) as error:
            feedback.keep(said(turn_id, Rating.BAD))
        assert repr(turn_id) in str(error.value)
    assert feedback.with_rating(Rating.BAD) == []


def test_feedback_goes_with_its_conversation(tmp_path: Path, kept: KeptConversations, feedback: KeptFeedback) -> None:
    conversation = kept.open(None)
    kept.keep(turn("t1", conversation, abstained()))
    feedback.keep(said("t1", Rating.BAD, 0, "A telltale remark." * 100))
    assert any(b"telltale" in path.read_bytes() for path in tmp_path.glob("library.db*"))
    kept.delete(conversation)
    assert feedback.with_rating(Rating.BAD) == []
    assert not any(b"telltale" in path.read_bytes() for path in tmp_path.glob("library.db*"))
