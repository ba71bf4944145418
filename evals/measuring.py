"""From what the command line names to a finished run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
from rich.console import Console

from evals.benchmarks.question_set import QuestionSet
from evals.finding import find
from evals.http_product import over_http
from evals.judge import Judge, ModelJudge, load_prompt
from evals.product import Product
from evals.progress import Asked, asking, indexing
from evals.runfile import Run
from evals.running import Plan, play
from qa.errors import ConfigurationError
from qa.settings import Settings


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked, and whom. base_url: of a running service; None for one of our own over `articles`."""

    dataset: str
    articles: Path
    base_url: str | None = None
    key: str | None = None
    timeout_s: float = 120.0


@dataclass(frozen=True, slots=True)
class JudgeAddress:
    url: str
    model: str
    key: str | None

    @classmethod
    def of(cls, url: str | None, model: str | None, key: str | None) -> JudgeAddress | None:
        """None without an address. Raises ConfigurationError for half of one."""
        if url is None and model is None:
            return None
        if url is None or model is None:
            raise ConfigurationError("a judge needs both --judge-url and --judge-model")
        return cls(url, model, key)


def measured(settings: Settings, target: Target, plan: Plan, address: JudgeAddress | None, screen: Console) -> Run:
    """Raises ConfigurationError, ProductDown, and what opening the library raises."""
    questions = find(target.dataset, target.articles, settings.data_dir / "evals" / "sets")
    plan.selection.of(questions.cases)  # an unknown tag is told before anything is indexed
    with ExitStack() as opened:
        # Indexing stands outside the event loop, so that Ctrl-C ends it at once.
        product = _product(settings, target, questions, screen, opened)
        told = opened.enter_context(asking(screen))
        return asyncio.run(_asked(questions, product, plan, address, told))


def _product(
    settings: Settings, target: Target, questions: QuestionSet, screen: Console, opened: ExitStack
) -> AbstractAsyncContextManager[Product]:
    if target.base_url is not None:
        return over_http(target.base_url, target.key, target.timeout_s)
    # A running service is measured without ours, which takes a second to import.
    from evals.opening import own_library, served_here  # noqa: PLC0415

    with indexing(screen) as progress:
        service = opened.enter_context(own_library(settings, questions.articles, progress))
    return served_here(service)


async def _asked(
    questions: QuestionSet,
    product: AbstractAsyncContextManager[Product],
    plan: Plan,
    address: JudgeAddress | None,
    told: Asked,
) -> Run:
    async with AsyncExitStack() as opened:
        ready = await opened.enter_async_context(product)
        judge = await opened.enter_async_context(_judge(address)) if address else None
        return await play(questions, ready, replace(plan, judge=judge), told)


@asynccontextmanager
async def _judge(address: JudgeAddress) -> AsyncIterator[Judge]:
    headers = {"Authorization": f"Bearer {address.key}"} if address.key else {}
    base = address.url.rstrip("/") + "/"
    async with httpx.AsyncClient(base_url=base, headers=headers, timeout=120) as client:
        yield ModelJudge(client, address.model, load_prompt())
