"""Makes an unanswerable question out of an answerable one: a name, number or year changed for one of the same kind.

The new one is taken from another question on the same article where the word before it is the same, so that the
question stays grammatical and near its article.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

_NAME = r"[A-Z][\w'’-]+(?: (?:of |the |de |van )?[A-Z][\w'’-]+)*"
_SLOT = re.compile(rf"(?<=\s)(?:(?P<year>1\d\d\d|20\d\d)|(?P<number>\d[\d,.]*\d|\d)|(?P<name>{_NAME}))(?=[\s?.,'’])")


@dataclass(frozen=True, slots=True)
class Change:
    question: str
    new: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of a question that can be changed. kind: year, number or name, with the word before it."""

    kind: tuple[str, ...]
    text: str
    start: int
    end: int


def slots(question: str) -> list[Slot]:
    """The changeable parts; a name's length in words is part of its kind."""
    found = []
    for match in _SLOT.finditer(question):
        kind = str(match.lastgroup)
        before = question[: match.start()].rsplit(maxsplit=1)[-1].lower()
        size = str(len(match.group().split())) if kind == "name" else ""
        found.append(Slot((kind, before, size), match.group(), match.start(), match.end()))
    return found


class Swaps:
    """Knows what stands in the questions of each article."""

    def __init__(self, questions: Iterable[tuple[str, str]]) -> None:
        self._known: dict[tuple[str, tuple[str, ...]], set[str]] = defaultdict(set)
        for text, question in questions:
            for slot in slots(question):
                self._known[text, slot.kind].add(slot.text)
        self._random = random.Random(6)

    def change(self, text: str, question: str) -> Change | None:
        """None where nothing can be changed, and for two in three of the rest, to keep these a minority."""
        choices = [(slot, new) for slot in slots(question) for new in self._others(text, slot)]
        if not choices or self._random.random() > 0.34:
            return None
        slot, new = self._random.choice(choices)
        return Change(question[: slot.start] + new + question[slot.end :], new)

    def _others(self, text: str, slot: Slot) -> list[str]:
        old = slot.text.lower()
        known = sorted(self._known[text, slot.kind])
        return [new for new in known if new.lower() not in old and old not in new.lower()]
