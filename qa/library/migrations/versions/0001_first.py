"""The first tables. Written out rather than taken from schema.py: a migration must not change when the schema does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_articles()
    _create_parts()
    _create_outbox()
    _create_conversations()


def _version_pk() -> sa.Column[int]:
    return sa.Column(
        "version_pk",
        sa.Integer,
        sa.ForeignKey("versions.pk", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )


def _create_articles() -> None:
    op.create_table(
        "versions",
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
        sa.Column("bodies", sa.Integer, nullable=False),
        sa.Column("passages", sa.Integer, nullable=False),
        sa.Column("reach", sa.Integer, nullable=False),
        sa.Column("embedded", sa.Boolean, nullable=False),
        sa.Column("added_at", sa.DateTime, nullable=False),
        sa.UniqueConstraint("article_id", "version", name="uq_versions_article_id_version"),
        sqlite_autoincrement=True,
    )
    op.create_table("texts", _version_pk(), sa.Column("text", sa.Text, nullable=False))
    op.create_table(
        "articles",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("version_pk", sa.Integer, sa.ForeignKey("versions.pk"), nullable=False, unique=True),
    )


def _create_parts() -> None:
    op.create_table(
        "sentences",
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
    op.create_table(
        "passages",
        _version_pk(),
        sa.Column("first", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.Column("without", sa.JSON, nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )


def _create_outbox() -> None:
    op.create_table(
        "changes",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("article_id", sa.Text, nullable=False),
        sa.Column("op", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "settings_of_record",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def _create_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "turns",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("conversation_id", sa.Text, sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("standalone_question", sa.Text),
        sa.Column("answer", sa.Text),
        sa.Column("timings_ms", sa.Text),
        sa.UniqueConstraint("conversation_id", "position", name="uq_turns_conversation_id_position"),
    )
    op.create_index("ix_turns_pending", "turns", ["status"], sqlite_where=sa.text("status = 'pending'"))
    op.create_table(
        "cited",
        sa.Column("turn_id", sa.Text, sa.ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("article_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Text, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_cited_version", "cited", ["article_id", "version"])
