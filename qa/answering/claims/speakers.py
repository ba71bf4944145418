"""Who said it: the speaker of a claim must be a speaker of what it cites.

"X said", "said X", "according to X" are read on both sides. A pronoun in the text stands for whoever the text or its
title names; where the text names no speaker, or no one says anything in it, nothing is held against the claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from qa.answering.claims.cited import Cited
from qa.answering.claims.proper_names import akin
from qa.answering.wordlists import AUXILIARIES
from qa.retrieval.words import STOP_WORDS, folded, raw_words, stem

_SAYING = (
    "said|says|say|told|tells|added|adds|announced|announces|stated|states|argued|argues|warned|warns|claimed|claims|"
    "noted|notes|stressed|stresses|explained|explains|insisted|insists|declared|declares|confirmed|confirms|"
    "suggested|suggests|tweeted|replied|promised|denied|denies|complained|"
    "emphasised|emphasized|concluded|predicted|pointed out|acknowledged|admitted"
)
_NAME = r"(?:[A-Z][\w’'.-]*(?: (?:of |de |van |von |al-|bin )?[A-Z][\w’'.-]*)*)"
_NOUNS = r"(?:(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Tt]heir|[Ii]ts) )?(?:[\w’'-]+ ){0,2}[\w’'-]+"
_ADVERB = r"(?: (?:also|then|later|has|have|had|further|and|previously|repeatedly|again))*"
_BEFORE = re.compile(rf"(?P<who>{_NAME}|{_NOUNS})(?:, [^,;.\"“”]{{2,80}},)?{_ADVERB} (?:{_SAYING})\b")
_AFTER = re.compile(
    rf"[,\"”’] (?:said|says|added|adds|told|stated|argued|warned|noted|explained|insisted) "
    rf"(?P<who>{_NAME}|(?:the|a|an) [\w’'-]+(?: [\w’'-]+)?)"
)
_ACCORDING = re.compile(rf"\b[Aa]ccording to (?P<who>{_NAME}|(?:the |a |an )?[\w’'-]+(?: [\w’'-]+)?)")
_ANY = re.compile(rf"\b(?:{_SAYING}|[Aa]ccording to)\b")
_PRONOUNS = frozenset("he she they it who which i we this that".split())  # noqa: SIM905


def other_speakers(claim: str, cited: Cited) -> list[str]:
    """The speakers of the claim that are none in the text, as they stand in the claim."""
    own = speakers(claim)
    if not own:
        return []
    given = speakers(cited.said)
    if not given:
        return []
    return [who for who in own if not _is_among(who, given, cited)]


def _is_among(who: str, given: Iterable[str], cited: Cited) -> bool:
    words = telling(who)
    if not words:
        return True
    for other in given:
        others = telling(other)
        if any(one == two or akin(one, two) for one in words for two in others):
            return True
        if not others and _may_be_meant(words, cited):
            return True
    return False


def _may_be_meant(words: frozenset[str], cited: Cited) -> bool:
    """Whether a pronoun can stand for these: they are in the text or its title."""
    return all(word in cited.words or word in cited.stems for word in words)


@lru_cache(maxsize=4096)
def telling(who: str) -> frozenset[str]:
    """The words that say who it is, stemmed where they are no names; none of a pronoun."""
    if folded(who) in _PRONOUNS:
        return frozenset()
    names = [word for word in re.findall(r"[A-Z][\w’'-]*", who) if folded(word) not in STOP_WORDS]
    kept = [word for word in raw_words(" ".join(names) or who) if word not in STOP_WORDS and word not in _PRONOUNS]
    return frozenset(kept if names else (stem(word) for word in kept[-1:]))


@lru_cache(maxsize=512)
def speakers(text: str) -> tuple[str, ...]:
    """Whoever says something in a text, as it stands there."""
    if not _ANY.search(text):
        return ()
    found = (match["who"] for pattern in (_BEFORE, _AFTER, _ACCORDING) for match in pattern.finditer(text))
    return tuple(dict.fromkeys(who for who in found if who.split()[-1].lower() not in AUXILIARIES))  # is told: a hearer
