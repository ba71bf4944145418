"""The probability that what is cited carries a claim: a logistic regression over words, exact checks and the reader.

The coefficients and the thresholds are data (support.json), fitted by evals/reader/fit_support.py: once with the
reader's second and third output and the encoder, once without, for when their weights are not at hand.
"""

from __future__ import annotations

import json
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
from qa.answering.claims.soft_cover import soft_cover
from qa.domain import Support
from qa.ports import TokenEncoder
from qa.retrieval.words import content_words

SUPPORTS, REFUTES = 1, 2
OUTPUTS = 3
FURTHEST = 8.0
"""Logits are cut off here: what is that sure is sure enough."""
SHORT, LONG = 6, 9
"""Content words up to which a claim says little, and from which it says much."""
MANY = 3
"""Sentences from which a claim is wholly spread."""


class ClaimModel(Protocol):
    """The reader, as it reads claims: qa.answering.cross_encoder.CrossEncoder."""

    def claim_logits(self, claim: str, evidence: Sequence[str], titles: Sequence[str]) -> Floats:
        """Shape (texts, outputs); columns 1 and 2: supports the claim, refutes it; neither is 0."""
        ...


@dataclass(frozen=True, slots=True)
class ClaimModels:
    """What reads claims: the reader, and the encoder of single words."""

    reader: ClaimModel
    encoder: TokenEncoder


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


def all_features(claim: str, cited: Cited, objected: Collection[Kind], models: ClaimModels | None) -> Features:
    """What the scale sees of a claim, each of shape (): as of one that is not spread, and as of one that is.

    The features of either are 0 for the other, and count by the share in between (a mixture of experts whose gate is
    given: Jacobs et al. 1991); what would count nothing is not read.
    """
    over = spread(claim, cited)
    logits = read_logits(models.reader, claim, read_texts(cited, over), cited) if models else None
    plain = plain_features(claim, cited, objected, logits)
    wide = spread_features(claim, cited, over, logits, models)
    values = {"spread": over, **{name: value * (1 - over) for name, value in plain.items()}}
    values |= {f"spread_{name}": value * over for name, value in wide.items()}
    return {name: np.asarray(value, np.float64) for name, value in values.items()}


def spread(claim: str, cited: Cited) -> float:
    """1 for a claim that says much and cites three sentences or more, 0 for one sentence.

    What such a claim says stands partly here and partly there. The reader was trained on single sentences: its margins
    then tell less than how near the evidence comes to each word.
    """
    words = len(set(content_words(claim)))
    much = min(max((words - SHORT) / (LONG - SHORT), 0.0), 1.0)
    return much * min(max((len(cited.quotes) - 1) / (MANY - 1), 0.0), 1.0)


def plain_features(claim: str, cited: Cited, objected: Collection[Kind], logits: Floats | None) -> dict[str, float]:
    """Of words and exact checks, and of the reader's logits on `read_texts` where there are any.

    Beside the reader all exact checks count alike: fitted apart, they learn how FEVER's false claims were written, and
    FEVER symmetric, which is balanced against that (Schuster et al. 2019), comes out worse.
    """
    found = {
        "coverage": coverage(claim, cited.text),
        "coverage_alike": coverage_alike(claim, cited.text),
        "denies_alone": float(denies_alone(claim, cited)),
    }
    if logits is None:
        return found | {f"objected_{kind}": float(kind in objected) for kind in Kind}
    return found | {"objected": float(bool(objected))} | reader_features(logits)


def reader_features(logits: Floats) -> dict[str, float]:
    """logits: shape (texts, 3); the last text is all of them."""
    margins = logits[:, SUPPORTS] - np.logaddexp(logits[:, REFUTES], 0)
    return {
        "margin_best": float(margins.max()),
        "margin_together": float(margins[-1]),
        "refutes": float(logits[-1, REFUTES]),
    }


def spread_features(
    claim: str, cited: Cited, over: float, logits: Floats | None, models: ClaimModels | None
) -> dict[str, float]:
    """With models: how near the evidence comes to each word, and which way the reader leans on all of it."""
    if logits is None or models is None:
        return {"coverage_alike": coverage_alike(claim, cited.text)}
    return {
        "soft_cover": soft_cover(claim, cited.text, models.encoder) if over else 0.0,
        "leaning": float(logits[-1, SUPPORTS] - logits[-1, REFUTES]),
    }


def read_texts(cited: Cited, over: float) -> list[str]:
    """What the reader is shown: all the sentences together, and before them each by itself.

    over: the spread; at 1 the sentences by themselves would count nothing.
    """
    together = " ".join(cited.quotes)
    return [together] if over == 1 else list(dict.fromkeys((*cited.quotes, together)))


def read_logits(model: ClaimModel, claim: str, texts: Sequence[str], cited: Cited) -> Floats:
    title = cited.titles[0] if len(cited.titles) == 1 else ""
    return np.clip(model.claim_logits(claim, texts, [title] * len(texts)), -FURTHEST, FURTHEST)


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
