"""Conversations for tests of follow-ups; names and places are made up, so that no list can know them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from qa.answering.rewriting import OfflineRewriter, rewritten
from qa.domain import Answer, Citation, Reason, Status, Turn
from qa.following import Follows

FOREST = "When did the great fire in Marland break out?"


def turn(standalone: str, *quotes: str, title: str = "") -> Turn:
    """A turn that cites the quotes; an abstention without any."""
    citations = tuple(
        Citation(number, "a.txt", title, None, "sha256:0", 1, 1, 0, len(quote), quote, 0.9)
        for number, quote in enumerate(quotes, start=1)
    )
    status, reason = (Status.ANSWERED, None) if citations else (Status.ABSTAINED, Reason.NOT_IN_ARTICLES)
    answer = Answer(status, reason, " ".join(quotes), (), citations)
    return Turn("t", "c", datetime(2026, 1, 31, tzinfo=UTC), standalone, standalone, answer, {})


def after(question: str, *earlier: str | Turn) -> str:
    return rewritten(question, [one if isinstance(one, Turn) else turn(one) for one in earlier])


def leaning(question: str, *earlier: Turn) -> Follows | None:
    return asyncio.run(OfflineRewriter().standalone(question, earlier)).follows
