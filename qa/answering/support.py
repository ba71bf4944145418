"""Is a claim carried by what it cites? Checked before it is shown."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from qa.answering.claims.cited import Cited, cited_by
from qa.answering.claims.objections import Objection, objections
from qa.answering.claims.overlap import not_carried
from qa.answering.claims.soft_cover import Remembering
from qa.answering.evidence import shown
from qa.answering.support_score import (
    ClaimModels,
    Scale,
    all_features,
    has_scale,
    judges_claims,
    shipped_scale,
)
from qa.domain import Citation, Support
from qa.ports import Verdict

log = logging.getLogger(__name__)
MOST_WORDS = 3


class ExactWords:
    """The check for answers in the articles' own words: a claim is supported when a cited sentence is that claim.

    Anything else is left unchecked, never called supported.
    """

    def check(self, claim: str, cited: Sequence[Citation]) -> Verdict:
        if any(claim == shown(citation.quote) for citation in cited):
            return Verdict(Support.SUPPORTED, 1.0)
        return Verdict(Support.UNCHECKED, 0.0, "no cited sentence is this claim word for word")


class ClaimChecker:
    """Implements qa.ports.SupportChecker for claims in anybody's words.

    The words of a cited sentence are supported at once. Else numbers, dates, names, speakers and negations must agree;
    where they do not, the claim is unsupported whatever its score. Where they do, the score decides.
    """

    def __init__(self, scale: Scale, models: ClaimModels | None = None) -> None:
        """scale: the one fitted with the models, or without where there are none."""
        self._scale = scale
        self._models = models

    def check(self, claim: str, cited: Sequence[Citation]) -> Verdict:
        if not cited:
            return Verdict(Support.UNSUPPORTED, 0.0, "nothing is cited")
        verbatim = ExactWords().check(claim, cited)
        return verbatim if verbatim.support is Support.SUPPORTED else self.judge(claim, cited_by(cited))

    def judge(self, claim: str, cited: Cited) -> Verdict:
        """The verdict on words that are not those of one sentence."""
        found = objections(claim, cited)
        return self.decided(claim, cited, found, self.probability(claim, cited, found))

    def decided(self, claim: str, cited: Cited, found: Sequence[Objection], score: float) -> Verdict:
        """From what the exact checks found and the score."""
        if found:
            reasons = "; ".join(dict.fromkeys(objection.why for objection in found))
            return Verdict(Support.UNSUPPORTED, min(score, self._scale.partial / 2), reasons)
        support = self._scale.verdict(score)
        return Verdict(support, score, "" if support is Support.SUPPORTED else shortfall(claim, cited))

    def probability(self, claim: str, cited: Cited, found: Sequence[Objection]) -> float:
        """That the claim is carried. found: the exact checks' objections, which lower it."""
        kinds = {objection.kind for objection in found}
        return float(self._scale.line.probability(all_features(claim, cited, kinds, self._models)))


def shortfall(claim: str, cited: Cited) -> str:
    """What a claim says that what it cites does not seem to say."""
    words = ", ".join(not_carried(claim, cited)[:MOST_WORDS])
    return f"what is cited does not seem to say: {words}" if words else "what is cited does not seem to say this"


def load(models: ClaimModels | None) -> ClaimChecker:
    """The checker with the coefficients that are shipped.

    Without the models' part where the reader's weights have no outputs for claims, or no coefficients were fitted.
    """
    if models and judges_claims(models.reader) and has_scale("reader"):
        return ClaimChecker(shipped_scale("reader"), replace(models, encoder=Remembering(models.encoder)))
    log.info("Claims are checked by numbers, dates, names, negations and words alone: the reader's weights judge none.")
    return ClaimChecker(shipped_scale("words"))
