"""From the reader's logits and the first stage's features to probabilities, by coefficients fitted on held-out data.

Logistic regression twice: whether a sentence answers, and whether any of them does (Platt 1999). The coefficients are
data, fitted by evals/reader/calibrate.py on articles that were neither trained nor measured on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from qa.answering.antecedents import antecedent
from qa.answering.asked import asked, share_missing
from qa.answering.features import SENTENCE, table
from qa.domain import Hit
from qa.ports import Reading

TINY = 1e-9
MOST = ("dense_sentence", "dense_passage", "coverage_sentence", "coverage_passage")

Floats = npt.NDArray[np.float64]
Features = dict[str, Floats]


@dataclass(frozen=True, slots=True)
class Line:
    """A logistic regression: weights by the name of the feature, and what is added."""

    weights: Mapping[str, float]
    bias: float

    def probability(self, features: Mapping[str, Floats]) -> Floats:
        """Shape of any of the features. Raises KeyError for a feature that is not there."""
        total = sum((weight * features[name] for name, weight in self.weights.items()), np.float64(self.bias))
        return np.asarray(1 / (1 + np.exp(-np.clip(total, -50, 50))))


@dataclass(frozen=True, slots=True)
class Calibration:
    """sentence: for one hit; following: for one of a follow-up, which the first stage scores by another formula.

    question: for all of them together.
    """

    sentence: Line
    following: Line
    question: Line

    @classmethod
    def read(cls, path: Path) -> Calibration:
        kept = json.loads(path.read_text("utf-8"))["calibration"]
        return cls(*(Line(kept[name]["weights"], kept[name]["bias"]) for name in ("sentence", "following", "question")))

    def scores(self, rows: Features, *, follows: bool) -> Floats:
        """rows: sentence_features of the hits. Shape (hits,)."""
        return (self.following if follows else self.sentence).probability(rows)

    def judged(self, question: str, logits: Floats, hits: Sequence[Hit], *, follows: bool = False) -> Reading:
        """logits: shape (hits,), at least one. follows: whether it is a follow-up."""
        rows = sentence_features(question, logits, hits)
        scores = self.scores(rows, follows=follows)
        answerable = self.question.probability(question_features(question, logits, hits, rows, scores))
        return Reading(tuple(map(float, scores)), float(answerable))


def sentence_features(question: str, logits: Floats, hits: Sequence[Hit]) -> Features:
    """One value a hit, shape (hits,): by the reader, by the first stage, and the columns of qa.answering.features."""
    first = np.array([hit.score for hit in hits], dtype=np.float64)
    own = {
        "logit": logits,
        "behind_logit": logits.max() - logits,
        "behind_first": first.max() - first,
        "first_place": 1 / (1 + np.argsort(np.argsort(-first, kind="stable"))),
    }
    return own | dict(zip(SENTENCE, table(question, hits).T, strict=True))


def question_features(question: str, logits: Floats, hits: Sequence[Hit], rows: Features, scores: Floats) -> Features:
    """One value a question, shape (): of the reader's best hit, of the likeliest one, and the most of each part.

    rows: sentence_features of the hits. scores: their probabilities, shape (hits,).
    """
    best, likeliest = int(logits.argmax()), int(scores.argmax())
    second = np.sort(logits)[-2] if len(logits) > 1 else logits[best]
    values = {
        "best_logit": logits[best],
        "lead": logits[best] - second,
        "best_log_odds": log_odds(scores[likeliest]),
        "log_expected": np.log(scores.sum() + TINY),
        "names_not_named": not_named(question, hits[likeliest]),
    }
    values |= {f"best:{name}": rows[name][likeliest] for name in SENTENCE}
    values |= {f"most_{name}": rows[name].max() for name in MOST}
    return {name: np.asarray(value) for name, value in values.items()}


def log_odds(probability: np.float64) -> np.float64:
    return np.float64(np.log(probability + TINY) - np.log(1 - probability + TINY))


def not_named(question: str, hit: Hit) -> float:
    """The share of the question's names that neither the sentence, nor what it hangs on, nor the title speaks of."""
    place = antecedent(question, hit)
    spoken = [hit.quote, hit.title, *([] if place is None else [hit.context[place]])]
    return share_missing(asked(question).names, spoken)
