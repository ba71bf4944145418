"""Which gold sentences a cited or found sentence hits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from evals.cases import Case, GoldQuote

Texts = Mapping[tuple[str, str], str]
"""Article text by (article id, version)."""


class Ranged(Protocol):
    """A sentence of one version of an article."""

    @property
    def article_id(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def occurrences(text: str, quote: str) -> Iterator[tuple[int, int]]:
    """Every `[start, end)` at which the quote stands."""
    start = text.find(quote)
    while start >= 0:
        yield start, start + len(quote)
        start = text.find(quote, start + 1)


def hits_quote(sentence: Ranged, quote: GoldQuote, texts: Texts) -> bool:
    """Whether the two share at least half of the shorter one, in the text of the version that was cited.

    A gold quote may be a part of a sentence or several sentences; a shared full stop is not a hit.
    """
    text = texts.get((sentence.article_id, sentence.version))
    if sentence.article_id != quote.file or text is None:
        return False
    return any(
        2 * (min(end, sentence.end) - max(start, sentence.start)) >= min(end - start, sentence.end - sentence.start)
        for start, end in occurrences(text, quote.quote)
    )


def hits_context(case: Case, sentence: Ranged, texts: Texts) -> bool:
    """Whether it is one that may be cited beside gold: who "he" is, where "there" is."""
    return any(hits_quote(sentence, quote, texts) for quote in case.context)


def groups_hit(case: Case, sentence: Ranged, texts: Texts) -> frozenset[int]:
    """The indexes of the case's gold groups that this sentence satisfies."""
    return frozenset(
        index for index, group in enumerate(case.gold) if any(hits_quote(sentence, quote, texts) for quote in group)
    )
