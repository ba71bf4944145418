"""The connection to the database of record: SQLite beside the caches by default, PostgreSQL by its URL.

Foreign exceptions stop here: whoever stands above sees ours, with what to do about it.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from qa.errors import ConfigurationError, LibraryDamaged, LibraryLocked, QaError
from qa.library.schema import REVISION

# page_size: a sentence's row with its vector of 384 float16 is about 900 bytes, and SQLite moves what exceeds a quarter
# of a page to a page of its own; it counts on an empty file only.
# FULL: a committed turn survives a power cut. secure_delete: what is erased is overwritten, not only unlinked.
_PRAGMAS = (
    "PRAGMA page_size = 8192",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA secure_delete = ON",
    "PRAGMA cache_size = -16000",
)
_DAMAGE = ("malformed", "not a database", "disk i/o error", "file is encrypted")
_BUSY = ("database is locked", "database table is locked")


class Database:
    """A pool of connections at the newest schema. Threads may share it."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._writer = engine.execution_options(writes=True)
        # SQLite has one writer at a time and lets the others sleep and look again, in no order, until some give up.
        # Those of this process hand over to each other instead; its own waiting is left for other processes.
        self._turn: AbstractContextManager[object] = threading.Lock() if self.is_sqlite else nullcontext()

    @classmethod
    def open(cls, url: str, *, is_owner: bool = True) -> Database:
        """Opens, and brings the tables up to date, creating them on an empty database.

        url: an SQLAlchemy URL, `sqlite:////absolute/path/library.db` for a file. is_owner: False to look at what
        another process holds, whose tables are left as they are. Raises ConfigurationError for one that cannot work or
        a database that a newer version made, LibraryDamaged for one that cannot be read, LibraryLocked for one that
        would have to be brought up to date by who does not own it.
        """
        database = cls(_engine(url))
        try:
            with database.reading() as connection:
                stored = _stored_revision(connection)
            if stored != REVISION and not is_owner:
                raise LibraryLocked(
                    f"The library is held by a process of another version of qa (its tables are at {stored}, "
                    f"not {REVISION}). Stop that process first."
                )
            if stored != REVISION:
                # Here, for alembic takes half a second to import: a database at the newest revision never waits for it.
                from qa.library.migration import migrate  # noqa: PLC0415

                with database.writing() as connection:
                    migrate(connection, stored)
        except BaseException:
            database.close()
            raise
        return database

    @property
    def is_sqlite(self) -> bool:
        return self._engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One consistent state for all that is read inside."""
        with self._translated(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """All or nothing; on disk once it is left."""
        with self._turn, self._translated(), self._writer.begin() as connection:
            yield connection

    def wipe_log(self) -> None:
        """Empties SQLite's write-ahead log, where what was erased would otherwise linger."""
        if self.is_sqlite:
            with self._translated(), self._engine.connect() as connection:
                driver = connection.connection.driver_connection
                assert isinstance(driver, sqlite3.Connection)
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, sqlite3.Error) as error:
            ours = _explained(error, self._engine.url)
            if ours is None:
                raise
            raise ours from error


def _engine(url: str) -> sa.Engine:
    try:
        engine = sa.create_engine(url)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise ConfigurationError(
            f"QA_DATABASE_URL cannot be used: {error}. "
            "Leave it out for SQLite in the data folder, or install the database's driver."
        ) from error
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare)
        sa.event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: DBAPIConnection, _record: object) -> None:
    """Takes over where transactions begin: the driver would begin them only at the first write."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    """A writer takes its turn at once: one that read first and writes later would fail instead of waiting."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _stored_revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _explained(error: DBAPIError | sqlite3.Error, url: sa.URL) -> QaError | None:
    """None for what only a fault of ours can cause: that travels on as it is."""
    what = str(error.orig if isinstance(error, DBAPIError) else error)
    where = f"The database of record {url.render_as_string(hide_password=True)}"
    if any(sign in what.lower() for sign in _DAMAGE):
        return LibraryDamaged(
            f"{where} cannot be read: {what}. Move it away (with its -wal and -shm files) and run `qa index`: that "
            "rebuilds all articles. Kept conversations are in that file alone: put a backup of it back to have them."
        )
    if any(sign in what.lower() for sign in _BUSY):
        return LibraryLocked(f"{where} is in use by another process ({what}). End that process and try again.")
    if isinstance(error, sa.exc.OperationalError | sqlite3.OperationalError):
        return ConfigurationError(
            f"{where} cannot be used: {what}. Check that it can be reached and written and that there is room, "
            "or set QA_DATABASE_URL or QA_DATA_DIR to another place."
        )
    return None
