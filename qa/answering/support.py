"""Is a claim carried by what it cites? Checked before it is shown."""

from __future__ import annotations

from qa.answering.evidence import shown
from qa.domain import Answer, Support


class ExactWords:
    """The check for answers in the articles' own words: a claim is supported when a cited sentence is that claim.

    Anything else is left unchecked, never called supported.
    """

    def check(self, answer: Answer) -> list[Support]:
        """One verdict a claim, in order."""
        quotes = {citation.number: shown(citation.quote) for citation in answer.citations}
        return [
            Support.SUPPORTED if claim.text in {quotes.get(number) for number in claim.citations} else Support.UNCHECKED
            for claim in answer.claims
        ]
