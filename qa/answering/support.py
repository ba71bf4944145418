"""Is a claim carried by what it cites? Checked before it is shown."""

from __future__ import annotations

from collections.abc import Sequence

from qa.answering.evidence import shown
from qa.domain import Citation, Support
from qa.ports import Verdict


class ExactWords:
    """The check for answers in the articles' own words: a claim is supported when a cited sentence is that claim.

    Anything else is left unchecked, never called supported.
    """

    def check(self, claim: str, cited: Sequence[Citation]) -> Verdict:
        if any(claim == shown(citation.quote) for citation in cited):
            return Verdict(Support.SUPPORTED, 1.0)
        return Verdict(Support.UNCHECKED, 0.0, "no cited sentence is this claim word for word")
