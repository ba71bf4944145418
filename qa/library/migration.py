"""Brings the tables to the newest schema: the scripts in `migrations/`, without an alembic.ini."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from qa.errors import ConfigurationError
from qa.library.schema import REVISION


def migrate(connection: sa.Connection, stored: str | None) -> None:
    """Runs what is missing since revision `stored`, None for an empty database, within the caller's transaction.

    Raises ConfigurationError where `stored` is none of ours: a newer version made it.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    if stored is not None:
        _refuse_newer(config, stored)
    command.upgrade(config, "head")


def _refuse_newer(config: Config, stored: str) -> None:
    try:
        ScriptDirectory.from_config(config).get_revision(stored)
    except CommandError as error:
        raise ConfigurationError(
            f"The database of record is at schema {stored}, made by a newer version of qa; this one knows schemas up "
            f"to {REVISION}. Install the newer version, or set QA_DATA_DIR to another folder."
        ) from error
