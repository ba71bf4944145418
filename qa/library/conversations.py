"""Conversations and their turns in the database of record, exactly as they were answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa

from qa.domain import Turn, TurnStatus
from qa.errors import InvalidInput, NotFound
from qa.library.codec import answer_to_json, timings_to_json
from qa.library.database import Database
from qa.library.owners import seen_by
from qa.library.pruning import prune
from qa.library.rows import Select
from qa.library.schema import ANSWERED, cited, conversations, turns
from qa.library.transcript import Transcript, transcript_of, turn_of

_TITLE_LENGTH = 80
# Opened and never asked in, because the first question failed: only so many are remembered.
_FRESH_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """For listings. title: its first question. updated_at: when its latest turn was. cursor: lists on from here."""

    id: str
    title: str
    created_at: datetime
    updated_at: datetime
    turns: int
    cursor: str


class KeptConversations:
    """Implements ports.Conversations. Threads may share it.

    A new conversation is stored with its first turn: until then its id is known to this object alone. Once erased, it
    is unknown, and a turn that was still being answered in it is not kept.

    owner: who asks, by name. What another one began is as unknown as what was never there; "" began what belongs to
    nobody, and may read all.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._fresh: dict[str, str] = {}

    def open(self, conversation_id: str | None, owner: str = "") -> str:
        """The id given, if it is known; a new one for None. Raises NotFound."""
        if conversation_id is None:
            return self._new(owner)
        with self._database.reading() as connection:
            self._check(connection, conversation_id, owner)
        return conversation_id

    def begin(self, turn_id: str, conversation_id: str, question: str) -> None:
        """Notes that a question is being answered, so that a crash in the middle leaves a trace. Raises NotFound."""
        with self._database.writing() as connection:
            self._place(connection, turn_id, conversation_id, datetime.now(UTC), question)
        self._fresh.pop(conversation_id, None)

    def keep(self, turn: Turn, status: TurnStatus = TurnStatus.COMPLETE) -> None:
        """Returns once the turn is on disk. It may have been begun; keeping it again replaces it.

        status: COMPLETE, or PARTIAL for the part that was shown to a reader who left, which never takes the place of
        a complete one. Raises NotFound if its conversation was never opened, or was erased meanwhile.
        """
        if status not in (TurnStatus.COMPLETE, TurnStatus.PARTIAL):
            raise ValueError(f"A turn with an answer is complete or partial, not {status}.")
        with self._database.writing() as connection:
            stored = self._stored_status(connection, turn)
            if stored is TurnStatus.COMPLETE and status is TurnStatus.PARTIAL:
                return
            if stored is None:
                self._place(connection, turn.id, turn.conversation_id, turn.created_at, turn.question)
            connection.execute(sa.update(turns).where(turns.c.id == turn.id).values(_values(turn, status)))
            _note_cited(connection, turn)
        self._fresh.pop(turn.conversation_id, None)

    def fail(self, turn_id: str) -> None:
        """Marks a turn that was begun and came to nothing. Unknown and answered turns are left as they are."""
        with self._database.writing() as connection:
            self._end(connection, turns.c.id == turn_id, TurnStatus.FAILED)

    def interrupt_pending(self) -> int:
        """Marks the turns that the last process left unfinished; how many there were. Call it before the first turn."""
        with self._database.writing() as connection:
            return self._end(connection, sa.true(), TurnStatus.INTERRUPTED)

    def turns(self, conversation_id: str, last: int) -> list[Turn]:
        """The latest `last` turns that hold an answer, whole or in part, oldest first. Raises NotFound.

        What it reads grows with `last` alone, not with the conversation.
        """
        latest = (
            sa.select(turns)
            .where(turns.c.conversation_id == conversation_id, sa.text(ANSWERED))
            .order_by(turns.c.position.desc())
            .limit(last)
        )
        with self._database.reading() as connection:
            rows = connection.execute(latest).all()
            if not rows:
                self._check(connection, conversation_id)
        return [turn_of(row) for row in reversed(rows)]

    def turn(self, turn_id: str) -> Turn:
        """As it was answered, whole or in part. Raises NotFound, also for a turn that holds no answer."""
        held = sa.select(turns).where(turns.c.id == turn_id, sa.text(ANSWERED))
        with self._database.reading() as connection:
            row = connection.execute(held).one_or_none()
        if row is None:
            raise NotFound(f"There is no answered turn {turn_id!r}: use the turn_id that came with an answer.")
        return turn_of(row)

    def transcript(
        self, conversation_id: str, limit: int | None = None, after: str | None = None, owner: str = ""
    ) -> Transcript:
        """Its turns from the one after the cursor `after`, all of them or `limit`; those not answered too.

        Raises NotFound, also as long as it has no turns; InvalidInput for what is no cursor.
        """
        place = 0 if after is None else _number(after)
        with self._database.reading() as connection:
            is_known = self._exists(connection, conversation_id, owner)
            held = transcript_of(connection, conversation_id, limit, place) if is_known else None
        if held is None:
            raise _not_found(conversation_id)
        return held

    def status(self, turn_id: str) -> TurnStatus:
        """Raises NotFound."""
        with self._database.reading() as connection:
            status = connection.execute(sa.select(turns.c.status).where(turns.c.id == turn_id)).scalar()
        if status is None:
            raise NotFound(f"There is no turn {turn_id!r}.")
        return TurnStatus(status)

    def summaries(self, limit: int, after: str | None = None, owner: str = "") -> list[ConversationSummary]:
        """The newest first, from the one after the cursor `after`."""
        statement = _summaries().where(seen_by(owner)).order_by(conversations.c.seq.desc()).limit(limit)
        if after is not None:
            statement = statement.where(conversations.c.seq < _number(after))
        with self._database.reading() as connection:
            rows = connection.execute(statement).all()
        return [
            ConversationSummary(row.id, row.title, row.created_at, row.updated_at, row.turns, str(row.seq))
            for row in rows
        ]

    def delete(self, conversation_id: str, owner: str = "") -> None:
        """Erases it from the disk, and the old versions of articles that only it cited. Raises NotFound."""
        with self._database.writing() as connection:
            if not self._exists(connection, conversation_id, owner):
                raise _not_found(conversation_id)
            self._fresh.pop(conversation_id, None)
            of_turns = sa.select(turns.c.id).where(turns.c.conversation_id == conversation_id)
            article_ids = sa.select(cited.c.article_id).where(cited.c.turn_id.in_(of_turns)).distinct()
            let_go = list(connection.execute(article_ids).scalars())
            connection.execute(sa.delete(conversations).where(conversations.c.id == conversation_id))
            prune(connection, let_go)
        self._database.wipe_log()

    def _new(self, owner: str) -> str:
        conversation_id = uuid4().hex
        self._fresh[conversation_id] = owner
        while len(self._fresh) > _FRESH_REMEMBERED:
            self._fresh.pop(next(iter(self._fresh)), None)
        return conversation_id

    def _check(self, connection: sa.Connection, conversation_id: str, owner: str = "") -> None:
        fresh = self._fresh.get(conversation_id)
        is_known = fresh in ("", owner) or (fresh is not None and not owner)
        if not is_known and not self._exists(connection, conversation_id, owner):
            raise _not_found(conversation_id)

    @staticmethod
    def _exists(connection: sa.Connection, conversation_id: str, owner: str = "") -> bool:
        held = sa.exists().where(conversations.c.id == conversation_id, seen_by(owner))
        return bool(connection.execute(sa.select(held)).scalar_one())

    @staticmethod
    def _stored_status(connection: sa.Connection, turn: Turn) -> TurnStatus | None:
        same = sa.select(turns.c.status).where(turns.c.id == turn.id, turns.c.conversation_id == turn.conversation_id)
        status = connection.execute(same).scalar()
        return None if status is None else TurnStatus(status)

    def _place(
        self, connection: sa.Connection, turn_id: str, conversation_id: str, created_at: datetime, question: str
    ) -> None:
        """A pending turn at the end of its conversation, which is stored with its first."""
        self._check(connection, conversation_id)
        if not self._exists(connection, conversation_id):
            owner = self._fresh.get(conversation_id, "")
            first = {"id": conversation_id, "created_at": created_at, "title": _title(question), "owner": owner}
            connection.execute(sa.insert(conversations), first)
        last = sa.select(sa.func.coalesce(sa.func.max(turns.c.position), 0) + 1).where(
            turns.c.conversation_id == conversation_id
        )
        values = {
            "id": turn_id,
            "conversation_id": conversation_id,
            "position": last.scalar_subquery(),
            "created_at": created_at,
            "status": TurnStatus.PENDING,
            "question": question,
        }
        connection.execute(sa.insert(turns).values(values))

    @staticmethod
    def _end(connection: sa.Connection, which: sa.ColumnElement[bool], status: TurnStatus) -> int:
        pending = sa.update(turns).where(which, turns.c.status == TurnStatus.PENDING)
        return connection.execute(pending.values(status=status)).rowcount


def _values(turn: Turn, status: TurnStatus) -> dict[str, object]:
    return {
        "created_at": turn.created_at,
        "status": status,
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


def _summaries() -> Select:
    """The latest turn's position is how many there are: none is ever taken out. So no turn is walked over."""
    own = turns.c.conversation_id == conversations.c.id
    counted = sa.select(sa.func.max(turns.c.position)).where(own).scalar_subquery()
    updated = sa.select(turns.c.created_at).where(own).order_by(turns.c.position.desc()).limit(1).scalar_subquery()
    return sa.select(conversations, counted.label("turns"), updated.label("updated_at"))


def _not_found(conversation_id: str) -> NotFound:
    return NotFound(
        f"There is no conversation {conversation_id!r}. GET /v1/conversations lists those there are; "
        "a question without conversation_id starts a new one."
    )


def _title(question: str) -> str:
    words = " ".join(question.split())
    return words if len(words) <= _TITLE_LENGTH else words[: _TITLE_LENGTH - 1].rstrip() + "…"


def _number(cursor: str) -> int:
    if not cursor.isdecimal() or len(cursor) > 18:  # what SQLite's integers hold
        raise InvalidInput(f"There is no place {cursor!r} to list on from. Leave `after` out to start anew.")
    return int(cursor)
