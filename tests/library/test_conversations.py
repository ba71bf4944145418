"""Conversations: kept exactly, in order, found again, erased."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from shelves import abstained, answered, article, citation, library_in, text_about, turn, url_in

from qa.domain import TurnStatus
from qa.errors import InvalidInput, NotFound
from qa.library.conversations import KeptConversations
from qa.library.record import Library

SEAL = article("seal.txt", text_about("seal"))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with library_in(tmp_path) as opened:
        yield opened


@pytest.fixture
def kept(library: Library) -> KeptConversations:
    return KeptConversations(library.database)


def test_turn_comes_back_equal_in_another_process(tmp_path: Path, library: Library, kept: KeptConversations) -> None:
    conversation = kept.open(None)
    turns = [
        turn("t1", conversation, answered([citation(SEAL)])),
        turn("t2", conversation, abstained([citation(SEAL, 0)])),
    ]
    for each in turns:
        kept.keep(each)
    library.close()
    with Library.open(url_in(tmp_path)) as again:
        assert KeptConversations(again.database).turns(conversation, 10) == turns


def test_latest_turns_come_oldest_first(kept: KeptConversations) -> None:
    conversation = kept.open(None)
    for number in range(7):
        kept.keep(turn(f"t{number}", conversation, abstained()))
    assert [each.id for each in kept.turns(conversation, 3)] == ["t4", "t5", "t6"]
    assert kept.turns(conversation, 0) == []


def test_new_conversation_is_known_and_empty_but_stored_only_with_its_first_turn(kept: KeptConversations) -> None:
    conversation = kept.open(None)
    assert conversation != kept.open(None)
    assert kept.open(conversation) == conversation
    assert kept.turns(conversation, 5) == []
    assert kept.summaries(10) == []
    kept.begin("t1", conversation, "Where?")
    assert [each.id for each in kept.summaries(10)] == [conversation]
    assert kept.turns(conversation, 5) == []


@pytest.mark.parametrize("unknown", ["", "nothing", "'; DROP TABLE turns; --", "é" * 500, "\x00"])
def test_unknown_conversation_is_not_found_by_its_name(kept: KeptConversations, unknown: str) -> None:
    for ask in (
        lambda: kept.open(unknown),
        lambda: kept.turns(unknown, 1),
        lambda: kept.keep(turn("t1", unknown, abstained())),
        lambda: kept.begin("t1", unknown, "Where?"),
        lambda: kept.delete(unknown),
    ):
        with pytest.raises(NotFound) as error:
            ask()
        assert repr(unknown) in str(error.value)


def test_turn_that_was_begun_is_kept_in_its_place(kept: KeptConversations) -> None:
    conversation = kept.open(None)
    kept.begin("slow", conversation, "Where was it seen?")
    kept.keep(turn("fast", conversation, abstained()))
    kept.keep(turn("slow", conversation, abstained()))
    assert [each.id for each in kept.turns(conversation, 5)] == ["slow", "fast"]


def test_keeping_a_turn_again_replaces_it(kept: KeptConversations) -> None:
    conversation = kept.open(None)
    for answer in (abstained([citation(SEAL, 0)]), answered([citation(SEAL)])):
        kept.keep(turn("t1", conversation, answer))
    assert kept.turns(conversation, 5) == [turn("t1", conversation, answered([citation(SEAL)]))]


def test_turns_left_pending_are_marked_at_the_next_start(library: Library, kept: KeptConversations) -> None:
    conversation = kept.open(None)
    kept.keep(turn("done", conversation, abstained()))
    kept.begin("killed", conversation, "Where?")
    kept.begin("broken", conversation, "Where?")
    kept.fail("broken")
    again = KeptConversations(library.database)
    assert again.interrupt_pending() == 1
    assert again.interrupt_pending() == 0
    assert [again.status(each) for each in ("done", "killed", "broken")] == [
        TurnStatus.COMPLETE,
        TurnStatus.INTERRUPTED,
        TurnStatus.FAILED,
    ]
    assert [each.id for each in again.turns(conversation, 5)] == ["done"]


def test_complete_turn_cannot_fail_afterwards(kept: KeptConversations) -> None:
    kept.keep(turn("t1", kept.open(None), abstained()))
    kept.fail("t1")
    assert kept.status("t1") is TurnStatus.COMPLETE
    with pytest.raises(NotFound, match="t9"):
        kept.status("t9")


def test_listing_goes_newest_first_page_by_page_even_when_one_is_erased_between(kept: KeptConversations) -> None:
    ids = [kept.open(None) for _ in range(5)]
    for number, conversation in enumerate(ids):
        kept.keep(turn(f"t{number}", conversation, abstained()))
    first = kept.summaries(2)
    kept.delete(first[-1].id)
    rest = kept.summaries(10, first[-1].cursor)
    assert [each.id for each in (*first, *rest)] == ids[::-1]


@pytest.mark.parametrize("cursor", ["", "x", "-1", "1.5", "9" * 40])
def test_cursor_that_is_none_of_ours_is_refused(kept: KeptConversations, cursor: str) -> None:
    with pytest.raises(InvalidInput, match="after"):
        kept.summaries(1, cursor)


def test_title_is_the_first_question_on_one_line_and_not_too_long(kept: KeptConversations) -> None:
    short, long = kept.open(None), kept.open(None)
    kept.keep(turn("t1", short, abstained(), "Where  was\nit seen?"))
    kept.keep(turn("t2", short, abstained(), "And when?"))
    kept.keep(turn("t3", long, abstained(), "seal " * 800))
    newest, oldest = kept.summaries(2)
    assert (oldest.title, oldest.turns) == ("Where was it seen?", 2)
    assert len(newest.title) <= 80
    assert newest.title.startswith("seal seal")


def test_erased_conversation_leaves_no_trace_on_the_disk(
    tmp_path: Path, library: Library, kept: KeptConversations
) -> None:
    conversation, other = kept.open(None), kept.open(None)
    kept.keep(turn("t0", other, abstained(), "An innocent question?"))
    for number in range(50):
        kept.keep(turn(f"t{number + 1}", conversation, abstained(), f"A telltale question {number}?"))
    assert any(b"telltale" in path.read_bytes() for path in tmp_path.glob("library.db*"))
    kept.delete(conversation)
    assert not any(b"telltale" in path.read_bytes() for path in tmp_path.glob("library.db*"))
    with pytest.raises(NotFound):
        kept.open(conversation)
    assert len(kept.turns(other, 5)) == 1


def test_turn_answered_while_its_conversation_is_erased_does_not_bring_it_back(kept: KeptConversations) -> None:
    conversation = kept.open(None)
    kept.begin("t1", conversation, "Where?")
    kept.delete(conversation)
    with pytest.raises(NotFound):
        kept.keep(turn("t1", conversation, abstained()))
    assert kept.summaries(10) == []


def test_erasing_lets_go_of_the_old_versions_that_only_it_cited(library: Library, kept: KeptConversations) -> None:
    library.replace([SEAL])
    one, two = kept.open(None), kept.open(None)
    for conversation in (one, two):
        kept.keep(turn(f"t-{conversation}", conversation, answered([citation(SEAL)])))
    library.remove([SEAL.article.id])
    kept.delete(one)
    assert library.article(SEAL.article.id, SEAL.article.version) == SEAL.article
    kept.delete(two)
    with pytest.raises(NotFound):
        library.article(SEAL.article.id, SEAL.article.version)


def test_version_named_as_nearest_only_is_kept_too(library: Library, kept: KeptConversations) -> None:
    library.replace([SEAL])
    kept.keep(turn("t1", kept.open(None), abstained([citation(SEAL, 0)])))
    library.remove([SEAL.article.id])
    assert library.article(SEAL.article.id, SEAL.article.version) == SEAL.article


def test_threads_keep_turns_side_by_side_without_losing_one(kept: KeptConversations) -> None:
    conversation = kept.open(None)

    def ask(thread: int) -> None:
        for number in range(10):
            kept.keep(turn(f"{thread}-{number}", conversation, abstained()))

    threads = [threading.Thread(target=ask, args=(thread,)) for thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {each.id for each in kept.turns(conversation, 100)} == {f"{t}-{n}" for t in range(4) for n in range(10)}
