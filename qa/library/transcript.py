"""A conversation to be read again, whole or page by page: each turn as it was answered, and whether its sources are
the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from qa.domain import Citation, Feedback, Rating, Turn, TurnStatus
from qa.library.codec import answer_from_json, timings_from_json
from qa.library.rows import Row
from qa.library.schema import articles, cited, conversations, feedback, turns, versions


class Source(StrEnum):
    """What has become of the version that a citation points at. CHANGED: its article is now at another one."""

    CURRENT = "current"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """turn: None where there is no answer, because it is pending, failed or interrupted. created_at: of the record."""

    id: str
    created_at: datetime
    question: str
    status: TurnStatus
    turn: Turn | None
    feedback: Feedback | None


@dataclass(frozen=True, slots=True)
class Transcript:
    """turns: in order, all or a page of them. next: the cursor of the page that follows, None where none does.

    current: the versions that the articles cited in them are at now; without those that are gone.
    """

    id: str
    title: str
    created_at: datetime
    turns: tuple[KeptTurn, ...]
    current: Mapping[str, str]
    next: str | None = None

    def source(self, citation: Citation) -> Source:
        version = self.current.get(citation.article_id)
        if version is None:
            return Source.GONE
        return Source.CURRENT if version == citation.version else Source.CHANGED


def transcript_of(
    connection: sa.Connection, conversation_id: str, limit: int | None = None, after: int = 0
) -> Transcript | None:
    """The turns behind the position `after`. None where no such conversation is stored.

    What it reads grows with `limit`, not with the conversation.
    """
    found = connection.execute(sa.select(conversations).where(conversations.c.id == conversation_id)).one_or_none()
    if found is None:
        return None
    rows, following = _page(connection, conversation_id, limit, after)
    shown = sa.and_(
        turns.c.conversation_id == conversation_id,
        turns.c.position.between(rows[0].position, rows[-1].position) if rows else sa.false(),
    )
    said = _feedback_in(connection, shown)
    return Transcript(
        id=found.id,
        title=found.title,
        created_at=found.created_at,
        turns=tuple(_kept_turn(row, said.get(row.id)) for row in rows),
        current=_current_versions(connection, shown),
        next=following,
    )


def _page(
    connection: sa.Connection, conversation_id: str, limit: int | None, after: int
) -> tuple[Sequence[Row], str | None]:
    """The rows, and the cursor of what follows them."""
    behind = sa.select(turns).where(turns.c.conversation_id == conversation_id, turns.c.position > after)
    found = connection.execute(behind.order_by(turns.c.position).limit(None if limit is None else limit + 1)).all()
    rows = found[:limit]
    return rows, str(rows[-1].position) if len(found) > len(rows) else None


def turn_of(row: Row) -> Turn:
    """The turn that a row with an answer holds."""
    return Turn(
        id=row.id,
        conversation_id=row.conversation_id,
        created_at=row.created_at,
        question=row.question,
        standalone_question=row.standalone_question,
        answer=answer_from_json(row.answer),
        timings_ms=timings_from_json(row.timings_ms),
    )


def feedback_of(row: Row) -> Feedback:
    return Feedback(row.turn_id, Rating(row.rating), row.comment, row.expected_answer, row.created_at)


def _kept_turn(row: Row, said: Feedback | None) -> KeptTurn:
    turn = None if row.answer is None else turn_of(row)
    return KeptTurn(row.id, row.created_at, row.question, TurnStatus(row.status), turn, said)


def _feedback_in(connection: sa.Connection, shown: sa.ColumnElement[bool]) -> dict[str, Feedback]:
    joined = feedback.join(turns, feedback.c.turn_id == turns.c.id)
    rows = connection.execute(sa.select(feedback).select_from(joined).where(shown))
    return {row.turn_id: feedback_of(row) for row in rows}


def _current_versions(connection: sa.Connection, shown: sa.ColumnElement[bool]) -> dict[str, str]:
    named = sa.select(cited.c.article_id).join(turns, cited.c.turn_id == turns.c.id).where(shown)
    joined = articles.join(versions, articles.c.version_pk == versions.c.pk)
    rows = connection.execute(
        sa.select(articles.c.id, versions.c.version).select_from(joined).where(articles.c.id.in_(named))
    )
    return {row.id: row.version for row in rows}
