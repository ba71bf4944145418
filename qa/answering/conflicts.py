"""Sources that disagree: cited sentences of two articles that give another number, date or yes/no for the same thing.

A disagreement that is none is worse than one that goes unseen. So both sentences must share most of what they say, name
nobody whom the other does not, and differ in a value of the kind that is asked for, with nothing in common in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from qa.answering.asked import Kind, asked
from qa.answering.claims.cited import Cited
from qa.answering.claims.dates import Dated, dates, spans
from qa.answering.claims.negation import reversed_words
from qa.answering.claims.numbers import Number, holds, numbers
from qa.answering.claims.proper_names import missing_names, name_runs
from qa.domain import Citation, Conflict
from qa.retrieval.words import STOP_WORDS, content_words, folded, words

SHARED = 0.5
"""The share of the shorter sentence's content words, figures aside, that the other one must hold."""
NEARLY_ALL = 0.8
"""The same, from which it is one sentence with another value in it."""
LEAST = 3
"""Content words that both must have: of fewer nothing can be said."""
SAID_OF_IT = 0.3
"""The share of the question's content words that each of them must hold, its title included."""
COUNTED = 3
"""Words after a number among which what it counts is looked for."""
ABOUT = 4
"""Words that say what the disagreement is about."""


def conflicts(citations: Sequence[Citation], question: str) -> list[Conflict]:
    """Those among the citations of one answer; each names its citations in the order given."""
    found: dict[str, dict[int, None]] = {}
    for one, other in combinations(citations, 2):
        if one.article_id != other.article_id and (about := disagreement(one, other, question)):
            found.setdefault(about, {}).update({one.number: None, other.number: None})
    return [Conflict(about, tuple(numbers)) for about, numbers in found.items()]


def disagreement(one: Citation, other: Citation, question: str) -> str:
    """What two sentences disagree about, in words of the first; "" where they do not."""
    if not _same_thing(one, other, question):
        return ""
    kind = asked(question).kind
    if kind is Kind.WHEN:
        return _about(one, other, ()) if _other_dates(one.quote, other.quote) else ""
    if kind is Kind.QUANTITY:
        counted = _other_amounts(one.quote, other.quote)
        return _about(one, other, counted) if counted else ""
    if kind is Kind.YES_NO and reversed_words(one.quote, Cited((other.quote,))):
        return _about(one, other, ())
    return ""


def _answers(citation: Citation, sought: set[str]) -> bool:
    return len(sought & set(words(f"{citation.title} {citation.quote}"))) >= SAID_OF_IT * len(sought)


def _same_thing(one: Citation, other: Citation, question: str) -> bool:
    """Whether neither names what the other's article does not, and they say nearly the same words, or half of them.

    Half is enough where both speak of what is asked, in the same of its words, and share a name.
    """
    own, others = _contents(one.quote), _contents(other.quote)
    shorter = min(len(own), len(others))
    if shorter < LEAST or missing_names(one.quote, _cited(other)) or missing_names(other.quote, _cited(one)):
        return False
    shared = len(own & others) / shorter
    if shared >= NEARLY_ALL:
        return True
    sought = set(content_words(question))
    if shared < SHARED or sought & own != sought & others:
        return False
    return bool(set(_names(one)) & set(_names(other))) and _answers(one, sought) and _answers(other, sought)


def _cited(citation: Citation) -> Cited:
    return Cited((citation.quote,), (citation.title,))


def _contents(text: str) -> set[str]:
    """Content words but figures and dates."""
    dated = " ".join(each.text for each in dates(text))
    return {word for word in content_words(text) if not word[0].isdigit()} - set(words(dated))


def _names(citation: Citation) -> Iterable[str]:
    return (folded(word) for text in (citation.title, citation.quote) for run in name_runs(text) for word in run)


def _other_dates(one: str, other: str) -> bool:
    """Whether each gives one calendar date that the other does not, and these two cannot be one."""
    own, others = _calendar(one), _calendar(other)
    mine = [each for each in own if all(_differ(each, their) for their in others)]
    theirs = [each for each in others if all(_differ(each, my) for my in own)]
    return len(mine) == len(theirs) == 1


def _calendar(text: str) -> list[Dated]:
    """Dates that need no other to be known."""
    return [each for each in dates(text) if each.year or (each.month and each.day)]


def _differ(one: Dated, other: Dated) -> bool:
    parts = ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    return any(mine and theirs and mine != theirs for mine, theirs in parts)


def _other_amounts(one: str, other: str) -> tuple[str, ...]:
    """What is counted in both, as often as once, in numbers that are not the same; its words, or nothing."""
    own, others = _amounts(one), _amounts(other)
    for what, mine in own.items():
        theirs = others.get(what, [])
        if theirs and not any(holds(m, t) or holds(t, m) for m in mine for t in theirs):
            return (what,)
    return ()


def _amounts(text: str) -> dict[str, list[Number]]:
    """The numbers of a text by what they count or measure: a unit, or a noun that follows, stemmed."""
    dated = spans(text)
    found: dict[str, list[Number]] = {}
    for each in numbers(text):
        if each.is_rank or any(start <= each.start < end for start, end in dated):
            continue
        after = [word for word in words(text[each.end :])[:COUNTED] if word not in STOP_WORDS and word.isalpha()]
        for what in [each.unit] if each.unit else after:
            found.setdefault(what, []).append(each)
    return found


def _about(one: Citation, other: Citation, counted: Sequence[str]) -> str:
    """Words of the first that both have, what is counted among them."""
    shared = _contents(one.quote) & _contents(other.quote)
    own = dict.fromkeys(word.strip(".,;:!?()\"“”'’") for word in one.quote.split())
    telling = [word for word in own if set(content_words(word)) & shared and folded(word) not in STOP_WORDS]
    first = [word for word in telling if set(words(word)) & set(counted)]
    kept = [word for word in telling if word in first or word in telling[: ABOUT - len(first[:1])]][:ABOUT]
    return " ".join(kept)
