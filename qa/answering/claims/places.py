"""Whether a claim puts a number, a date or a name where what it cites has another one.

Both may stand in the text and still be exchanged: "from 2003 to 2003" for "from 2000 to 2003". A place is known by the
word before and the word after it; it speaks against the claim where the text has another value between the same two
words, and has the claim's value beside neither of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from qa.answering.claims.cited import Cited
from qa.answering.claims.dates import MONTHS, WEEKDAYS
from qa.answering.claims.number_words import TENS, UNITS
from qa.answering.claims.proper_names import is_name
from qa.retrieval.words import STOP_WORDS, folded

_TOKEN = re.compile(r"\d[\d.,:]*\d|[^\W_]+(?:[.’'&-][^\W_]+)*|[^\w\s]")
_DATED = frozenset(folded(name) for name in (*MONTHS, *WEEKDAYS))
_JOINTS = frozenset(("and", "or", "&"))
_EDGE = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Folded words: what stands before, the value, what stands after."""

    before: str
    value: frozenset[str]
    after: str
    text: str

    @property
    def is_telling(self) -> bool:
        """Whether the words around say which place it is; members of a list may be in any order.

        For a figure small words do: in 2018, from 3 to. A name needs a word that says more.
        """
        around = {self.before, self.after}
        is_figure = any(character.isdigit() for character in self.text)
        return not around & _JOINTS and any(word.isalpha() and (is_figure or word not in STOP_WORDS) for word in around)


def exchanged(claim: str, cited: Cited) -> list[tuple[str, str]]:
    """What the claim says in a place, and what the text says there."""
    given = places(cited.said)
    found = []
    for own in places(claim):
        if not own.is_telling or any(own.value & other.value and _beside(own, other) for other in given):
            continue
        there = [other for other in given if (other.before, other.after) == (own.before, own.after)]
        if there and own.value <= cited.words:
            found.append((own.text, there[0].text))
    return found


def _beside(one: Place, other: Place) -> bool:
    return one.before == other.before or one.after == other.after


@lru_cache(maxsize=512)
def places(text: str) -> tuple[Place, ...]:
    """Every run of numbers, dates and names, with the words around."""
    tokens = _TOKEN.findall(text.replace("\n", " . "))
    critical = [_is_critical(tokens, place) for place in range(len(tokens))]
    found, start = [], 0
    while start < len(tokens):
        end = start
        while end < len(tokens) and critical[end]:
            end += 1
        if end > start:
            found.append(_place(tokens, start, end))
        start = max(end, start + 1)
    return tuple(found)


def _place(tokens: Sequence[str], start: int, end: int) -> Place:
    before = folded(tokens[start - 1]) if start else _EDGE
    after = folded(tokens[end]) if end < len(tokens) else _EDGE
    value = frozenset(re.sub(r"['’]s\Z", "", folded(token)) for token in tokens[start:end])
    return Place(before, value, after, " ".join(tokens[start:end]))


def _is_critical(tokens: Sequence[str], place: int) -> bool:
    word = folded(tokens[place])
    if word[:1].isdigit() or word in UNITS or word in TENS or (word in _DATED and tokens[place][0].isupper()):
        return word != "one"
    return tokens[place][0].isupper() and is_name(tokens, place)
