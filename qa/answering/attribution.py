"""A claim and the sentences that carry it: are they the ones that were named, and if not, which?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.answering.evidence import Citable, Proposed
from qa.domain import Support
from qa.ports import SupportChecker, Verdict

STANDS = (Support.SUPPORTED, Support.PARTIAL)
_RANK = {Support.SUPPORTED: 2, Support.PARTIAL: 1}
# What a reader or a page could follow: a scheme, a known door to the web, a name with a domain in it.
LINK = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20}:(?=[/\w%])|www\.|//)\S+|(?:[\w-]+\.)+[a-z]{2,}(?:[/?#:]\S*)?|\[[^\]]*\]\([^)]*\)|!\[[^\]]*\]?|<\w[^>]*>",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Attributed:
    """A claim with the sentences that carry it best, and whether they do."""

    proposed: Proposed
    carried_by: tuple[Citable, ...]
    verdict: Verdict

    @property
    def words(self) -> str:
        return self.proposed.words

    @property
    def score(self) -> float:
        return self.verdict.score if self.proposed.score is None else self.proposed.score

    @property
    def stands(self) -> bool:
        return self.verdict.support in STANDS

    @property
    def may_be_shown_marked(self) -> bool:
        """Whether it does no harm where it does not stand: no link to follow, nothing of the instructions."""
        return not self.proposed.is_of_prompt and not LINK.search(self.words)


def attributed(proposed: Proposed, checker: SupportChecker) -> Attributed:
    """Checks a claim against what it names; where that does not carry it, the first that does takes its place.

    Where one of several carries it alone, those that do not are left out.
    """
    options = iter(_options(proposed))
    best = _checked(proposed, next(options), checker)
    for carried_by in options:
        if best.verdict.support is Support.SUPPORTED:
            break
        best = max(best, _checked(proposed, carried_by, checker), key=_rank)  # the earlier of two alike
    return _leaner(best, checker) if best.stands and proposed.instead and len(best.carried_by) > 1 else best


def strange_links(words: str, cited: Sequence[Citable]) -> list[str]:
    """The links in a claim that stand in none of the sentences."""
    return [link for link in LINK.findall(words) if not any(link in sentence.quote for sentence in cited)]


def _options(proposed: Proposed) -> Iterator[tuple[Citable, ...]]:
    if proposed.carried_by or not proposed.instead:
        yield proposed.carried_by
    yield from proposed.instead


def _checked(proposed: Proposed, carried_by: tuple[Citable, ...], checker: SupportChecker) -> Attributed:
    if not carried_by:
        verdict = Verdict(Support.UNSUPPORTED, 0.0, "it names no sentence")
    elif links := strange_links(proposed.words, carried_by):
        verdict = Verdict(Support.UNSUPPORTED, 0.0, f"{links[0][:80]!r} stands in no sentence that it names")
    else:
        verdict = checker.check(proposed.words, [one.citation(number) for number, one in enumerate(carried_by, 1)])
    return Attributed(proposed, carried_by, verdict)


def _leaner(whole: Attributed, checker: SupportChecker) -> Attributed:
    """With those alone that carry the claim by themselves, if there are any."""
    each = [_checked(whole.proposed, (one,), checker) for one in whole.carried_by]
    alone = [one for one in each if one.verdict.support is Support.SUPPORTED]
    if not alone:
        return whole
    return Attributed(whole.proposed, tuple(one.carried_by[0] for one in alone), max(alone, key=_rank).verdict)


def _rank(one: Attributed) -> tuple[int, float]:
    return (_RANK.get(one.verdict.support, 0), one.verdict.score if one.stands else 0.0)
