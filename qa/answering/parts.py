"""A question that asks two things, taken apart: "When did it open, and who paid for it?"; and what only leads up to it
("For the record: …") taken off.

Each part is looked up and read by itself, for the sentence that answers the one is rarely near the other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.domain import Filter, Hit
from qa.ports import Retriever, Standalone
from qa.retrieval.words import STOP_WORDS, raw_words

WH = r"(?:what|when|where|who|whom|whose|which|why|how)\b"
LED_TO = re.compile(
    rf"^(?:for|as|quick|question|just|to)\b[^:?]{{0,80}}:\s+(?=(?:(?:in|at|by|to|from|for|with|of|on)\s+)?{WH})",
    re.IGNORECASE,
)
JOINT = re.compile(
    rf"\s*[,;]?\s+and\s+(?=(?:also\s+)?(?:(?:in|at|by|to|from|for|with|of|on)\s+)?{WH})"
    r"|\s*[,;]\s+and\s+(?=(?:did|does|do|is|are|was|were|has|have|had|will|can)\s+(?:the|it|he|she|they|(?-i:[A-Z])\w+)\b)"
    rf"|(?<=\?)\s+(?:and\s+)?(?=(?:did|does|do|is|are|was|were|has|have|had|will|can|{WH})\b)",
    re.IGNORECASE,
)
TAKEN_UP = re.compile(
    r"\b(?:it|its|they|their|them|he|his|him|she|her|there|this|that|these|those|one)\b", re.IGNORECASE
)
NAME = re.compile(r"(?<=[a-z,'’] )[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*")
MOST = 3


def parts(question: str) -> list[str]:
    """The questions that a question holds, each with something to look for; just itself where it asks one thing.

    A later part that takes up what an earlier one names ("… around it") has those names put in front.
    """
    told = LED_TO.sub("", question.strip())
    found = [part.strip() for part in JOINT.split(told) if part.strip()]
    if len(found) > MOST or not all(asks_something(part) for part in found):
        return [told]
    return [in_full(part, found[:place]) for place, part in enumerate(found)]


def asks_something(part: str) -> bool:
    """Whether a part could be asked alone: "when" of "when and where was it" could not."""
    return sum(word not in STOP_WORDS for word in raw_words(part)) >= 2


def in_full(part: str, earlier: Sequence[str]) -> str:
    names = dict.fromkeys(name for each in earlier for name in NAME.findall(each) if name not in part)
    return f"{', '.join(names)}: {part}" if names and TAKEN_UP.search(part) else part


async def search_parts(retriever: Retriever, asked: Standalone, limit: int, within: Filter) -> list[Hit]:
    """The hits of each part, at most `limit` a part; `Hit.part` tells whose. A sentence may stand among several's."""
    found: list[Hit] = []
    asked_for = parts(asked.text)
    for number, part in enumerate(asked_for):
        own = replace(asked.follows, sought=part) if asked.follows and len(asked_for) > 1 else asked.follows
        found += [replace(hit, part=number) for hit in await retriever.search(part, limit, within, own)]
    return found
