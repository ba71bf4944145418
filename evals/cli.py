"""`qa eval`: measure, compare, accept, add a case, check a dataset.

Exit codes: 0 fine; 1 something got worse or is under its floor; 2 could not run, or a needed metric was not measured.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from evals import adding, baseline, console, runfile
from evals.cases import check as problems_of
from evals.cases import load as load_cases
from evals.finding import DATASETS, Selection
from evals.gate import Verdict, judge
from evals.gate_rules import OURS, GateRules, load_rules
from evals.measuring import JudgeAddress, Target, measured
from evals.outputs import Outputs
from evals.runfile import Run
from evals.running import Plan
from qa.errors import ConfigurationError, QaError
from qa.settings import Settings

COULD_NOT_RUN = 2
BASELINE_HELP = "The accepted run to hold this one against."
GATE_HELP = "Tolerances, floors and prices."


class Rated(StrEnum):
    """What readers said of an answer."""

    GOOD = "good"
    BAD = "bad"


app = typer.Typer(
    name="eval",
    help="Measure the answers, and fail when they get worse.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def run(  # noqa: PLR0913, PLR0917 - one parameter an option
    dataset: Annotated[str, typer.Option(help="A set of ours, a .jsonl file, or NAME:PATH of a public set.")] = "seeds",
    articles: Annotated[Path | None, typer.Option(help="What our cases are about; default QA_ARTICLES_DIR.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Only cases with this tag; may be given again.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="So many cases, drawn the same every time.")] = None,
    repeat: Annotated[int, typer.Option(min=1, help="Ask each case so often.")] = 1,
    concurrency: Annotated[
        int | None, typer.Option(min=1, help="Conversations at a time; default 4 with --base-url, else 1.")
    ] = None,
    base_url: Annotated[str | None, typer.Option(help="Measure a running service instead of one of its own.")] = None,
    key: Annotated[str | None, typer.Option(envvar="EVAL_KEY", help="The running service's key.")] = None,
    timeout_s: Annotated[float, typer.Option(min=0.1, help="For one answer of a running service.")] = 120.0,
    output: Annotated[list[Path] | None, typer.Option("-o", help="run.json, report.html, junit.xml.")] = None,
    against: Annotated[Path | None, typer.Option("--baseline", help=BASELINE_HELP)] = None,
    gate: Annotated[Path, typer.Option(help=GATE_HELP)] = OURS,
    resume: Annotated[bool, typer.Option(help="Go on with the run file where it broke off.")] = False,
    retrieval: Annotated[bool, typer.Option(help="Measure the search behind each answer.")] = True,
    judge_url: Annotated[str | None, typer.Option(help="An OpenAI-compatible API to mark answers with.")] = None,
    judge_model: Annotated[str | None, typer.Option(help="The judge's model; not the one that answers.")] = None,
    judge_key: Annotated[str | None, typer.Option(envvar="EVAL_JUDGE_KEY", help="The judge's key.")] = None,
) -> None:
    """Ask every case, score the answers, and hold them against a baseline."""
    with _exit_codes():
        settings, rules = Settings(), load_rules(gate)
        accepted = baseline.load(against) if against else None
        outputs = Outputs.of(output or [], settings.data_dir)
        plan = Plan(
            outputs.run, Selection(tuple(tag or ()), limit), repeat, concurrency or (4 if base_url else 1),
            10 if retrieval else 0, resume, prices=rules.price_table,
        )  # fmt: skip
        target = Target(dataset, articles or settings.articles_dir, base_url, key, timeout_s)
        address = JudgeAddress.of(judge_url, judge_model, judge_key)
        held = measured(settings, target, plan, address, Console(stderr=True))
        _report(held, rules, accepted, outputs)


@app.command()
def compare(
    old: Annotated[Path, typer.Argument(help="A run file or a baseline.")],
    new: Annotated[Path, typer.Argument(help="A run file.")],
    output: Annotated[list[Path] | None, typer.Option("-o", help="report.html, junit.xml.")] = None,
    gate: Annotated[Path, typer.Option(help=GATE_HELP)] = OURS,
) -> None:
    """Hold a run against an earlier one."""
    with _exit_codes():
        rules = load_rules(gate)
        held = runfile.load(new)
        _report(held, rules, _accepted(old), Outputs.only_reports(output or []))


@app.command()
def accept(
    path: Annotated[Path, typer.Argument(metavar="RUN", help="A run file of all cases, without errors.")],
    output: Annotated[Path | None, typer.Option("-o", help="Default: evals/baselines/DATASET.json.")] = None,
    gate: Annotated[Path, typer.Option(help=GATE_HELP)] = OURS,
) -> None:
    """Make a run the baseline that later ones are held against."""
    with _exit_codes():
        held = runfile.load(path)
        taken = baseline.accept(held, load_rules(gate))
        place = output or Path("evals/baselines") / f"{held.dataset.name}.json"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(baseline.dumps(taken), encoding="utf-8")
        typer.echo(f"{place}: {len(taken.cases)} cases accepted. Commit it with the change that made them so.")


@app.command()
def add(
    answer: Annotated[Path | None, typer.Option(help="A saved answer: `qa ask --json … > FILE`; - for stdin.")] = None,
    turn: Annotated[str | None, typer.Option(help="The id of a kept turn.")] = None,
    feedback: Annotated[Rated | None, typer.Option(help="Every kept turn that readers rated so.")] = None,
    to: Annotated[Path | None, typer.Option(help="The dataset to add to; without it the cases are printed.")] = None,
) -> None:
    """Write cases from bad answers, for a person to fill in the reference."""
    with _exit_codes():
        groups = _given(answer, turn, feedback)
        if to is None:
            typer.echo("".join(map(adding.lines, groups)), nl=False)
            return
        # What readers rated is asked for again and again: what was taken over before stays as it was edited.
        fresh = [group for group in groups if feedback is None or not adding.holds(to, group[-1])]
        for group in fresh:
            adding.append(to, group)
        typer.echo(f"{to}: {', '.join(group[-1]['id'] for group in fresh) or 'nothing'} added. {adding.TO_FILL_IN}")


@app.command()
def check(
    dataset: Annotated[Path, typer.Argument(help="A file of cases.")] = DATASETS / "seeds.jsonl",
    articles: Annotated[Path | None, typer.Option(help="What they are about; default QA_ARTICLES_DIR.")] = None,
) -> None:
    """Prove that every quote stands in its file, ids are unique, and each case is whole."""
    with _exit_codes():
        held = load_cases(dataset)
        problems = problems_of(held, articles or Settings().articles_dir)
        for problem in problems:
            typer.echo(str(problem), err=True)
        if problems:
            raise typer.Exit(COULD_NOT_RUN)
        typer.echo(f"{dataset}: {len(held.cases)} cases, every quote found.")


@contextmanager
def _exit_codes() -> Iterator[None]:
    """What went wrong, in words, and 2; the gate raises its own code."""
    try:
        yield
    except QaError as error:
        typer.echo(f"{error.title}. {error}", err=True)
        raise typer.Exit(COULD_NOT_RUN) from None
    except KeyboardInterrupt:
        typer.echo("Stopped. What was done is kept; go on with --resume.", err=True)
        raise typer.Exit(COULD_NOT_RUN) from None


def _report(held: Run, rules: GateRules, accepted: baseline.Baseline | None, outputs: Outputs) -> None:
    verdict: Verdict = judge(held, rules, accepted)
    outputs.write(held, verdict, accepted, rules)
    console.show(Console(width=None if sys.stdout.isatty() else 160), held, verdict)
    for path in outputs.written:
        typer.echo(f"Written: {path}")
    raise typer.Exit(verdict.exit_code)


def _accepted(path: Path) -> baseline.Baseline:
    """A baseline, or a run file as if it had been accepted."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return baseline.of_run(runfile.load(path)) if '"attempts"' in text else baseline.load(path)


def _given(answer: Path | None, turn: str | None, feedback: Rated | None) -> list[list[adding.Json]]:
    """The saved answer, or kept turns with those before them: a list of cases each."""
    if answer is not None:
        text = sys.stdin.read() if str(answer) == "-" else answer.read_text(encoding="utf-8")
        return [adding.drafts([adding.read_answer(text)])]
    if turn is None and feedback is None:
        raise ConfigurationError("there is nothing to add: give --answer FILE, --turn ID or --feedback bad")
    from evals import kept_turns  # noqa: PLC0415 - opens the library, which a saved answer does not need

    kept = [kept_turns.turn(turn, Settings())] if turn else kept_turns.rated(str(feedback), Settings())
    return [adding.drafts(each.answers, each.expected) for each in kept]
