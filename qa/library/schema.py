"""The tables of the database of record, as SQLAlchemy Core sees them; `migrations/` makes and changes them.

A version of an article never changes. An article points at its current version; an older one stays, without vectors,
as long as a stored turn cites it. `changes` is an outbox: what the caches (Chroma, tantivy) have not yet been told.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

REVISION = "0003"
"""The newest migration: what a database must be at to be used as it stands."""

ANSWERED = "status IN ('complete', 'partial')"
"""The turns that hold an answer. In these very words: SQLite uses a partial index only where a query repeats them."""


class Utc(sa.TypeDecorator[datetime]):
    """An aware time, stored in UTC; SQLite keeps no zone of its own."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


metadata = sa.MetaData()


def _version_pk() -> sa.Column[int]:
    return sa.Column(
        "version_pk",
        sa.Integer,
        sa.ForeignKey("versions.pk", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )


versions = sa.Table(
    "versions",
    metadata,
    sa.Column("pk", sa.Integer, primary_key=True),
    sa.Column("article_id", sa.Text, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("title_source", sa.Text, nullable=False),
    sa.Column("published", sa.Date),
    sa.Column("encoding", sa.Text, nullable=False),
    sa.Column("left_out", sa.JSON, nullable=False),
    sa.Column("characters", sa.Integer, nullable=False),
    sa.Column("sentences", sa.Integer, nullable=False),
    # Sentences that may answer.
    sa.Column("bodies", sa.Integer, nullable=False),
    sa.Column("passages", sa.Integer, nullable=False),
    # Sentences of its longest passage: bounds how far before a stretch a passage that reaches into it can begin.
    sa.Column("reach", sa.Integer, nullable=False),
    # False once its vectors are dropped: it is no longer current, or waits to be embedded anew.
    sa.Column("embedded", sa.Boolean, nullable=False),
    sa.Column("added_at", Utc, nullable=False),
    sa.UniqueConstraint("article_id", "version", name="uq_versions_article_id_version"),
    sqlite_autoincrement=True,
)

# Apart from its version, so that listing versions does not walk over the texts.
texts = sa.Table("texts", metadata, _version_pk(), sa.Column("text", sa.Text, nullable=False))

articles = sa.Table(
    "articles",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("version_pk", sa.Integer, sa.ForeignKey("versions.pk"), nullable=False, unique=True),
)

# `quote` repeats the text's own characters, so that reading a stretch costs the same in a short article and in a book.
sentences = sa.Table(
    "sentences",
    metadata,
    _version_pk(),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("paragraph", sa.Integer, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("quote", sa.Text, nullable=False),
    sa.Column("vector", sa.LargeBinary),
    sqlite_with_rowid=False,
)

# Keyed by where a passage begins, which is how the passages around a stretch are found.
passages = sa.Table(
    "passages",
    metadata,
    _version_pk(),
    sa.Column("first", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("last", sa.Integer, nullable=False),
    # Numbers between the two that are no part of it (a title in the middle); none in most.
    sa.Column("without", sa.JSON, nullable=False),
    sa.Column("vector", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

changes = sa.Table(
    "changes",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("article_id", sa.Text, nullable=False),
    sa.Column("op", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)

settings_of_record = sa.Table(
    "settings_of_record",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    # Hash of the API key that began it; empty where none was asked for, and then every key may read it.
    sa.Column("owner", sa.Text, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)

turns = sa.Table(
    "turns",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("conversation_id", sa.Text, sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("standalone_question", sa.Text),
    sa.Column("answer", sa.Text),
    sa.Column("timings_ms", sa.Text),
    sa.UniqueConstraint("conversation_id", "position", name="uq_turns_conversation_id_position"),
    sa.Index("ix_turns_pending", "status", sqlite_where=sa.text("status = 'pending'")),
    # The latest that were answered, whatever failed after them.
    sa.Index(
        "ix_turns_answered",
        "conversation_id",
        "position",
        sqlite_where=sa.text(ANSWERED),
        postgresql_where=sa.text(ANSWERED),
    ),
)

# Which versions the stored answers point at: those are kept when their article changes or goes.
cited = sa.Table(
    "cited",
    metadata,
    sa.Column("turn_id", sa.Text, sa.ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("article_id", sa.Text, primary_key=True),
    sa.Column("version", sa.Text, primary_key=True),
    sa.Index("ix_cited_version", "article_id", "version"),
    sqlite_with_rowid=False,
)

feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("turn_id", sa.Text, sa.ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("rating", sa.Text, nullable=False),
    sa.Column("comment", sa.Text),
    sa.Column("expected_answer", sa.Text),
    sa.Column("created_at", Utc, nullable=False),
    sa.Index("ix_feedback_rating", "rating", "created_at"),
)

# The first answers to requests with an Idempotency-Key.
replays = sa.Table(
    "replays",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("body_hash", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column(
        "conversation_id",
        sa.Text,
        sa.ForeignKey("conversations.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    sa.Column("created_at", Utc, nullable=False, index=True),
)
