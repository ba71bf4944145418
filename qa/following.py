"""What a follow-up leans on: the question before it, what was answered, and where that stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.domain import Citation, Turn

TURNS = 2  # answered turns whose sentences a follow-up is looked for near; one found less, on the invented articles


@dataclass(frozen=True, slots=True)
class Follows:
    """asked: the follow-up as it was put. before: the question before it, in full. said: the sentence that answered it.

    said is "" where nothing did. cited: what the last answers stand on, the latest first; where nothing was answered,
    what came nearest. sought: what is looked for near that by its meaning: the follow-up itself, for where the topic is
    known from that, words put in by rule lead away more often than they help; or what a language model made of it.
    """

    asked: str
    before: str
    said: str = ""
    cited: tuple[Citation, ...] = ()
    sought: str = ""


def following(question: str, turns: Sequence[Turn]) -> Follows:
    """turns: those before the question, oldest first; at least one."""
    last = turns[-1]
    best = max(last.answer.citations, key=lambda citation: citation.score, default=None)
    answered = [turn.answer.citations for turn in reversed(turns) if turn.answer.citations]
    cited = tuple(citation for citations in answered[:TURNS] or [last.answer.nearest] for citation in citations)
    return Follows(question, last.standalone_question, best.quote if best else "", cited, question)
