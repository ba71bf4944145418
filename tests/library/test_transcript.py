"""A conversation read again: every turn as it was answered, in its state, and what became of its sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from shelves import abstained, answered, article, citation, library_in, text_about, turn

from qa.domain import Feedback, Rating, TurnStatus
from qa.errors import InvalidInput, NotFound
from qa.library.conversations import KeptConversations
from qa.library.feedback import KeptFeedback
from qa.library.record import Library
from qa.library.transcript import KeptTurn, Source

SEAL, OWL = article("seal.txt", text_about("seal")), article("owl.txt", text_about("owl"))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with library_in(tmp_path) as opened:
        yield opened


@pytest.fixture
def kept(library: Library) -> KeptConversations:
    return KeptConversations(library.database)


def test_turns_stand_in_order_each_in_its_state_with_its_feedback(library: Library, kept: KeptConversations) -> None:
    conversation, other = kept.open(None), kept.open(None)
    kept.keep(whole := turn("whole", conversation, answered([citation(SEAL)])))
    for turn_id in ("failed", "interrupted"):
        kept.begin(turn_id, conversation, f"Was it {turn_id}?")
    kept.fail("failed")
    kept.interrupt_pending()
    kept.keep(part := turn("part", conversation, abstained()), TurnStatus.PARTIAL)
    kept.begin("pending", conversation, "And now?")
    kept.keep(turn("elsewhere", other, abstained()))
    said = Feedback("part", Rating.BAD, None, None, datetime(2026, 2, 1, tzinfo=UTC))
    KeptFeedback(library.database).keep(said)
    read = kept.transcript(conversation)
    assert (read.id, read.title) == (conversation, "Where was it seen?")
    assert [(each.id, each.status, each.turn, each.feedback) for each in read.turns] == [
        ("whole", TurnStatus.COMPLETE, whole, None),
        ("failed", TurnStatus.FAILED, None, None),
        ("interrupted", TurnStatus.INTERRUPTED, None, None),
        ("part", TurnStatus.PARTIAL, part, said),
        ("pending", TurnStatus.PENDING, None, None),
    ]
    assert read.turns[1].question == "Was it failed?"


def test_pages_hold_every_turn_once_with_its_own_feedback_and_sources(
    library: Library, kept: KeptConversations
) -> None:
    library.replace([SEAL])
    conversation = kept.open(None)
    for number in range(1, 6):
        kept.keep(turn(f"t{number}", conversation, answered([citation(SEAL)])))
        KeptFeedback(library.database).keep(Feedback(f"t{number}", Rating.GOOD, str(number), None, datetime.now(UTC)))
    whole, after, read = kept.transcript(conversation), None, list[KeptTurn]()
    for expected in (2, 2, 1):
        page = kept.transcript(conversation, 2, after)
        assert (len(page.turns), page.title, page.current) == (expected, whole.title, whole.current)
        read += page.turns
        after = page.next
    assert (tuple(read), after, whole.next) == (whole.turns, None, None)
    assert kept.transcript(conversation, after="3").turns == whole.turns[3:]


def test_page_behind_the_last_turn_is_empty_and_a_page_of_all_is_the_last(kept: KeptConversations) -> None:
    kept.keep(turn("t1", conversation := kept.open(None), abstained()))
    assert (kept.transcript(conversation, 1).next, kept.transcript(conversation, 1, "1").turns) == (None, ())
    with pytest.raises(InvalidInput, match="list on"):
        kept.transcript(conversation, 1, "one")


def test_conversation_without_turns_and_an_unknown_one_are_not_found(kept: KeptConversations) -> None:
    for conversation in (kept.open(None), "nothing"):
        with pytest.raises(NotFound, match=conversation):
            kept.transcript(conversation)


def test_source_is_current_until_its_article_changes_or_goes_and_again_when_it_is_back(
    library: Library, kept: KeptConversations
) -> None:
    library.replace([SEAL, OWL])
    conversation, cites = kept.open(None), (citation(SEAL, 0), citation(OWL, 0))
    kept.keep(turn("t1", conversation, abstained(cites)))

    def sources() -> list[Source]:
        read = kept.transcript(conversation)
        assert read.turns[0].turn == turn("t1", conversation, abstained(cites))
        return [read.source(each) for each in cites]

    assert sources() == [Source.CURRENT, Source.CURRENT]
    library.replace([article("seal.txt", text_about("seal", 9))])
    assert sources() == [Source.CHANGED, Source.CURRENT]
    library.remove(["owl.txt"])
    assert sources() == [Source.CHANGED, Source.GONE]
    library.replace([SEAL, OWL])
    assert sources() == [Source.CURRENT, Source.CURRENT]


def test_old_version_is_kept_as_long_as_a_part_of_an_answer_cites_it(library: Library, kept: KeptConversations) -> None:
    library.replace([SEAL])
    kept.keep(turn("t1", kept.open(None), answered([citation(SEAL)])), TurnStatus.PARTIAL)
    library.remove(["seal.txt"])
    held = library.article("seal.txt", SEAL.article.version)
    cited = citation(SEAL)
    assert held.text[cited.start : cited.end] == cited.quote


def test_part_of_an_answer_becomes_whole_but_never_the_other_way(kept: KeptConversations) -> None:
    conversation = kept.open(None)
    part = turn("t1", conversation, abstained())
    whole = replace(part, answer=answered([citation(SEAL)]))
    for status, given, held in (
        (TurnStatus.PARTIAL, part, part),
        (TurnStatus.COMPLETE, whole, whole),
        (TurnStatus.PARTIAL, part, whole),
    ):
        kept.keep(given, status)
        assert kept.turn("t1") == held
    assert kept.status("t1") is TurnStatus.COMPLETE


@pytest.mark.parametrize("status", [TurnStatus.PENDING, TurnStatus.FAILED, TurnStatus.INTERRUPTED])
def test_answer_cannot_be_kept_as_if_there_was_none(kept: KeptConversations, status: TurnStatus) -> None:
    with pytest.raises(ValueError, match=status):
        kept.keep(turn("t1", kept.open(None), abstained()), status)


def test_turn_is_found_by_its_id_if_it_holds_an_answer(kept: KeptConversations) -> None:
    conversation = kept.open(None)
    kept.keep(whole := turn("whole", conversation, abstained()))
    kept.keep(part := turn("part", conversation, abstained()), TurnStatus.PARTIAL)
    kept.begin("pending", conversation, "Where?")
    assert [kept.turn("whole"), kept.turn("part")] == [whole, part]
    for turn_id in ("pending", "unknown"):
        with pytest.raises(NotFound, match=turn_id):
            kept.turn(turn_id)


def test_follow_up_leans_on_what_was_shown_whole_or_in_part(kept: KeptConversations) -> None:
    conversation = kept.open(None)
    kept.keep(turn("whole", conversation, abstained()))
    kept.keep(turn("part", conversation, abstained()), TurnStatus.PARTIAL)
    kept.begin("failed", conversation, "Where?")
    kept.fail("failed")
    assert [each.id for each in kept.turns(conversation, 2)] == ["whole", "part"]


def test_listing_tells_how_many_turns_there_are_and_when_the_latest_was(kept: KeptConversations) -> None:
    conversation = kept.open(None)
    first = turn("t1", conversation, abstained())
    later = replace(first, id="t2", created_at=datetime(2026, 3, 1, tzinfo=UTC))
    kept.keep(first)
    kept.keep(later)
    (listed,) = kept.summaries(10)
    assert (listed.turns, listed.created_at, listed.updated_at) == (2, first.created_at, later.created_at)
