"""Measures a reader on candidate files (evals.reader.candidates): first stage, reader and both; needs no torch.

python -m evals.reader.evaluate WEIGHTS.safetensors CANDIDATES.jsonl…
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evals.reader import fit_features
from evals.reader.candidates import Measured, read
from evals.reader.fit_features import Example, Prediction
from evals.reader.ranking import auroc, expected_calibration_error
from qa.answering.calibration import Calibration
from qa.answering.cross_encoder import CrossEncoder, Read
from qa.answering.extractive import Policy
from qa.answering.reader import FeatureReader, load
from qa.domain import Hit
from qa.ports import Reading
from qa.retrieval.embedding import carried_weights

Floats = npt.NDArray[np.float64]
Score = Callable[["Scored"], Floats]


@dataclass(frozen=True, slots=True)
class Scored:
    """A question with the reader's logits of its hits. ms: what reading them took. leans: as it was read."""

    of: Measured
    logits: Floats
    ms: float
    leans: bool = False

    @property
    def hits(self) -> list[Hit]:
        """Those that were read, scored as the reader judges them."""
        return list(Read(self.logits, self.leans).judged_on(self.of.hits, self.of.leans_on))


def scored(model: CrossEncoder, measured: Sequence[Measured]) -> list[Scored]:
    found = []
    for each in measured:
        if each.hits:
            start = time.perf_counter()
            own = model.read(each.question, each.hits, each.leans_on)
            found.append(Scored(each, own.logits, (time.perf_counter() - start) * 1000, own.leans))
    return found


def judged(each: Scored, calibration: Calibration) -> Reading:
    return calibration.judged(each.of.question, each.logits, each.hits, follows=each.leans)


def reciprocal_ranks(each: Scored) -> Floats:
    """The fusion of the trial: 2/(10 + rank by the reader) + 1/(10 + rank by the first stage), ranks from 0."""
    place = np.argsort(np.argsort(-each.logits, kind="stable"))
    return np.asarray(2 / (10 + place) + 1 / (10 + np.arange(len(each.hits))))


def as_read(each: Scored) -> Floats:
    return each.logits


def first_stage(each: Scored) -> Floats:
    return np.array([hit.score for hit in each.hits])


@cache
def without_reader() -> FeatureReader:
    """The formula that QA_READER=features answers with."""
    return load()[0]


def features_alone(each: Scored) -> Floats:
    return np.array(without_reader().read(each.of.question, each.hits).scores)


def ways(calibration: Calibration | None) -> dict[str, Score]:
    """The rankings that are compared, by name."""
    found: dict[str, Score] = {
        "first": first_stage,
        "features": features_alone,
        "reader": as_read,
        "ranks": reciprocal_ranks,
    }
    if calibration:
        found["fused"] = lambda each: np.array(judged(each, calibration).scores)
    return found


def answerability(each: Scored, calibration: Calibration | None) -> dict[str, float]:
    """How sure each way is that the question is answered at all."""
    found = {
        "similarity": max(hit.features["dense_sentence"] for hit in each.hits),
        "features": without_reader().read(each.of.question, each.hits).answerable,
        "reader": float(each.logits.max()),
    }
    if calibration:
        found["fused"] = judged(each, calibration).answerable
    return found


def prediction(each: Scored, name: str, calibration: Calibration) -> Prediction:
    """What the calibrated reader says, in the form that policies are chosen and measured on."""
    reading = judged(each, calibration)
    gold = np.array(each.of.gold[: len(each.hits)])
    of = Example(name, each.of.question, each.hits, np.zeros((0, 0)), gold, each.of.answerable, 0)
    return Prediction(of, reading.scores, reading.answerable)


def by_policy(found: Sequence[Scored], calibration: Calibration, policy: Policy) -> dict[str, float]:
    """What an extractive answer would show: gold among its sentences, how many, and both wrong abstentions."""
    row = fit_features.figures([prediction(each, "", calibration) for each in found], policy)
    names = ("shown_has_gold", "sentences_shown", "answerable_refused", "unanswerable_answered")
    return {name: round(row[name], 3) for name in names}


def share(hits: Sequence[bool]) -> float:
    return round(float(np.mean(hits)), 3) if hits else float("nan")


def figures(found: Sequence[Scored], calibration: Calibration | None) -> dict[str, float]:
    """One line of the table: gold first, answer words first, area under the curve, calibration error, time."""
    answerable = [each for each in found if each.of.answerable]
    row: dict[str, float] = {"questions": len(found), "answerable": len(answerable)}
    for name, score in ways(calibration).items():
        tops = [(each, int(score(each).argmax())) for each in answerable]
        row[f"gold_{name}"] = share([each.of.gold[top] for each, top in tops])
        row[f"says_{name}"] = share([each.of.says[top] for each, top in tops])
    truths = [each.of.answerable for each in found]
    sure = [answerability(each, calibration) for each in found]
    for name in sure[0]:
        row[f"auroc_{name}"] = round(auroc([each[name] for each in sure], truths), 3)
    if calibration:
        row["ece"] = round(expected_calibration_error([each["fused"] for each in sure], truths), 3)
    row["ms"] = round(float(np.median([each.ms for each in found])), 1)
    return row


def record(weights: Path) -> tuple[Calibration, Policy] | None:
    """What calibrate wrote beside the weights; None before."""
    path = weights.with_suffix(".json")
    kept = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return (Calibration.read(path), Policy(**kept["policy"])) if "policy" in kept else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("candidates", type=Path, nargs="+")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--limit", type=int, default=10_000, help="questions of each set")
    given = parser.parse_args()
    model = CrossEncoder(carried_weights(), given.weights, given.threads)
    calibrated = record(given.weights)
    for path in given.candidates:
        found = scored(model, read(path)[: given.limit])
        row = figures(found, calibrated[0] if calibrated else None)
        row |= by_policy(found, *calibrated) if calibrated else {}
        print(json.dumps({"set": path.stem, **row}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
