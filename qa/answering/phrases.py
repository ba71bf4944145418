"""The noun phrases of an English text: good enough to say again what somebody spoke of ("the civil war in Syria").

Every phrase is words of the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from qa.answering.names import DATE, Phrase, Sort, sort_of_name
from qa.answering.tokens import Token, begins_predicate, cut, end_of, is_nominal, is_plural, tokens
from qa.answering.wordlists import ATTACHING, DETERMINERS, GROUP_NOUNS, NAMING, NUMERALS, PERSON_NOUNS, POINTING

LONGEST = 12  # words


@lru_cache(maxsize=256)
def noun_phrases(text: str) -> tuple[Phrase, ...]:
    """Noun phrases in order, each with what hangs on it (of …, in …), which follows as phrases of its own."""
    found, phrases, i = tokens(text), list[Phrase](), 0
    while i < len(found):
        core = core_end(found, i)
        if core is None:
            i += 1
            continue
        end = attached(found, i, core)
        phrases.append(described(text, found, i, core, end))
        i = end if end == core else core
    return tuple(phrases)


def core_end(found: Sequence[Token], first: int) -> int | None:
    """Where the phrase that begins here ends, before anything hangs on it; None where none begins."""
    begin = first + 1 if found[first].word in DETERMINERS else first
    if begin > first and begin < len(found) and found[begin].word in {"most", "least"}:
        begin += 1  # the most powerful group
    end = begin
    while (
        end < len(found) and is_nominal(found, end, begin) and not (end > begin and begins_predicate(found, begin, end))
    ):
        end += 1
    return end if end > begin else None


def attached(found: Sequence[Token], first: int, end: int) -> int:
    """Past what hangs on a phrase: of …, called …, and in … where the phrase has an article, but not in that …."""
    while end + 1 < len(found):
        word = found[end].word
        has_article = found[first].word in {"the", "a", "an"} and found[end + 1].word not in POINTING
        hangs = word == "of" or word in NAMING or (word in ATTACHING and has_article)
        hangs = hangs or (word == "and" and any(t.word == "between" for t in found[first:end]))
        further = core_end(found, end + 1) if hangs else None
        if further is None or further - first > LONGEST:
            return end
        end = further
    return end


def described(text: str, found: Sequence[Token], first: int, core: int, end: int) -> Phrase:
    words, head = cut(text, found, first, end), found[core - 1].word
    before = found[first - 1].word if first else ""
    return Phrase(words, sort_of_noun(head, found[core - 1]), head, before, found[first].start, end_of(found, end))


def sort_of_noun(head: str, token: Token) -> Sort:
    if head in NUMERALS:
        return Sort.GROUP
    if token.is_capital:
        return sort_of_name(token.text, "")
    if head in PERSON_NOUNS:
        return Sort.PERSON
    if head in GROUP_NOUNS or is_plural(head):
        return Sort.GROUP
    return Sort.DATE if DATE.fullmatch(head) else Sort.THING
