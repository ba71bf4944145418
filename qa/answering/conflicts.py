"""Sources that disagree: cited sentences of two articles that give another number, date or yes/no for the same thing.

A disagreement that is none is worse than one that goes unseen. So two sentences are compared only where they are one
sentence but for a value in it, or where both tell in words of the question what is asked; neither pair may be about
namesakes, and the values may have nothing in common.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from qa.answering.asked import Kind
from qa.answering.claims.cited import Cited
from qa.answering.claims.dates import Dated, dates
from qa.answering.claims.negation import reversed_words
from qa.answering.claims.numbers import Number, holds
from qa.answering.namesakes import are_namesakes
from qa.answering.same_thing import contents, is_one_sentence, is_told_of_one
from qa.answering.told_values import Sought, counted_amounts, sought, told_amounts, told_dates
from qa.domain import Citation, Conflict
from qa.retrieval.words import STOP_WORDS, content_words, folded, words

ABOUT = 4
"""Words that say what the disagreement is about."""
OPEN = 2.0
"""At least nine may well be eleven: up to so many times as much. More is another report."""


def conflicts(citations: Sequence[Citation], question: str) -> list[Conflict]:
    """Those among the citations of one answer; each names its citations in the order given."""
    found: dict[str, dict[int, None]] = {}
    for one, other in combinations(citations, 2):
        if one.article_id != other.article_id and (about := disagreement(one, other, question)):
            found.setdefault(about, {}).update({one.number: None, other.number: None})
    return [Conflict(about, tuple(numbers)) for about, numbers in found.items()]


def disagreement(one: Citation, other: Citation, question: str) -> str:
    """What two sentences disagree about, in words of the first; "" where they do not."""
    asks = sought(question)
    if asks.kind is Kind.OTHER or are_namesakes(one, other):
        return ""
    if is_one_sentence(one, other, question) and (counted := _another_value(one.quote, other.quote, asks.kind)):
        return _about(one, other, counted)
    if is_told_of_one(one, other, question, asks.about) and _told_apart(one.quote, other.quote, asks):
        return _about(one, other, asks.about)
    return ""


def _another_value(one: str, other: str, kind: Kind) -> Sequence[str]:
    """The words that the value which differs belongs to; none where nothing differs."""
    if kind is Kind.WHEN:
        return (one,) if _other_dates(one, other) else ()
    if kind is Kind.YES_NO:
        return reversed_words(one, Cited((other,)))
    return _other_amounts(one, other) if _of_one_time(one, other) else ()


def _told_apart(one: str, other: str, asks: Sought) -> bool:
    """Whether what the two say of the thing asked about cannot be the same."""
    if asks.kind is Kind.WHEN:
        own, others = told_dates(one, asks.about), told_dates(other, asks.about)
        return bool(own and others) and all(_differ(mine, their) for mine in own for their in others)
    if asks.kind is Kind.YES_NO:
        return bool(asks.about.intersection(reversed_words(one, Cited((other,)))))
    mine, theirs = told_amounts(one, asks.about), told_amounts(other, asks.about)
    pairs = [(m, t) for m in mine for t in theirs if m.unit == t.unit]
    return bool(pairs) and not any(_may_be_one(m, t) for m, t in pairs) and _of_one_time(one, other)


def _other_dates(one: str, other: str) -> bool:
    """Whether each gives one calendar date that the other does not, and these two cannot be one."""
    own, others = _calendar(one), _calendar(other)
    mine = [each for each in own if all(_differ(each, their) for their in others)]
    theirs = [each for each in others if all(_differ(each, my) for my in own)]
    return _is_one_date(mine) and _is_one_date(theirs)


def _calendar(text: str) -> list[Dated]:
    """Dates that need no other to be known."""
    return [each for each in dates(text) if each.year or (each.month and each.day)]


def _is_one_date(found: Sequence[Dated]) -> bool:
    """Whether there is one, however often it stands there and however much of it: 7 July 1965, 1965."""
    return bool(found) and not any(_differ(one, other) for one, other in combinations(found, 2))


def _differ(one: Dated, other: Dated) -> bool:
    parts = ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    return any(mine and theirs and mine != theirs for mine, theirs in parts)


def _of_one_time(one: str, other: str) -> bool:
    """Whether a year stands in both, or in one of them at most: amounts change from year to year."""
    own, others = ({each.year for each in dates(text) if each.year} for text in (one, other))
    return not own or not others or bool(own & others)


def _other_amounts(one: str, other: str) -> tuple[str, ...]:
    """What is counted in both, as often as once, in numbers that are not the same; its words, or nothing."""
    own, others = counted_amounts(one), counted_amounts(other)
    for what, mine in own.items():
        theirs = others.get(what, [])
        if theirs and not any(_may_be_one(m, t) for m in mine for t in theirs):
            return (what,)
    return ()


def _may_be_one(one: Number, other: Number) -> bool:
    if holds(one, other) or holds(other, one):
        return True
    less, more = sorted((one, other), key=lambda each: each.value)
    is_open = less.rounding == "floor" or more.rounding == "ceil"
    return is_open and more.value <= OPEN * less.value


def _about(one: Citation, other: Citation, counted: Sequence[str] | frozenset[str]) -> str:
    """Words of the first that both have, what is counted among them."""
    shared = contents(one.quote) & contents(other.quote)
    own = dict.fromkeys(word.strip(".,;:!?()\"“”'’") for word in one.quote.split())
    telling = [word for word in own if set(content_words(word)) & shared and folded(word) not in STOP_WORDS]
    first = [word for word in telling if set(words(word)) & set(counted)]
    kept = [word for word in telling if word in first or word in telling[: ABOUT - len(first[:1])]][:ABOUT]
    return " ".join(kept)
