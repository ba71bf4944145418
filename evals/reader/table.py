"""Prints the reader's table from the shipped weights: what is ranked first, what is answered, how sure it is.

python -m evals.reader.table BENCH_FOLDER [--keep CANDIDATES_FOLDER] [--weights WEIGHTS.safetensors] [--without PART]

BENCH_FOLDER holds the public sets that are measured on, each in a folder of its name; one that is missing is said and
left out. Of the invented news the clusters are measured that are kept back for it. The first stage's
candidates are made once and kept (half an hour for RealTime QA on one core). PART is what the reader is not shown, to
see what it is worth: the `window` around each sentence (title and neighbours), the `answer` before a follow-up, or the
whole `conversation`, so that a follow-up is read as the rewriter put it.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evals.reader.candidates import Measured, chosen_documents, measure, quotes_of, read, sample, seeds, write
from evals.reader.conversing import conversation_rows
from evals.reader.corpus import MEASURED, NEWS
from evals.reader.evaluate import by_policy, figures, record, scored
from evals.reader.invented_news import asked_about, documents, shipped_news
from qa.answering.cross_encoder import CrossEncoder, shipped_weights
from qa.retrieval.embedding import carried_weights

DOCUMENTS = 500


def without_window(each: Measured) -> Measured:
    bare = [replace(h, spoken_title="", sentences=(h.sentence,), context=(h.quote,)) for h in each.hits]
    return replace(each, hits=bare)


WITHOUT: Mapping[str, Callable[[Measured], Measured]] = {
    "window": without_window,
    "answer": lambda each: replace(each, said=""),
    "conversation": lambda each: replace(each, follows=""),
}
PASSAGE = "right passage"
KEYS = {"gold sentence": "gold", "answer string": "says", PASSAGE: "gold"}
CASES = Path("evals/datasets/seeds.jsonl")
OWN_ARTICLES = {"seeds": Path("seeds"), NEWS: shipped_news() / "documents"}


@dataclass(frozen=True, slots=True)
class Measurable:
    """questions: how many are taken. titled: the first line of a document is its title. key: what counts as right."""

    questions: int
    titled: bool
    key: str = "gold sentence"


SETS = {
    "seeds": Measurable(10_000, True),
    "invented_news": Measurable(10_000, True),
    "realtimeqa_2023q4": Measurable(91, True, "answer string"),
    "squad2": Measurable(400, False),
    "clapnq_dev": Measurable(275, True),
    "mtrag_un": Measurable(510, True, PASSAGE),
}


def questions(name: str, bench: Path) -> list[dict[str, object]]:
    if name == "seeds":
        return seeds(CASES)
    if name == NEWS:
        return asked_about(shipped_news(), MEASURED)
    file = bench / name / "questions.jsonl"
    if SETS[name].key == PASSAGE:
        return list(conversation_rows(file))
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def of_bench(folder: Path, rows: Sequence[dict[str, object]]) -> dict[str, str]:
    return {path.stem: path.read_text("utf-8") for path in chosen_documents(folder, rows, DOCUMENTS)}


def candidates(name: str, bench: Path, kept: Path) -> Path | None:
    """The file of a set's candidates, made where it is not there yet; None where the set is missing."""
    out, of = kept / f"{name}.jsonl", SETS[name]
    if out.is_file():
        return out
    folder = OWN_ARTICLES.get(name) or bench / name / "documents"
    if not folder.is_dir():
        sys.stderr.write(f"{name} is left out: {folder} is not there\n")
        return None
    rows = sample(questions(name, bench), of.questions)
    texts = documents(shipped_news(), MEASURED) if name == NEWS else of_bench(folder, rows)
    kept.mkdir(parents=True, exist_ok=True)
    found = measure(texts, rows, of.titled)
    write([in_passage(*each) for each in zip(found, rows, strict=True)] if of.key == PASSAGE else found, out)
    return out


def in_passage(measured: Measured, row: dict[str, object]) -> Measured:
    """A hit is gold anywhere in a document that holds evidence: those of MTRAG are passages."""
    documents = {document for document, _ in quotes_of(row)}
    return replace(measured, gold=[hit.article_id in documents for hit in measured.hits])


def ranking_row(name: str, row: Mapping[str, float]) -> list[str]:
    key = SETS[name].key
    right = [f"{row[f'{KEYS[key]}_{way}']:.3f}" for way in ("first", "features", "reader", "fused")]
    return [f"{name} ({row['answerable']:.0f})", key, *right, f"{row['ms']:.0f}"]


def answering_row(name: str, row: Mapping[str, float]) -> list[str]:
    keys = (
        "auroc_similarity",
        "auroc_features",
        "auroc_reader",
        "auroc_fused",
        "ece",
        "answerable_refused",
        "unanswerable_answered",
    )
    return [name, *("–" if math.isnan(row[key]) else f"{row[key]:.3f}" for key in keys)]


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path)
    parser.add_argument("--keep", type=Path, default=Path(".qa/candidates"))
    parser.add_argument("--weights", type=Path, default=shipped_weights())
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--without", choices=WITHOUT, help="what the reader is not shown")
    given = parser.parse_args()
    model, judged = CrossEncoder(carried_weights(), given.weights, given.threads), record(given.weights)
    if judged is None:
        sys.exit(f"{given.weights} has no calibration beside it: run evals.reader.calibrate first")
    rows = {}
    for name in SETS:
        path = candidates(name, given.bench, given.keep)
        if path:
            shown = WITHOUT[given.without] if given.without else lambda each: each
            found = scored(model, [shown(each) for each in read(path)])
            rows[name] = figures(found, judged[0]) | by_policy(found, *judged)
    first = ["set (answerable)", "first", "first stage", "features", "reader", "both", "ms"]
    sure = ["similarity", "features", "reader", "both", "calibration error"]
    second = ["set", *sure, "answerable refused", "unanswerable answered"]
    sys.stdout.write(markdown(first, [ranking_row(*each) for each in rows.items()]) + "\n\n")
    sys.stdout.write(markdown(second, [answering_row(*each) for each in rows.items()]) + "\n")


if __name__ == "__main__":
    main()
