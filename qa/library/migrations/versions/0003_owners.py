"""Whose a conversation is: those that were begun before belong to nobody, and every key may read them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("owner", sa.Text, nullable=False, server_default=""))
