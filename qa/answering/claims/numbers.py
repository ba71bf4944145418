"""Amounts: every number of a claim must stand in what it cites, in figures or in words.

1,200 is 1200, twelve hundred and "1.2 thousand"; a range gives both its ends; per cent, currencies and units of measure
must be the same where both texts name one. A rounded number is allowed where the claim says that it is rounded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from qa.answering.claims.cited import Cited
from qa.answering.claims.dates import dates, spans
from qa.answering.claims.number_words import SCALES, fractions, spelt

_FIGURE = re.compile(
    r"(?P<money>[$€£¥₽₺])?\s?(?P<figure>\d{1,3}(?:[,\u00a0\u202f’]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<rank>st|nd|rd|th)?(?!\d)"
)
_CLOCK = re.compile(r"(?<![\d:.])(\d{1,2}):(\d\d)(?!\d)")
_SCALE = re.compile(rf"[ \u00a0-]?({'|'.join(SCALES)})\b(?!-)", re.IGNORECASE)
_UNITS = {
    "percent": r"%|per ?cent\b|percentage\b|pct\b|pc\b",
    "dollar": r"dollars?\b|usd\b",
    "euro": r"euros?\b|eur\b",
    "pound": r"pounds?\b|gbp\b|sterling\b",
    "km": r"km\b|kilomet(?:re|er)s?\b",
    "m": r"m\b|met(?:re|er)s?\b",
    "cm": r"cm\b|centimet(?:re|er)s?\b",
    "mile": r"miles?\b|mi\b",
    "foot": r"feet\b|foot\b|ft\b",
    "inch": r"inch(?:es)?\b",
    "kg": r"kg\b|kilograms?\b|kilos?\b",
    "tonne": r"tons?\b|tonnes?\b",
    "second": r"seconds\b|secs?\b",
    "minute": r"minutes?\b|mins?\b",
    "hour": r"hours?\b|hrs?\b",
    "day": r"days?\b",
    "week": r"weeks?\b",
    "month": r"months?\b",
    "year": r"years?\b",
}
_UNIT = re.compile(
    "[ \u00a0-]?(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _UNITS.items()) + ")", re.IGNORECASE
)
_MONEY = {"$": "dollar", "€": "euro", "£": "pound"}
_GOES_ON = re.compile(r"\s?(?:-|–|—|to|and|or|,)\s?")
_ROUNDED = re.compile(
    r"(?P<floor>more than|over|at least|above|upwards of|exceeding)|(?P<ceil>less than|fewer than|under|almost|nearly|"
    r"up to|close to|as many as)|(?P<round>about|around|some|roughly|approximately|an estimated|circa|or so)"
)
_RANKS = ("zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
          "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth",
          "nineteenth", "twentieth")  # fmt: skip
_RANK = re.compile(rf"\b(?:{'|'.join(_RANKS)})\b", re.IGNORECASE)
ONE = {"one", "zero"}
"""Too often no amounts: one of them, the one."""
ROUNDED_BY = 0.2
"""The largest share of itself that a number may be rounded by."""
LEAST_RANK = 3
"""First and second are too often no rank: at first, a second time."""


@dataclass(frozen=True, slots=True)
class Number:
    """value: an amount, or a rank ("third"). unit: of _UNITS or "". rounding: how the text says that it is rounded."""

    value: float
    text: str
    start: int
    end: int
    unit: str = ""
    is_rank: bool = False
    rounding: str = ""
    scale: float = 1.0


def missing_numbers(claim: str, cited: Cited) -> list[str]:
    """The amounts and ranks of the claim that what it cites does not hold, as they stand in the claim."""
    dated = spans(claim)
    sought = [each for each in numbers(claim) if not _inside(each, dated) and each.text.lower() not in ONE]
    given = readings(cited.text) if sought else ()
    return [number.text for number in sought if not any(holds(other, number) for other in given)]


def _inside(number: Number, ranges: list[tuple[int, int]]) -> bool:
    return any(start <= number.start < end for start, end in ranges)


def holds(given: Number, sought: Number) -> bool:
    """Whether a number of the text is the one sought."""
    if given.is_rank != sought.is_rank:
        return False
    if given.unit != sought.unit and ((given.unit and sought.unit) or "percent" in {given.unit, sought.unit}):
        return False
    return math.isclose(given.value, sought.value, rel_tol=1e-9) or _rounds_to(given.value, sought)


def _rounds_to(value: float, sought: Number) -> bool:
    """Whether the number sought is the value at as many digits as it shows, and says so."""
    if not sought.rounding or sought.value <= 0 or value <= 0 or sought.is_rank:
        return False
    digits = len(f"{sought.value:.12g}".replace(".", "").strip("0"))
    step = 10.0 ** (math.floor(math.log10(sought.value)) + 1 - digits)
    steps = value / step
    shown = {"floor": math.floor(steps + 1e-9), "ceil": math.ceil(steps - 1e-9), "round": round(steps)}[sought.rounding]
    return math.isclose(shown * step, sought.value, rel_tol=1e-9) and abs(value - sought.value) <= ROUNDED_BY * value


@lru_cache(maxsize=512)
def readings(text: str) -> tuple[Number, ...]:
    """The numbers of a text in every way that each may be meant."""
    found = list(numbers(text))
    found += [replace(each, value=each.value / each.scale) for each in found if each.scale != 1]
    found += [Number(part.value, "", part.start, part.end) for part in fractions(text)]
    found += [Number(part.value * 100, "", part.start, part.end, "percent") for part in fractions(text)]
    found += [Number(each.day, "", each.start, each.end, is_rank=True) for each in dates(text) if each.day]
    found += [replace(each, value=each.value / 100, unit="") for each in found if each.unit == "percent"]
    return tuple(found)


def numbers(text: str) -> Iterator[Number]:
    """In figures, in words, then ranks. The first of a range has the scale and the unit of the last."""
    amounts = sorted((*_figures(text), *_spelt(text)), key=lambda each: each.start)
    yield from _alike(text, amounts)
    for match in _RANK.finditer(text):
        value = _RANKS.index(match.group().lower())
        if value >= LEAST_RANK and not _is_part(text, match):
            yield Number(value, match.group(), match.start(), match.end(), is_rank=True)


def _is_part(text: str, match: re.Match[str]) -> bool:
    """Whether "third" is a share: a third of, one third, a third party has nothing to do with either."""
    before = text[: match.start()].split()[-1:]
    return bool(before) and before[0].lower() in {"a", "one"}


def _figures(text: str) -> Iterator[Number]:
    for match in _CLOCK.finditer(text):
        minutes = 60 * int(match[1]) + int(match[2])
        yield Number(minutes, match.group(), match.start(), match.end(), "clock")
    for match in _FIGURE.finditer(text):
        if _CLOCK.match(text, match.start("figure")) or _belongs_to_a_name(text, match.start("figure")):
            continue
        value = float(re.sub(r"[^\d.]", "", match["figure"]))
        if match["rank"]:
            yield Number(value, match.group().strip(), match.start("figure"), match.end(), is_rank=True)
        else:
            yield _measured(text, value, match.start("figure"), match.end(), _MONEY.get(match["money"] or "", ""))


def _belongs_to_a_name(text: str, start: int) -> bool:
    """F-16, G20, COVID-19: the figure is compared as part of the name. Mid-2018 is not one."""
    return re.search(r"[^\W\d_]\Z|\b[A-Z]\w*-\Z|\d[:.]\Z", text[max(0, start - 12) : start]) is not None


def _spelt(text: str) -> Iterator[Number]:
    for each in spelt(text):
        yield _measured(text, each.value, each.start, each.end, "")


def _measured(text: str, value: float, start: int, end: int, unit: str) -> Number:
    """With the scale and the unit that follow, and with what stands before it."""
    scale = 1.0
    if (named := _SCALE.match(text, end)) and (len(named.group(1)) > 1 or unit):
        scale, end = SCALES[named.group(1).lower()], named.end()
    if not unit and (measure := _UNIT.match(text, end)):
        unit, end = measure.lastgroup or "", measure.end()
    before = list(_ROUNDED.finditer(text.lower(), max(0, start - 25), start))
    is_near = bool(before) and not text[before[-1].end() : start].strip(" $€£")
    rounding = (before[-1].lastgroup or "") if is_near else ""
    return Number(value * scale, text[start:end].strip(), start, end, unit, rounding=rounding, scale=scale)


def _alike(text: str, amounts: list[Number]) -> Iterator[Number]:
    """15-20 million dollars: the 15 are million dollars too."""
    later: Number | None = None
    found = []
    for each in reversed(amounts):
        if later and not each.unit and each.scale == 1 and _GOES_ON.fullmatch(text[each.end : later.start]):
            each = replace(each, value=each.value * later.scale, scale=later.scale, unit=later.unit)  # noqa: PLW2901
        found.append(each)
        later = each
    yield from reversed(found)
