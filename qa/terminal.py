"""What the terminal shows: an answer with its footnotes, what indexing did, how far it is."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from qa.api.schemas import ArticleOut, ChatOut, CitationOut
from qa.domain import Status, SyncReport
from qa.errors import InvalidInput

Progress = Callable[[int, int], None]
"""Takes how many articles are done, and how many there are."""


def answer_lines(turn: ChatOut, articles_dir: Path) -> Iterator[str]:
    """The answer, then its footnotes."""
    yield plain(turn.answer)
    yield from footnote_lines(turn, articles_dir)


def footnote_lines(turn: ChatOut, articles_dir: Path) -> Iterator[str]:
    """A footnote for each citation; of an abstention, what stands nearest."""
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


@dataclass(frozen=True, slots=True)
class Lit:
    """A cited sentence in its paragraph. place: the file and the line of the sentence."""

    place: str
    before: str
    sentence: str
    after: str


def lit(citation: CitationOut, article: ArticleOut, articles_dir: Path) -> Lit:
    """`article`: the version that is cited."""
    cited = next(one for one in article.sentences if one.number == citation.sentence)
    paragraph = [one for one in article.sentences if one.paragraph == cited.paragraph]
    start, end = min(one.start for one in paragraph), max(one.end for one in paragraph)
    return Lit(
        place=plain(f"{articles_dir / citation.article_id}:{citation.line}"),
        before=plain(article.text[start : cited.start]),
        sentence=plain(article.text[cited.start : cited.end]),
        after=plain(article.text[cited.end : end]),
    )


class Screen:
    """The terminal that the process has; where it is none, nothing is coloured and no prompt is shown."""

    def __init__(self) -> None:
        self._prompt = "> " if sys.stdin.isatty() and sys.stdout.isatty() else ""
        if self._prompt:
            with suppress(ImportError):
                import readline  # noqa: F401, PLC0415 - input() then edits the line and knows the ones before

    def read(self) -> str:
        """One line. Raises EOFError, KeyboardInterrupt, and InvalidInput for what is not UTF-8."""
        try:
            return input(self._prompt)
        except UnicodeDecodeError as error:
            raise InvalidInput("The line is not in UTF-8: type it in UTF-8, or set the terminal to it.") from error

    def say(self, text: str) -> None:
        """At once, without a line end."""
        sys.stdout.write(text)
        sys.stdout.flush()

    def show(self, shown: Lit) -> None:
        """The paragraph with its sentence in reverse; between >> and << where there are no colours."""
        from rich.console import Console  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        console = Console(highlight=False, soft_wrap=True)
        left, right = ("", "") if console.color_system else (">>", "<<")
        console.print(Text(shown.place, style="dim"))
        console.print(Text.assemble(shown.before, (f"{left}{shown.sentence}{right}", "reverse"), shown.after))


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
