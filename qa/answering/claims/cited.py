"""What a claim cites, as the exact checks read it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from qa.domain import Citation
from qa.retrieval.words import folded, raw_words, stem

_CAPITAL = re.compile(r"[^\W\d_][\w’'.-]*")


@dataclass(frozen=True)
class Cited:
    """quotes: the sentences cited. titles, published: of their articles, each once."""

    quotes: tuple[str, ...]
    titles: tuple[str, ...] = ()
    published: tuple[date, ...] = ()

    @cached_property
    def text(self) -> str:
        """All that may carry a claim: the titles, then the quotes, a line each."""
        return "\n".join((*self.titles, *self.quotes))

    @cached_property
    def said(self) -> str:
        """The quotes alone, a line each."""
        return "\n".join(self.quotes)

    @cached_property
    def words(self) -> frozenset[str]:
        """Folded words of the text."""
        return frozenset(raw_words(self.text))

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(stem(word) for word in self.words)

    @cached_property
    def capitals(self) -> frozenset[str]:
        """Folded words that stand with a capital somewhere."""
        found = (match for match in _CAPITAL.findall(self.text) if match[0].isupper())
        return frozenset(word for match in found for word in (folded(match), *raw_words(match)))


def cited_by(citations: Sequence[Citation]) -> Cited:
    """The citations of one claim, in their order."""
    return Cited(
        quotes=tuple(" ".join(each.quote.split()) for each in citations),
        titles=tuple(dict.fromkeys(each.title for each in citations)),
        published=tuple(dict.fromkeys(each.published for each in citations if each.published)),
    )
