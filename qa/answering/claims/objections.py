"""All exact checks of a claim. Where one of them objects, no score helps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from qa.answering.claims.cited import Cited
from qa.answering.claims.dates import missing_dates
from qa.answering.claims.material import is_about_the_articles
from qa.answering.claims.negation import reversed_words
from qa.answering.claims.numbers import missing_numbers
from qa.answering.claims.overlap import says_something_else
from qa.answering.claims.places import exchanged
from qa.answering.claims.proper_names import missing_names
from qa.answering.claims.speakers import other_speakers


class Kind(StrEnum):
    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    NEGATION = "negation"
    SPEAKER = "speaker"
    PLACE = "place"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Objection:
    """why: what is wrong, in words, to be shown."""

    kind: Kind
    why: str


def objections(claim: str, cited: Cited) -> list[Objection]:
    """Everything exact that speaks against the claim, in the order of Kind, but speakers before negations."""
    found = [
        Objection(Kind.NUMBER, f"no cited sentence has the number {each}") for each in missing_numbers(claim, cited)
    ]
    found += [Objection(Kind.DATE, f"no cited sentence has the date {each}") for each in missing_dates(claim, cited)]
    found += [Objection(Kind.NAME, f"no cited sentence names {each}") for each in missing_names(claim, cited)]
    found += [
        Objection(Kind.SPEAKER, f"{each} is no speaker in what is cited") for each in other_speakers(claim, cited)
    ]
    found += [
        Objection(Kind.NEGATION, f"the claim and what is cited differ in what is denied: {each}")
        for each in reversed_words(claim, cited)
    ]
    found += [
        Objection(Kind.PLACE, f"where the claim has {own}, what is cited has {other}")
        for own, other in exchanged(claim, cited)
    ]
    if says_something_else(claim, cited):
        found.append(Objection(Kind.WORDS, "next to none of its words are in what is cited"))
    if is_about_the_articles(claim, cited):
        found.append(Objection(Kind.WORDS, "it is about the articles, not about what they say"))
    return found
