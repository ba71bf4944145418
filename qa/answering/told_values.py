"""The values that a sentence gives for what is asked: the date of something that happens once, a number of something.

Another sentence may tell the same in other words. So values are compared that stand beside what the question asks
about, or beside a word that means the same of events: killed, dead, the toll. What may happen often has many dates, all
of them right, and is left alone; so are numbers of a part (two of them, three more, four children).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from qa.answering.asked import Kind, asked
from qa.answering.claims.dates import Dated, dates, spans
from qa.answering.claims.numbers import ONE, Number, numbers
from qa.answering.wordlists import AUXILIARIES, VERBS
from qa.retrieval.words import STOP_WORDS, content_words, folded, stem, words


def _group(words: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words.split())


BIRTH, DEATH = _group("born birth"), _group("die died dies death")
ONCE = (
    BIRTH,
    DEATH,
    _group("founded founding foundation established establishment formed formation created creation"),
    _group("built construct constructed construction erected"),
    _group("opened opening inaugurated inauguration"),
    _group("released release published publication"),
    _group("premiere premiered debut debuted"),
    _group("completed completion finished"),
    _group("signed signing"),
    _group("married wedding"),
)
"""What happens to a thing once, as a rule, in the words that say it."""
COUNTED = (
    _group("dead die died death killed kill killing toll perished fatality fatalities lives"),
    _group("injured injuring wounded wounding hurt injuries"),
    _group("wide width breadth"),
    _group("long length"),
    _group("high tall height"),
    _group("deep depth"),
    _group("cost costs price"),
    _group("population inhabitants"),
)
"""What is counted or measured in several words."""
PEOPLE = _group("people person persons")
PARTS = _group("child children woman women man men boys girls baby civilians soldiers officers policemen journalists")
"""Of these there may be fewer than of people."""
ASKS_A_DATE = re.compile(r"^what (?:is|was|were|are) (?:\S+ ){0,4}(?:date|birthday)\b")
ASKS_AN_AMOUNT = re.compile(
    r"^what (?:is|was|were|are) (?:\S+ ){0,4}"
    r"(age|population|number|percentage|share|size|area|length|height|depth|width|cost|price|toll)\b"
)
ASKS_WHEN = re.compile(r"(?:^|, |\band )(?:when|(?:(?:in|on|by|since|from|until) )?(?:what|which))\b")
ASKS = re.compile(r"\b(?:when|wh(?:o|om|ose|at|ere|y|ich)|how)\b")
HOW_MANY = re.compile(r"\bhow many ((?:[\w-]+ ?){1,3})")
LONGEST = 60
"""Words of a sentence; what is longer is a table or a page's furniture, where a value may belong to anything."""
REACH = 8
"""Words between an event and its date."""
AFTER = 4
"""Words between a number and what it counts."""
COUNTED_WITHIN = 3
"""Words after a number among which what it counts is looked for, where it is not known what that is."""
OPENING = 25
"""Characters between a bracket and the first of the two dates of a life."""
TOKEN = re.compile(r"[^\W_]+")
CLAUSE_ENDS = re.compile(r"[;:!?]|\.\s")
A_PART = re.compile(r"\s*(?:of (?!whom|which)|more\b|others?\b|out of\b)", re.IGNORECASE)
OF_MORE = re.compile(r"\b(?:another|other|further|additional|extra)\s*\Z", re.IGNORECASE)
TO = re.compile(r"\s*[-–—]\s*")
GIVES = re.compile(
    r"(?:\s+(?:is|was|were|are|has|had|been|of|to|at|by|about|around|some|nearly|almost|over|under|least|most|more|"
    r"less|than|an|as|up|estimated|rose|risen|reached|people|in the (?:city|town|village|county)))*\s+[$€£]?"
)
"""What may stand between what is counted and its number: nothing that could be counted itself."""
STANDS_AT = re.compile(
    r"(?:\s+[^\s\d]+){0,10}\s+(?:stands|stood|rises|rose|risen|climbed|grew|jumped|is put|was put) (?:at|to)"
    r"\s+(?:\w+ ){0,2}"
)
"""What may stand between too: the toll of August's flood stands at 41."""


@dataclass(frozen=True, slots=True)
class Sought:
    """kind: WHEN, QUANTITY, YES_NO, or OTHER, for which nothing is compared. about: stemmed words beside the value."""

    kind: Kind
    about: frozenset[str] = frozenset()


def sought(question: str) -> Sought:
    """What values of two sentences have to be compared to tell whether they disagree on the question."""
    lowered = folded(question).strip()
    content = frozenset(content_words(question))
    kind = asked(question).kind
    if lowered.split(" ", 1)[0] in AUXILIARIES:
        return Sought(Kind.YES_NO, content)
    if ASKS_A_DATE.match(lowered) or (kind is Kind.WHEN and _asks_when(lowered)):
        return Sought(Kind.WHEN, _one_of(ONCE, content))
    if ASKS_AN_AMOUNT.match(lowered) or kind is Kind.QUANTITY:
        return Sought(Kind.QUANTITY, _one_of(COUNTED, content) or _noun(lowered))
    return Sought(Kind.OTHER)


def _asks_when(question: str) -> bool:
    """Whether it asks for a date, and not what happened when something else did."""
    return bool(ASKS_WHEN.search(question)) and len(ASKS.findall(question)) == 1


def _one_of(groups: Iterable[frozenset[str]], content: frozenset[str]) -> frozenset[str]:
    return next((group for group in groups if group & content), frozenset())


def _noun(question: str) -> frozenset[str]:
    """How many stone bridges does it have: bridges. What was the median age: age."""
    if match := ASKS_AN_AMOUNT.match(question):
        return frozenset([stem(match[1])])
    match = HOW_MANY.search(question)
    noun = ""
    for word in match[1].split() if match else ():
        if word in AUXILIARIES or word in VERBS or word in STOP_WORDS:
            break
        noun = word
    return frozenset([stem(noun)]) if noun else frozenset()


def told_dates(sentence: str, about: frozenset[str]) -> list[Dated]:
    """The calendar dates that stand beside words of `about`, and those of a life in brackets."""
    known = [each for each in dates(sentence) if each.year] if _is_prose(sentence) else []
    near = (_nearest(sentence, start, end, known) for start, end in _places(sentence, about))
    found = [each for each in near if each]
    if about in (BIRTH, DEATH):
        found += [life[about is DEATH] for life in _lives(sentence, known)]
    return found


def _is_prose(sentence: str) -> bool:
    return len(sentence.split()) <= LONGEST


def _places(sentence: str, about: frozenset[str]) -> list[tuple[int, int]]:
    return [match.span() for match in TOKEN.finditer(sentence) if stem(folded(match.group())) in about]


def _nearest(sentence: str, start: int, end: int, known: list[Dated]) -> Dated | None:
    """The date that fewest words stand between, in the same clause; the later of two."""
    between = {each: sentence[end : each.start] if each.start >= end else sentence[each.end : start] for each in known}
    reached = [each for each, text in between.items() if not CLAUSE_ENDS.search(text) and len(text.split()) <= REACH]
    return min(reached, key=lambda each: (len(between[each].split()), -each.start), default=None)


def _lives(sentence: str, known: list[Dated]) -> Iterator[tuple[Dated, Dated]]:
    for one, other in pairwise(known):
        opening = sentence.rfind("(", max(0, one.start - OPENING), one.start)
        closed = ")" in sentence[opening : one.start]
        if opening >= 0 and not closed and (one.start == other.start or TO.fullmatch(sentence[one.end : other.start])):
            yield one, other


def told_amounts(sentence: str, about: frozenset[str]) -> list[Number]:
    """The numbers that count what is in `about`; those of a part of it, and those of something else, left out."""
    dated = spans(sentence)
    amounts = [
        each
        for each in numbers(sentence)
        if not (each.is_rank or each.text.lower() in ONE or _is_part(sentence, each))
        and not any(start <= each.start < end for start, end in dated)
    ]
    places = _places(sentence, about) if _is_prose(sentence) else []
    return [each for each in amounts if any(_counts(sentence, each, start, end, about) for start, end in places)]


def _is_part(sentence: str, number: Number) -> bool:
    is_share = A_PART.match(sentence, number.end) or OF_MORE.search(sentence[: number.start])
    return bool(is_share) or _next_word(sentence, number) in PARTS


def _next_word(sentence: str, number: Number) -> str:
    behind = (match.group() for match in TOKEN.finditer(sentence, number.end))
    return next((stem(folded(word)) for word in behind if folded(word) not in STOP_WORDS), "")


def _counts(sentence: str, number: Number, start: int, end: int, about: frozenset[str]) -> bool:
    """Nine people were killed, killed nine, the toll rose to nine; not: nine houses where people were killed.

    start, end: of the word of `about`.
    """
    if end <= number.start:
        between = sentence[end : number.start]
        return bool(GIVES.fullmatch(between) or STANDS_AT.fullmatch(between))
    between = sentence[number.end : start]
    if start < number.end or CLAUSE_ENDS.search(between) or len(between.split()) > AFTER or any(numbers(between)):
        return False
    return _next_word(sentence, number) in about | PEOPLE


def counted_amounts(sentence: str) -> dict[str, list[Number]]:
    """All numbers of a sentence by what they count or measure: a unit, or a noun that follows, stemmed."""
    dated = spans(sentence)
    found: dict[str, list[Number]] = {}
    for each in numbers(sentence):
        if each.is_rank or any(start <= each.start < end for start, end in dated):
            continue
        after = [word for word in words(sentence[each.end :])[:COUNTED_WITHIN] if word not in STOP_WORDS]
        for what in [each.unit] if each.unit else filter(str.isalpha, after):
            found.setdefault(what, []).append(each)
    return found
