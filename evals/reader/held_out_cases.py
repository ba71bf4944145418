"""Cases on the held-out articles, for calibration: answerable, near misses, changed questions, other topics.

python -m evals.reader.held_out_cases TRAIN_FOLDER OUT_FOLDER

Four libraries, each of the held-out articles of one source: two of SQuAD, Wikinews and Wikipedia sentences of
QADiscourse and QAMR, and one cluster in eight of the invented news. The questions of one are another topic to the next.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

from evals.reader.candidates import measure, write
from evals.reader.corpus import CALIBRATED, Collection, held_out_texts, read_all
from evals.reader.corpus import NEWS as NEWS_INVENTED
from evals.reader.invented_news import asked_about, documents, shipped_news
from evals.reader.swaps import Swaps

NEWS = ("qadisc", "qamr")
SOURCES = ("squad_dev_articles", "squad1_train_articles")
ANSWERABLE, UNANSWERABLE, CHANGED, OTHER_TOPIC = 160, 120, 60, 30
TIMES = {NEWS_INVENTED: 2}
"""Of the invented news so many times as many: its near misses were made for it."""

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


def cases(own: list[Row], others: list[Row], times: int = 1) -> list[Row]:
    answerable = [row for row in own if not row["unanswerable"]]
    near = [row for row in own if row["unanswerable"]]
    other = [{"id": f"other-{row['id']}", "question": row["question"], "unanswerable": True} for row in others]
    return [
        *sampled(answerable, times * ANSWERABLE),
        *sampled(near, times * UNANSWERABLE),
        *sampled(changed(answerable), times * CHANGED),
        *sampled(other, times * OTHER_TOPIC),
    ]


def news(found: Collection, names: set[str]) -> tuple[dict[str, str], list[Row]]:
    """The held-out articles of which only some sentences are known, a line each, with the questions about them."""
    own = {name: text for name, text in found.texts.items() if name in names and text.source in NEWS}
    rows: list[Row] = [
        {
            "id": f"news-{number}",
            "question": asked.question,
            "unanswerable": False,
            "context_doc": asked.text,
            "reference_answer": asked.span,
            "evidence": [{"doc": asked.text, "quote": own[asked.text].sentences[place]} for place in asked.answers],
        }
        for number, asked in enumerate(found.asked)
        if asked.text in own and asked.answers
    ]
    return {name: "\n".join(text.sentences) for name, text in own.items()}, rows


def squad(folder: Path, names: set[str]) -> tuple[dict[str, str], list[Row]]:
    paths = [path for path in sorted((folder / "documents").glob("*.txt")) if path.stem in names]
    return {path.stem: path.read_text("utf-8") for path in paths}, questions(folder, names)


def main(train: Path, out: Path) -> None:
    found = read_all(train)
    names = held_out_texts(found)
    libraries: dict[str, tuple[dict[str, str], list[Row]]] = {
        source: squad(train / source, names) for source in SOURCES
    } | {"news": news(found, names)}
    libraries[NEWS_INVENTED] = documents(shipped_news(), CALIBRATED), asked_about(shipped_news(), CALIBRATED)
    out.mkdir(parents=True, exist_ok=True)
    after = [*libraries][1:] + [*libraries][:1]
    for source, other in zip(libraries, after, strict=True):
        texts, asked = libraries[source]
        chosen = cases(asked, libraries[other][1], TIMES.get(source, 1))
        found_for = measure(texts, chosen, titled=source == NEWS_INVENTED)
        write(found_for, out / f"held_out_{source}.jsonl")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
