"""The sentences found for a question as the reader ranks them, each part of the question by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.answering.dating import dated
from qa.answering.evidence import Citable, citable
from qa.answering.odds import lowered, ratio
from qa.answering.parts import parts
from qa.answering.voices import voiced
from qa.domain import Hit
from qa.following import Follows
from qa.ports import Reader, Reading


@dataclass(frozen=True, slots=True)
class Ranked:
    """answerable: the probability that the part is answered at all. sentences: the likeliest to answer it first."""

    part: str
    answerable: float
    sentences: tuple[Citable, ...]


def ranked_parts(reader: Reader, question: str, hits: Sequence[Hit], follows: Follows | None = None) -> list[Ranked]:
    """One of each part of the question, from the hits that were found for it; hits: at least one.

    follows: what a question that cannot stand alone leans on.
    """
    asked = parts(question)
    if follows is None or len(asked) == 1:
        return [ranked(reader, part, own_hits(hits, number), follows) for number, part in enumerate(asked)]
    # As a follow-up was asked it asks several things: each part is read as the rewriter put it.
    own = [replace(follows, asked=part) for part in asked]
    return [ranked(reader, part, own_hits(hits, number), own[number]) for number, part in enumerate(asked)]


def own_hits(hits: Sequence[Hit], number: int) -> Sequence[Hit]:
    """Those found for a part; all of them where the search did not go by parts."""
    return [hit for hit in hits if hit.part == number] or hits


def ranked(reader: Reader, part: str, hits: Sequence[Hit], follows: Follows | None) -> Ranked:
    reading = weighed(part, hits, reader.read(part, hits, follows))
    order = sorted(range(len(hits)), key=lambda i: -reading.scores[i])
    return Ranked(part, reading.answerable, tuple(citable(hits[i], reading.scores[i]) for i in order))


def weighed(question: str, hits: Sequence[Hit], reading: Reading) -> Reading:
    """The reading with dates and speakers weighed in; an answer falls with the sentence that it stood on."""
    scores = voiced(question, hits, dated(question, hits, reading.scores))
    return Reading(scores, lowered(reading.answerable, ratio(reading.scores, scores)))
