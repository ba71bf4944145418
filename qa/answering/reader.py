"""Which sentence answers, and does any? A small calibrated model over features of question and sentence.

Two logistic regressions: one over sentences, one over the question with its best sentences. Fitted by
`python -m evals.reader.features` on public sets; the coefficients and the policy that goes with them are in
features.json beside this file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from qa.answering.extractive import Policy
from qa.answering.features import SENTENCE, Table, table
from qa.domain import Hit
from qa.following import Follows
from qa.ports import Reading

Floats = npt.NDArray[np.float64]

QUESTION = (
    "best_logit",
    "lead",
    *(f"best:{name}" for name in SENTENCE),
    "most_dense_sentence",
    "most_dense_passage",
    "most_coverage_sentence",
    "most_coverage_passage",
)
"""The columns that say whether a question is answered at all: of the best sentence, and the most of any."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """Probability = 1 / (1 + exp(-(x · weights + bias))). weights: shape (columns,)."""

    weights: Floats
    bias: float

    def logits(self, x: Floats) -> Floats:
        return np.asarray(x @ self.weights + self.bias)


@dataclass(frozen=True, slots=True)
class FeatureReader:
    """Implements qa.ports.Reader; a few microseconds a sentence."""

    sentence: Logistic
    question: Logistic

    def read(self, question: str, hits: Sequence[Hit], follows: Follows | None = None) -> Reading:
        """The features are of the question alone."""
        if not hits:
            return Reading((), 0.0)
        rows = table(question, hits)
        logits = self.sentence.logits(rows)
        answerable = self.question.logits(question_row(rows, logits))
        return Reading(tuple(float(p) for p in sigmoid(logits)), float(sigmoid(answerable)))


def question_row(rows: Table, logits: Floats) -> Floats:
    """Shape (len(QUESTION),), from the table of a question's candidates and their logits."""
    order = np.argsort(-logits)
    lead = logits[order[0]] - logits[order[1]] if len(order) > 1 else 0.0
    most = [rows[:, SENTENCE.index(name.removeprefix("most_"))].max() for name in QUESTION if name.startswith("most_")]
    return np.array([logits[order[0]], lead, *rows[order[0]], *most])


def sigmoid(x: npt.ArrayLike) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -60, 60))))


def load() -> tuple[FeatureReader, Policy]:
    """The reader and the policy that are shipped."""
    stored = json.loads(files("qa.answering").joinpath("features.json").read_text(encoding="utf-8"))
    reader = FeatureReader(logistic(stored["sentence"], SENTENCE), logistic(stored["question"], QUESTION))
    return reader, Policy(**stored["policy"])


def logistic(stored: Mapping[str, Any], columns: Sequence[str]) -> Logistic:
    """Coefficients by name, so that a file of another version is noticed (KeyError) rather than misread."""
    return Logistic(np.array([stored["weights"][name] for name in columns]), float(stored["bias"]))
