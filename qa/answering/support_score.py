"""The probability that what is cited carries a claim: a logistic regression over words, exact checks and the reader.

The coefficients and the thresholds are data (support.json), fitted by evals/reader/fit_support.py: once with the
reader's second and third output, once without, for when its weights are not at hand.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Protocol

import numpy as np

from qa.answering.calibration import Features, Floats, Line
from qa.answering.claims.cited import Cited
from qa.answering.claims.negation import denies_alone
from qa.answering.claims.objections import Kind
from qa.answering.claims.overlap import coverage, coverage_alike
from qa.domain import Support
from qa.retrieval.words import content_words

SUPPORTS, REFUTES = 1, 2
OUTPUTS = 3
FURTHEST = 8.0
"""Logits are cut off here: what is that sure is sure enough."""
LONG, LONG_WITHIN = 10, 2
"""Content words of a claim at which it is half way to a long one, and how many more or fewer make the difference."""


class ClaimModel(Protocol):
    """The reader, as it reads claims: qa.answering.cross_encoder.CrossEncoder."""

    def claim_logits(self, claim: str, evidence: Sequence[str], titles: Sequence[str]) -> Floats:
        """Shape (texts, outputs); columns 1 and 2: supports the claim, refutes it; neither is 0."""
        ...


@dataclass(frozen=True, slots=True)
class Scale:
    """line: to a probability. supported, partial: from which a claim is called so."""

    line: Line
    supported: float
    partial: float

    def verdict(self, probability: float) -> Support:
        if probability >= self.supported:
            return Support.SUPPORTED
        return Support.PARTIAL if probability >= self.partial else Support.UNSUPPORTED


def word_features(claim: str, cited: Cited, objected: Collection[Kind]) -> Features:
    """Of the words and the exact checks; each of shape ()."""
    alike, over = coverage_alike(claim, cited.text), spread(claim, cited)
    values = {
        "coverage": coverage(claim, cited.text),
        "coverage_alike": alike,
        "spread": over,
        "coverage_alike_spread": alike * over,
        "denies_alone": float(denies_alone(claim, cited)),
        **{f"objected_{kind}": float(kind in objected) for kind in Kind},
    }
    return {name: np.asarray(value) for name, value in values.items()}


def spread(claim: str, cited: Cited) -> float:
    """Near 1 for a claim that says much and cites several sentences, 0 for one sentence.

    What such a claim says stands partly here and partly there; the reader was trained on single sentences, and its
    margins then tell less than how many of the words are found.
    """
    words = len(set(content_words(claim)))
    return (1 - 1 / max(len(cited.quotes), 1)) / (1 + math.exp((LONG - words) / LONG_WITHIN))


def read_texts(cited: Cited) -> list[str]:
    """What the reader is shown: each sentence by itself, and all of them together."""
    together = " ".join(cited.quotes)
    return list(dict.fromkeys((*cited.quotes, together)))


def reader_features(logits: Floats, over: Floats) -> Features:
    """Of the reader's logits on `read_texts`, shape (texts, 3); the last text is all of them. over: the spread."""
    cut = np.clip(logits, -FURTHEST, FURTHEST)
    margins = cut[:, SUPPORTS] - np.logaddexp(cut[:, REFUTES], 0)
    best, together = margins.max(), margins[-1]
    return {
        "margin_best": best,
        "margin_together": together,
        "refutes": cut[-1, REFUTES],
        "margin_best_spread": best * over,
        "margin_together_spread": together * over,
    }


def all_features(claim: str, cited: Cited, objected: Collection[Kind], model: ClaimModel | None) -> Features:
    """What the scale sees of a claim: with a model, what that reads too."""
    found = word_features(claim, cited, objected)
    if model:
        found |= reader_features(read_logits(model, claim, cited), found["spread"])
    return found


def read_logits(model: ClaimModel, claim: str, cited: Cited) -> Floats:
    texts = read_texts(cited)
    title = cited.titles[0] if len(cited.titles) == 1 else ""
    return model.claim_logits(claim, texts, [title] * len(texts))


def judges_claims(model: ClaimModel) -> bool:
    """Whether the model's weights have the outputs for claims."""
    return bool(model.claim_logits("a", ["a"], [""]).shape[1] == OUTPUTS)


def has_scale(name: str) -> bool:
    """Whether one of that name was fitted and is shipped."""
    return name in json.loads(shipped_file().read_text("utf-8"))


def shipped_scale(name: str) -> Scale:
    """name: "reader" or "words". Raises KeyError where support.json has no such scale."""
    kept = json.loads(shipped_file().read_text("utf-8"))[name]
    return Scale(Line(kept["weights"], kept["bias"]), kept["supported"], kept["partial"])


def shipped_file() -> Path:
    return Path(str(resources.files("qa.answering"))) / "support.json"
