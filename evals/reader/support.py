"""Pairs of a claim and evidence, for the second output: does the evidence support the claim?"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LIMITS = {
    "fever_dev_pairs": 12_000,
    "fool_me_twice": 2_600,
    "scifact_pairs": 800,
    "q2": 1_100,
    "wice_train_partial": 400,
    "breaking_nli": 1_000,
    "taxinli": 3_000,
    "cad_nli": 2_000,
    "med": 800,
}
LONGEST = 90
"""Words of evidence: longer ones would be cut."""


@dataclass(frozen=True, slots=True)
class Statement:
    claim: str
    evidence: str
    title: str
    supported: bool
    source: str


def _support_file(path: Path, limit: int) -> list[Statement]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    kept = [row for row in rows if not row.get("in_fever_symmetric") and len(row["evidence"].split()) <= LONGEST]
    random.Random(6).shuffle(kept)
    return [
        Statement(row["claim"], row["evidence"], row.get("title", ""), row["label"] == "supported", path.stem)
        for row in kept[:limit]
    ]


def _begin(folder: Path) -> Iterator[Statement]:
    for path in sorted(folder.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                known = (row.get("begin_label") or "").lower()
                if (
                    known in {"fully attributable", "not fully attributable"}
                    and len(row["knowledge"].split()) <= LONGEST
                ):
                    yield Statement(row["response"], row["knowledge"], "", known.startswith("fully"), "begin")


def read_statements(folder: Path) -> list[Statement]:
    """All usable pairs, shuffled the same way each time."""
    statements = [
        s for name, limit in LIMITS.items() for s in _support_file(folder / "support" / f"{name}.jsonl", limit)
    ]
    statements.extend(_begin(folder / "begin"))
    random.Random(6).shuffle(statements)
    return statements
