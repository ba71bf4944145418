"""Turns that were kept, each with the turns before it, out of the library."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import Any

from qa.api.schemas import ChatOut
from qa.domain import Rating
from qa.errors import LibraryLocked
from qa.library.conversations import KeptConversations
from qa.library.database import Database
from qa.library.feedback import KeptFeedback
from qa.ownership import own
from qa.settings import Settings

LONGEST = 1000
"""Turns of a conversation that are looked back over."""


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """answers: of its conversation up to it, oldest first, as POST /v1/chat gave them. expected: by the reader."""

    answers: tuple[dict[str, Any], ...]
    expected: str | None = None


def turn(turn_id: str, settings: Settings) -> KeptTurn:
    """Raises NotFound."""
    with _record(settings) as database:
        return KeptTurn(_history(database, turn_id))


def rated(rating: str, settings: Settings) -> list[KeptTurn]:
    """Every turn that readers rated so, in the order in which they did."""
    with _record(settings) as database:
        said = KeptFeedback(database).with_rating(Rating(rating))
        return [KeptTurn(_history(database, each.id), feedback.expected_answer) for each, feedback in said]


@contextmanager
def _record(settings: Settings) -> Iterator[Database]:
    """The database of record, also while a service holds the library: it is only read, which any process may.

    Raises LibraryLocked where the service is of another version.
    """
    with ExitStack() as opened:
        is_owner = True
        try:
            opened.enter_context(own(settings.data_dir, "qa eval add"))
        except LibraryLocked:
            is_owner = False
        yield opened.enter_context(closing(Database.open(settings.record_url, is_owner=is_owner)))


def _history(database: Database, turn_id: str) -> tuple[dict[str, Any], ...]:
    kept = KeptConversations(database)
    turns = kept.turns(kept.turn(turn_id).conversation_id, LONGEST)
    last = next(place for place, each in enumerate(turns) if each.id == turn_id)
    return tuple(ChatOut.of(each).model_dump(mode="json") for each in turns[: last + 1])
