"""Claims made out of an article's own sentence, true and false, each false one wrong in exactly one way.

A claim that a language model writes is mostly the sentence again, shortened, with one thing changed when it is wrong.
The classes are those that a check of support has to catch; `CLASSES` names them.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

CLASSES = ("number", "date", "name", "negation", "speaker", "detail")
TRUE = "true"

_MONTHS = tuple(
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
_DAYS = tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())  # noqa: SIM905
_DATE = re.compile(rf"\b(?:{'|'.join((*_MONTHS, *_DAYS))})\b|\b(?:1[5-9]|20)\d\d\b")
_NUMBER = re.compile(r"(?<![\w.,-])\d{1,3}(?:,\d{3})+(?![\w])|(?<![\w.,-])\d+(?:\.\d+)?(?![\w,-])")
_NUMBER_WORDS = tuple(
    "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred".split()  # noqa: SIM905
)
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(_NUMBER_WORDS)})\b")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w'-]+(?: (?:of |de |van )?[A-Z][\w'-]+)*")
_PERSON = re.compile(r"\b[A-Z][\w'-]+(?: [A-Z][\w'-]+)*(?= (?:said|says|told|added|announced|stated|argued|warned)\b)")
_AUXILIARY = re.compile(r"\b(?:is|are|was|were|will|would|can|could|should|has|have|had|must|may)\b(?! not\b|n't)")
_NOT = re.compile(r"\b(is|are|was|were|will|would|can|could|should|has|have|had|must|may|did|does|do) not\b")
_TAIL = re.compile(r" (?:in|at|on|with|for|after|before|during|by|from) [^,;:.()\"“”]{6,60}(?=[.]?$)")
_CLAUSE = re.compile(r"^(.{40,}?[a-z0-9]),? (?:which|who|where|while|after|because|as|and|but|in|with)\b.+[.]$")

Chance = random.Random


@dataclass(frozen=True, slots=True)
class Built:
    """kind: `true`, or the class of what is wrong. evidence: the sentence that the claim was made of."""

    claim: str
    evidence: str
    title: str
    kind: str


class Stock:
    """Names, speakers and tails of the sentences at hand, to change one for another that could stand there."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.names: dict[int, list[str]] = defaultdict(list)
        self.persons: list[str] = []
        self.tails: list[str] = []
        for sentence in sentences:
            for name in _NAME.findall(sentence):
                self.names[len(name.split())].append(name)
            self.persons.extend(_PERSON.findall(sentence))
            self.tails.extend(match.group() for match in _TAIL.finditer(sentence))

    def name(self, old: str, sentence: str, chance: Chance) -> str | None:
        return _other(self.names[len(old.split())], sentence, chance)

    def person(self, sentence: str, chance: Chance) -> str | None:
        return _other(self.persons, sentence, chance)

    def tail(self, sentence: str, chance: Chance) -> str | None:
        return _other(self.tails, sentence, chance)


def _other(choices: Sequence[str], sentence: str, chance: Chance) -> str | None:
    """One of which no word with a capital or figure stands in the sentence already; None after a few tries."""
    for _ in range(6 if choices else 0):
        choice = chance.choice(choices)
        telling = [word for word in re.findall(r"\w+", choice) if len(word) > 3 or word[0].isupper()]
        if telling and not any(word in sentence for word in telling):
            return choice
    return None


def _replaced(sentence: str, match: re.Match[str], new: str | None) -> str | None:
    return None if new is None else sentence[: match.start()] + new + sentence[match.end() :]


def _pick(pattern: re.Pattern[str], sentence: str, chance: Chance) -> re.Match[str] | None:
    found = list(pattern.finditer(sentence))
    return chance.choice(found) if found else None


class Changer:
    """One method a class of counter-example; each gives None where the sentence has nothing to change."""

    def __init__(self, stock: Stock, chance: Chance) -> None:
        self._stock, self._chance = stock, chance

    def changes(self) -> dict[str, Callable[[str], str | None]]:
        return {kind: getattr(self, kind) for kind in CLASSES}

    def number(self, sentence: str) -> str | None:
        """Another amount of the same look; years and days count as dates."""
        places = [m for m in _NUMBER.finditer(sentence) if not _DATE.fullmatch(m.group())]
        if places:
            return self._amount(sentence, self._chance.choice(places))
        word = _pick(_NUMBER_WORD, sentence, self._chance)
        others = [n for n in _NUMBER_WORDS if word and n != word.group()]
        return _replaced(sentence, word, self._chance.choice(others)) if word else None

    def _amount(self, sentence: str, match: re.Match[str]) -> str | None:
        value = float(match.group().replace(",", ""))
        new = self._chance.choice([value + 1, value + 2, value * 2, value * 10, value + 5, max(1.0, value - 1)])
        if new == value:
            return None
        text = f"{new:,.1f}" if "." in match.group() else f"{round(new):,}" if "," in match.group() else f"{round(new)}"
        return _replaced(sentence, match, text)

    def date(self, sentence: str) -> str | None:
        match = _pick(_DATE, sentence, self._chance)
        if match is None:
            return None
        old = match.group()
        if old[0].isdigit():
            return _replaced(sentence, match, str(int(old) + self._chance.choice([-10, -3, -2, -1, 1, 2, 3, 10])))
        others = [n for n in (_MONTHS if old in _MONTHS else _DAYS) if n != old]
        return _replaced(sentence, match, self._chance.choice(others))

    def name(self, sentence: str) -> str | None:
        places = [m for m in _NAME.finditer(sentence) if not _DATE.search(m.group())]
        match = self._chance.choice(places) if places else None
        return _replaced(sentence, match, self._stock.name(match.group(), sentence, self._chance)) if match else None

    def negation(self, sentence: str) -> str | None:
        match = _NOT.search(sentence)
        if match:
            return _replaced(sentence, match, match.group(1))
        match = _AUXILIARY.search(sentence)
        return _replaced(sentence, match, f"{match.group()} not") if match else None

    def speaker(self, sentence: str) -> str | None:
        match = _pick(_PERSON, sentence, self._chance)
        return _replaced(sentence, match, self._stock.person(sentence, self._chance)) if match else None

    def detail(self, sentence: str) -> str | None:
        tail = self._stock.tail(sentence, self._chance)
        return f"{sentence.rstrip('.')}{tail}." if tail else None


def shortened(sentence: str) -> str:
    """The sentence up to a clause that adds to it, where there is one; what is left is still true."""
    match = _CLAUSE.match(sentence)
    return f"{match.group(1)}." if match else sentence


def built(sentences: Sequence[tuple[str, str]], seed: int = 6) -> Iterator[Built]:
    """At most one claim of each class a sentence, and one true one. sentences: (title, sentence), of 8 to 60 words."""
    chance = random.Random(seed)
    kept = [(title, text) for title, text in sentences if 8 <= len(text.split()) <= 60 and text[-1:] == "."]
    changes = Changer(Stock(text for _, text in kept), chance).changes()
    for title, text in kept:
        claim = shortened(text) if chance.random() < 0.6 else text
        yield Built(claim, text, title, TRUE)
        for kind, change in changes.items():
            wrong = change(claim)
            if wrong is not None and wrong != claim:
                yield Built(wrong, text, title, kind)
