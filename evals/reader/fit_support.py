"""Fits the check of support and writes its coefficients and thresholds into qa/answering/support.json.

python -m evals.reader.fit_support TRAIN_FOLDER BENCH_FOLDER [WEIGHTS.safetensors]

Without weights only the scale that needs no reader is fitted anew. TRAIN_FOLDER and BENCH_FOLDER hold the sets named in
evals/reader/support_sets.py; the halves of them that evals/benchmarks/support.py measures are not looked at.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evals.reader.calibrate import logistic
from evals.reader.corpus import read_all
from evals.reader.support_sets import (
    Halves,
    Labelled,
    begin,
    built_halves,
    halves,
    pairs,
    wice,
    wice_annotated,
    wice_without,
)
from qa.answering.calibration import Features, Floats, Line
from qa.answering.claims.objections import objections
from qa.answering.support_score import (
    ClaimModels,
    Scale,
    all_features,
    shipped_file,
)

MOST = 500
"""Claims of a set that are read: more would only take longer."""
TRUST: Mapping[str, float] = {"built": 3.0, "wice": 2.0, "begin": 1.0, "fever_dev_pairs": 1.0, "fool_me_twice": 1.0}
"""What each set weighs. Built claims and WiCE are most like what is checked; FEVER's evidence lacks its titles."""
REFUSED = 0.05
"""The share of true claims that the score may call unsupported, beside what exact checks object to."""
TRUE = ("built", "begin", "wice_annotated")
"""The sets of true claims for that, of which each weighs the same: the hardest few of one would set it for all."""
SURE = 0.9
"""The share of what is called supported that must be."""


@dataclass(frozen=True, slots=True)
class Row:
    """A claim as the scale sees it."""

    of: Labelled
    features: Features
    is_objected: bool


def sample(labelled: Sequence[Labelled]) -> list[Labelled]:
    return random.Random(6).sample(list(labelled), min(MOST, len(labelled)))


def row(each: Labelled, models: ClaimModels | None) -> Row:
    found = {objection.kind for objection in objections(each.claim, each.cited)}
    return Row(each, all_features(each.claim, each.cited, found, models), bool(found))


def line(sets: Mapping[str, Sequence[Row]]) -> Line:
    """Each set weighs what TRUST says, true and false claims of it alike."""
    names = list(next(iter(sets.values()))[0].features)
    rows = [each for found in sets.values() for each in found]
    inputs = np.array([[float(each.features[name]) for name in names] for each in rows])
    truths = np.array([each.of.is_supported for each in rows], dtype=np.float64)
    weights = np.concatenate([_weights(name, found) for name, found in sets.items()])
    fitted = logistic(inputs, truths, weights)
    return Line(dict(zip(names, fitted[:-1].round(4).tolist(), strict=True)), round(float(fitted[-1]), 4))


def _weights(name: str, found: Sequence[Row]) -> Floats:
    truths = np.array([each.of.is_supported for each in found])
    counts = np.where(truths, max(truths.sum(), 1), max((~truths).sum(), 1))
    return np.asarray(TRUST[name] * MOST / 2 / counts)


def scale(sets: Mapping[str, Sequence[Row]]) -> Scale:
    """The line, and the thresholds that it gives."""
    told = {name: found for name, found in sets.items() if name in TRUST}
    fitted = line(told)
    partial = rounded_down(not_refused(fitted, [[each for each in sets[name] if _passes(each)] for name in TRUE]))
    return Scale(fitted, max(partial, rounded_down(sure(fitted, told))), partial)


def not_refused(fitted: Line, true: Sequence[Sequence[Row]]) -> float:
    """The least probability of the true claims but REFUSED of them."""
    stated = np.array([each for rows in true for each in _probabilities(fitted, rows)])
    weights = np.array([1 / len(rows) for rows in true for _ in rows])
    order = np.argsort(stated, kind="stable")
    share = np.cumsum(weights[order]) / weights.sum()
    return float(stated[order][np.searchsorted(share, REFUSED, side="right")])


def rounded_down(threshold: float) -> float:
    """So that what lies on a threshold still reaches it."""
    return math.floor(threshold * 1e4) / 1e4


def _passes(each: Row) -> bool:
    return each.of.is_supported and not each.is_objected


def _probabilities(fitted: Line, rows: Sequence[Row]) -> list[float]:
    return [float(fitted.probability(each.features)) for each in rows]


def sure(fitted: Line, sets: Mapping[str, Sequence[Row]]) -> float:
    """The least probability from which SURE of the claims that no exact check objects to are supported."""
    rows = [(name, each) for name, found in sets.items() for each in found if not each.is_objected]
    stated = np.array(_probabilities(fitted, [each for _, each in rows]))
    truths = np.array([each.of.is_supported for _, each in rows])
    weights = np.array([TRUST[name] / len(sets[name]) for name, _ in rows])
    order = np.argsort(-stated, kind="stable")
    share = np.cumsum((weights * truths)[order]) / np.cumsum(weights[order])
    good = np.flatnonzero(share >= SURE)
    return float(stated[order][good[-1]]) if len(good) else 1.0


def fitting_sets(train: Path, bench: Path) -> list[Halves]:
    found = [halves(name, pairs(train / "support" / f"{name}.jsonl")) for name in ("fever_dev_pairs", "fool_me_twice")]
    known = [each for path in sorted((train / "begin").glob("*.tsv")) for each in begin(path)]
    folder = bench / "wice_dev"
    checked = (
        halves("wice", [*wice(folder), *wice_without(folder)]),
        halves("wice_annotated", wice_annotated(folder)),
    )
    return [built_halves(read_all(train)), halves("begin", known), *checked, *found]


def fitted_scale(known: Sequence[Halves], models: ClaimModels | None) -> tuple[Scale, Mapping[str, Sequence[Row]]]:
    """The scale of the halves that are fitted on, and the rows that it was fitted on."""
    sets = {own.name: [row(each, models) for each in sample(own.fitted)] for own in known}
    return scale(sets), sets


def opened_models(weights: Path) -> ClaimModels:
    """The reader with these weights, and the encoder that goes with it."""
    from qa.answering.cross_encoder import CrossEncoder  # noqa: PLC0415 - onnx takes a while to import
    from qa.retrieval.embedding import MiniLM, carried_weights  # noqa: PLC0415

    folder = carried_weights()
    return ClaimModels(CrossEncoder(folder, weights, threads=2), MiniLM(folder))


def written(scale: Scale, sets: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
    return {
        "weights": dict(scale.line.weights),
        "bias": scale.line.bias,
        "supported": scale.supported,
        "partial": scale.partial,
        "fitted_on": {name: len(found) for name, found in sets.items()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("train", type=Path)
    parser.add_argument("bench", type=Path)
    parser.add_argument("weights", type=Path, nargs="?")
    given = parser.parse_args()
    models: dict[str, ClaimModels | None] = {"words": None}
    if given.weights:
        models["reader"] = opened_models(given.weights)
    known = fitting_sets(given.train, given.bench)
    kept = json.loads(shipped_file().read_text("utf-8")) if shipped_file().is_file() else {}
    kept |= {name: written(*fitted_scale(known, model)) for name, model in models.items()}
    shipped_file().write_text(json.dumps(kept, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
