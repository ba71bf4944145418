"""Turns that were kept, each with the turns before it, out of the library."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from qa.api.schemas import ChatOut
from qa.domain import Rating
from qa.library.conversations import KeptConversations
from qa.library.feedback import KeptFeedback
from qa.library.record import Library
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
    """Raises NotFound, and LibraryLocked while the library is served."""
    with _library(settings) as library:
        return KeptTurn(_history(library, turn_id))


def rated(rating: str, settings: Settings) -> list[KeptTurn]:
    """Every turn that readers rated so, in the order in which they did. Raises LibraryLocked."""
    with _library(settings) as library:
        said = KeptFeedback(library.database).with_rating(Rating(rating))
        return [KeptTurn(_history(library, each.id), feedback.expected_answer) for each, feedback in said]


@contextmanager
def _library(settings: Settings) -> Iterator[Library]:
    with own(settings.data_dir, "qa eval add"), Library.open(settings.record_url) as library:
        yield library


def _history(library: Library, turn_id: str) -> tuple[dict[str, Any], ...]:
    kept = KeptConversations(library.database)
    turns = kept.turns(kept.turn(turn_id).conversation_id, LONGEST)
    last = next(place for place, each in enumerate(turns) if each.id == turn_id)
    return tuple(ChatOut.of(each).model_dump(mode="json") for each in turns[: last + 1])
