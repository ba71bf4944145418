"""Answering with the articles' own sentences: the best one to three, in an order that reads, each with its citation.

A sentence that hangs on an earlier one comes with it, cited too. As many sentences as it takes to be fairly sure that
the answer is among them, and no more.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from qa.answering.antecedents import antecedent
from qa.answering.asked import is_about_nothing, unknown
from qa.answering.evidence import Citable, Ended, Evidence, Proposed, shown
from qa.answering.leaning import points_back
from qa.answering.other_side import nearly_as_likely
from qa.answering.ranking import ranked_parts
from qa.domain import Hit, Reason
from qa.following import Follows
from qa.ports import Reader
from qa.retrieval.words import content_words
from qa.turns import Desk

MODEL = "extractive"
MOST_SENTENCES = 3
MOST_A_PART = 2  # of a question that asks several things
NEAREST = 3
SAME = 0.7  # Jaccard of content words from which two sentences say the same


@dataclass(frozen=True, slots=True)
class Policy:
    """When to answer and with how much; fitted beside the reader's coefficients, never on the seeds.

    answerable: the probability from which a question is answered. enough: sentences are added until the probability
    that one of them answers reaches it. worth: the least probability of an added sentence, as a share of the best.
    """

    answerable: float
    enough: float
    worth: float


class ExtractiveAnswerer:
    """Implements qa.ports.Answerer without a language model; all of it comes at once."""

    name = MODEL

    def __init__(self, reader: Reader, policy: Policy, desk: Desk | None = None) -> None:
        self._reader = reader
        self._policy = policy
        self._desk = desk or Desk()

    async def answer(self, question: str, evidence: Evidence) -> AsyncGenerator[Proposed | Ended, None]:
        yield await self._ended(question, evidence.hits, evidence.follows)

    async def _ended(self, question: str, hits: Sequence[Hit], follows: Follows | None) -> Ended:
        if not hits:
            return Ended(reason=Reason.NOTHING_RETRIEVED)
        ranked = await self._desk.do(ranked_parts, self._reader, question, hits, follows)
        answered = [
            chosen(each.sentences, self._policy) for each in ranked if each.answerable >= self._policy.answerable
        ]
        nearest = ranked[0].sentences[:NEAREST]
        read = [text for hit in hits for text in (hit.title, *hit.context)]
        if not answered or is_lost(question, read, follows):
            return Ended(reason=Reason.NOT_IN_ARTICLES, nearest=nearest)
        most = max(MOST_SENTENCES, MOST_A_PART * len(ranked))
        likely = chain.from_iterable(nearly_as_likely(each.sentences) for each in ranked)
        said = proposed(question, in_turns(answered)[:most])
        return Ended(tuple(said), nearest=nearest, likely=tuple(likely))


def is_lost(question: str, read: Sequence[str], follows: Follows | None) -> bool:
    """Whether nothing of what was read can be about what is asked, however well it fits.

    What a follow-up points back to was spoken of, and what is put in for it as well.
    """
    asked = follows.asked if follows else question
    takes_up = follows is not None and (asked != question or points_back(asked))
    about_nothing = not takes_up and is_about_nothing(question, read, leans=follows is not None)
    return about_nothing or bool(unknown(asked, read))


def in_turns(groups: Sequence[Sequence[Citable]]) -> list[Citable]:
    """The best sentence of each part, then the second of each, …; each once."""
    rounds = chain.from_iterable(zip_longest(*groups))
    return list({sentence.key: sentence for sentence in rounds if sentence is not None}.values())


def chosen(ranked: Sequence[Citable], policy: Policy) -> list[Citable]:
    """The best sentences until it is probable enough that the answer is among them; repetitions are passed over."""
    kept: list[Citable] = []
    missed = 1.0
    for sentence in ranked:
        if len(kept) == MOST_SENTENCES or 1 - missed >= policy.enough:
            break
        if kept and sentence.score < policy.worth * kept[0].score:
            break
        if not any(says_the_same(sentence.quote, other.quote) for other in kept):
            kept.append(sentence)
            missed *= 1 - sentence.score
    return kept


def says_the_same(one: str, other: str) -> bool:
    first, second = set(content_words(one)), set(content_words(other))
    return len(first & second) >= SAME * len(first | second)


def proposed(question: str, sentences: Sequence[Citable]) -> Iterator[Proposed]:
    """Article by article in the order of their best sentence, within one in reading order."""
    articles = list(dict.fromkeys(sentence.hit.article_id for sentence in sentences))
    said_before = set[tuple[str, int]]()
    for sentence in sorted(sentences, key=lambda each: (articles.index(each.hit.article_id), each.key[1])):
        if sentence.key in said_before:
            continue  # it went in front of another one already
        place = antecedent(question, sentence.hit)
        meant = [] if place is None else [Citable(sentence.hit, place, sentence.score)]
        for each in meant:
            if each.key not in said_before:
                yield Proposed(shown(each.quote), (each,), sentence.score)
        yield Proposed(shown(sentence.quote), (sentence, *meant), sentence.score)
        said_before |= {sentence.key, *(each.key for each in meant)}
