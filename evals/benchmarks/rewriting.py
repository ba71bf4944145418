"""`python -m evals.benchmarks.rewriting canard:PATH cast:PATH`: standalone questions against people's.

Sets of `questions.jsonl` lines with `conversation_id, turn, question, reference_rewrite`, and `history` where it holds
answers (CANARD: Elgohary et al. 2019; TREC CAsT). Each conversation is played in order: a turn's history is what the
rewriter made of the questions before, and the answers as quotes. CANARD's history begins with the title of the page
and of the section (as in the original), so the page's title stands as the first question.

Columns: BLEU of leaving every question as it is, of the rewriter, both also over the questions that people changed;
how many of the questions that people left alone are left alone; and how often the words that the rewriter searches
for are those of the reference (F1 of content words), next to the same for copying.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from evals.benchmarks.lines import present, read_lines
from qa.answering.rewriting import rewritten
from qa.domain import Answer, Citation, Status, Turn
from qa.errors import QaError
from qa.retrieval.words import content_words

COLUMNS = (
    "set", "questions", "BLEU copying", "BLEU", "BLEU copying, changed", "BLEU, changed", "kept as they are",
    "content F1 copying", "content F1", "ms p50", "ms p95",
)  # fmt: skip
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rewrite:
    asked: str
    made: str
    reference: str
    ms: float

    @property
    def changed(self) -> bool:
        """Whether people changed it."""
        return tokens(self.asked) != tokens(self.reference)


def main(
    sets: Annotated[list[str], typer.Argument(help="NAME:PATH of folders with questions.jsonl.")],
    half: Annotated[
        str | None, typer.Option(help="Only every second conversation: odd or even, counted from 1.")
    ] = None,
    show: Annotated[int, typer.Option(min=0, help="Print so many rewrites of each set.")] = 0,
) -> None:
    """Prints a Markdown table, a row a set."""
    typer.echo(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
    for spec in sets:
        name, _, path = spec.partition(":")
        try:
            made = list(played(Path(path), half))
        except QaError as error:
            typer.echo(f"{error.title}. {error}", err=True)
            raise typer.Exit(2) from None
        typer.echo(row(name, made))
        for rewrite in made[:show]:
            typer.echo(f"  {rewrite.asked}\n    made: {rewrite.made}\n    want: {rewrite.reference}")


def row(name: str, made: Sequence[Rewrite]) -> str:
    changed = [rewrite for rewrite in made if rewrite.changed]
    kept = [rewrite.made == rewrite.asked for rewrite in made if not rewrite.changed]
    times = [rewrite.ms for rewrite in made]
    cells = [
        name, str(len(made)), *(f"{100 * value:.1f}" for value in (
            bleu([(r.asked, r.reference) for r in made]), bleu([(r.made, r.reference) for r in made]),
            bleu([(r.asked, r.reference) for r in changed]), bleu([(r.made, r.reference) for r in changed]),
        )),
        f"{100 * mean(kept):.0f} % of {len(kept)}",
        f"{mean([shared(r.asked, r.reference) for r in made]):.3f}",
        f"{mean([shared(r.made, r.reference) for r in made]):.3f}",
        *(f"{value:.2f}" for value in np.percentile(times, (50, 95))),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def played(folder: Path, half: str | None) -> Iterator[Rewrite]:
    """Every question of every conversation. Raises DatasetError where there is no such set."""
    file = present(folder / "questions.jsonl", "a set of follow-ups with their reference_rewrite")
    conversations: dict[str, list[Row]] = {}
    for _, question in read_lines(file):
        conversations.setdefault(question["conversation_id"], []).append(question)
    for number, questions in enumerate(conversations.values(), start=1):
        if half is None or (number % 2 == 1) == (half == "odd"):
            yield from conversation(questions)


def conversation(questions: Sequence[Row]) -> Iterator[Rewrite]:
    topic = questions[0].get("topic")
    turns = [turn_of(topic, topic, None)] if topic else []
    for place, question in enumerate(questions):
        began = time.perf_counter()
        made = rewritten(question["question"], turns)
        yield Rewrite(question["question"], made, question["reference_rewrite"], (time.perf_counter() - began) * 1000)
        turns.append(turn_of(question["question"], made, answer_after(questions, place)))


def answer_after(questions: Sequence[Row], place: int) -> str | None:
    """The answer to a question stands in the history of the next."""
    history = questions[place + 1].get("history", []) if place + 1 < len(questions) else []
    return history[-1]["text"] if history and history[-1]["role"] == "assistant" else None


def turn_of(question: str, standalone: str, answer: str | None, article_id: str = "", sentence: int = 1) -> Turn:
    """A kept turn whose answer cites the text given; an abstention for None."""
    cited = (Citation(1, article_id, "", None, "", sentence, 1, 0, len(answer), answer, 1.0),) if answer else ()
    status = Status.ANSWERED if cited else Status.ABSTAINED
    return Turn("", "", datetime.now(UTC), question, standalone, Answer(status, None, answer or "", (), cited), {})


def told(history: Sequence[dict[str, str]]) -> Iterator[tuple[str, str | None]]:
    """What the person said, each with the reply that followed."""
    for place, said in enumerate(history):
        if said["role"] == "user":
            after = history[place + 1] if place + 1 < len(history) else None
            yield said["text"], after["text"] if after and after["role"] == "assistant" else None


def tokens(text: str) -> list[str]:
    """Lower-case words and marks, as multi-bleu.perl sees text that has been tokenised."""
    return [*filter(None, "".join(c if c.isalnum() or c in "'-" else f" {c} " for c in text.lower()).split())]


def bleu(pairs: Sequence[tuple[str, str]]) -> float:
    """Corpus BLEU-4, one reference each, without smoothing (Papineni et al. 2002; multi-bleu.perl). 0 to 1."""
    matched, possible, made_words, reference_words = [0] * 4, [0] * 4, 0, 0
    for made, reference in ((tokens(made), tokens(reference)) for made, reference in pairs):
        made_words, reference_words = made_words + len(made), reference_words + len(reference)
        for n in range(1, 5):
            grams = ngrams(made, n)
            matched[n - 1] += (grams & ngrams(reference, n)).total()
            possible[n - 1] += grams.total()
    if not all(matched):
        return 0.0
    brevity = min(0.0, 1 - reference_words / made_words)
    return math.exp(brevity + sum(math.log(m / p) for m, p in zip(matched, possible, strict=True)) / 4)


def ngrams(words: Sequence[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))


def shared(made: str, reference: str) -> float:
    """F1 of the stemmed content words, those that a lexical index is searched for. 0 to 1."""
    one, other = Counter(content_words(made)), Counter(content_words(reference))
    same = (one & other).total()
    return 2 * same / (one.total() + other.total()) if same else 0.0


if __name__ == "__main__":
    typer.run(main)
