"""The command line. Nothing heavy is imported before it is needed: a refusal comes in well under a second."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import TypeAdapter
from typer.core import TyperGroup

from qa import ownership, terminal
from qa.api.inputs import question_of
from qa.api.schemas import ChatOut
from qa.domain import Question, SyncReport
from qa.errors import ConfigurationError, InvalidInput, LibraryDamaged, LibraryLocked, QaError
from qa.settings import Settings

if TYPE_CHECKING:
    from qa.assembly import Service
    from qa.conversing import Source

FELL_SHORT, COULD_NOT_RUN, STOPPED = 1, 2, 130
_COULD_NOT_RUN = (ConfigurationError, InvalidInput, LibraryLocked, LibraryDamaged)


class _Commands(TyperGroup):
    """Turns errors into a message on stderr and an exit code: 1 it failed, 2 it could not run, 130 Ctrl-C."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - typer's own context
        try:
            return super().invoke(ctx)
        except QaError as error:
            typer.echo(f"{error.title}. {error}", err=True)
            raise typer.Exit(COULD_NOT_RUN if isinstance(error, _COULD_NOT_RUN) else FELL_SHORT) from None
        except KeyboardInterrupt:
            typer.echo("Stopped.", err=True)
            raise typer.Exit(STOPPED) from None


app = typer.Typer(
    cls=_Commands,
    name="qa",
    help="Ask a folder of articles: every sentence of the answer is tied to the sentence that says so.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def index(
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="Default: QA_ARTICLES_DIR.")] = None,
    as_json: AsJson = False,
) -> None:
    """Bring the library up to date with the folder of articles: new, changed and removed ones."""
    settings = Settings(**_given(articles_dir=folder))
    _need_folder(settings)
    _refuse_at_once(settings, "qa index")
    from qa.assembly import open_service

    with open_service(settings, "qa index") as service:
        _sync(service, settings, as_json=as_json)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on; default QA_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on; default QA_PORT.")] = None,
) -> None:
    """Serve over HTTP; an empty library is indexed first."""
    settings = Settings(**_given(host=host, port=port))
    _refuse_at_once(settings, "qa serve")
    from qa import serving
    from qa.api.app import create_app

    serving.end_cleanly_on_sigterm()
    taken = serving.bind(settings)
    from qa.assembly import open_service

    _log_to_stderr()
    with taken, open_service(settings, "qa serve") as service:
        if not service.is_ready:
            _sync(service, settings, as_json=False)
        serving.run(create_app(service, settings), settings, taken, lambda: _say_ready(settings))


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What to ask.")],
    as_json: AsJson = False,
) -> None:
    """Ask one question; the answer comes with its citations as footnotes."""
    settings = Settings()
    turn = _answer(question_of(question), settings)
    if as_json:
        typer.echo(turn.model_dump_json(indent=2))
    else:
        typer.echo("\n".join(terminal.answer_lines(turn, settings.articles_dir)))


@app.command()
def chat() -> None:
    """A conversation in the terminal: questions and follow-ups, with their citations."""
    from qa.sources import Here, There

    settings = Settings()
    holder = ownership.holder(settings.data_dir)
    if holder and holder.url:
        _converse(There(holder.url, settings), settings)
        return
    _refuse_at_once(settings, "qa chat")
    from qa.assembly import open_service

    with open_service(settings, "qa chat") as service, asyncio.Runner() as runner:
        _hint(service)
        _converse(Here(service, runner), settings)


@app.command()
def doctor() -> None:
    """Say what is configured, reachable and up to date, and how to mend what is not."""
    from qa.doctor import examine

    is_well = True
    for finding in examine(Settings()):
        is_well &= finding.is_well
        typer.echo("\n".join(finding.lines()))
    raise typer.Exit(0 if is_well else FELL_SHORT)


@app.command(
    "eval", context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
)
def evaluate(ctx: typer.Context) -> None:
    """Run the evaluation suite: see `qa eval --help`."""
    from evals.cli import app as evaluation

    raise typer.Exit(evaluation(args=ctx.args, prog_name="qa eval", standalone_mode=False) or 0)


def _given(**values: object) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _refuse_at_once(settings: Settings, command: str) -> None:
    """Raises LibraryLocked before anything heavy is imported; the lock itself is taken again with the library."""
    with ownership.own(settings.data_dir, command):
        pass


def _need_folder(settings: Settings) -> None:
    if not settings.articles_dir.is_dir():
        raise ConfigurationError(
            f"The articles folder {settings.articles_dir} does not exist or is no folder: "
            "name another, or set QA_ARTICLES_DIR."
        )


def _hint(service: Service) -> None:
    """Says so where nothing can be found; raises ConfigurationError where what is found would mean nothing."""
    if service.is_empty:
        typer.echo("The library holds no article: run `qa index` first.", err=True)
    elif not service.is_ready:
        raise ConfigurationError(
            f"The library's vectors are of another embedding than QA_EMBEDDING={service.settings.embedding!r}: "
            "run `qa index`, which embeds everything again, or set QA_EMBEDDING back."
        )


def _sync(service: Service, settings: Settings, *, as_json: bool) -> None:
    _need_folder(settings)
    with terminal.progress("Indexing") as progress:
        report = service.sync(progress)
    if as_json:
        typer.echo(TypeAdapter(SyncReport).dump_json(report, indent=2))
    else:
        typer.echo("\n".join(terminal.report_lines(report, settings.articles_dir)))
    if service.is_empty:
        typer.echo(f"No articles were found in {settings.articles_dir}: put .txt or .md files there.", err=True)


def _answer(question: Question, settings: Settings) -> ChatOut:
    """From the service that holds the data folder, if one does, else from the library itself."""
    holder = ownership.holder(settings.data_dir)
    if holder and holder.url:
        from qa import remote

        return remote.ask(holder.url, question, settings)
    _refuse_at_once(settings, "qa ask")
    from qa.assembly import open_service

    with open_service(settings, "qa ask") as service:
        _hint(service)
        return ChatOut.of(asyncio.run(service.chat.ask(question)))


def _converse(source: Source, settings: Settings) -> None:
    from qa.conversing import Conversation

    Conversation(source, terminal.Screen(), settings.articles_dir).hold()


def _say_ready(settings: Settings) -> None:
    typer.echo(f"Ready at {settings.url} (how to ask: {settings.url}/docs). Ctrl-C ends it.")


def _log_to_stderr() -> None:
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    logging.getLogger("qa").setLevel(logging.INFO)


def main() -> None:
    """The console script `qa`."""
    app(prog_name="qa")
