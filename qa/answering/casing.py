"""Names that somebody wrote in small letters, as what was cited writes them: "what did lavrov say" is about Lavrov."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from qa.answering.asked import NAME
from qa.answering.asked import names as capitalised
from qa.answering.wordlists import GROUP_NOUNS, PERSON_NOUNS
from qa.domain import Turn
from qa.retrieval.words import POSSESSIVE, folded

SMALL = re.compile(r"\b[^\W\d_A-Z][^\W\d_]+")


def quoted(turns: Iterable[Turn]) -> list[str]:
    """What the turns cite."""
    return [citation.quote for turn in turns for citation in turn.answer.citations]


def names_in(quotes: Iterable[str]) -> frozenset[str]:
    """Words, folded, that texts write with a capital wherever they stand."""
    text = " ".join(quotes)
    return capitalised(text) - frozenset(re.findall(r"\b[a-z]+\b", text)) - PERSON_NOUNS


def with_capitals(question: str, quotes: Iterable[str]) -> str:
    """The question with its names as the quotes write them; as it is where it has a capital of its own."""
    if question != question.lower():
        return question
    spelt = spellings(list(quotes))
    return SMALL.sub(lambda found: spelt.get(folded(found.group()), found.group()), question)


def spellings(quotes: Iterable[str]) -> Mapping[str, str]:
    """By the folded word. Offices and groups are no names: "Defence Ministry" makes no ministry one."""
    text = " ".join(quotes)
    known = names_in([text]) - GROUP_NOUNS
    found = (POSSESSIVE.sub(r"\1", match.group()) for match in NAME.finditer(text))
    return {folded(name): name for name in found if folded(name) in known}
