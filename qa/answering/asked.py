"""What a question asks for, and whether a sentence holds a thing of that kind.

A small rule beside the vectors: similarity cannot tell "when" from "where". The kinds follow the coarse classes of
Li & Roth (2002), with those added that news readers ask for: a reason, and what somebody said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache

from qa.retrieval.words import STOP_WORDS, folded, raw_words, stem


class Kind(StrEnum):
    WHEN = "when"
    WHERE = "where"
    WHO = "who"
    QUANTITY = "quantity"
    WHY = "why"
    SAID = "said"
    YES_NO = "yes_no"
    OTHER = "other"


PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (
            Kind.WHEN,
            r"\bwhen\b|\b(?:what|which|whose) (?:\w+ )?(?:year|date|day|month|time|century|decade)\b"
            r"|\bby what (?:date|time)\b|\bhow (?:long ago|recently|soon)\b|\bsince what\b",
        ),
        (
            Kind.QUANTITY,
            r"\bhow (?:many|much|long|far|wide|deep|big|large|high|tall|old|often|fast|heavy|broad)\b"
            r"|\bwhat (?:\w+ )?(?:number|percentage|proportion|share|width|depth|length|size|amount|distance|cost|"
            r"price|population)\b",
        ),
        (
            Kind.WHY,
            r"\bwhy\b|\bwhat (?:is|was|were|are) the (?:reason|cause|purpose|aim|goal)s?\b|\bwhat (?:led|caused)\b",
        ),
        (
            Kind.SAID,
            r"\bwhat (?:did|does|do|has|have|had) .*\b(?:say|said|tell|told|think|state|stated|claim|claimed|announce|"
            r"announced|promise|promised|warn|warned|declare|declared|add|added|stress|emphasi[sz]e|respond|answer|reply|"
            r"comment|call|describe|expect|accuse)\b",
        ),
        (
            Kind.WHO,
            r"\bwho(?:m|se)?\b|\bwhich (?:person|president|minister|leader|official|politician|group|country)\b",
        ),
        (
            Kind.WHERE,
            r"\bwhere\b|\b(?:in|at|to|from) (?:what|which) (?:\w+ )?(?:city|town|country|place|province|region|"
            r"state)\b",
        ),
        (Kind.YES_NO, r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might)\b"),
    )
)

MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
DATE = re.compile(
    rf"\b(?:1[0-9]{{3}}|20[0-9]{{2}})s?\b|\b(?:{DAYS})\b|\b(?:{MONTHS})\b(?! have| be| not)"
    r"|\b(?:century|yesterday|today|tomorrow)\b"
    r"|\b(?:last|next|this|previous|following|past) (?:week|month|year|night|spring|summer|autumn|fall|winter|decade)\b"
    r"|\b(?:years?|months?|weeks?|days?|hours?) (?:ago|earlier|later|before|after)\b|\b\d{1,2}(?:st|nd|rd|th)\b"
)
NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?|billions?|"
    "half|third|quarter|twice|several|few|many|most|majority|double|triple|fifteen|twenty|thirty|forty|fifty|sixty"
)
QUANTITY = re.compile(rf"\d|\b(?:{NUMBER_WORDS})\b|%")
REASON = re.compile(
    r"\b(?:because|due to|owing to|in order|so that|so as to|since|as a result|result(?:ed|s|ing)? (?:in|from)|caused?|"
    r"led to|reasons?|aim(?:ed|s)?|purpose|to (?:prevent|avoid|avert|protect|ensure|reduce|stop|help|give|achieve|"
    r"allow|make)|"
    r"thanks to|therefore|after|help(?:s|ed)? prevent|fear(?:s|ing)?|sparking|triggered?|motivated?|intended)\b"
)
SPEECH = re.compile(
    r"[\"“”«»]|\b(?:said|says|told|stated|added|noted|stressed|announced|warned|claim(?:s|ed)|declared|according to|"
    r"call(?:s|ed)|argued|insisted|promised|emphasi[sz]ed|criticised|criticized|assured|expects?|expected)\b"
)
PLACE = re.compile(r"\b(?:in|at|near|from|to|on|of|into|across|around|outside|between|along) (?:the )?(?:\w+ )?[A-Z]")
NAME = re.compile(r"\b[A-ZÀ-ÖØ-Þ][\w’'-]*")
ABBREVIATION = re.compile(r"\b(?:[A-Z]\.?){2,}s?\b")  # articles may well spell it out
WHOLE = re.compile(r"(?<![\d.,])\d{3,}(?![\d.,]*[\ds])")  # neither 10.2 nor the 1600s
LONG = 6  # letters
SPELT_ALIKE = 0.8  # share of letters from which a name counts as a misspelling of another
OPENERS = tuple('.?!:;"“”‘([-–—')
DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Asked:
    """kind: what is asked for. names, numbers: those in the question, folded, that an answer should not contradict."""

    kind: Kind
    names: frozenset[str]
    numbers: frozenset[str]
    words: frozenset[str]


def asked(question: str) -> Asked:
    lowered = folded(question).strip()
    kind = next((kind for kind, pattern in PATTERNS if pattern.search(lowered)), Kind.OTHER)
    return Asked(kind, names(question), numbers(question), frozenset(raw_words(question)))


def names(text: str) -> frozenset[str]:
    """Capitalised words, folded, but those that open a sentence or a quotation: a capital tells nothing there.

    Nor does it in a text that capitalises most of its words.
    """
    found = [match for match in NAME.finditer(text) if follows_a_word(text, match.start())]
    if 2 * len(found) > len(text.split()):
        return frozenset()
    words = {word for match in found for word in raw_words(match.group())}
    return frozenset(word for word in words if len(word) > 1 and word not in STOP_WORDS)


def follows_a_word(text: str, start: int) -> bool:
    before = text[:start].rstrip()
    return bool(before) and not before.endswith(OPENERS)


def numbers(text: str) -> frozenset[str]:
    return frozenset(match.replace(",", "") for match in DIGITS.findall(text))


def unknown(question: str, texts: Iterable[str]) -> list[str]:
    """Names in the question, and whole numbers of three digits or more, that stand in none of the texts, nor misspelt.

    What was read for a question holds each of its words if any article does. So a question about somebody, or a year,
    of whom nothing was found is not answered, however well the rest of it fits.
    """
    read = list(texts)
    words = set[str]().union(*map(vocabulary, read))
    figures = {figure for text in read for figure in numbers(text)}
    asked_for = names(ABBREVIATION.sub(" ", question))
    missing = [name for name in asked_for if not any(alike(name, word) for word in words)]
    unheard = [name for name in missing if not get_close_matches(name, words, n=1, cutoff=SPELT_ALIKE)]
    return sorted(unheard) + sorted(figure for figure in WHOLE.findall(question) if figure not in figures)


def is_about_nothing(question: str, texts: Iterable[str], *, leans: bool = False) -> bool:
    """Whether no word that says what is asked about stands in any of the texts, nor misspelt: "hello", "?".

    Something is always nearest, and what answers a question in quite other words still stands near some of its own.
    leans: a follow-up may say nothing of that, or one word that is new: "Why?", "Any victims?".
    """
    wanted = {stem(word) for word in raw_words(question) if word not in STOP_WORDS}
    if leans and len(wanted) < 2:
        return False
    read = {stem(word) for text in texts for word in vocabulary(text)}
    long = (word for word in wanted if len(word) >= LONG)  # bread is no misspelling of spread
    return not wanted & read and not any(get_close_matches(word, read, n=1, cutoff=SPELT_ALIKE) for word in long)


def alike(one: str, other: str) -> bool:
    """Whether two names are forms of one: Syria and Syrian, Turkey and Türkiye, but not Iran and Iraq."""
    shared = min(len(one), len(other), max(4, min(len(one), len(other)) - 2))
    return one[:shared] == other[:shared]


def share_missing(wanted: Iterable[str], texts: Iterable[str]) -> float:
    """The share of the wanted names that no word of the texts is a form of; 0 where none is wanted."""
    sought = list(wanted)
    if not sought:
        return 0.0
    present = set[str]().union(*map(vocabulary, texts))
    missing = [name for name in sought if not any(name[0] == word[0] and alike(name, word) for word in present)]
    return len(missing) / len(sought)


@lru_cache(maxsize=20_000)
def vocabulary(text: str) -> frozenset[str]:
    """The words of a text; kept, because neighbouring hits share their sentences."""
    return frozenset(raw_words(text))


def fits(question: Asked, sentence: str) -> bool | None:
    """Whether the sentence holds a thing of the kind asked for that the question does not itself; None: no kind."""
    test = TESTS.get(question.kind)
    return test(question, sentence) if test else None


def holds_new(pattern: re.Pattern[str], question: Asked, sentence: str) -> bool:
    return any(found.group() not in question.words for found in pattern.finditer(folded(sentence)))


TESTS: Mapping[Kind, Callable[[Asked, str], bool]] = {
    Kind.WHEN: lambda question, sentence: holds_new(DATE, question, sentence),
    Kind.QUANTITY: lambda question, sentence: holds_new(QUANTITY, question, sentence),
    Kind.WHY: lambda _, sentence: REASON.search(folded(sentence)) is not None,
    Kind.SAID: lambda _, sentence: SPEECH.search(folded(sentence)) is not None,
    Kind.WHERE: lambda _, sentence: PLACE.search(sentence) is not None,
    Kind.WHO: lambda question, sentence: bool(names(f"x {sentence}") - question.words),
}
