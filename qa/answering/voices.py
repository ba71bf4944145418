"""Whose words a question asks for: what somebody else said does not answer "What did Lavrov say …?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answering.antecedents import antecedent
from qa.answering.claims.cited import Cited
from qa.answering.claims.speakers import other_speakers, speakers, telling
from qa.answering.odds import lowered
from qa.domain import Hit

_SAYING = (
    r"say|said|says|tell|told|think|thinks|believe|believes|claim|claims?|state|states?|announce|announces?|warn|warns?|"
    r"stress|stresses|note|notes|add|adds|promise|promises|call|calls|accuse|accuses|describe|describes|argue|argues|"
    r"insist|insists|expect|expects|express|expresses|deny|denies|demand|demands|comment|emphasi[sz]e"
)
_NAME = r"[A-Z][\w’'.-]*(?: (?:of |de |van |von |al-|bin )?[A-Z][\w’'-]*)*"
_ASKED = re.compile(
    rf"\b(?:did|does|do|has|have|had|will) (?:the |Mr\.? |Ms\.? )?(?P<who>{_NAME})"
    rf"(?: (?:also|later|then|repeatedly|\w+ly))? (?:{_SAYING})\b"
    rf"|\b[Aa]ccording to (?:the )?(?P<by>{_NAME})"
)
SOMEONE_ELSE = 0.05  # odds of a sentence that gives others' words and not those asked for


def voiced(question: str, hits: Sequence[Hit], scores: Sequence[float]) -> tuple[float, ...]:
    """The probabilities of the hits, in the order given, with the speaker that is asked for weighed in."""
    found = _ASKED.search(question)
    if found is None:
        return tuple(scores)
    claim = f"{found['who'] or found['by']} said so."
    return tuple(
        lowered(score, SOMEONE_ELSE) if is_others(claim, said(question, hit)) else score
        for hit, score in zip(hits, scores, strict=True)
    )


def is_others(claim: str, text: Cited) -> bool:
    """Whether others speak; "the Turkish leader" may be whoever is asked for, and no pronoun names anybody."""
    may_be_anybody = any(not who.split()[-1][0].isupper() and telling(who) for who in speakers(text.said))
    return not may_be_anybody and bool(other_speakers(claim, text))


def said(question: str, hit: Hit) -> Cited:
    """The sentence with the one that says who is meant in it."""
    place = antecedent(question, hit)
    return Cited((hit.quote, *([] if place is None else [hit.context[place]])), (hit.title,))
