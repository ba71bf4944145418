"""A question that asks two things, taken apart: "When did it open, and who paid for it?"."""

from __future__ import annotations

import re

from qa.retrieval.words import STOP_WORDS, raw_words

JOINT = re.compile(
    r"\s*[,;]?\s+and\s+(?=(?:(?:in|at|by|to|from|for|with|of|on)\s+)?(?:what|when|where|who|whom|whose|which|why|how)\b)",
    re.IGNORECASE,
)
MOST = 3


def parts(question: str) -> list[str]:
    """The questions that a question holds, each with something to look for; just itself where it asks one thing."""
    found = [part.strip() for part in JOINT.split(question)]
    if len(found) > MOST or not all(asks_something(part) for part in found):
        return [question]
    return found


def asks_something(part: str) -> bool:
    """Whether a part could be asked alone: "when" of "when and where was it" could not."""
    return sum(word not in STOP_WORDS for word in raw_words(part)) >= 2
