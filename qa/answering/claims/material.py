"""A claim about the articles and not about what they say: no sentence says what it is about, or what it leaves out."""

from __future__ import annotations

import re

from qa.answering.claims.cited import Cited

_NOUN = r"\b(?P<noun>article|sentence|passage|text|excerpt|evidence)s?\b(?: \w+){0,3}?"
_IS_ABOUT = re.compile(
    _NOUN + r" (?:(?:is|are|was|were)(?: \w+){0,2} about|talks? about|discuss(?:es)?)\b", re.IGNORECASE
)
_LEAVES_OUT = re.compile(
    _NOUN + r" (?:(?:do(?:es)?|did) not|(?:do(?:es)?|did)n['’]t|never)"
    r" (?:mention|say|state|tell|specify|provide|contain|include|give|answer|discuss)\b",
    re.IGNORECASE,
)


def is_about_the_articles(claim: str, cited: Cited) -> bool:
    """Whether it says what the articles are about or do not mention; "the article says that …" is no such claim.

    Where what is cited speaks of an article or a text itself, it may.
    """
    found = _IS_ABOUT.search(claim) or _LEAVES_OUT.search(claim)
    return found is not None and found["noun"].lower() not in cited.said.lower()
