"""The words of an English text in their places, and which of them can be nouns: by word lists instead of a parser.

What is a verb is decided by a list of frequent verbs and by what an auxiliary before it demands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from qa.answering.wordlists import (
    ADVERBS,
    AUXILIARIES,
    BOTH_NOUN_AND_VERB,
    DETERMINERS,
    INFINITIVE_AFTER,
    LEADING,
    NOT_NOUNS,
    PLURALS,
    VERBS,
)  # fmt: skip
from qa.retrieval.words import folded

TOKEN = re.compile(
    r"[\"“][^\"”]{1,80}[\"”]|\d+(?:[.,]\d+)+|[^\W_]\.(?:[^\W_]\.)+|[^\W_]+(?:[-‐‑'’&][^\W_]+)*(?:(?<=s)['’](?=\s))?|[^\w\s]"
)

SHORT_VERB = re.compile(r"^(?:what|who|where|when|how|why|it|that|there|he|she)'s$|'(?:re|ve|ll|d)$|n't$")


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    word: str
    start: int
    end: int

    @property
    def is_capital(self) -> bool:
        return self.text[:1].isupper() or self.text[:1] in '"“'

    @property
    def owns(self) -> bool:
        return self.word.endswith(("'s", "s'"))


@lru_cache(maxsize=256)
def tokens(text: str) -> tuple[Token, ...]:
    return tuple(Token(t.group(), folded(t.group()), t.start(), t.end()) for t in TOKEN.finditer(text))


def begins_predicate(found: Sequence[Token], begin: int, i: int) -> bool:
    """Whether a name is a subject whose verb comes: Did Franklin cook."""
    if begin == 0 or found[begin - 1].word in DETERMINERS or not found[begin].is_capital:
        return False
    return not found[i].is_capital and not any(t.owns for t in found[begin:i]) and awaits_infinitive(found, i)


def is_nominal(found: Sequence[Token], i: int, begin: int) -> bool:
    token = found[i]
    if token.word.removesuffix("'s") in NOT_NOUNS:
        return False
    if not token.text[0].isalnum() and token.text[0] not in '"“':
        return False
    if token.word in AUXILIARIES or token.word in NOT_NOUNS or token.word in DETERMINERS or token.word in ADVERBS:
        return False
    if token.is_capital and i:
        return True
    if i > begin and is_the_verb(found, i):
        return False
    described_here = begin > 0 and (
        found[begin - 1].word in DETERMINERS or found[begin - 1].word in {"many", "which", "what"}
    )
    return not is_verb(found, i) or (i == begin and described_here and token.word in BOTH_NOUN_AND_VERB)


def is_verb(found: Sequence[Token], i: int) -> bool:
    """By the lists; a word that can be both is a verb where an auxiliary waits for one that does not come later."""
    word = found[i].word
    if word in BOTH_NOUN_AND_VERB:
        return awaits_infinitive(found, i) and not infinitive_later(found, i + 1)
    if word in VERBS:
        return True
    participle = len(word) > 4 and word.endswith(("ed", "ing")) and word not in {"meeting", "building"}
    return participle and i > 0 and found[i - 1].word not in DETERMINERS and not may_be_noun(found, i + 1)


def is_the_verb(found: Sequence[Token], i: int) -> bool:
    """Whether a word that no list knows ends what stands behind did or will, which a verb has to follow."""
    if i + 1 < len(found) and may_be_noun(found, i + 1):
        return False
    led = next((t for t in reversed(found[:i]) if t.word in AUXILIARIES or t.word in VERBS), None)
    later = found[i + 1 : i + 7]
    return led is not None and led.word in LEADING and not any(t.word in AUXILIARIES or may_be_verb(t) for t in later)


def may_be_verb(token: Token) -> bool:
    return token.word in VERBS or token.word in BOTH_NOUN_AND_VERB


def holds_verb(text: str) -> bool:
    """Whether a verb of the lists stands in it, if only as "what's"."""
    return any(t.word in AUXILIARIES or may_be_verb(t) or SHORT_VERB.search(t.word) for t in tokens(text))


def infinitive_later(found: Sequence[Token], first: int) -> bool:
    """Whether another verb can be the one that is waited for, a few words on."""
    later = found[first : first + 6]
    return any(t.word in VERBS and not t.word.endswith("ed") for t in later)


def may_be_noun(found: Sequence[Token], i: int) -> bool:
    """A lower-case word of no closed class: what stands before it describes it."""
    if i >= len(found) or found[i].is_capital or not found[i].word.isalpha():
        return False
    return not any(found[i].word in words for words in (AUXILIARIES, NOT_NOUNS, DETERMINERS, ADVERBS, VERBS))


def awaits_infinitive(found: Sequence[Token], i: int) -> bool:
    """Whether did, will or to stands before, with no verb since."""
    for token in reversed(found[:i]):
        if token.word in INFINITIVE_AFTER:
            return True
        if token.word in VERBS or token.word in AUXILIARIES:
            return False
    return False


def is_plural(noun: str) -> bool:
    return noun in PLURALS or (len(noun) > 3 and noun.endswith("s") and not noun.endswith(("ss", "us", "is", "'s")))


def cut(text: str, found: Sequence[Token], first: int, last: int) -> str:
    return text[found[first].start : end_of(found, last)]


def end_of(found: Sequence[Token], last: int) -> int:
    """Without a possessive ending."""
    token = found[last - 1]
    return token.end - (2 if token.word.endswith("'s") else 1 if token.word.endswith("'") else 0)
