"""The other side: what an article says against a claim is given beside it, whoever answers.

A language model is asked to name both sides and often does not; the articles' own sentences are chosen by likelihood,
which knows nothing of sides.
"""

from __future__ import annotations

from collections.abc import Sequence

from qa.answering.conflicts import conflicts
from qa.answering.evidence import Citable
from qa.domain import Citation

NEARLY = 0.5
"""Of the best sentence's probability, from which another article's is given beside it to contradict it."""


def nearly_as_likely(ranked: Sequence[Citable]) -> tuple[Citable, ...]:
    """The sentences that may be an other side. ranked: the likeliest to answer first."""
    return tuple(each for each in ranked if each.score >= NEARLY * ranked[0].score)


def other_side(question: str, said: Sequence[Citation], likely: Sequence[Citable]) -> Citable | None:
    """The likeliest sentence that contradicts one that is cited and is not cited itself; None where there is none."""
    cited = {(each.article_id, each.sentence) for each in said}
    rest = (each for each in sorted(likely, key=lambda each: -each.score) if each.key not in cited)
    return next((each for each in rest if any(_disagree(question, one, each) for one in said)), None)


def _disagree(question: str, one: Citation, other: Citable) -> bool:
    return bool(conflicts([one, other.citation(one.number + 1)], question))
