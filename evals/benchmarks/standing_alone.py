"""`python -m evals.benchmarks.standing_alone`: is a question that stands alone made worse by what was said before it?

Every single question of the seeds is asked alone, and in the middle of each of the dataset's conversations, over a
library of the suite's own. History reaches an answer by the rewritten question alone, so what the rewriter leaves as it
is has the same answer by construction; what it changes is asked both ways and scored (evals.metrics.right).

Columns: questions; pairs of a question and a history; pairs in which the question was changed; right alone and in the
middle, over all pairs; pairs that were right alone and are wrong in the middle, and the other way round. The changed
questions of `dev` are shown, those of `held_out` only counted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Annotated

import typer

from evals.asking import Bench
from evals.cases import Case, Dataset, load
from evals.finding import DATASETS
from evals.metrics import right
from evals.opening import own_library, served_here
from evals.product import Product
from qa.answering.rewriting import rewritten
from qa.assembly import Service
from qa.chat import REMEMBERED
from qa.domain import Turn
from qa.errors import QaError
from qa.settings import Settings

COLUMNS = ("split", "questions", "pairs", "changed", "right alone", "right in the middle", "made worse", "made better")
SPLITS = ("dev", "held_out")


@dataclass(frozen=True, slots=True)
class Pair:
    """A question after a history. made: as it was understood. alone, after: 1 where it was answered right, or 0."""

    case: Case
    made: str
    alone: float
    after: float

    @property
    def is_changed(self) -> bool:
        return self.made != self.case.question


def main(limit: Annotated[int | None, typer.Option(min=1, help="So many of the questions.")] = None) -> None:
    """Prints a Markdown table, a row a split."""
    dataset = load(DATASETS / "seeds.jsonl")
    settings = Settings()
    try:
        with own_library(settings, settings.articles_dir) as service:
            pairs = asyncio.run(measured(service, dataset, limit))
    except QaError as error:
        typer.echo(f"{error.title}. {error}", err=True)
        raise typer.Exit(2) from None
    typer.echo("\n".join(table(pairs)))


async def measured(service: Service, dataset: Dataset, limit: int | None) -> list[Pair]:
    single = [case for case in dataset.cases if case.conversation is None][:limit]
    async with served_here(service) as product:
        bench = Bench(product, found=0, articles=await product.articles())
        histories = [await played(service, product, cases) for cases in conversations(dataset)]
        return [pair for case in single for pair in await in_the_middle(bench, case, histories)]


def conversations(dataset: Dataset) -> Iterator[Sequence[Case]]:
    held = (case for case in dataset.cases if case.conversation is not None)
    for _, cases in groupby(held, key=lambda case: case.conversation):
        yield list(cases)


async def played(service: Service, product: Product, cases: Sequence[Case]) -> list[Turn]:
    """The turns that a question asked next would lean on."""
    conversation: str | None = None
    for case in cases:
        conversation = (await product.ask(case.question, conversation))["conversation_id"]
    return service.conversations.turns(conversation or "", REMEMBERED)


async def in_the_middle(bench: Bench, case: Case, histories: Sequence[Sequence[Turn]]) -> list[Pair]:
    """One pair a history; the same question is asked once."""
    made = [rewritten(case.question, turns) for turns in histories]
    scores = {text: await is_right(bench, case, text) for text in {case.question, *made}}
    return [Pair(case, text, scores[case.question], scores[text]) for text in made]


async def is_right(bench: Bench, case: Case, question: str) -> float:
    return right.score(await bench.observe(replace(case, question=question))) or 0.0


def table(pairs: Sequence[Pair]) -> Iterator[str]:
    yield f"| {' | '.join(COLUMNS)} |"
    yield "|---" * len(COLUMNS) + "|"
    for split in SPLITS:
        yield row(split, [pair for pair in pairs if split in pair.case.tags])
    shown = {(pair.case.question, pair.made) for pair in pairs if pair.is_changed and "dev" in pair.case.tags}
    yield from (f"changed: {asked} > {made}" for asked, made in sorted(shown))


def row(split: str, pairs: Sequence[Pair]) -> str:
    """Of no pairs too."""
    total = max(1, len(pairs))
    cells = [
        split,
        len({pair.case.id for pair in pairs}),
        len(pairs),
        sum(pair.is_changed for pair in pairs),
        f"{100 * sum(pair.alone for pair in pairs) / total:.1f} %",
        f"{100 * sum(pair.after for pair in pairs) / total:.1f} %",
        sum(pair.alone > pair.after for pair in pairs),
        sum(pair.alone < pair.after for pair in pairs),
    ]
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    typer.run(main)
