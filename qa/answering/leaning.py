"""Whether a question that is left as it was asked still leans on what was said before it: "Who paid?".

It does where it points back, and where it tells too little to stand alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answering.casing import names_in, quoted
from qa.answering.names import dates, mentions_a_name, names_a_country
from qa.answering.references import Points, references
from qa.answering.wordlists import AUXILIARIES, COURTESIES, GENERIC
from qa.domain import Turn
from qa.retrieval.words import STOP_WORDS, raw_words

BARE = 4  # words that say what is asked about, from which a question without names is taken to stand alone
ENGLISH = re.compile(
    r"\b(?:what|when|where|who|whom|whose|why|which|how|the|is|are|was|were|did|does|do|and|of|about|they|there|that|this|else"
    r"|can|could|would|should|have|has|had|any|with|to|it|for)\b",
    re.IGNORECASE,
)
GOES_ON = re.compile(r"^(?:and|but|so)\b", re.IGNORECASE)
NAMELESS = {Points.PERSON, Points.GROUP, Points.THING, Points.PLACE, Points.DATE}


def is_bare(question: str, turns: Sequence[Turn] = ()) -> bool:
    """Whether a question without a word that points back may still lean on what was said: "Who paid?", "and Ankara?".

    A country, and a word that what was cited writes with a capital, are names in small letters too.
    """
    if raw_words(question) and COURTESIES.issuperset(raw_words(question)):
        return False
    if GOES_ON.match(question) and len(content(question)) < BARE:
        return True
    tells = mentions_a_name(question) or dates(question) or any(sign.isdigit() for sign in question)
    tells = tells or asks_about_a_country(question) or not names_in(quoted(turns)).isdisjoint(raw_words(question))
    return not tells and len(content(question)) < BARE and question.isascii()


def asks_about_a_country(question: str) -> bool:
    """ "capital of france"; a country alone is hardly a question."""
    return len(content(question)) > 1 and names_a_country(question)


def points_back(question: str) -> bool:
    """With a word that names nothing; "the province" of a question with names of its own is told enough."""
    return ENGLISH.search(question) is not None and any(each.points in NAMELESS for each in references(question))


def content(question: str) -> list[str]:
    """The words that say what is asked about."""
    return [
        w
        for w in raw_words(question)
        if w not in STOP_WORDS and w not in GENERIC and w not in AUXILIARIES and w.isalpha()
    ]
