"""Feedback on turns, the answers that an Idempotency-Key replays, and an index over the turns that hold an answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ANSWERED = "status IN ('complete', 'partial')"


def upgrade() -> None:
    op.create_index(
        "ix_turns_answered",
        "turns",
        ["conversation_id", "position"],
        sqlite_where=sa.text(_ANSWERED),
        postgresql_where=sa.text(_ANSWERED),
    )
    _create_feedback()
    _create_replays()


def _create_feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("turn_id", sa.Text, sa.ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("rating", sa.Text, nullable=False),
        sa.Column("comment", sa.Text),
        sa.Column("expected_answer", sa.Text),
        sa.Column("created_at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_feedback_rating", "feedback", ["rating", "created_at"])


def _create_replays() -> None:
    of_conversation = sa.ForeignKey("conversations.id", ondelete="CASCADE")
    op.create_table(
        "replays",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("body_hash", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("conversation_id", sa.Text, of_conversation, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_replays_conversation_id", "replays", ["conversation_id"])
    op.create_index("ix_replays_created_at", "replays", ["created_at"])
