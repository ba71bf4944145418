"""What readers think of the answers, in the database of record: one word and two texts a turn."""

from __future__ import annotations

import sqlalchemy as sa

from qa.domain import Feedback, Rating, Turn
from qa.errors import NotFound
from qa.library.database import Database
from qa.library.owners import seen_by
from qa.library.schema import conversations, feedback, turns
from qa.library.transcript import feedback_of, turn_of


class KeptFeedback:
    """Threads may share it. Feedback goes with its turn when the conversation is erased."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, given: Feedback, owner: str = "") -> bool:
        """Returns once it is on disk, in place of what was said before; True if nothing was.

        Raises NotFound for a turn that is unknown, another owner's, or without an answer.
        """
        values = {
            "rating": given.rating,
            "comment": given.comment,
            "expected_answer": given.expected_answer,
            "created_at": given.created_at,
        }
        with self._database.writing() as connection:
            self._check(connection, given.turn_id, owner)
            again = sa.update(feedback).where(feedback.c.turn_id == given.turn_id).values(values)
            if connection.execute(again).rowcount:
                return False
            connection.execute(sa.insert(feedback), {"turn_id": given.turn_id, **values})
        return True

    def with_rating(self, rating: Rating) -> list[tuple[Turn, Feedback]]:
        """The turns that were rated so, each with what was said of it, in the order in which it was said."""
        rated = sa.select(feedback).where(feedback.c.rating == rating).order_by(feedback.c.created_at)
        with self._database.reading() as connection:
            said = [feedback_of(row) for row in connection.execute(rated)]
            of_rated = sa.select(turns).where(
                turns.c.id.in_(sa.select(feedback.c.turn_id).where(feedback.c.rating == rating))
            )
            held = {row.id: turn_of(row) for row in connection.execute(of_rated)}
        return [(held[each.turn_id], each) for each in said]

    @staticmethod
    def _check(connection: sa.Connection, turn_id: str, owner: str) -> None:
        joined = turns.join(conversations, turns.c.conversation_id == conversations.c.id)
        held = sa.select(turns.c.answer.is_not(None)).select_from(joined).where(turns.c.id == turn_id, seen_by(owner))
        if not connection.execute(held).scalar():
            raise NotFound(f"There is no answered turn {turn_id!r}: send the turn_id that came with an answer.")
