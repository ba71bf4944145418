"""Cases on the held-out SQuAD articles, for calibration: answerable, near misses, changed questions, other topics.

python -m evals.reader.held_out_cases TRAIN_FOLDER OUT_FOLDER

Two libraries, each of the held-out articles of one source; the questions of the one are another topic to the other.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

from evals.reader.candidates import measure, write
from evals.reader.corpus import held_out_texts, read_all
from evals.reader.swaps import Swaps

SOURCES = ("squad_dev_articles", "squad1_train_articles")
ANSWERABLE, UNANSWERABLE, CHANGED, OTHER_TOPIC = 160, 120, 60, 30

Row = dict[str, object]


def sampled(rows: list[Row], count: int) -> list[Row]:
    return random.Random(6).sample(rows, min(count, len(rows)))


def changed(rows: list[Row]) -> list[Row]:
    """Answerable questions with a name, number or year changed for another of the article."""
    asked = [(str(row["context_doc"]), str(row["question"])) for row in rows]
    swaps = Swaps(asked)
    changes = [swaps.change(text, question) for text, question in asked]
    return [{"id": f"changed-{n}", "question": c.question, "unanswerable": True} for n, c in enumerate(changes) if c]


def questions(folder: Path, names: set[str]) -> list[Row]:
    rows = [json.loads(line) for line in (folder / "questions.jsonl").read_text("utf-8").splitlines()]
    return [row for row in rows if row.get("context_doc") in names]


def cases(own: list[Row], others: list[Row]) -> list[Row]:
    answerable = [row for row in own if not row["unanswerable"]]
    near = [row for row in own if row["unanswerable"]]
    other = [{"id": f"other-{row['id']}", "question": row["question"], "unanswerable": True} for row in others]
    return [
        *sampled(answerable, ANSWERABLE),
        *sampled(near, UNANSWERABLE),
        *sampled(changed(answerable), CHANGED),
        *sampled(other, OTHER_TOPIC),
    ]


def main(train: Path, out: Path) -> None:
    names = held_out_texts(read_all(train))
    asked = {source: questions(train / source, names) for source in SOURCES}
    out.mkdir(parents=True, exist_ok=True)
    for source, other in zip(SOURCES, reversed(SOURCES), strict=True):
        paths = [path for path in sorted((train / source / "documents").glob("*.txt")) if path.stem in names]
        texts = {path.stem: path.read_text("utf-8") for path in paths}
        write(measure(texts, cases(asked[source], asked[other]), titled=False), out / f"held_out_{source}.jsonl")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
