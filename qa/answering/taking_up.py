"""Which phrases of a text can be taken up again in a question, and how they are said then: a zone becomes the zone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from qa.answering.mentions import LONGEST_TOPIC
from qa.answering.names import Phrase, Sort, names
from qa.answering.phrases import noun_phrases
from qa.answering.tokens import is_plural
from qa.answering.wordlists import DUMMIES, PLACES, POINTING, PREPOSITIONS, VERBS
from qa.retrieval.words import folded

BACKWARD = re.compile(
    r"^(?:this|that|these|those|his|her|its|their|my|our|your|any|some|every|each|another|other|all|both)\b",
    re.IGNORECASE,
)
COUNTED = re.compile(r"^(?!(?:1[5-9]|20)\d\d )\d[\d.,]* (?=[a-z])")
MEASURED = re.compile(r"^the (?!(?:1[5-9]|20)\d\d )\d[\d.,–-]*[ -][\w-]+ (?=\w)", re.IGNORECASE)
INDEFINITE = re.compile(r"^(?:an?|some) ", re.IGNORECASE)


def spoken_of(texts: Iterable[str]) -> Iterator[Phrase]:
    """Text by text: groups of names before the names in them, and names before the nouns around them."""
    for text in texts:
        yield from sorted((p for p in names(text) if len(p.text) <= LONGEST_TOPIC), key=lambda p: (p.start, -p.end))
        yield from (p for p in noun_phrases(text) if may_be_said_again(p))


def whole(phrases: Sequence[Phrase]) -> list[Phrase]:
    """Without those that are only a part of names joined by "and"."""
    pairs = [p for p in phrases if p.is_name and " and " in p.text]
    return [
        p for p in phrases if not any(pair is not p and pair.start <= p.start and p.end <= pair.end for pair in pairs)
    ]


ADJECTIVES = ("ive", "ic", "al", "ous", "ful", "able", "ible", "less", "ent", "ant", "ary", "ed", "ing", "ly")


def may_be_said_again(phrase: Phrase) -> bool:
    """Not "their meeting" or "any other facts", which would need an antecedent again, nor "day" or an adjective."""
    if phrase.is_name or phrase.head in DUMMIES or len(phrase.head) < 3 or len(phrase.text) > LONGEST_TOPIC:
        return False
    points_back = BACKWARD.match(phrase.text) or not POINTING.isdisjoint(folded(phrase.text).split())
    return not points_back and (" " in phrase.text or is_noun_alone(phrase))


def is_noun_alone(phrase: Phrase) -> bool:
    """A single word is taken for a noun after a preposition, a verb, or what is."""
    after = (
        phrase.before in PREPOSITIONS
        or phrase.before in VERBS
        or phrase.before in {"is", "are", "many", "which", "what"}
    )
    return after and (is_plural(phrase.head) or not phrase.head.endswith(ADJECTIVES))


def is_thing(phrase: Phrase) -> bool:
    return phrase.sort is Sort.THING and not phrase.is_name and folded(phrase.text) not in PLACES


def is_person_by_place(phrase: Phrase) -> bool:
    """Taken for somebody, and not led in as places and parties are."""
    return phrase.sort is Sort.PERSON and phrase.before not in PREPOSITIONS


def is_group(phrase: Phrase) -> bool:
    return phrase.sort is Sort.GROUP


def introduced(quotes: Iterable[str]) -> Iterator[Phrase]:
    """What sentences speak of for the first time: their indefinite noun phrases."""
    found = (p for quote in quotes for p in noun_phrases(quote) if not quote[p.end :].startswith((" and ", "-")))
    return (p for p in found if INDEFINITE.match(p.text) and p.sort is Sort.THING and p.head not in DUMMIES)


def definite(text: str) -> str:
    """As it is taken up: a zone becomes the zone, The zone the zone."""
    text = MEASURED.sub("the ", COUNTED.sub("the ", INDEFINITE.sub("the ", text)))
    return text[0].lower() + text[1:] if text.startswith(("The ", "How ")) else text


def said_again(phrase: Phrase) -> str:
    """Which memorandum was asked for is the memorandum."""
    asked_for = phrase.before in {"which", "what"} and phrase.text.islower() and not is_plural(phrase.head)
    return f"the {phrase.text}" if asked_for else definite(phrase.text)
