"""An article's date against the time that a question asks about.

The reader sees no dates. So two like events of different dates are told apart here, by three rules: what is asked of a
year is not said by a sentence of other years, nor by an article that is older; what is asked "before" or "after" a
date is not said by one on its other side; and of several sentences that could answer what is the case "now", the
newest counts most. Each rule lowers odds; none decides alone, and without dates nothing changes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from qa.answering.asked import MONTHS
from qa.answering.odds import lowered
from qa.domain import Hit

MONTH_NAMES = MONTHS.split("|")
_YEAR = re.compile(r"(?<![\d.,-])(?:1[89]|20)\d\d(?![\d%]|[.,]\d)")
_BOUND = re.compile(
    rf"\b(?P<side>before|until|prior to|after|since|following)\s+(?:the\s+)?(?:end\s+of\s+)?"
    rf"(?:(?P<month>{MONTHS})\s+)?(?:\d{{1,2}},?\s+)?(?P<year>(?:1[89]|20)\d\d)\b",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"\b(?:latest|newest|most recent(?:ly)?|now|nowadays|currently|current|at present|at the moment|today|to date|"
    r"so far|these days|as of (?:now|today))\b",
    re.IGNORECASE,
)

OTHER_YEAR = 0.25  # odds of a sentence that tells of other years only
TOO_OLD = 0.2  # of an article from before the year asked about
WRONG_SIDE = 0.3  # of one on the other side of "before" or "after"
OLDER = 0.5  # for each newer date among the sentences that could answer, where the question asks for the latest
COULD_ANSWER = 0.5  # share of the best probability from which a sentence could


@dataclass(frozen=True, slots=True)
class When:
    """The time a question asks about. years: those it names outside a bound. before, after: (year, month) it names."""

    years: frozenset[int]
    before: tuple[int, int] | None = None
    after: tuple[int, int] | None = None
    is_now: bool = False

    @property
    def is_open(self) -> bool:
        return not (self.years or self.before or self.after or self.is_now)


def when(question: str) -> When:
    """What a question says about time; the sides of "since" and "until" are those of "after" and "before"."""
    bounds: dict[str, tuple[int, int]] = {}
    for found in _BOUND.finditer(question):
        side = "before" if found["side"].lower() in {"before", "until", "prior to"} else "after"
        month = MONTH_NAMES.index(found["month"].lower()) + 1 if found["month"] else 1 if side == "before" else 12
        bounds[side] = (int(found["year"]), month)
    years = frozenset(map(int, _YEAR.findall(_BOUND.sub(" ", question))))
    return When(years, bounds.get("before"), bounds.get("after"), _NOW.search(question) is not None)


def dated(question: str, hits: Sequence[Hit], scores: Sequence[float]) -> tuple[float, ...]:
    """The probabilities of the hits, in the order given, with the question's time weighed in."""
    asked = when(question)
    if asked.is_open:
        return tuple(scores)
    factors = [_of_year(asked, hit) * _of_side(asked, hit) for hit in hits]
    weighed = [lowered(score, factor) for score, factor in zip(scores, factors, strict=True)]
    return tuple(_newest_first(hits, weighed) if asked.is_now else weighed)


def _of_year(asked: When, hit: Hit) -> float:
    if not asked.years:
        return 1.0
    told = set(map(int, _YEAR.findall(f"{hit.quote} {hit.spoken_title}")))
    if asked.years & told:
        return 1.0
    if told:
        return OTHER_YEAR
    return TOO_OLD if hit.published and hit.published.year < min(asked.years) else 1.0


def _of_side(asked: When, hit: Hit) -> float:
    """By the sentence's own years where it names some, else by the article's date."""
    told = [(year, 6) for year in map(int, _YEAR.findall(hit.quote))]
    times = told or ([(hit.published.year, hit.published.month)] if hit.published else [])
    if not times:
        return 1.0
    is_late = asked.before is not None and min(times) > asked.before
    is_early = asked.after is not None and max(times) < asked.after
    return WRONG_SIDE if is_late or is_early else 1.0


def _newest_first(hits: Sequence[Hit], scores: Sequence[float]) -> list[float]:
    could = COULD_ANSWER * max(scores, default=0.0)
    dates = sorted({d for hit, score in zip(hits, scores, strict=True) if score >= could and (d := hit.published)})
    return [lowered(s, OLDER ** _newer(dates, hit.published)) for hit, s in zip(hits, scores, strict=True)]


def _newer(dates: Sequence[date], published: date | None) -> int:
    return sum(other > published for other in dates) if published else 0
