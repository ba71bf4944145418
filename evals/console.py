"""What a person reads in the terminal: the figures, then the cases that matter, named."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evals.figures_text import amount, change, interval_text, share, value_text
from evals.gate import CaseChange, Figure, Verdict
from evals.percentiles import percentiles
from evals.runfile import Run
from evals.scoring import Kind


def show(console: Console, run: Run, verdict: Verdict) -> None:
    """Figures, regressions with old and new answer side by side, and every case that needs a look."""
    console.print(_figures(run, verdict))
    if held := percentiles(run, "latency_ms"):
        shown = ", ".join(f"{percent} % within {amount(value)} ms" for percent, value in held.items())
        console.print(f"Latency: {shown}.", highlight=False)
    _changes(console, "Got worse", verdict.regressions)
    _changes(console, "Got better", verdict.improvements)
    _names(console, "Fails every time", verdict.failing)
    _names(console, "Flaky (passed and failed; does not gate)", verdict.flaky)
    _errors(console, run, verdict.errors)
    console.print(conclusion(verdict), highlight=False)


def conclusion(verdict: Verdict) -> str:
    """One line: what the exit code says."""
    if verdict.unfinished:
        return "Not finished: some cases were not asked."
    if verdict.errors:
        return f"{len(verdict.errors)} cases could not be asked."
    if not verdict.gated:
        return "Measured; no baseline was given."
    return "; ".join(filter(None, (_against(verdict), _missing(verdict)))) or "Nothing got worse."


def _missing(verdict: Verdict) -> str:
    titles = [figure.metric.title for figure in verdict.figures if figure.missing]
    return f"needed and not measured: {', '.join(titles)}" if titles else ""


def _against(verdict: Verdict) -> str:
    worse = [figure.metric.title for figure in verdict.figures if figure.regressed]
    breaches = [f"{figure.metric.title} is {figure.breach}" for figure in verdict.figures if figure.breach]
    cases = [f"{len(verdict.regressions)} cases passed before and fail now"] if verdict.regressions else []
    metrics = [f"surely worse: {', '.join(worse)}"] if worse else []
    return "; ".join(cases + metrics + breaches)


def _figures(run: Run, verdict: Verdict) -> Table:
    table = Table(title=f"{run.dataset.name}: {len(run.cases)} cases", title_justify="left")
    for column in ("metric", "value", "interval", "cases", *(("before", "change") if verdict.gated else ())):
        table.add_column(column, justify="left" if column == "metric" else "right", no_wrap=True)
    for figure in verdict.figures:
        if figure.measured or figure.missing:
            table.add_row(*_row(figure, verdict.gated), style="red" if figure.regressed or figure.breach else None)
    return table


def _row(figure: Figure, gated: bool) -> list[str]:
    write = share if figure.metric.kind is Kind.SHARE else amount
    row = [figure.metric.title, value_text(figure), interval_text(figure), f"{figure.measured}"]
    return row + (["" if figure.old is None else write(figure.old), change(figure)] if gated else [])


def _changes(console: Console, title: str, changes: Sequence[CaseChange]) -> None:
    if not changes:
        return
    table = Table(title=f"{title}: {len(changes)}", title_justify="left", show_lines=True)
    for column in ("case", "question", "before", "now"):
        table.add_column(column, overflow="fold")
    for case in changes:
        table.add_row(*(escape(cell) for cell in (case.id, case.question, case.old_answer, case.new_answer)))
    console.print(table)


def _names(console: Console, title: str, cases: Sequence[str]) -> None:
    if cases:
        console.print(f"{title}: {escape(', '.join(cases))}", highlight=False)


def _errors(console: Console, run: Run, cases: Sequence[str]) -> None:
    for attempt in run.attempts:
        if attempt.case_id in cases and attempt.error:
            console.print(f"Error in {escape(attempt.case_id)}: {escape(attempt.error)}", highlight=False)
