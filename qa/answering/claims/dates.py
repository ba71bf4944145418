"""Dates: each of a claim must be one that is cited, or one that the cited words mean on the day of their article.

A claim's date agrees with one date of the text, in all parts that it names: day, month, year, weekday. What the text
leaves out is filled in where it can be known: "on Monday" and "yesterday" count from the article's own date, and a date
without a year is of the article's year, or of the only other year the text names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from qa.answering.claims.cited import Cited

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_RELATIVE = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}
_MONTH = rf"(?:{'|'.join(MONTHS)}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
_WEEKDAY = rf"(?:{'|'.join(WEEKDAYS)})"
_YEAR = r"(?:1[0-9]\d\d|20\d\d)"
_ORDINAL = r"(?:st|nd|rd|th)?"
_BEFORE = rf"(?:(?P<weekday>{_WEEKDAY})s?,? (?:the )?)?"
_AFTER = rf"(?:(?:,| of|,? in)? ?(?P<year>{_YEAR})(?![\d%]|,\d|\.\d))?"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?P<year>{_YEAR})-(?P<month_number>\d\d)-(?P<day>\d\d)(?=T|\b)",
        rf"{_BEFORE}\b(?P<day>\d{{1,2}}){_ORDINAL}(?:(?: ?[-–] ?| to | and | or )(?P<day2>\d{{1,2}}){_ORDINAL})?"
        rf"(?: of)? (?P<month>{_MONTH})(?!\w){_AFTER}",
        rf"{_BEFORE}\b(?P<month>{_MONTH}) (?:the )?(?P<day>\d{{1,2}}){_ORDINAL}\b(?![:.]\d|,\d\d\d\b| ?%)"
        rf"(?:(?: ?[-–] ?| to | and | or )(?P<day2>\d{{1,2}}){_ORDINAL}\b(?! [A-Z]))?{_AFTER}",
        rf"\b(?P<month>{_MONTH})(?!\w){_AFTER}",
        rf"\b(?P<weekday>{_WEEKDAY})s?\b",
        rf"(?<![\d.,$€£])(?P<year>{_YEAR})[-–/](?P<year2>\d\d(?:\d\d)?)\b",
        r"(?<![\d.,$€£])(?P<decade>1[0-9]\d|20\d)0['’]?s\b",
        rf"(?<![\d.,$€£])(?P<year>{_YEAR})(?![\d%]|,\d|\.\d)",
        r"\b(?P<relative>yesterday|today|tonight|tomorrow)\b",
    )
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A date as far as it is named. weekday: 0 for Monday. decade: 199 for the 1990s."""

    text: str
    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    decade: int | None = None
    relative: str = ""


def missing_dates(claim: str, cited: Cited) -> list[str]:
    """The dates of the claim that no cited date agrees with, as they stand in the claim."""
    sought = [found for found in dates(claim) if not found.relative]
    if not sought:
        return []
    given = given_dates(cited)
    years = {found.year for found in given if found.year}
    return [found.text for found in sought if not any(agrees(other, found, years) for other in given)]


def agrees(given: Dated, sought: Dated, years: set[int]) -> bool:
    """Whether the date given is the one sought. years: all that the text names or that stand for its own day."""
    if sought.decade is not None:
        return sought.decade in (given.decade, None if given.year is None else given.year // 10)
    if sought.year is not None and sought.year != given.year and (given.year is not None or sought.year not in years):
        return False
    if sought.month not in (None, given.month) or sought.day not in (None, given.day):
        return False
    has_nothing_else = sought.month is None and sought.weekday is None
    if has_nothing_else and given.year != sought.year:
        return False
    return sought.weekday is None or sought.weekday == given.weekday


def given_dates(cited: Cited) -> list[Dated]:
    """Those of the text, and what they stand for on the days of its articles."""
    found = list(dates(cited.text))
    own = {each.year for each in found if each.year}
    contexts = cited.published
    found += [meant for each in found for day in contexts for meant in _meant(each, day)]
    if not own:
        found += [Dated("", 0, 0, year=day.year) for day in contexts]
    return [_with_weekday(each, own | {day.year for day in contexts}) for each in found]


def _meant(each: Dated, day: date) -> Iterator[Dated]:
    """The calendar days that a weekday, or a word such as "yesterday", can mean in an article of that day."""
    if each.relative:
        yield on(day + timedelta(days=_RELATIVE[each.relative]))
    elif each.weekday is not None and each.day is None:
        since = (day.weekday() - each.weekday) % 7
        yield on(day - timedelta(days=since))
        yield on(day + timedelta(days=7 - since))
    elif each.month is not None and each.year is None:
        yield replace(each, year=day.year)


def on(day: date) -> Dated:
    return Dated("", 0, 0, day.year, day.month, day.day, day.weekday())


def _with_weekday(each: Dated, years: set[int]) -> Dated:
    year = each.year or (next(iter(years)) if len(years) == 1 else None)
    if each.weekday is not None or not (year and each.month and each.day):
        return each
    try:
        return replace(each, weekday=date(year, each.month, each.day).weekday())
    except ValueError:  # 31 April is no day
        return each


def spans(text: str) -> list[tuple[int, int]]:
    """Where dates stand: half-open ranges of code points."""
    return [(each.start, each.end) for each in dates(text)]


@lru_cache(maxsize=512)
def dates(text: str) -> tuple[Dated, ...]:
    """All dates of a text, the longest reading of each, in order."""
    taken: list[tuple[int, int]] = []
    found: list[Dated] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if not any(start < match.end() and match.start() < end for start, end in taken):
                taken.append(match.span())
                found.extend(_read(match))
    return tuple(sorted(found, key=lambda each: each.start))


def _read(match: re.Match[str]) -> Iterator[Dated]:
    """One date, or both of a range."""
    part = match.groupdict()
    first = Dated(
        match.group().strip(" ,"),
        match.start(),
        match.end(),
        year=_number(part.get("year")),
        month=_month(part.get("month")) or _number(part.get("month_number")),
        day=_number(part.get("day")),
        weekday=WEEKDAYS.index(part["weekday"]) if part.get("weekday") else None,
        decade=_number(part.get("decade")),
        relative=part.get("relative") or "",
    )
    yield first
    if part.get("day2"):
        yield replace(first, day=int(part["day2"]), weekday=None)
    if part.get("year2"):
        yield replace(first, year=int(part["year"][: 4 - len(part["year2"])] + part["year2"]))


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _month(name: str | None) -> int | None:
    return next((n for n, month in enumerate(MONTHS, 1) if name and month.startswith(name[:3])), None)
