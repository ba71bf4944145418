"""What one text mentions: who acts in it, a thing by its name, what was asked for."""

from __future__ import annotations

import re

from qa.answering.gender import Gender, relative_in
from qa.answering.names import Phrase, Sort, names
from qa.answering.phrases import noun_phrases
from qa.answering.tokens import tokens
from qa.answering.wordlists import AUXILIARIES, GROUP_NOUNS, PERSON_NOUNS, PLACES, PREPOSITIONS
from qa.retrieval.words import folded

LONGEST_CLAUSE = 40
LONGEST_TOPIC = 90  # characters: longer ones would drown the question that takes them up
OBJECT_ASKED = re.compile(
    r"^what (?:do|does|did) (?P<rest>(?!(?:he|she|it|they|you|i|we)\b)(?!.* do(?: then)?\W*$).+?)[ ?.]*$", re.IGNORECASE
)
WHERE_IT_WAS = re.compile(r" (?:at|in|on|during|after|before) .*$")
OTHER = {Gender.HE: Gender.SHE, Gender.SHE: Gender.HE}
PARTS = frozenset({"province", "region", "governorate", "district", "island", "village", "town", "city"})
NEVER_PARTS = PERSON_NOUNS | GROUP_NOUNS | {"the"}


def acting(question: str) -> str | None:
    """Who acts: what stands right after the first auxiliary, or the first name that no preposition leads in."""
    single = [p for p in names(question) if " and " not in p.text]
    first = next((t for t in tokens(question) if t.word in AUXILIARIES and not t.is_capital), None)
    subject = next((p for p in single if first and p.before == first.word and p.start > first.end), None)
    acts = [p for p in noun_phrases(question) if p.sort in {Sort.PERSON, Sort.GROUP} and not p.is_name]
    subject = subject or next((p for p in acts if first and p.before == first.word and p.start > first.end), None)
    subject = subject or next((p for p in single if p.before not in PREPOSITIONS), None)
    return subject.text if subject else None


def may_be_called(name: Phrase, noun: str) -> bool:
    """Whether a place, or what one goes to, is of that kind: a country, an office or the Castle is no province."""
    is_place = name.sort is Sort.PLACE or name.before in {"to", "from", "of", "through"}
    is_part = folded(name.text) not in PLACES and NEVER_PARTS.isdisjoint(folded(name.text).split())
    return name.is_name and is_place and (noun.lower() not in PARTS or is_part)


def is_other(person: Phrase, gender: Gender | None, others: frozenset[str]) -> bool:
    """Whether somebody is known to be a she where he is meant, or the other way round."""
    return gender is not None and (folded(person.text) in others or relative_in(person.text, OTHER[gender]) is not None)


def thing_named(text: str) -> str | None:
    return next((p.text for p in names(text) if p.sort in {Sort.THING, Sort.GROUP} and " and " not in p.text), None)


def what_was_asked_for(question: str) -> str | None:
    """ "What did they agree to set up?" was not answered: then it is "what they agree to set up"."""
    found = OBJECT_ASKED.match(question)
    rest = found["rest"] if found else ""
    rest = WHERE_IT_WAS.sub("", rest) if len(rest) > LONGEST_CLAUSE else rest
    return f"what {rest}" if 0 < len(rest) <= LONGEST_CLAUSE else None


def object_named(text: str) -> str | None:
    """The last name where there are several, or the only one if it is a place: hardly who acts."""
    single = [p for p in names(text) if " and " not in p.text]
    return single[-1].text if len(single) > 1 or any(p.sort is Sort.PLACE for p in single) else None
