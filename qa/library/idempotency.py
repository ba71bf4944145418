"""The first answers to requests with an Idempotency-Key, kept for a day to be given again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from qa.library.database import Database
from qa.library.schema import conversations, replays
from qa.ports import Replay

KEPT = timedelta(hours=24)


def now() -> datetime:
    return datetime.now(UTC)


class KeptReplays:
    """Implements ports.ReplayShelf. Threads may share it. clock: what time it is, aware."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = now) -> None:
        self._database = database
        self._clock = clock

    def find(self, key: str) -> Replay | None:
        """None for a key that was not used in the last 24 hours."""
        live = sa.select(replays).where(replays.c.key == key, replays.c.created_at > self._clock() - KEPT)
        with self._database.reading() as connection:
            row = connection.execute(live).one_or_none()
        return None if row is None else Replay(row.body_hash, row.body)

    def keep(self, key: str, replay: Replay, conversation_id: str) -> None:
        """Returns once it is on disk; it goes with its conversation, and is not kept if that is erased already."""
        exists = sa.select(sa.exists().where(conversations.c.id == conversation_id))
        values = {
            "key": key,
            "body_hash": replay.body_hash,
            "body": replay.body,
            "conversation_id": conversation_id,
            "created_at": self._clock(),
        }
        with self._database.writing() as connection:
            self._drop_expired(connection)
            if connection.execute(exists).scalar_one():
                connection.execute(sa.delete(replays).where(replays.c.key == key))
                connection.execute(sa.insert(replays), values)

    def forget_expired(self) -> int:
        """Deletes what is older than 24 hours; how many there were. `keep` does so too; call it at the start."""
        with self._database.writing() as connection:
            return self._drop_expired(connection)

    def _drop_expired(self, connection: sa.Connection) -> int:
        return connection.execute(sa.delete(replays).where(replays.c.created_at <= self._clock() - KEPT)).rowcount
