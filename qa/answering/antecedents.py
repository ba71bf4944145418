"""Who or what a sentence speaks of when it does not say so itself ("he said", "it", "this", "the site").

Rules over the neighbours that a hit carries, after the centring idea (Grosz, Joshi & Weinstein 1995): what a sentence
leaves out was said shortly before, most likely in the sentence that shares most with what is being asked.
"""

from __future__ import annotations

import re

from qa.answering.asked import DATE, names
from qa.domain import Hit, Role
from qa.retrieval.words import STOP_WORDS, content_words, folded, words

QUOTED = re.compile(r"[\"“«][^\"”»]*[\"”»]?")
SPEAKER = re.compile(
    r"\b(?:he|she|they)\s+(?:also\s+|then\s+)?(?:said|says|added|noted|stressed|told|stated|warned|explained|claimed|"
    r"continued|concluded|insisted|argued|announced|went on)\b"
    r"|\b(?:said|added|noted|stressed|stated|warned|explained)\s+(?:he|she|they)(?=\W*$|[.,;])",
    re.IGNORECASE,
)
PERSON = re.compile(r"^\W*(?:but |and |however,? |then |yet )?(?:he|she|his|her|they|their)\b", re.IGNORECASE)
THING = re.compile(
    r"^\W*(?:but |and |however,? |then |yet |in addition,? )?(?:it|its|this|these|those|that|such|both|the (?:two|"
    r"three|former|latter|same|other))\b|^\W*(?:on|at|in|by|since|after|before) (?:the same|that|this|those|these)\b"
    r"|^(?:\W*\w+){1,6} (?:of|for|with|to|by) (?:them|these|those|it)\b",
    re.IGNORECASE,
)
DEFINITE = re.compile(r"^\W*(?:[Tt]he|[AaIi][tn] (?:the|that|this)) ([a-z][\w-]*)")
PERSON_NAME = re.compile(
    r"\b[A-ZÀ-ÖØ-Þ][\w’'-]+(?: (?:al-|de |von |van )?[A-ZÀ-ÖØ-Þ][\w’'-]+)+|\b(?:Mr|Mrs|Ms|Dr)\.? [A-Z]\w+"
)
SAME_TIME = re.compile(
    r"^\W*(?:(?:on|at|in|by|since|after|before|during|from) )?(?:the same|that|this|those|these)(?: very)? "
    r"(?:days?|dates?|weeks?|months?|years?|times?|evening|morning|night|afternoon|weekend|period|decade|century)\b"
    r"|^\W*(?:the )?(?:next|following|previous|same) (?:day|week|month|year|morning|evening|night|afternoon)\b"
    r"|^\W*(?:a|one|two|three|four|five|six|several|a few|some|\d+) (?:days?|weeks?|months?|years?|hours?) "
    r"(?:later|earlier|before|after)\b",
    re.IGNORECASE,
)
FAR = 0.01  # what one sentence of distance costs, against shared words: only a tie is decided by it


def antecedent(question: str, hit: Hit) -> int | None:
    """The place in `hit.sentences` of the sentence that says who or what is meant; None: not needed, or not found."""
    own = hit.sentences.index(hit.sentence)
    before = [i for i in range(own) if hit.sentences[i].role in (Role.BODY, Role.TITLE)]
    outside = QUOTED.sub(" ", hit.quote)
    if SPEAKER.search(outside) or PERSON.search(outside):
        return nearest_person(hit, before)
    if SAME_TIME.search(outside) and (dated := nearest_date(hit, before)) is not None:
        return dated
    if THING.search(outside):
        return best_shared(question, hit, before, own)
    if definite := DEFINITE.search(outside):
        return introduced(question, definite.group(1), hit, before, own)
    return None


def nearest_date(hit: Hit, before: list[int]) -> int | None:
    return next((i for i in reversed(before) if DATE.search(folded(hit.context[i]))), None)


def nearest_person(hit: Hit, before: list[int]) -> int | None:
    return next((i for i in reversed(before) if PERSON_NAME.search(hit.context[i])), None)


def best_shared(question: str, hit: Hit, before: list[int], own: int) -> int | None:
    """The sentence before that says most of what the question names and the sentence itself does not."""
    open_words = set(content_words(question)) - set(words(hit.quote))

    def likelihood(i: int) -> float:
        return len(open_words & set(words(hit.context[i]))) / (len(open_words) or 1) - FAR * (own - i)

    return max(before, key=likelihood, default=None)


def introduced(question: str, noun: str, hit: Hit, before: list[int], own: int) -> int | None:
    """Where "the site" was first spoken of; the question's own words need no introduction, nor does a named thing."""
    (stem,) = words(noun)[:1] or [""]
    if noun in STOP_WORDS or stem in words(question) or names(hit.quote):
        return None
    return next((i for i in reversed(before) if own - i <= 3 and stem in words(hit.context[i])), None)
