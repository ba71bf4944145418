"""Fits the calibrated feature model (qa/answering/features.json) on public sets.

    python -m evals.reader.fit_features clapnq_dev:PATH squad2:PATH [--data-dir DIR] [-o qa/answering/features.json]

PATH holds `documents/*.txt` and `questions.jsonl` (question, evidence: [{doc, quote}], unanswerable). Each set becomes
a library of its own; the product's own retriever gives the candidates. Two logistic regressions by Newton's method
with an L2 penalty, every set weighing the same. The policy is chosen on predictions made by models that did not see
the article asked about; the figures printed are those predictions'.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from qa.answering.evidence import citable
from qa.answering.extractive import Policy, chosen
from qa.answering.features import SENTENCE, table
from qa.answering.reader import QUESTION, FeatureReader, Logistic, question_row
from qa.assembly import Service, open_service
from qa.chat import EVIDENCE
from qa.domain import Filter, Hit
from qa.settings import Settings

Floats = npt.NDArray[np.float64]
FOLDS = 8
PENALTY = 2.0
MOST_REFUSED = 0.04  # of the answerable whose answer was found, in the mean of the sets: of other kinds it is more
RECALL_COUNTS = 4.0  # the β of F-β over the sentences shown: a missed answer is much worse than a sentence more
ENOUGH, WORTH = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95), (0.1, 0.2, 0.35, 0.5)


@dataclass(frozen=True, slots=True)
class Example:
    """One question of a set with its candidates.

    rows: features, shape (hits, columns). gold: which hits answer, shape (hits,). fold: by the article asked about.
    """

    set: str
    question: str
    hits: list[Hit]
    rows: Floats
    gold: npt.NDArray[np.bool_]
    answerable: bool
    fold: int


def collect(name: str, folder: Path, data_dir: Path, most: int) -> list[Example]:
    lines = (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    stored = [json.loads(line) for line in lines]
    with open_service(Settings(articles_dir=folder / "documents", data_dir=data_dir / name), "fit") as service:
        service.sync()
        return [example(name, each, service) for each in stored[:: max(1, len(stored) // most)]]


def example(name: str, stored: dict[str, Any], service: Service) -> Example:
    question = stored["question"]
    hits = service.retriever.search_now(question, EVIDENCE, Filter())
    gold = [(f"{each['doc']}.txt", each["quote"]) for each in stored.get("evidence") or []]
    marks = [any(hit.article_id == file and overlap(hit.quote, quote) for file, quote in gold) for hit in hits]
    article = (stored.get("context_docs") or [stored.get("context_doc", "")])[0]
    fold = sum(article.encode()) % FOLDS
    return Example(name, question, hits, table(question, hits), np.array(marks), not stored["unanswerable"], fold)


def overlap(one: str, other: str) -> bool:
    return one in other or other in one


def fit(x: Floats, y: npt.NDArray[np.bool_], weights: Floats) -> Logistic:
    """Newton's method (iteratively reweighted least squares), L2 penalty on all but the bias."""
    x = np.column_stack([x, np.ones(len(x))])
    penalty = np.diag([PENALTY] * (x.shape[1] - 1) + [0.0])
    beta = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ beta))
        gradient = x.T @ (weights * (p - y)) + penalty @ beta
        hessian = (x * (weights * p * (1 - p))[:, None]).T @ x + penalty
        step = np.linalg.solve(hessian, gradient)
        beta -= step
        if np.abs(step).max() < 1e-8:
            break
    return Logistic(beta[:-1], float(beta[-1]))


def train(examples: Sequence[Example]) -> FeatureReader:
    """The sentences' model learns from every question, so that its probabilities count the unanswerable ones in."""
    shares = {name: 1000 / sum(e.set == name for e in examples) for name in {e.set for e in examples}}
    rows = np.concatenate([e.rows for e in examples])
    gold = np.concatenate([e.gold & e.answerable for e in examples])
    weights = np.concatenate([np.full(len(e.rows), shares[e.set]) for e in examples])
    sentence = fit(rows, gold, weights)
    questions = np.stack([question_row(e.rows, sentence.logits(e.rows)) for e in examples])
    answered = np.array([e.answerable for e in examples])
    question = fit(questions, answered, np.array([shares[e.set] for e in examples]))
    return FeatureReader(sentence, question)


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model that did not see the question's article says. scores: shape (hits,)."""

    of: Example
    scores: tuple[float, ...]
    answerable: float


def predictions(examples: Sequence[Example]) -> Iterator[Prediction]:
    for fold in range(FOLDS):
        held_out = [e for e in examples if e.fold == fold]
        if not held_out:
            continue
        reader = train([e for e in examples if e.fold != fold])
        for e in held_out:
            reading = reader.read(e.question, e.hits)
            yield Prediction(e, reading.scores, reading.answerable)


def choose_policy(predicted: Sequence[Prediction]) -> Policy:
    threshold = refusing(predicted)
    policies = [Policy(threshold, enough, worth) for enough, worth in product(ENOUGH, WORTH)]
    return max(policies, key=lambda policy: f_beta(predicted, policy))


def refusing(predicted: Sequence[Prediction]) -> float:
    """The highest threshold under which, in the mean of the sets, no more than MOST_REFUSED of the answerable fall."""
    sets = sorted({each.of.set for each in predicted})
    answerable = [each for each in predicted if each.of.answerable and each.of.gold.any()]
    of_each = [np.array([each.answerable for each in answerable if each.of.set == name]) for name in sets]
    thresholds = sorted({each.answerable for each in answerable})
    allowed = [at for at in thresholds if np.mean([(own < at).mean() for own in of_each if len(own)]) <= MOST_REFUSED]
    return math.floor(allowed[-1] * 1e4) / 1e4


def f_beta(predicted: Sequence[Prediction], policy: Policy) -> float:
    """Mean over answerable questions of F-β between the sentences shown and the gold ones (any gold is full recall)."""
    scores: list[float] = []
    for each in predicted:
        if each.of.answerable and each.of.gold.any():
            right = shown_gold(each, policy)
            precision, recall = sum(right) / len(right), float(any(right))
            both = RECALL_COUNTS**2 * precision + recall
            scores.append((1 + RECALL_COUNTS**2) * precision * recall / both if both else 0.0)
    return float(np.mean(scores))


def shown_gold(each: Prediction, policy: Policy) -> list[bool]:
    order = sorted(range(len(each.scores)), key=lambda i: -each.scores[i])
    place = {each.of.hits[i].key: i for i in order}
    kept = chosen([citable(each.of.hits[i], each.scores[i]) for i in order], policy)
    return [bool(each.of.gold[place[sentence.key]]) for sentence in kept]


def figures(predicted: Sequence[Prediction], policy: Policy) -> dict[str, float]:
    """Of one set: gold at 1, 3, 5 among answerable questions, AUROC of answerable, and both wrong abstentions."""
    answerable = [each for each in predicted if each.of.answerable and each.of.gold.any()]
    unanswerable = [each for each in predicted if not each.of.answerable]
    ranks = [rank_of_gold(each) for each in answerable]
    before = [int(np.argmax(each.of.gold)) for each in answerable]
    shown = [shown_gold(each, policy) for each in answerable]
    yes, no = ([each.answerable for each in group] for group in (answerable, unanswerable))
    return {
        "questions": len(predicted),
        "first_stage_at_1": share(rank < 1 for rank in before),
        **{f"gold_at_{k}": share(rank < k for rank in ranks) for k in (1, 3, 5)},
        "shown_has_gold": share(any(each) for each in shown),
        "sentences_shown": float(np.mean([len(each) for each in shown])),
        "auroc": float(np.mean([a > b for a in yes for b in no])) if no else float("nan"),
        "answerable_refused": share(p < policy.answerable for p in yes),
        "unanswerable_answered": share(p >= policy.answerable for p in no),
    }


def rank_of_gold(each: Prediction) -> int:
    order = sorted(range(len(each.scores)), key=lambda i: -each.scores[i])
    return next(rank for rank, i in enumerate(order) if each.of.gold[i])


def share(marks: Iterator[bool] | Sequence[bool]) -> float:
    found = list(marks)
    return sum(found) / len(found) if found else float("nan")


def stored(model: Logistic, columns: Sequence[str]) -> dict[str, Any]:
    weights = {name: round(float(weight), 4) for name, weight in zip(columns, model.weights, strict=True)}
    return {"bias": round(model.bias, 4), "weights": weights}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", metavar="NAME:PATH")
    parser.add_argument("--data-dir", type=Path, default=Path(".qa/fit"))
    parser.add_argument("--most", type=int, default=1500, help="questions taken of a set, evenly")
    parser.add_argument("-o", "--output", type=Path)
    given = parser.parse_args()
    pairs = [pair.split(":", 1) for pair in given.sets]
    examples = [e for name, path in pairs for e in collect(name, Path(path), given.data_dir, given.most)]
    predicted = list(predictions(examples))
    policy = choose_policy(predicted)
    of_set = {name: figures([each for each in predicted if each.of.set == name], policy) for name, _ in pairs}
    sys.stdout.write(json.dumps({"policy": asdict(policy), "figures": of_set}, indent=1) + "\n")
    if given.output:
        reader = train(examples)
        content = {
            "policy": asdict(policy),
            "sentence": stored(reader.sentence, SENTENCE),
            "question": stored(reader.question, QUESTION),
            "fitted_on": of_set,
        }
        given.output.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
