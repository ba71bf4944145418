"""Pairs of a claim and evidence, for the second output: does the evidence support the claim?"""

from __future__ import annotations

import csv
import json
import random
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from evals.reader.counterexamples import TRUE, built
from evals.reader.prepared import Label, Statement

LIMITS = {
    "fever_dev_pairs": 12_000,
    "fool_me_twice": 2_600,
    "scifact_pairs": 800,
    "q2": 1_100,
    "wice_train_partial": 400,
    "breaking_nli": 2_000,
    "taxinli": 9_300,
    "cad_nli": 6_000,
    "med": 2_500,
}
REPEATS = {"fool_me_twice": 2}
"""How often a pair is read in one pass over all; the hardest ones are few."""
LONGEST = 120
"""Words of evidence: longer ones would be cut."""
HELD_OUT = ("fever_dev_pairs", "fool_me_twice")
"""Sets of which a third is never trained on, but measured."""
BUILT_SENTENCES = 6_000
"""Sentences of which claims are built."""
BUILT_EACH = {
    "number": 900,
    "date": 700,
    "name": 1_200,
    "negation": 1_200,
    "speaker": 400,
    "detail": 1_600,
    TRUE: 4_000,
}


def is_held_out(claim: str) -> bool:
    """A third of all claims, the same in every run; all that share a claim are on one side."""
    return zlib.crc32(claim.strip().lower().encode()) % 3 == 0


def support_rows(path: Path) -> list[dict[str, str]]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [row for row in rows if not row.get("in_fever_symmetric") and len(row["evidence"].split()) <= LONGEST]


def _support_file(path: Path, limit: int) -> list[Statement]:
    kept = [row for row in support_rows(path) if path.stem not in HELD_OUT or not is_held_out(row["claim"])]
    random.Random(6).shuffle(kept)
    return [
        Statement(row["claim"], row["evidence"], row.get("title", ""), row["label"], path.stem)
        for row in kept[:limit]
        for _ in range(REPEATS.get(path.stem, 1))
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
                    label = Label.SUPPORTED if known.startswith("fully") else Label.UNSUPPORTED
                    yield Statement(row["response"], row["knowledge"], "", label, "begin")


def built_statements(sentences: Sequence[tuple[str, str]]) -> list[Statement]:
    """True and false claims made of (title, sentence); see evals.reader.counterexamples."""
    chosen = random.Random(6).sample(list(sentences), min(BUILT_SENTENCES, len(sentences)))
    left = dict(BUILT_EACH)
    found = []
    for each in built(chosen):
        if left[each.kind] > 0:
            left[each.kind] -= 1
            label = Label.SUPPORTED if each.kind == TRUE else Label.UNSUPPORTED
            found.append(Statement(each.claim, each.evidence, each.title, label, f"built+{each.kind}"))
    return found


def read_statements(
    folder: Path, sentences: Sequence[tuple[str, str]] = (), others: Sequence[Statement] = ()
) -> list[Statement]:
    """All usable pairs, those built of the sentences, and others, shuffled the same way each time."""
    statements = [
        s for name, limit in LIMITS.items() for s in _support_file(folder / "support" / f"{name}.jsonl", limit)
    ]
    statements.extend(_begin(folder / "begin"))
    statements.extend(built_statements(sentences))
    statements.extend(others)
    random.Random(6).shuffle(statements)
    return statements
