"""Who was spoken of as he and who as she, so that the one is not taken for the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from qa.answering.names import names
from qa.domain import Turn
from qa.retrieval.words import folded


class Gender(StrEnum):
    HE = "he"
    SHE = "she"


PRONOUNS = {
    Gender.HE: re.compile(r"\b(?:he|him|his)\b", re.IGNORECASE),
    Gender.SHE: re.compile(r"\b(?:she|hers?)\b", re.IGNORECASE),
}
RELATIVES = {
    Gender.HE: "father|brother|husband|son|grandfather|uncle|nephew|king|predecessor|successor|boss",
    Gender.SHE: "mother|sister|wife|daughter|grandmother|aunt|niece|queen|predecessor|successor|boss",
}
OWNER = r"(?:(?:[A-Z][\w’'-]*|de|von|van|al|bin) )*[A-Z][\w-]*['’]s?"
RELATIVE = {gender: re.compile(rf"\b{OWNER} (?:\w+ )?(?:{nouns})\b", re.UNICODE) for gender, nouns in RELATIVES.items()}


def gender_of(pronoun: str) -> Gender | None:
    """Of he, him, his, she, her; None for what tells nothing (this person)."""
    return next((gender for gender, pattern in PRONOUNS.items() if pattern.fullmatch(pronoun)), None)


def relative_in(question: str, gender: Gender) -> str | None:
    """ "Anna Holm's father", where a question speaks of one."""
    found = RELATIVE[gender].search(question)
    return found.group() if found else None


def taken_up(turns: Sequence[Turn], gender: Gender) -> frozenset[str]:
    """The names, folded, that were put for such a pronoun in earlier questions."""
    return frozenset(
        folded(name.text)
        for turn in turns
        if PRONOUNS[gender].search(turn.question)
        for name in names(turn.standalone_question)
        if name.text not in turn.question and name.text not in (relative_in(turn.standalone_question, gender) or "")
    )
