"""Progress on standard error, where a person looks; nothing where it is no terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from evals.runfile import Attempt
from evals.scoring import Outcome

Asked = Callable[[int, Attempt | None], None]
"""Hears how many attempts there are to come, first without one and then after each."""
Indexed = Callable[[int, int], None]
"""Hears (done, total) articles."""


@contextmanager
def asking(console: Console) -> Iterator[Asked]:
    """A bar that counts attempts and, beside it, those that did not pass."""
    with _bar(console) as bar:
        task = bar.add_task("asking", total=None, note="")
        short = 0

        def told(to_come: int, attempt: Attempt | None) -> None:
            nonlocal short
            short += attempt is not None and attempt.outcome in {Outcome.FAILED, Outcome.ERROR}
            note = f"{short} not passed" if short else ""
            bar.update(task, total=to_come, advance=0 if attempt is None else 1, note=note)

        yield told


@contextmanager
def indexing(console: Console) -> Iterator[Indexed]:
    """A bar that counts articles."""
    with _bar(console) as bar:
        task = bar.add_task("indexing", total=None, note="")
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def _bar(console: Console) -> Iterator[Bar]:
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
    )  # fmt: skip
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        yield bar
