"""How much of a claim's wording stands in what it cites."""

from __future__ import annotations

from collections.abc import Iterable

from qa.answering.claims.cited import Cited
from qa.answering.claims.proper_names import akin
from qa.retrieval.words import content_words, stem, words

LONGEST = 8
"""Letters from which a word weighs no more: short words are frequent ones (Zipf 1935), and say less."""

ALIKE = 4
"""Letters at the beginning that two words share to be alike; shorter ones are whole words."""

STRANGE = 0.75
"""Share of a claim's words from which it is about something else."""


def weight(word: str) -> int:
    """Figures weigh most."""
    return LONGEST + 4 if word[:1].isdigit() else min(len(word), LONGEST)


def missing_words(claim: str, text: str) -> list[str]:
    """The claim's content words, stemmed, that the text does not hold."""
    held = set(words(text))
    return [word for word in dict.fromkeys(content_words(claim)) if word not in held]


def coverage(claim: str, text: str) -> float:
    """The weighted share of the claim's content words that the text holds, 0 to 1."""
    own = dict.fromkeys(content_words(claim))
    return 1 - _weighed(missing_words(claim, text)) / max(_weighed(own), 1)


def coverage_alike(claim: str, text: str) -> float:
    """The same, where a word is held by any that begins like it: Syria by Syrian, agree by agreement."""
    own = dict.fromkeys(content_words(claim))
    held = {word[:ALIKE] for word in words(text)}
    return _weighed(word for word in own if word[:ALIKE] in held) / max(_weighed(own), 1)


def _weighed(those: Iterable[str]) -> int:
    return sum(map(weight, those))


def says_something_else(claim: str, cited: Cited) -> bool:
    """Whether next to no word of the claim, figures aside, is in the text: another language, or another matter.

    No figure that agrees makes up for that, and the reader knows English alone.
    """
    own = [word for word in dict.fromkeys(content_words(claim)) if not word[0].isdigit()]
    missing = set(missing_words(claim, cited.text))
    return bool(own) and sum(word in missing for word in own) > STRANGE * len(own)


def not_carried(claim: str, cited: Cited) -> list[str]:
    """The words of the claim, as they stand there, of which no form is in the text."""
    missing = set(missing_words(claim, cited.text))
    own = dict.fromkeys(word for word in claim.split() if missing.intersection(words(word)))
    return [word.strip(".,;:!?\"“”'()") for word in own if not any(akin(stem(word.lower()), c) for c in cited.capitals)]
