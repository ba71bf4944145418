"""Where a question points back to what was said before: he, it, there, that day, this agreement.

A pronoun whose antecedent stands in the question itself ("What did Putin say he would do?") points nowhere else:
possessives and later clauses can be bound by a name before them, objects of the same clause cannot (Chomsky 1981).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from qa.answering.names import Sort, names
from qa.answering.phrases import noun_phrases
from qa.answering.tokens import is_plural
from qa.retrieval.words import folded


class Points(StrEnum):
    """What a word points back to."""

    PERSON = "person"
    GROUP = "group"
    PAIR = "pair"
    THING = "thing"
    PLACE = "place"
    DATE = "date"
    NOUN = "noun"
    REGION = "region"
    ONE = "one"
    ARTICLE = "article"


@dataclass(frozen=True, slots=True)
class Reference:
    """start, end: code points in the question. noun: what is pointed at by name ("agreement"), or ""."""

    points: Points
    start: int
    end: int
    owns: bool = False
    noun: str = ""


TIMES = "time|moment|period|year|day|date|month|week|century|decade|season|night"
SPOTS = "place|city|town|country|region|area|province|village|state"
REGIONS = "city|town|village|country|province|region|governorate|island|district"
ORDINALS = "first|second|third|fourth|fifth|sixth|last|latter|former|other"
PEOPLE = "man|woman|person|guy|president|minister|leader|artist|author|player"
PAIRS = "of them|leaders|men|women|presidents|sides|people|countries|ministers"
JUDGED = "possible|true|important|necessary|likely|legal|okay|safe|easy|hard|difficult|better|worth|normal|common"
MODALS = "will|would|can|could|should|may|might|must|has|had"
SUBJECT_OF = "be|been|not|still|also|really|ever|become|come|go|take|work|cost|include|match|apply|begin|start|end"
GOES_ON = "all|so|right|correct|true|ok|okay|why|because|you|i|they|he|she|it|we|the|there"
TOUCHED = "in|at|of|about|on|for|from|with|to|by|under|after|before|during|is|was|did|does|has"
RULES = (
    (Points.ARTICLE, r"\b(?:in|about|from|of) (?:this|the) (?:article|text|page|story)\b"),
    (Points.DATE, rf"\b(?:(?:on|in|at|during|by) )?(?:that|this same|that same|the same|these|those) (?:{TIMES})s?\b"),
    (Points.DATE, r"\b(?:during|at|in|over|around) this (?:time|period|era)(?: period| frame)?\b"),
    (Points.DATE, r"(?<=\w )(?:back )?then(?=\W*$)"),
    (Points.PLACE, rf"\b(?:(?:in|at|from|to|near) )?(?:that|this|the same) (?:{SPOTS})\b"),
    (
        Points.PLACE,
        r"\b(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )(?<!been )there\b"
        r"(?! (?:is|are|was|were|be|been|any|a|no|some|in|at|on)\b)"
        rf"(?! (?:{MODALS}|have) (?:\w+ )?(?:be|been)\b)",
    ),
    (Points.PLACE, r"(?:(?<=\bwho )|(?<=else ))(?:is|was|were) there(?=\W*$)"),
    (Points.PAIR, rf"\b(?:the (?:two|pair)|both)(?: (?:{PAIRS})|(?! [a-z]+s\b))\b(?! (?:\w+ )?and\b)"),
    (Points.PERSON, rf"\b(?:he|she|him|his|hers?)\b|\b(?:this|that) (?:{PEOPLE})\b"),
    (Points.GROUP, r"\b(?:they|them|theirs?)\b"),
    (
        Points.GROUP,
        r"\b(?:these|those)(?! (?:who|that|which)\b)(?: (?:two|people|men|women|groups|countries|ones))?\b(?! \w+s\b)",
    ),
    (Points.THING, r"(?<!\bdo )(?<!\bdone )(?<!\bdoing )\bits?\b(?!')|\bit(?='s)"),
    (Points.NOUN, r"\b(?:this|these)\s(?P<noun>(?!year|month|week|morning|day)[a-z]+)\b"),
    (
        Points.NOUN,
        rf"\b(?:{TOUCHED}) (?P<that>(?:that|those)) (?P<noun>[a-z]+)\b(?=\W*$| (?:in|at|on|of|to|be|take|happen))",
    ),
    (
        Points.REGION,
        rf"\bthe (?P<region>{REGIONS})\b(?! (?:of|in|at|on|called|named|where|that|which|with|between|near)\b)",
    ),
    (Points.ONE, r"\b(?:the|this|that|which) (?:[\w-]+)(?P<one> ones?)\b(?! (?:of|who|which|that)\b)"),
    (
        Points.ONE,
        rf"\bthe (?:{ORDINALS})(?P<one>)(?=\W*$| (?:is|was|are|were|do|does|did|has|have|had|will|would|can|could)\b)",
    ),
    (Points.THING, r"(?<!say )(?<!said )(?<!says )(?<!think )(?<!do )(?<!doing )(?<!done )\b(?:this|that)(?=\W*$)"),
    (Points.THING, rf"(?<=\bis )(?:this|that)(?! (?:\w+ing|{GOES_ON})\b)\b"),
    (Points.THING, r"(?:(?<=\bwas )|(?<=\bdid )|(?<=\bdoes ))(?:this|that)\b"),
    (Points.THING, rf"\b(?:{MODALS}) (?:this|that)(?= (?:{SUBJECT_OF})\b)"),
    (Points.THING, r"\b(?:about|for|of|by|after|before|with|to) (?:this|that)(?=\W|$)(?! [a-z])"),
)
PATTERNS = tuple((points, re.compile(pattern, re.IGNORECASE)) for points, pattern in RULES)
EMPTY_IT = re.compile(
    rf"\bit(?:'s| is| was| be| will be| does| did)?(?: not| still| ever)? (?:{JUDGED}|takes?|took|means?)\b"
    rf"|\b(?:is|was|isn't|will) it (?:be )?(?:{JUDGED})\b(?=.* (?:to|that|if)\b)"
    r"|\b(?:is|was) it (?:only |just |really |not )?(?=(?:there|here|then|in|on|at|because)\b.* that\b)"
    r"|\bwhat time is it\b|\b(?:does|will|would) it (?:take|cost) (?:to|for)\b|\bgot it\b",
    re.IGNORECASE,
)
CLAUSE = re.compile(
    r"[,;.?!]|\b(?:that|when|while|because|after|before|if|since|and|which|who|as|says?|said|thinks?|thought|tells?|told|claim|wants?|"
    r"believe)\b", re.IGNORECASE,
)  # fmt: skip
SENTENCE_END = re.compile(r"[.?!]\s")
NEW_QUESTION = re.compile(
    r"[.?!]\s|\band (?:by |in )?(?:who|what|when|where|why|how|which|did|does|is|was|are|were)\b", re.IGNORECASE
)
NOMINATIVE = re.compile(r"^(?:he|she|they|it)$", re.IGNORECASE)
OBJECT = re.compile(r"\b(?:about|of|for|to|with|from|by|in|on|at|against|after|before|into) $", re.IGNORECASE)
POSSESSIVE = re.compile(r"^(?:his|its|their)$", re.IGNORECASE)
NOT_OWNED = re.compile(
    r"\W*$|\s+(?:in|on|at|to|about|for|with|from|by|and|or|when|because|after|before|the|a|an|did|was|is|as|do|go|get)\b",
    re.IGNORECASE,
)
ASIDE = {Points.PLACE, Points.DATE, Points.REGION}
BINDS = {
    Points.PERSON: {Sort.PERSON},
    Points.GROUP: {Sort.GROUP},
    Points.PAIR: {Sort.GROUP},
    Points.THING: {Sort.THING, Sort.PLACE, Sort.GROUP},
}


def references(question: str) -> list[Reference]:
    """Those that point out of the question, in order, without overlap; of each kind the first stands for all."""
    found = sorted(everything(question), key=lambda reference: (reference.start, -reference.end))
    kept = list[Reference]()
    for reference in found:
        overlaps = bool(kept) and reference.start < kept[-1].end
        again = any(reference.points is other.points and not reference.noun for other in kept)
        if not overlaps and not again and not is_bound(question, reference):
            kept.append(reference)
    return kept


def everything(question: str) -> Iterator[Reference]:
    empty = [match.span() for match in EMPTY_IT.finditer(question)]
    for points, pattern in PATTERNS:
        for match in pattern.finditer(question):
            if not any(start <= match.start() < end for start, end in empty):
                yield reference_of(points, match, question)


def reference_of(points: Points, match: re.Match[str], question: str) -> Reference:
    groups = match.groupdict()
    noun = groups.get("noun") or groups.get("region") or ""
    start = next((match.start(name) for name in ("that", "one") if groups.get(name) is not None), match.start())
    text = match.group()
    if points is Points.THING and " " in text:
        start = match.start() + text.rindex(" ") + 1
    owns = bool(POSSESSIVE.match(text)) or (text.lower() == "her" and not NOT_OWNED.match(question, match.end()))
    return Reference(points, start, match.end(), owns, noun)


def is_bound(question: str, reference: Reference) -> bool:
    """Whether something before it in the question itself is meant."""
    if reference.points in ASIDE and NEW_QUESTION.search(question, 1, reference.start):
        return True  # where or when the first of two questions asks about
    sorts = BINDS.get(reference.points)
    if sorts is None:
        return False
    if reference.owns:
        sorts = sorts | {Sort.PERSON}  # a country that no list knows looks like a person
    before = question[: reference.start]
    candidates = [p for p in (*names(before), *noun_phrases(before)) if p.sort in sorts and not points_back(p.text)]
    if reference.points is Points.GROUP:
        candidates = [p for p in candidates if " and " in p.text or is_plural(p.head)]
    if not candidates:
        return False
    word = question[reference.start : reference.end]
    since = question[min(p.end for p in candidates) : reference.start]
    between = question[max(p.end for p in candidates) : reference.start]
    subject = bool(NOMINATIVE.match(word)) and OBJECT.search(question[: reference.start]) is None
    return reference.owns or NEW_QUESTION.search(since) is not None or (subject and CLAUSE.search(between) is not None)


def points_back(text: str) -> bool:
    return folded(text).split()[0] in {"this", "that", "these", "those", "his", "her", "its", "their"}
