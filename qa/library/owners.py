"""Whose conversations somebody may see."""

from __future__ import annotations

import sqlalchemy as sa

from qa.library.schema import conversations


def seen_by(owner: str) -> sa.ColumnElement[bool]:
    """Their own and nobody's; all of them for "", who was asked for no key or sits at the machine."""
    return conversations.c.owner.in_(("", owner)) if owner else sa.true()
