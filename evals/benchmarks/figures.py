"""`python -m evals.benchmarks.figures NAME:PATH …`: gold sentence at 1, 3 and 5, and abstention, on public sets.

The table that evals/README.md shows. Run files are kept beside the library, in the data folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console

from evals.finding import Selection
from evals.measuring import Target, measured
from evals.runfile import Attempt, Run
from evals.running import Plan
from qa.errors import QaError
from qa.settings import Settings

COLUMNS = (
    "set", "questions", "gold at 1", "at 3", "at 5", "right", "AUROC", "answers the unanswerable",
    "abstains from the answerable",
)  # fmt: skip


def main(
    sets: Annotated[list[str], typer.Argument(help="NAME:PATH of public sets.")],
    limit: Annotated[
        int | None, typer.Option(min=1, help="So many questions of each, drawn the same every time.")
    ] = None,
) -> None:
    """Prints a Markdown table, a row a set as soon as it is measured."""
    typer.echo(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
    settings = Settings()
    for spec in sets:
        name = spec.partition(":")[0]
        plan = Plan(settings.data_dir / "evals" / f"{name}.json", Selection(limit=limit))
        try:
            run = measured(settings, Target(spec, Path()), plan, None, Console(stderr=True))
        except QaError as error:
            typer.echo(f"{error.title}. {error}", err=True)
            raise typer.Exit(2) from None
        typer.echo(row(run))


def row(run: Run) -> str:
    """The set's line of the table; "–" where nothing was measured."""
    shares = [mean(run, metric) for metric in ("recall_at_1", "recall_at_3", "recall_at_5", "right")]
    answered = mean(run, "abstention_recall")
    wrong = [None if answered is None else 1 - answered, mean(run, "false_abstention")]
    cells = [run.dataset.name, f"{asked(run)}", *map(_percent, shares), _two(auroc(run)), *map(_percent, wrong)]
    return f"| {' | '.join(cells)} |"


def asked(run: Run) -> int:
    """How many questions count; turns that were played as history do not."""
    return sum(value is not None for value in run.values("right").values())


def mean(run: Run, metric: str) -> float | None:
    known = [value for value in run.values(metric).values() if value is not None]
    return sum(known) / len(known) if known else None


def auroc(run: Run) -> float | None:
    """How well the best score of an answer, or of what was near, tells questions that can be answered from the rest.

    The chance that one of the first scores higher than one of the second, ties half (Mann and Whitney 1947).
    None where a kind is missing.
    """
    answerable = {case.id: case.answerable for case in run.cases if case.gold or case.key_facts or not case.answerable}
    held = [
        (answerable[attempt.case_id], best_score(attempt)) for attempt in run.attempts if attempt.case_id in answerable
    ]
    yes, no = (np.array([score for kind, score in held if kind is wanted]) for wanted in (True, False))
    if not len(yes) or not len(no):
        return None
    above = (yes[:, None] > no[None, :]).mean() + 0.5 * (yes[:, None] == no[None, :]).mean()
    return float(above)


def best_score(attempt: Attempt) -> float:
    """0 where nothing was cited and nothing was near."""
    answer = attempt.answer or {}
    return max(
        (float(entry["score"]) for entry in (*answer.get("citations", ()), *answer.get("nearest", ()))), default=0.0
    )


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


if __name__ == "__main__":
    typer.run(main)
