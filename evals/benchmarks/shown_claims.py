"""Claims as they were shown, each judged: by the check of support, by its words in order, and by gold sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from evals.cases import Case
from evals.observed import Observed
from qa.answering.extractive import MODEL
from qa.domain import Citation, Support
from qa.ports import SupportChecker
from qa.retrieval.words import raw_words

WORDS_IN_ORDER = 0.9
"""The share of a claim's words that must stand in what it cites, in the same order."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A claim as it was shown, with what was found of it. is_gold: None where the question has no gold sentences.

    carrying: how many of its citations carry it. gold: how many of them are gold; of none where is_gold is None.
    """

    case: Case
    text: str
    cited: tuple[Citation, ...]
    is_of_model: bool
    is_carried: bool
    is_in_words: bool
    is_gold: bool | None
    carrying: int
    gold: int


def shown(seen: Observed, check: SupportChecker) -> Iterator[Shown]:
    """The claims of one answer."""
    held = {each["number"]: citation(each) for each in seen.answer["citations"]}
    good = {number for number, groups in seen.gold_hit.items() if groups} | seen.in_context
    for claim in seen.answer["claims"]:
        cited = tuple(held[number] for number in claim["citations"])
        yield Shown(
            case=seen.case,
            text=claim["text"],
            cited=cited,
            is_of_model=not str(seen.answer["model"]).startswith(MODEL),
            is_carried=is_carried(claim["text"], cited, check),
            is_in_words=in_words(claim["text"], cited),
            is_gold=bool(good & set(claim["citations"])) if seen.case.gold else None,
            carrying=sum(carries(each, claim["text"], cited, check) for each in cited),
            gold=len(good & set(claim["citations"])) if seen.case.gold else 0,
        )


def citation(entry: Mapping[str, Any]) -> Citation:
    """From the contract's JSON."""
    published = date.fromisoformat(entry["published"]) if entry["published"] else None
    return Citation(**{**entry, "published": published})


def is_carried(claim: str, cited: Sequence[Citation], check: SupportChecker) -> bool:
    return bool(cited) and check.check(claim, cited).support is Support.SUPPORTED


def carries(one: Citation, claim: str, cited: Sequence[Citation], check: SupportChecker) -> bool:
    others = [each for each in cited if each is not one]
    if is_carried(claim, [one], check):
        return True
    return bool(others) and is_carried(claim, cited, check) and not is_carried(claim, others, check)


def in_words(claim: str, cited: Sequence[Citation]) -> bool:
    own = raw_words(claim)
    return longest_common(own, raw_words(" ".join(each.quote for each in cited))) >= WORDS_IN_ORDER * len(own)


def longest_common(one: Sequence[str], other: Sequence[str]) -> int:
    """The length of the longest common subsequence, as ROUGE-L has it (Lin 2004)."""
    row = [0] * (len(other) + 1)
    for word in one:
        before, row = row, [0]
        for place, theirs in enumerate(other):
            row.append(before[place] + 1 if word == theirs else max(before[place + 1], row[place]))
    return row[-1]
