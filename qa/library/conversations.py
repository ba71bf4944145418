"""Conversations and their turns in the database of record, exactly as they were answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import uuid4

import sqlalchemy as sa

from qa.domain import Turn
from qa.errors import InvalidInput, NotFound
from qa.library.codec import answer_from_json, answer_to_json, timings_from_json, timings_to_json
from qa.library.database import Database
from qa.library.pruning import prune
from qa.library.rows import Row
from qa.library.schema import cited, conversations, turns

_TITLE_LENGTH = 80
# Opened and never asked in, because the first question failed: only so many are remembered.
_FRESH_REMEMBERED = 10_000


class TurnStatus(StrEnum):
    """PARTIAL: the reader left in the middle of the answer. INTERRUPTED: the process ended in the middle of it."""

    PENDING = "pending"
    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """For listings. title: from its first question. cursor: lists on from here."""

    id: str
    title: str
    created_at: datetime
    turns: int
    cursor: str


class KeptConversations:
    """Implements ports.Conversations. Threads may share it.

    A new conversation is stored with its first turn: until then its id is known to this object alone. Once erased, it
    is unknown, and a turn that was still being answered in it is not kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._fresh: dict[str, None] = {}

    def open(self, conversation_id: str | None) -> str:
        """The id given, if it is known; a new one for None. Raises NotFound."""
        if conversation_id is None:
            return self._new()
        with self._database.reading() as connection:
            self._check(connection, conversation_id)
        return conversation_id

    def begin(self, turn_id: str, conversation_id: str, question: str) -> None:
        """Notes that a question is being answered, so that a crash in the middle leaves a trace. Raises NotFound."""
        with self._database.writing() as connection:
            self._place(connection, turn_id, conversation_id, datetime.now(UTC), question)
        self._fresh.pop(conversation_id, None)

    def keep(self, turn: Turn) -> None:
        """Returns once the turn is on disk, complete. It may have been begun; keeping it again replaces it.

        Raises NotFound if its conversation was never opened, or was erased meanwhile.
        """
        with self._database.writing() as connection:
            if not self._is_stored(connection, turn):
                self._place(connection, turn.id, turn.conversation_id, turn.created_at, turn.question)
            connection.execute(sa.update(turns).where(turns.c.id == turn.id).values(_values(turn)))
            _note_cited(connection, turn)
        self._fresh.pop(turn.conversation_id, None)

    def fail(self, turn_id: str) -> None:
        """Marks a turn that was begun and came to nothing. Unknown and complete turns are left as they are."""
        with self._database.writing() as connection:
            self._end(connection, turns.c.id == turn_id, TurnStatus.FAILED)

    def interrupt_pending(self) -> int:
        """Marks the turns that the last process left unfinished; how many there were. Call it before the first turn."""
        with self._database.writing() as connection:
            return self._end(connection, sa.true(), TurnStatus.INTERRUPTED)

    def turns(self, conversation_id: str, last: int) -> list[Turn]:
        """The latest `last` complete turns, oldest first. Raises NotFound."""
        latest = (
            sa.select(turns)
            .where(turns.c.conversation_id == conversation_id, turns.c.status == TurnStatus.COMPLETE)
            .order_by(turns.c.position.desc())
            .limit(last)
        )
        with self._database.reading() as connection:
            rows = connection.execute(latest).all()
            if not rows:
                self._check(connection, conversation_id)
        return [_turn(row) for row in reversed(rows)]

    def status(self, turn_id: str) -> TurnStatus:
        """Raises NotFound."""
        with self._database.reading() as connection:
            status = connection.execute(sa.select(turns.c.status).where(turns.c.id == turn_id)).scalar()
        if status is None:
            raise NotFound(f"There is no turn {turn_id!r}.")
        return TurnStatus(status)

    def summaries(self, limit: int, after: str | None = None) -> list[ConversationSummary]:
        """The newest first, from the one after the cursor `after`."""
        counted = sa.select(sa.func.count()).where(turns.c.conversation_id == conversations.c.id).scalar_subquery()
        statement = sa.select(conversations, counted.label("turns")).order_by(conversations.c.seq.desc()).limit(limit)
        if after is not None:
            statement = statement.where(conversations.c.seq < _seq(after))
        with self._database.reading() as connection:
            rows = connection.execute(statement).all()
        return [ConversationSummary(row.id, row.title, row.created_at, row.turns, str(row.seq)) for row in rows]

    def delete(self, conversation_id: str) -> None:
        """Erases it from the disk, and the old versions of articles that only it cited. Raises NotFound."""
        self._fresh.pop(conversation_id, None)
        with self._database.writing() as connection:
            self._check(connection, conversation_id)
            of_turns = sa.select(turns.c.id).where(turns.c.conversation_id == conversation_id)
            article_ids = sa.select(cited.c.article_id).where(cited.c.turn_id.in_(of_turns)).distinct()
            let_go = list(connection.execute(article_ids).scalars())
            connection.execute(sa.delete(conversations).where(conversations.c.id == conversation_id))
            prune(connection, let_go)
        self._database.wipe_log()

    def _new(self) -> str:
        conversation_id = uuid4().hex
        self._fresh[conversation_id] = None
        while len(self._fresh) > _FRESH_REMEMBERED:
            self._fresh.pop(next(iter(self._fresh)), None)
        return conversation_id

    def _check(self, connection: sa.Connection, conversation_id: str) -> None:
        if conversation_id not in self._fresh and not self._exists(connection, conversation_id):
            raise NotFound(
                f"There is no conversation {conversation_id!r}. Leave conversation_id out to start a new one."
            )

    @staticmethod
    def _exists(connection: sa.Connection, conversation_id: str) -> bool:
        return bool(
            connection.execute(sa.select(sa.exists().where(conversations.c.id == conversation_id))).scalar_one()
        )

    @staticmethod
    def _is_stored(connection: sa.Connection, turn: Turn) -> bool:
        same = sa.exists().where(turns.c.id == turn.id, turns.c.conversation_id == turn.conversation_id)
        return bool(connection.execute(sa.select(same)).scalar_one())

    def _place(
        self, connection: sa.Connection, turn_id: str, conversation_id: str, created_at: datetime, question: str
    ) -> None:
        """A pending turn at the end of its conversation, which is stored with its first."""
        self._check(connection, conversation_id)
        if not self._exists(connection, conversation_id):
            first = {"id": conversation_id, "created_at": created_at, "title": _title(question)}
            connection.execute(sa.insert(conversations), first)
        last = sa.select(sa.func.coalesce(sa.func.max(turns.c.position), 0)).where(
            turns.c.conversation_id == conversation_id
        )
        values = {
            "id": turn_id,
            "conversation_id": conversation_id,
            "position": connection.execute(last).scalar_one() + 1,
            "created_at": created_at,
            "status": TurnStatus.PENDING,
            "question": question,
        }
        connection.execute(sa.insert(turns), values)

    @staticmethod
    def _end(connection: sa.Connection, which: sa.ColumnElement[bool], status: TurnStatus) -> int:
        pending = sa.update(turns).where(which, turns.c.status == TurnStatus.PENDING)
        return connection.execute(pending.values(status=status)).rowcount


def _values(turn: Turn) -> dict[str, object]:
    return {
        "created_at": turn.created_at,
        "status": TurnStatus.COMPLETE,
        "question": turn.question,
        "standalone_question": turn.standalone_question,
        "answer": answer_to_json(turn.answer),
        "timings_ms": timings_to_json(turn.timings_ms),
    }


def _note_cited(connection: sa.Connection, turn: Turn) -> None:
    connection.execute(sa.delete(cited).where(cited.c.turn_id == turn.id))
    shown = {(each.article_id, each.version) for each in (*turn.answer.citations, *turn.answer.nearest)}
    if shown:
        connection.execute(
            sa.insert(cited),
            [{"turn_id": turn.id, "article_id": article, "version": version} for article, version in sorted(shown)],
        )


def _turn(row: Row) -> Turn:
    return Turn(
        id=row.id,
        conversation_id=row.conversation_id,
        created_at=row.created_at,
        question=row.question,
        standalone_question=row.standalone_question,
        answer=answer_from_json(row.answer),
        timings_ms=timings_from_json(row.timings_ms),
    )


def _title(question: str) -> str:
    words = " ".join(question.split())
    return words if len(words) <= _TITLE_LENGTH else words[: _TITLE_LENGTH - 1].rstrip() + "…"


def _seq(cursor: str) -> int:
    if not cursor.isdecimal() or len(cursor) > 18:  # what SQLite's integers hold
        raise InvalidInput(f"There is no place {cursor!r} to list on from. Leave `after` out to start anew.")
    return int(cursor)
