"""One run from its options: the questions, the service, the answers, the run file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from evals import environment, runfile
from evals.asking import Bench
from evals.benchmarks.question_set import QuestionSet
from evals.cases import Case
from evals.finding import Selection
from evals.judge import Judge
from evals.metrics.ranking import ir_measures
from evals.product import Product
from evals.run import keep_finished, measure, threads
from evals.runfile import Attempt, DatasetRecord, Run
from qa.errors import ConfigurationError
from qa.prompting import PROMPTS

KEEP_EVERY_S = 1.0
PROMPT_FOLDERS = (PROMPTS,)


@dataclass(frozen=True)
class Plan:
    """How to ask. found: sentences to search for; 0 leaves retrieval unmeasured. file: where the run is kept.

    concurrency: conversations at a time. In one process they wait for each other, so 1 keeps the latency honest.
    """

    file: Path
    selection: Selection = field(default_factory=Selection)
    repeats: int = 1
    concurrency: int = 1
    found: int = 10
    resume: bool = False
    judge: Judge | None = None
    prices: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


class Keeper:
    """Writes the run file while it grows, at most once a second, and tells of each attempt."""

    def __init__(self, run: Run, file: Path, told: Callable[[Attempt], None]) -> None:
        self._run, self._file, self._told = run, file, told
        self._saved_at = monotonic()

    def __call__(self, attempt: Attempt) -> None:
        self._told(attempt)
        if monotonic() - self._saved_at >= KEEP_EVERY_S:
            self.save()

    def save(self) -> None:
        runfile.save(self._run, self._file)
        self._saved_at = monotonic()


async def play(
    questions: QuestionSet, product: Product, plan: Plan, told: Callable[[int, Attempt | None], None]
) -> Run:
    """Asks and scores; what was done is in the plan's file whatever happens.

    told: hears how many attempts there are to come, first without an attempt and then after each. Raises
    ConfigurationError, ProductDown.
    """
    if plan.found:
        ir_measures()
    cases = plan.selection.of(questions.cases)
    articles = await product.articles()
    run = await _begun(questions, cases, product, plan, articles)
    waiting = keep_finished(run, threads(cases, plan.repeats))
    to_come = sum(len(thread.cases) for thread in waiting)
    told(to_come, None)
    keeper = Keeper(run, plan.file, lambda attempt: told(to_come, attempt))
    bench = Bench(product, plan.found, articles, plan.judge, plan.prices)
    try:
        await measure(run, waiting, bench, plan.concurrency, keeper)
    finally:
        keeper.save()
    return run


async def _begun(
    questions: QuestionSet, cases: tuple[Case, ...], product: Product, plan: Plan, articles: Mapping[str, str]
) -> Run:
    """A new run, or with `resume` the one in the file. Raises ConfigurationError if that is of something else."""
    record = DatasetRecord(name=questions.name, sha256=runfile.content_hash(questions.cases), size=len(questions.cases))
    fresh = Run(
        created_at=datetime.now(UTC).isoformat(timespec="seconds"), partial=len(cases) < len(questions.cases),
        repeats=plan.repeats, dataset=record, product=await product.about(),
        articles=environment.articles_hash(articles), prompts=environment.prompt_hashes(PROMPT_FOLDERS),
        versions=environment.versions(), machine=environment.machine(),
        cases=[runfile.case_record(case) for case in cases],
    )  # fmt: skip
    if not plan.resume or not plan.file.exists():
        return fresh
    held = runfile.load(plan.file)
    _check_same(held, fresh, plan.file)
    return fresh.model_copy(update={"attempts": held.attempts})


def _check_same(held: Run, fresh: Run, file: Path) -> None:
    """Answers of one product must not be mixed with those of another."""
    for name in ("dataset", "product", "articles", "prompts"):
        if getattr(held, name) != getattr(fresh, name):
            raise ConfigurationError(f"{file} cannot be resumed: its {name} is another now. Run without --resume")
