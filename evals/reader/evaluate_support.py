"""Measures the second output, does this text support the claim, on pairs that were not trained on; needs no torch.

python -m evals.reader.evaluate_support WEIGHTS.safetensors PAIRS.jsonl… [--limit 400]

A line holds claim, evidence and label: SUPPORTS or supported against everything else.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.reader.ranking import auroc
from qa.answering.cross_encoder import SUPPORTS, CrossEncoder
from qa.retrieval.embedding import carried_weights
from qa.retrieval.words import content_words


@dataclass(frozen=True, slots=True)
class Claimed:
    claim: str
    evidence: str
    supported: bool


def read(paths: Sequence[Path], limit: int) -> list[Claimed]:
    rows = [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]
    claimed = [
        Claimed(row["claim"], row["evidence"], str(row["label"]).lower() in {"supports", "supported"}) for row in rows
    ]
    return random.Random(6).sample(claimed, min(limit, len(claimed)))


def overlap(claim: str, evidence: str) -> float:
    """The share of the claim's content words that the evidence holds: what the output has to beat."""
    wanted = set(content_words(claim))
    return len(wanted & set(content_words(evidence))) / max(len(wanted), 1)


def logits(model: CrossEncoder, claimed: Sequence[Claimed]) -> list[float]:
    return [float(model.claim_logits(each.claim, [each.evidence], [""])[0, SUPPORTS]) for each in claimed]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("pairs", type=Path, nargs="+")
    parser.add_argument("--limit", type=int, default=400)
    given = parser.parse_args()
    model = CrossEncoder(carried_weights(), given.weights, threads=1)
    claimed = read(given.pairs, given.limit)
    truths = [each.supported for each in claimed]
    row = {
        "pairs": len(claimed),
        "supported": sum(truths),
        "auroc_overlap": round(auroc([overlap(each.claim, each.evidence) for each in claimed], truths), 3),
        "auroc_reader": round(auroc(logits(model, claimed), truths), 3),
    }
    print(json.dumps(row))  # noqa: T201


if __name__ == "__main__":
    main()
