"""Questions that are less than a sentence: "Why?", "And in Iraq?", "What about heavy weapons?".

They are asked in full with the words of the question before: the new part takes the place of its like.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answering.definites import other_of_its_kind
from qa.answering.mentions import acting
from qa.answering.names import Phrase, Sort, dates, mentions_a_name, names
from qa.answering.phrases import core_end, noun_phrases
from qa.answering.references import references
from qa.answering.tokens import is_plural, tokens
from qa.answering.topics import Topics
from qa.answering.wordlists import AUXILIARIES, LOCATIONS, VERBS
from qa.retrieval.words import folded

LEAD = re.compile(r"^(?:(?:and|but|so|or|ok|okay|also|then)\b[,.!]? +)+", re.IGNORECASE)
BARE = re.compile(
    r"^(?:(?:by|since|until|till|from|in|at|on|to|for|with|of|about) )?"
    r"(?:why(?: not| so)?|when|where|who(?:m)?|how(?: (?:many|much|long|far|often|come|so|exactly))?"
    r"|what for|(?:what|which) (?:years?|days?|dates?|months?|times?|country|city|place))"
    r"(?: exactly| then| else| (?:is|was) (?:that|this|it))?$",
    re.IGNORECASE,
)
MEASURE = re.compile(
    r"^(?:how (?:wide|deep|big|large|high|tall|old|heavy|fast|strong|expensive)|what (?:kinds?|types?|sorts?))$",
    re.IGNORECASE,
)
SUBJECTS = frozenset({"i", "you", "he", "she", "it", "we", "they", "what", "there"})
AS_FOR = re.compile(r"^As for [^,]+, (?=[a-z])")
ABOUT = re.compile(r"^(?:(?:what|how) about|what of|and for|and) +(?=\S)", re.IGNORECASE)
OWNED = re.compile(r"\b(?P<owner>(?:[A-Z][\w’'-]* )*[A-Z][\w-]*['’]s?) (?P<noun>[a-z]+)\b")
OWNER = re.compile(r"^(?:[A-Z][\w’'-]* )*[A-Z][\w-]*(?:['’]s|s['’])$")
HIS = re.compile(r"^(?:his|her|its|their) (?P<noun>[a-z]+)$", re.IGNORECASE)
LATER = re.compile(r" (?:after|before|during|since|until) (?:the )?(?:[A-Z][\w-]*|\d+)(?: [A-Z][\w-]*| of)*(?=\W*$)")
WHAT = re.compile(r"^(?:what|which|who(?:m|se)?)\b", re.IGNORECASE)
STRANDED = re.compile(r" (?:for|about|of|with|from)$")
WH = re.compile(
    r"^(?P<asked>(?:(?:by|since|until|in|on|at|to|for|from|of|with) )?"
    r"(?:how many|how much|how \w+|what|which|who(?:m|se)?|when|where|why|how)\b)(?P<noun>.*)$",
    re.IGNORECASE,
)


def in_full(question: str, topics: Topics) -> str | None:
    """The elliptical question with what it leaves out; None where it is a sentence of its own."""
    said = LEAD.sub("", question).strip(" ?.!")
    if BARE.match(said):
        return asked_anew(said, topics.last.question)
    if measured := MEASURE.match(said):
        return measure_of(measured.group(), topics.thing())
    marked = ABOUT.match(question.strip())
    part = ABOUT.sub("", said).strip()
    if not part or has_verb(part):
        return None
    told = topics.last.question
    if found := other_of_its_kind(part, told) or (relative_of_same(part, told) if marked else None):
        return found
    if not marked or references(part):
        return None
    return put_in_place(part, told) or with_topic(part, topics)


def measure_of(asked: str, thing: str | None) -> str | None:
    """ "How wide?" and "what kinds?" of a thing, of which nobody could be asked."""
    if not thing or thing.startswith("what "):
        return None
    if asked.lower().startswith("how "):
        return f"{capital(asked)} {'are' if is_plural(tokens(thing)[-1].word) else 'is'} {thing}?"
    return f"{capital(asked)} of {thing.removeprefix('the ')}?"


def relative_of_same(part: str, told: str) -> str | None:
    """ "And his mother?" where the father was asked about; "and Varga's?" where Holm's was."""
    old = OWNED.search(told)
    if old and (new := HIS.match(part)):
        return told[: old.start("noun")] + new["noun"] + told[old.end("noun") :]
    if old and OWNER.match(part):
        return told[: old.start("owner")] + part + told[old.end("owner") :]
    return None


def has_verb(part: str) -> bool:
    return any(t.word in AUXILIARIES or (t.word in VERBS and not t.is_capital) for t in tokens(part)) or bool(
        WH.match(part)
    )


def asked_anew(bare: str, previous: str) -> str | None:
    """ "By when" and "How wide will the zone be?" give "By when will the zone be?"."""
    said = re.sub(r" (?:(?:is|was) (?:that|this|it)|then)$", "", bare, flags=re.IGNORECASE)
    told = LEAD.sub("", previous).strip(" ?.!")
    if topic := AS_FOR.match(told):
        anew = asked_anew(bare, told[topic.end() :])
        return f"{topic.group()}{uncapital(anew)}" if anew else None
    cut = cut_at_auxiliary(told)
    if said.lower() == "why not":
        return f"{capital(said)}: {uncapital(told)}?"
    if cut is None:
        return f"{capital(said)}, and {uncapital(told)}?"
    asked, auxiliary, rest = cut
    rest = STRANDED.sub("", rest) if WHAT.match(asked) else rest
    found = WH.match(asked)
    noun = found["noun"].strip() if found else ""
    if begins_with_subject(rest):
        complement = f" {noun}" if noun and tokens(rest)[-1].word in VERBS else ""
        return f"{capital(said)} {auxiliary} {rest}{complement}?"
    return f"{capital(said)} {auxiliary} {noun} {rest}?" if noun else f"{capital(said)}, and {uncapital(told)}?"


def begins_with_subject(rest: str) -> bool:
    """Else what was asked for is the subject itself: "Which routes have to be reopened?"."""
    found = tokens(rest)
    if not found or found[0].word in SUBJECTS:
        return bool(found)
    participle = found[0].word in VERBS or found[0].word.endswith("ed")  # what was imposed
    return not participle and core_end(found, 0) is not None


def cut_at_auxiliary(told: str) -> tuple[str, str, str] | None:
    """What is asked for, the first auxiliary, and the rest; None where there is none, or another clause before it."""
    first = next((t for t in tokens(told) if t.word in AUXILIARIES and not (t.start and t.is_capital)), None)  # May
    if first is None or (first.start and not WH.match(told)):
        return None
    return told[: first.start].strip(), told[first.start : first.end].lower(), told[first.end :].strip()


def put_in_place(part: str, previous: str) -> str | None:
    """The previous question with the new part where it had one of the same kind."""
    told = previous.strip()
    if new := next(iter(dates(part)), None):
        return replaced_date(part, new, told)
    new_names = names(f"and {part}")
    if not new_names:
        return replaced_noun(part, told)
    if not f"and {part}".endswith(new_names[-1].text):
        return None  # "and Ankara, happy?" says more than who is meant
    sort = new_names[0].sort
    olds = [p for p in names(told) if p.sort is sort and folded(p.text) != folded(new_names[0].text)]
    groups = [p for p in names(told) if " and " in p.text and sort is not Sort.PLACE]
    if sort is Sort.PLACE and part.split(maxsplit=1)[0].lower() in LOCATIONS:
        return replaced_place(part, olds, told)
    if groups or olds:
        return swap(told, (groups or olds)[0], part)
    return replaced_actor(part, told) if part == new_names[0].text else None


def replaced_actor(part: str, told: str) -> str | None:
    """Countries, groups and people all act: "and Libya?" after "How did OPEC react?"."""
    actor = acting(told)
    return told.replace(actor, part, 1) if actor else None


def replaced_date(part: str, new: Phrase, told: str) -> str:
    old = next(iter(dates(told)), None)
    if old is None and (time := LATER.search(told)):
        return f"{told[: time.start()]} {part}{told[time.end() :]}"
    if old is None:
        return before_mark(told, part if new.start else f"in {part}" if part.isdigit() else part)
    return swap(told, old, part, with_preposition=new.start > 0)


def replaced_place(part: str, olds: Sequence[Phrase], told: str) -> str:
    old = next((p for p in olds if p.before in LOCATIONS), None)
    return swap(told, old, part, with_preposition=True) if old else before_mark(told, part)


def replaced_noun(part: str, told: str) -> str | None:
    """Plural for plural, and what was said about."""
    new = next(iter(noun_phrases(f"and {part}")), None)
    if new is None or new.text != part:
        return None
    olds = [p for p in noun_phrases(told) if not names(p.text)]
    alike = [p for p in olds if p.before == "about"] or [p for p in olds if p.before == "many" and new.sort is p.sort]
    return swap(told, alike[0], part) if alike else None


def with_topic(part: str, topics: Topics) -> str | None:
    if topic_before := AS_FOR.match(topics.last.question):
        return f"{topic_before.group()}what about {part}?"
    topic = topics.main() if not mentions_a_name(f"and {part}") else None
    if not topic or folded(topic).removeprefix("the ") in folded(part):
        return None
    return f"What about {part} and {topic}?"


def swap(text: str, old: Phrase, new: str, *, with_preposition: bool = False) -> str:
    start = old.start
    if with_preposition and old.before:
        start = text.rfind(old.before, 0, start) if old.before in text[:start] else start
    return text[:start] + new + text[old.end :]


def before_mark(text: str, addition: str) -> str:
    return f"{text.rstrip(' ?.!')} {addition}?"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def uncapital(text: str) -> str:
    """Lower case at the front, unless a name stands there."""
    first = tokens(text)[0].word if tokens(text) else ""
    return (
        text[:1].lower() + text[1:]
        if first in AUXILIARIES or WH.match(text) or first in {"the", "any", "anything", "anyone", "tell"}
        else text
    )
