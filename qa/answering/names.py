"""Names and dates in an English text, and what sort of thing a name stands for, by the words in it and before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from qa.answering.asked import DAYS, MONTHS
from qa.answering.tokens import Token, awaits_infinitive, cut, end_of, is_nominal, may_be_noun, tokens
from qa.answering.wordlists import (
    ADVERBS,
    AUXILIARIES,
    BOTH_NOUN_AND_VERB,
    DETERMINERS,
    GROUP_NOUNS,
    INSIDE_NAMES,
    LOCATIVE,
    NAMED_THINGS,
    NOT_NOUNS,
    NUMERALS,
    PERSON_NOUNS,
    PLACES,
    VERBS,
)  # fmt: skip
from qa.retrieval.words import folded, stem

DATE = re.compile(
    rf"\b(?:(?:(?P<on>{DAYS}),? )?(?:\d{{1,2}} )?(?:{MONTHS})(?: \d{{1,2}}(?:st|nd|rd|th)?\b)?(?:,? \d{{4}})?"
    rf"|(?:{DAYS})|(?:1[5-9]|20)\d\d(?:[-–](?:1[5-9]|20)?\d\d)?s?)\b",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"(?!1[5-9]\d\d|20\d\d)\d{1,4}")  # Line 14, and no year
OF_A_COUNTRY = ("an", "ian", "ish", "ese")
SHORTEST_STEM = 4  # letters: three would make "polish" and "finish" countries
THINGS = frozenset(stem(word) for word in NAMED_THINGS)


class Sort(StrEnum):
    """What a phrase can be taken up with: he or she, there, then, they, it."""

    PERSON = "person"
    PLACE = "place"
    DATE = "date"
    GROUP = "group"
    THING = "thing"


@dataclass(frozen=True, slots=True)
class Phrase:
    """text: the words as they stand. sort: by the best guess. is_name: begins with a capital; its sort may be wrong.

    head: the noun that the rest describes, folded. before: the preposition in front, folded, or "".
    start, end: code points in the text it was found in.
    """

    text: str
    sort: Sort
    head: str
    before: str
    start: int
    end: int
    is_name: bool = False


def dates(text: str) -> list[Phrase]:
    """Months, days and years, as long as they go; "may" and "march" in lower case are verbs."""
    found = [match for match in DATE.finditer(text) if match.group() not in {"may", "march"}]
    return [Phrase(m.group(), Sort.DATE, "", word_before(text, m.start()), m.start(), m.end()) for m in found]


def word_before(text: str, place: int) -> str:
    words = text[max(0, place - 30) : place].split()
    return folded(words[-1]) if words else ""


@lru_cache(maxsize=256)
def names(text: str) -> tuple[Phrase, ...]:
    """Runs of capitalised words that are no dates, in order; those joined by "and" follow as one group as well."""
    found = tokens(text)
    runs = [(first, last) for first, last in name_runs(found) if not DATE.fullmatch(cut(text, found, first, last))]
    single = [named(text, found, first, last) for first, last in runs if not describes(found, first, last)]
    return (*single, *joined(text, single))


def name_runs(found: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Half-open ranges of tokens."""
    i = 0
    while i < len(found):
        if not begins_name(found, i):
            i += 1
            continue
        end = i + 1
        while (step := name_step(found, end)) and not found[end - 1].owns:
            end += step
        yield i, end
        i = end


def begins_name(found: Sequence[Token], i: int) -> bool:
    token = found[i]
    first = i == 0 or found[i - 1].text in ".?!:;"
    if not token.is_capital or token.word in AUXILIARIES or token.word in DETERMINERS or token.word in NOT_NOUNS:
        return False
    return len(token.word) > 1 and not (first and opens_sentence(found, i))


def is_acronym(found: Sequence[Token], i: int) -> bool:
    """In capitals alone, among words that are not."""
    return len(found[i].text) > 1 and found[i].text.isupper() and any(token.text.islower() for token in found)


def opens_sentence(found: Sequence[Token], i: int) -> bool:
    """Whether the capital is owed to the place: a name there is followed by a verb, another name, or nothing."""
    if any(found[i].word in words for words in (VERBS, ADVERBS, BOTH_NOUN_AND_VERB, NUMERALS)):
        return True
    if i + 1 == len(found) or found[i].owns or found[i].text[0] in '"“' or is_acronym(found, i):
        return False
    after = found[i + 1]
    return not (
        after.is_capital or after.word in VERBS or after.word in AUXILIARIES or after.word in {"and", ",", "(", "of"}
    )


def mentions_a_name(text: str) -> bool:
    """Also where a name only describes a noun: the Milgram experiment."""
    found = tokens(text)
    capital = (t for i, t in enumerate(found) if t.is_capital and (t.start or is_told_by_initials(found, i)))
    return any(t.word != "i" and not t.word.startswith("i'") for t in capital)


def is_told_by_initials(found: Sequence[Token], i: int) -> bool:
    """An acronym that opens a question, and no question word in capitals."""
    return is_acronym(found, i) and begins_name(found, i)


def names_a_country(text: str) -> bool:
    """Also in small letters, and where it describes a noun: france, the russian minister; but not the russians."""
    found = tokens(text)
    described = (t.word for i, t in enumerate(found) if may_be_noun(found, i + 1))
    return any(t.word in PLACES and t.text != "us" for t in found) or any(map(is_of_a_country, described))


@lru_cache(maxsize=2_048)
def is_of_a_country(adjective: str) -> bool:
    """Syrian, Iraqi; Mexican, Chinese, Turkish, which keep four letters of the name or more."""
    if adjective.endswith(("n", "i")) and adjective[:-1] in PLACES:
        return True
    stems = [adjective.removesuffix(ending) for ending in OF_A_COUNTRY if adjective.endswith(ending)]
    return any(len(stem) >= SHORTEST_STEM and place.startswith(stem) for stem in stems for place in PLACES)


def describes(found: Sequence[Token], first: int, last: int) -> bool:
    """Whether a name only describes the noun after it: Turkish soldiers, the Sochi agreement."""
    if last == len(found) or found[last].is_capital or found[last - 1].owns or found[last - 1].word in PLACES:
        return False
    subject = (
        first > 0
        and found[first - 1].word != "the"
        and (found[first - 1].word in AUXILIARIES or awaits_infinitive(found, last))
    )
    return not subject and is_nominal(found, last, last)


def name_step(found: Sequence[Token], i: int) -> int:
    """How many tokens carry a name on: the next capital or number, or small words and a capital."""
    if i < len(found) and found[i].is_capital and found[i].word not in AUXILIARIES:
        return 0 if found[i].text[:2].islower() else 1  # what somebody said, in quotation marks, is no part of a name
    if i < len(found) and NUMBERED.fullmatch(found[i].word) and found[i - 1].is_capital:
        return 1
    if i + 1 < len(found) and found[i].word in INSIDE_NAMES and found[i + 1].is_capital:
        return 2
    if i + 2 < len(found) and found[i].word == "of" and found[i + 1].word == "the" and found[i + 2].is_capital:
        return 3
    return 0


def named(text: str, found: Sequence[Token], first: int, last: int) -> Phrase:
    words = cut(text, found, first, last)
    before = found[first - 1].word if first else ""
    if before == "the":
        words, before = f"{found[first - 1].text.lower()} {words}", found[first - 2].word if first > 1 else ""
    return Phrase(
        words, sort_of_name(words, before), found[last - 1].word, before, found[first].start, end_of(found, last), True
    )


def sort_of_name(name: str, before: str) -> Sort:
    bare = folded(name).removeprefix("the ")
    last = bare.split()[-1] if bare.split() else ""
    if bare in PLACES or (before in LOCATIVE and last not in PERSON_NOUNS and last not in GROUP_NOUNS):
        return Sort.PLACE
    if last in GROUP_NOUNS or (name.removeprefix("the ").isupper() and len(bare) > 1):
        return Sort.GROUP
    if name[:1] in '"“' or stem(last) in THINGS:
        return Sort.THING
    return Sort.GROUP if name.startswith("the ") else Sort.PERSON


def joined(text: str, single: Sequence[Phrase]) -> list[Phrase]:
    """Putin and Erdogan; Russia, Iran and Turkey."""
    groups, i = list[Phrase](), 0
    while i < len(single):
        last = i
        while last + 1 < len(single) and text[single[last].end : single[last + 1].start] in {
            " and ",
            ", ",
            ", and ",
            " and the ",
        }:
            last += 1
        if last > i and "and" in text[single[i].end : single[last].start]:
            start, end = single[i].start, single[last].end
            groups.append(Phrase(text[start:end], Sort.GROUP, "", single[i].before, start, end, True))
        i = last + 1
    return groups
