"""Makes follow-ups out of questions that were asked one after the other about the same paragraph.

What both name becomes a pronoun in the second; a second question that names nothing stays as it is, and so does now and
then one that names something else: a change of subject. Rough as they are (the pronoun's gender is drawn), they teach
that what was asked before may say what is meant.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from evals.reader.corpus import Asked, Collection
from qa.answering.names import Phrase, mentions_a_name, names
from qa.retrieval.words import folded

SUBJECTS = ("he", "she", "it", "they", "it")
OWNERS = ("his", "her", "its", "their", "its")
PLACED = ("in", "at", "near")
SHARE = 0.3
CHANGES = 0.15


def follow_ups(found: Collection) -> list[Asked]:
    """Some of the questions again, each as a follow-up of the one before it. The same for the same questions."""
    chance = random.Random(6)
    alone = [each for each in found.asked if not each.earlier]
    pairs = ((before, each) for before, each in pairwise(alone) if _together(before, each))
    return [
        replace(made, said=answer(before, found))
        for before, each in pairs
        if chance.random() < SHARE
        for made in _made(before, each, chance)
    ]


def answer(asked: Asked, found: Collection) -> str:
    """The first sentence that answers a question, "" for none."""
    return found.texts[asked.text].sentences[asked.answers[0]] if asked.answers else ""


def _together(before: Asked, asked: Asked) -> bool:
    return (before.text, before.paragraph) == (asked.text, asked.paragraph) and before.question != asked.question


def _made(before: Asked, asked: Asked, chance: random.Random) -> Iterator[Asked]:
    shared = [each for each in names(asked.question) if folded(each.text) in folded(before.question)]
    if shared and chance.random() < CHANGES:
        yield replace(asked, earlier=before.question)
    elif shared:
        yield replace(asked, question=pointed(asked.question, shared[0], chance), earlier=before.question)
    elif not mentions_a_name(asked.question) or chance.random() < CHANGES:
        yield replace(asked, earlier=before.question)


def pointed(question: str, name: Phrase, chance: random.Random) -> str:
    """The question with a pronoun for the name."""
    head, tail = question[: name.start], question[name.end :]
    head = head[: -len("the ")] if head.lower().endswith("the ") else head
    if tail.startswith(("'s", "’s")):
        return head + chance.choice(OWNERS) + tail[2:]
    before = head.rsplit(maxsplit=1)
    if len(before) == 2 and before[1].lower() in PLACED and chance.random() < 0.5:
        return f"{before[0]} there{tail}"
    return head + chance.choice(SUBJECTS) + tail
