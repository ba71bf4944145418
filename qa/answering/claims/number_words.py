"""English number words to values: "two hundred and fifty thousand", "half a million", "twenty-one", "a dozen"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

UNITS = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
TENS = {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)  # noqa: SIM905
}
SCALES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    "k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "tn": 1e12,
}  # fmt: skip
_SPELT_SCALES = {name: value for name, value in SCALES.items() if len(name) > 2}
FRACTIONS = {"half": 1 / 2, "third": 1 / 3, "thirds": 1 / 3, "quarter": 1 / 4, "quarters": 1 / 4, "fifths": 1 / 5}

_SIMPLE = "|".join((*UNITS, *TENS))
_SCALE = "|".join(_SPELT_SCALES)
_NUMBER = re.compile(
    rf"\b(?:(?:{_SIMPLE})|(?:half )?an?(?= (?:{_SCALE}|dozen)\b)|dozen)"
    rf"(?:(?:[ -]|,? and | )(?:{_SIMPLE}|{_SCALE}|dozen)\b)*\b",
    re.IGNORECASE,
)
_FRACTION = re.compile(
    r"\b(?:(?P<many>one|two|three|four|a|an)[ -])?(?P<part>half|thirds?|quarters?|fifths)\b(?! an? )", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Spelt:
    """A number in words, and where it stands: code points."""

    value: float
    start: int
    end: int


def spelt(text: str) -> Iterator[Spelt]:
    """The numbers in words, in order, longest first; not fractions."""
    for match in _NUMBER.finditer(text):
        yield from _values(match)


def fractions(text: str) -> Iterator[Spelt]:
    """Halves, thirds and quarters; "a third" may be an ordinal, so they are worth knowing only where text is read."""
    for match in _FRACTION.finditer(text):
        many = UNITS.get((match["many"] or "one").lower(), 1)
        yield Spelt(many * FRACTIONS[match["part"].lower()], match.start(), match.end())


def _values(match: re.Match[str]) -> Iterator[Spelt]:
    """A run of words as few numbers as it can be: "two or three" never gets here, "five and six" are two."""
    words = list(re.finditer(r"[A-Za-z]+", match.group()))
    first, current, start = True, _Sum(), match.start()
    for word in words:
        if not first and not current.takes(word.group().lower()):
            yield Spelt(current.value, start, match.start() + word.start())
            current, start = _Sum(), match.start() + word.start()
        current.add(word.group().lower())
        first = False
    yield Spelt(current.value, start, match.end())


class _Sum:
    """Adds up the words of one number."""

    def __init__(self) -> None:
        self._whole, self._group, self._share, self._last = 0.0, 0.0, 1.0, float("inf")

    @property
    def value(self) -> float:
        return self._share * (self._whole + self._group)

    def takes(self, word: str) -> bool:
        """Whether the word goes on with this number: one after twenty, but not five after six."""
        if word in UNITS:
            return self._last >= 20 if UNITS[word] < 10 else self._last >= 100
        return word not in TENS or self._last >= 100

    def add(self, word: str) -> None:
        if word in UNITS or word in TENS:
            value = UNITS.get(word, TENS.get(word, 0))
            self._group += value
            self._last = value
        elif word in {"hundred", "dozen"}:
            self._group = (self._group or 1) * (100 if word == "hundred" else 12)
            self._last = 100
        elif word in _SPELT_SCALES:
            self._whole += (self._group or 1) * _SPELT_SCALES[word]
            self._group, self._last = 0.0, _SPELT_SCALES[word]
        elif word == "half":
            self._share = 0.5
