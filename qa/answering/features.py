"""Numbers about a question and a sentence that may answer it; what the calibrated model reads.

Every feature lies in about 0 to 1 and means the same on every library, so that coefficients fitted on one transfer.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from qa.answering.asked import Asked, asked, fits, numbers, share_missing
from qa.domain import Hit

Table = npt.NDArray[np.float64]

SENTENCE = (
    "dense_sentence",
    "dense_passage",
    "bm25_sentence",
    "bm25_passage",
    "coverage_sentence",
    "coverage_passage",
    "rarest_missing",
    "behind_dense_sentence",
    "behind_dense_passage",
    "behind_bm25_sentence",
    "behind_bm25_passage",
    "kind_fits",
    "kind_misses",
    "names_missing",
    "numbers_missing",
    "asks",
    "length",
    "opens_with_pronoun",
)
"""The columns of `table`. `behind_*`: how far a sentence is behind the best candidate in that respect."""

RELATIVE = ("dense_sentence", "dense_passage", "bm25_sentence", "bm25_passage")
PRONOUNS = ("he ", "she ", "it ", "they ", "this ", "these ", "those ", "that ", "but he ", "but it ", "his ", "its ")
LONG = 60  # words; beyond it a sentence is a list or a paragraph


def table(question: str, hits: Sequence[Hit]) -> Table:
    """Shape (hits, len(SENTENCE)), float64."""
    if not hits:
        return np.zeros((0, len(SENTENCE)))
    about = asked(question)
    best = {name: max(hit.features.get(name, 0.0) for hit in hits) for name in RELATIVE}
    return np.array([row(about, hit, best) for hit in hits])


def row(about: Asked, hit: Hit, best: dict[str, float]) -> list[float]:
    around = (hit.title, *hit.context)
    fit = fits(about, hit.quote)
    given = [hit.features.get(name, 0.0) for name in SENTENCE[:7]]
    behind = [best[name] - hit.features.get(name, 0.0) for name in RELATIVE]
    present = {number for text in around for number in numbers(text)} if about.numbers else frozenset[str]()
    missing = about.numbers - present
    return [
        *given,
        *behind,
        float(fit is True),
        float(fit is False),
        share_missing(about.names, around),
        len(missing) / len(about.numbers) if about.numbers else 0.0,
        float(hit.quote.rstrip("\"'”’ ").endswith("?")),
        min(1.0, len(hit.quote.split()) / LONG),
        float(hit.quote.lower().startswith(PRONOUNS)),
    ]
