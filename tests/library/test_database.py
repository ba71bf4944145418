"""Opening the database of record: made, brought up to date, or refused with what to do."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa  # noqa: TID251 - the library's own tests
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from shelves import RECIPE, abstained, article, library_in, text_about, turn, url_in

import qa.library
from qa.errors import ConfigurationError, LibraryDamaged, LibraryLocked
from qa.library.conversations import KeptConversations
from qa.library.database import Database
from qa.library.record import Library
from qa.library.schema import REVISION, metadata

MIGRATIONS = Path(next(iter(qa.library.__path__))) / "migrations"


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database.open(url_in(tmp_path))


def test_migrations_make_exactly_the_tables_of_the_schema(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    database.close()


def test_newest_migration_is_the_one_the_schema_names() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == REVISION


def test_turns_of_the_first_schema_are_there_after_the_next(tmp_path: Path) -> None:
    database = Database.open(url_in(tmp_path))
    kept = KeptConversations(database)
    kept.keep(held := turn("t1", kept.open(None), abstained()))
    with database.writing() as connection:  # back to the first schema
        for name in ("feedback", "replays"):
            connection.exec_driver_sql(f"DROP TABLE {name}")
        connection.exec_driver_sql("DROP INDEX ix_turns_answered")
        connection.exec_driver_sql("ALTER TABLE conversations DROP COLUMN owner")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    database.close()
    again = Database.open(url_in(tmp_path))
    assert KeptConversations(again).turn("t1") == held
    assert KeptConversations(again).open(held.conversation_id, "somebody") == held.conversation_id
    with again.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    again.close()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1), ("page_size", 8192)],
)
def test_sqlite_is_set_up_to_be_durable_and_to_erase(database: Database, pragma: str, value: object) -> None:
    with database.reading() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
    database.close()


def test_library_that_is_up_to_date_opens_without_alembic(tmp_path: Path) -> None:
    library_in(tmp_path).close()
    program = (
        "import sys; from qa.library.record import Library; Library.open(sys.argv[1]).close();"
        "assert 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program, url_in(tmp_path)], check=True)


def test_database_of_a_newer_version_is_refused_by_its_schema(tmp_path: Path) -> None:
    library_in(tmp_path).close()
    with sqlite3.connect(tmp_path / "library.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(ConfigurationError, match=r"9999.*newer version"):
        Library.open(url_in(tmp_path))


def test_who_does_not_own_a_library_leaves_older_tables_as_they_are(tmp_path: Path) -> None:
    library_in(tmp_path).close()
    Database.open(url_in(tmp_path), is_owner=False).close()
    with sqlite3.connect(tmp_path / "library.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()
    with pytest.raises(LibraryLocked, match=r"0001.*Stop that process"):
        Database.open(url_in(tmp_path), is_owner=False)


def test_file_that_is_no_database_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "library.db").write_bytes(b"no database at all" * 1000)
    with pytest.raises(LibraryDamaged, match=r"library\.db.*qa index.*conversations"):
        Library.open(url_in(tmp_path))


def test_page_that_was_overwritten_is_reported_as_damage_when_it_is_read(tmp_path: Path) -> None:
    with library_in(tmp_path) as library:
        library.replace([article(f"{number}.txt", text_about("seal", 60)) for number in range(30)])
    path = tmp_path / "library.db"
    raw = bytearray(path.read_bytes())
    for page in range(20, len(raw) // 8192):
        raw[page * 8192 : page * 8192 + 200] = b"\xff" * 200
    path.write_bytes(raw)
    with Library.open(url_in(tmp_path)) as library, pytest.raises(LibraryDamaged, match="malformed"):
        list(library.embedded())


@pytest.mark.parametrize(
    "url", ["", "nonsense", "oracle+nothing://x", "sqlite:////proc/no/such/folder/library.db", "sqlite:////"]
)
def test_url_that_cannot_work_names_its_setting(url: str) -> None:
    with pytest.raises(ConfigurationError, match="QA_DATABASE_URL"):
        Database.open(url)


@pytest.fixture
def impatient() -> Iterator[None]:
    """SQLite gives up at once where another connection writes."""

    def refuse_to_wait(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA busy_timeout = 0")

    sa.event.listen(sa.Engine, "checkout", refuse_to_wait)
    yield
    sa.event.remove(sa.Engine, "checkout", refuse_to_wait)


def test_writer_elsewhere_is_waited_for_and_then_named(tmp_path: Path, database: Database) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(tmp_path / "library.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LibraryLocked, match=r"library\.db"), database.writing():
        pass
    other.close()
    database.close()


def test_writers_of_one_process_hand_over_instead_of_giving_up(tmp_path: Path, impatient: None) -> None:
    """Even where SQLite's own waiting would end at once in "database is locked"."""
    database = Database.open(url_in(tmp_path))
    kept = KeptConversations(database)

    def converse(_: int) -> int:
        conversation = kept.open(None)
        for number in range(10):
            kept.begin(f"{conversation}-{number}", conversation, "Where?")
        return len(kept.transcript(conversation).turns)

    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(converse, range(6))) == [10] * 6
    database.close()


def test_transaction_that_fails_changes_nothing(database: Database) -> None:
    insert = "INSERT INTO settings_of_record VALUES ('a', 'b')"
    with suppress(ZeroDivisionError), database.writing() as connection:
        connection.exec_driver_sql(insert)
        raise ZeroDivisionError
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM settings_of_record").scalar() == 0
    database.close()


def test_reader_sees_one_state_while_another_writes(database: Database) -> None:
    count = sa.text("SELECT count(*) FROM settings_of_record")
    with database.reading() as reader:
        assert reader.execute(count).scalar() == 0
        with database.writing() as writer:
            writer.exec_driver_sql("INSERT INTO settings_of_record VALUES ('a', 'b')")
        assert reader.execute(count).scalar() == 0
    with database.reading() as reader:
        assert reader.execute(count).scalar() == 1
    database.close()


def test_fault_of_ours_is_not_taken_for_a_fault_of_the_disk(database: Database) -> None:
    with pytest.raises(sa.exc.IntegrityError), database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO settings_of_record VALUES ('a', NULL)")
    database.close()


def test_recipe_is_there_when_the_library_is_opened_again(tmp_path: Path) -> None:
    library_in(tmp_path).close()
    with Library.open(url_in(tmp_path)) as library:
        assert library.recipe == RECIPE
