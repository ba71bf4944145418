"""`python -m evals.benchmarks.standing_alone`: is a question that stands alone made worse by what was said before it?

Every single question of the seeds is asked alone, and in the middle of each of the dataset's conversations, over a
library of the suite's own. History reaches an answer by what the rewriter makes of it, the question in full and what it
leans on, so a question that it leaves as it is and lets lean on nothing has the same answer by construction; the others
are asked both ways and scored (evals.metrics.right).

Columns: questions; pairs of a question and a history; pairs in which the question was changed, and in which it leans on
the history at all; right alone and in the middle, over all pairs; pairs that were right alone and are wrong in the
middle, and the other way round. The changed questions of `dev` are shown, those of `held_out` only counted.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Annotated

import typer

from evals.asking import Bench
from evals.cases import Case, Dataset, load
from evals.finding import DATASETS
from evals.metrics import right
from evals.opening import own_library, served_here
from evals.product import Found, Json, Product
from qa.answering.rewriting import understood
from qa.api.schemas import ChatOut
from qa.assembly import Service, open_answers
from qa.chat import REMEMBERED, Chat
from qa.domain import Question, Turn
from qa.draft import Unkept
from qa.errors import QaError
from qa.ports import Embedder, Standalone
from qa.settings import Settings
from qa.turns import Desk

COLUMNS = (
    "split", "questions", "pairs", "changed", "leaning", "right alone", "right in the middle", "made worse",
    "made better",
)  # fmt: skip
SPLITS = ("dev", "held_out")


@dataclass(frozen=True, slots=True)
class Pair:
    """A question after a history. made: as it was understood. alone, after: 1 where it was answered right, or 0."""

    case: Case
    made: str
    alone: float
    after: float
    leans: bool = False

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


class AsUnderstood:
    """A rewriter that has made its mind up."""

    def __init__(self, understood: Standalone) -> None:
        self._understood = understood

    async def standalone(self, question: str, turns: object) -> Standalone:
        return self._understood


@dataclass(frozen=True, slots=True)
class InTheMiddle:
    """The product, asked by a chat that has made its mind up; implements evals.product.Product."""

    product: Product
    chat: Chat

    @property
    def embedder(self) -> Embedder | None:
        return self.product.embedder

    async def ask(self, question: str, conversation_id: str | None = None, within: Json | None = None) -> Json:
        return ChatOut.of(await self.chat.ask(Question(question))).model_dump(mode="json")

    async def search(self, question: str, limit: int) -> list[Found]:
        return await self.product.search(question, limit)

    async def text(self, article_id: str, version: str) -> str | None:
        return await self.product.text(article_id, version)

    async def articles(self) -> Mapping[str, str]:
        return await self.product.articles()

    async def about(self) -> Json:
        return await self.product.about()


async def measured(service: Service, dataset: Dataset, limit: int | None) -> list[Pair]:
    single = [case for case in dataset.cases if case.conversation is None][:limit]
    answers = open_answers(service.settings, None, service.embedder, Desk())
    async with served_here(service) as product:
        bench = Bench(product, found=0, articles=await product.articles())
        histories = [await played(service, product, cases) for cases in conversations(dataset)]

        async def is_right(case: Case, understood: Standalone) -> float:
            chat = Chat(AsUnderstood(understood), service.retriever, answers, Unkept())
            return right.score(await replace(bench, product=InTheMiddle(product, chat)).observe(case)) or 0.0

        return [pair for case in single for pair in await in_the_middle(is_right, case, histories)]


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


async def in_the_middle(
    is_right: Callable[[Case, Standalone], Awaitable[float]], case: Case, histories: Sequence[Sequence[Turn]]
) -> list[Pair]:
    """One pair a history; what leans on none of it is asked once."""
    alone, pairs = await is_right(case, Standalone(case.question)), list[Pair]()
    for made in (understood(case.question, turns) for turns in histories):
        after = await is_right(case, made) if made.follows else alone
        pairs.append(Pair(case, made.text, alone, after, made.follows is not None))
    return pairs


def table(pairs: Sequence[Pair]) -> Iterator[str]:
    yield f"| {' | '.join(COLUMNS)} |"
    yield "|---" * len(COLUMNS) + "|"
    for split in SPLITS:
        yield row(split, [pair for pair in pairs if split in pair.case.tags])
    shown = {(pair.case.question, pair.made) for pair in pairs if pair.is_changed and "dev" in pair.case.tags}
    yield from (f"changed: {asked} > {made}" for asked, made in sorted(shown))
    worse = Counter(pair.case.question for pair in pairs if pair.alone > pair.after and "dev" in pair.case.tags)
    yield from (f"made worse in {times}: {asked}" for asked, times in sorted(worse.items()))


def row(split: str, pairs: Sequence[Pair]) -> str:
    """Of no pairs too."""
    total = max(1, len(pairs))
    cells = [
        split,
        len({pair.case.id for pair in pairs}),
        len(pairs),
        sum(pair.is_changed for pair in pairs),
        sum(pair.leans for pair in pairs),
        f"{100 * sum(pair.alone for pair in pairs) / total:.1f} %",
        f"{100 * sum(pair.after for pair in pairs) / total:.1f} %",
        sum(pair.alone > pair.after for pair in pairs),
        sum(pair.alone < pair.after for pair in pairs),
    ]
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    typer.run(main)
