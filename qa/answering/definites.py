"""What stands with "the" and says too little by itself: the province, the Russian one, the fourth.

The noun that is missing, or the name that is meant, is taken from what was said before.
"""

from __future__ import annotations

import re

from qa.answering.names import mentions_a_name
from qa.answering.phrases import noun_phrases
from qa.answering.references import Reference
from qa.answering.tokens import is_plural
from qa.answering.topics import Topics
from qa.retrieval.words import folded

ORDINALS = "first|second|third|fourth|fifth|sixth|last|former|latter|other|next"
ORDINAL = re.compile(rf"\b(?:{ORDINALS})\b", re.IGNORECASE)
BARE_ORDINAL = re.compile(rf"^the (?P<which>{ORDINALS})(?: one)?$", re.IGNORECASE)
OTHER_ONE = re.compile(r"^the (?P<which>[\w-]+) ones?$", re.IGNORECASE)


def with_place(question: str, reference: Reference, topics: Topics) -> str:
    """ "The province" with its name, where the question does not say it; the noun stays, for articles say it too."""
    found = topics.place_called(reference.noun)
    if not found or folded(found) in folded(question) or mentions_a_name(question):
        return question
    after = question[reference.end :]
    is_enough = reference.noun in {*folded(found).split(), "country"} or after.startswith(("'", "’"))
    return question[: reference.start] + (found if is_enough else f"the {reference.noun} of {found}") + after


def with_noun_for_one(question: str, reference: Reference, topics: Topics) -> str:
    """ "The Russian one" after "the Turkish delegation" is a delegation; "the fourth" of four zones is a zone."""
    before, after = question[: reference.start], question[reference.end :]
    said = before.split()[-1] if before.split() else ""
    noun = counterpart(said, topics)
    if not noun:
        return question
    wanted = noun if question[reference.start : reference.end].strip().lower() == "ones" else singular(noun)
    return f"{before.rstrip()} {wanted}{after}"


def counterpart(adjective: str, topics: Topics) -> str | None:
    """The noun that an adjective of the same kind stood with in the last question; for an ordinal what was counted."""
    phrases = [p for p in noun_phrases(topics.last.question) if not p.is_name and " " in p.text]
    if ORDINAL.fullmatch(adjective):
        counted = next((p.text for p in phrases if ORDINAL.search(p.text)), None)
        return ORDINAL.split(counted, maxsplit=1)[1].strip() if counted else topics.plural()
    alike = [p for p in phrases if any(w[0].isupper() for w in p.text.split()[:-1]) == adjective[:1].isupper()]
    return next((p.head for p in alike or phrases), None)


def singular(noun: str) -> str:
    """Good enough for nouns that were counted: zones, countries, crises stay readable."""
    if not is_plural(noun.rsplit(maxsplit=1)[-1]) or not noun.endswith("s"):
        return noun
    return f"{noun[:-3]}y" if noun.endswith("ies") else noun[:-1]


def other_of_its_kind(part: str, told: str) -> str | None:
    """ "The second" in a question about the first; "the Russian one" in one about the Turkish delegation."""
    if (found := BARE_ORDINAL.match(part)) and (old := ORDINAL.search(told)):
        return told[: old.start()] + found["which"] + told[old.end() :]
    if found := OTHER_ONE.match(part):
        new = found["which"]
        olds = re.finditer(r"\bthe (?P<which>[\w-]+) [a-z][\w-]+\b", told)
        old = next((each for each in olds if each["which"][0].isupper() == new[0].isupper()), None)
        return told[: old.start("which")] + new + told[old.end("which") :] if old else None
    return None
