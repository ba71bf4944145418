"""What the terminal shows: an answer with its footnotes, what indexing did, how far it is."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from qa.api.schemas import ChatOut, CitationOut
from qa.domain import Status, SyncReport

Progress = Callable[[int, int], None]
"""Takes how many articles are done, and how many there are."""


def answer_lines(turn: ChatOut, articles_dir: Path) -> Iterator[str]:
    """The answer, then a footnote for each citation; of an abstention, what stands nearest."""
    yield plain(turn.answer)
    if turn.status is Status.ABSTAINED and turn.nearest:
        yield ""
        yield "Nearest in the articles:"
    shown = [(f"[{citation.number}]", citation) for citation in turn.citations]
    for marker, citation in shown or [(" - ", citation) for citation in turn.nearest]:
        yield ""
        yield from _footnote(marker, citation, articles_dir)


def _footnote(marker: str, citation: CitationOut, articles_dir: Path) -> Iterator[str]:
    dated = f" ({citation.published})" if citation.published else ""
    yield f"{marker} {plain(citation.title)}{dated}"
    yield f"    {plain(str(articles_dir / citation.article_id))}:{citation.line}"
    yield f"    “{plain(citation.quote)}”"


def report_lines(report: SyncReport, articles_dir: Path) -> Iterator[str]:
    """What one run of indexing did; each skipped file with its reason."""
    counts = f"{len(report.added)} added, {len(report.changed)} changed, {len(report.removed)} removed"
    seconds = report.seconds.get("total", sum(report.seconds.values()))
    yield (
        f"{plain(str(articles_dir))}: {counts}, {report.unchanged} unchanged; "
        f"{report.embedded} sentences embedded, {seconds:.1f} s"
    )
    if report.embedded_anew_from:
        yield f"The embedding is another one than before ({plain(report.embedded_anew_from)}): all was embedded anew."
    if report.recoded:
        yield "Not UTF-8, read as:"
        yield from (f"  {plain(path)}: {encoding}" for path, encoding in sorted(report.recoded.items()))
    if report.skipped:
        yield "Skipped:"
        yield from (f"  {plain(one.path)}: {plain(one.reason)}" for one in report.skipped)


def plain(text: str) -> str:
    """Text that cannot steer a terminal: control characters and lone surrogates (from file names) are replaced."""
    return "".join("\ufffd" if unicodedata.category(one) in {"Cc", "Cs"} and one not in "\n\t" else one for one in text)


@contextmanager
def progress(what: str) -> Iterator[Progress | None]:
    """A bar on stderr where that is a terminal, else nothing."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.progress import Progress as Bar  # noqa: PLC0415

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
