"""Measures a training run before it is exported, or a teacher, on candidate files; needs torch.

python -m evals.reader.evaluate_run RUN BASE ENCODER CANDIDATES.jsonl… [--device cuda]

BASE is the folder of the body: MPNet's of a teacher, the encoder's of a reader. Of the reader alone: what it ranks
first among the candidates that the product reads, and how well its best logit tells answerable questions apart.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from evals.reader.candidates import Measured, read
from evals.reader.model import ReaderModel
from evals.reader.ranking import auroc
from evals.reader.train import RECIPES, load_trained, scores
from qa.answering.cross_encoder import ANSWERS, CANDIDATES, LEANING
from qa.answering.pairing import EncodedPair, PairEncoder, pair_of

AT_ONCE = 40
PARTS = 4


@dataclass(frozen=True, slots=True)
class Alone:
    """Of one set. first: the share of answerable questions whose best pair is gold, or holds the answer's words."""

    questions: int
    first: float
    auroc: float


def logits(model: ReaderModel, pairs: PairEncoder, asked: Sequence[Measured]) -> Iterator[npt.NDArray[np.float64]]:
    """For each question, shape (candidates,): how far each answers."""
    for start in range(0, len(asked), AT_ONCE):
        own = [_pairs(pairs, each) for each in asked[start : start + AT_ONCE]]
        with torch.no_grad():
            found = scores(model, [pair for each in own for pair in each], PARTS, model.device.type == "cuda")
        yield from np.split(found[:, ANSWERS].double().cpu().numpy(), np.cumsum([len(each) for each in own])[:-1])


def _pairs(pairs: PairEncoder, asked: Measured) -> list[EncodedPair]:
    read_first = asked.hits[: LEANING if asked.leans_on else CANDIDATES]
    return [pairs.encode(pair_of(asked.question, hit, asked.leans_on)) for hit in read_first]


def alone(model: ReaderModel, pairs: PairEncoder, asked: Sequence[Measured]) -> Alone:
    """asked: questions with at least one hit each."""
    found = list(logits(model, pairs, asked))
    truths = [each.answerable for each in asked]
    has_gold = any(any(each.gold) for each in asked)
    right = [
        (each.gold if has_gold else each.says)[int(own.argmax())]
        for each, own in zip(asked, found, strict=True)
        if each.answerable
    ]
    apart = auroc([float(own.max()) for own in found], truths) if len(set(truths)) == 2 else math.nan
    return Alone(len(asked), float(np.mean(right)) if right else math.nan, apart)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("run", "base", "encoder"):
        parser.add_argument(name, type=Path)
    parser.add_argument("candidates", type=Path, nargs="+")
    parser.add_argument("--device", default="cpu")
    given = parser.parse_args()
    model = load_trained(given.run, given.base, RECIPES["cpu"]).to(torch.device(given.device))
    pairs = PairEncoder.from_file(given.encoder / "tokenizer.json")
    for path in given.candidates:
        found = alone(model, pairs, [each for each in read(path) if each.hits])
        print(f"| {path.stem} | {found.questions} | {found.first:.3f} | {found.auroc:.3f} |")  # noqa: T201


if __name__ == "__main__":
    main()
