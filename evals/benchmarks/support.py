"""`python -m evals.benchmarks.support TRAIN_FOLDER BENCH_FOLDER [WEIGHTS.safetensors]`: the check of support, measured.

Two tables in Markdown. The first: counter-examples built from articles that training left out, by class, and how many
are caught, true claims wrongly refused. The second: how well the score tells supported claims from others, with the
interval of 95 %, beside plain word overlap. Of sets that the score was fitted on, only the other half is measured
(evals/reader/support_sets.py); the last row is all of WiCE dev, for which the score is fitted anew, on each half for
the other. Without weights the shipped reader's are taken; `--words` measures the check without a reader.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from evals.reader.corpus import read_all
from evals.reader.counterexamples import CLASSES, TRUE
from evals.reader.fit_support import fitted_scale, fitting_sets, opened_models
from evals.reader.ranking import auroc, auroc_interval
from evals.reader.support_sets import (
    Halves,
    Labelled,
    begin,
    built_halves,
    halves,
    pairs,
    symmetric,
    wice,
    wice_annotated,
)
from qa.answering.claims.objections import objections
from qa.answering.claims.overlap import coverage
from qa.answering.cross_encoder import shipped_weights
from qa.answering.support import ClaimChecker
from qa.answering.support_score import ClaimModels, shipped_scale
from qa.domain import Support

COLUMNS = ("set", "claims", "AUROC", "AUROC, word overlap", "unsupported caught", "supported refused")


@dataclass(frozen=True, slots=True)
class Judged:
    of: Labelled
    support: Support
    probability: float
    overlap: float


def sampled(labelled: Sequence[Labelled], limit: int) -> list[Labelled]:
    return random.Random(6).sample(list(labelled), min(limit, len(labelled)))


def judged(checker: ClaimChecker, labelled: Sequence[Labelled]) -> list[Judged]:
    return [_judged(checker, each) for each in labelled]


def _judged(checker: ClaimChecker, each: Labelled) -> Judged:
    """The verdict as the product gives it, and the probability before an exact check takes it down."""
    found = objections(each.claim, each.cited)
    score = checker.probability(each.claim, each.cited, found)
    support = checker.decided(each.claim, each.cited, found, score).support
    return Judged(each, support, score, coverage(each.claim, each.cited.text))


def class_rows(found: Sequence[Judged]) -> Iterator[str]:
    """A line a class: how many, and the share called unsupported, and not called supported."""
    for kind in (*CLASSES, TRUE):
        own = [each for each in found if each.of.kind == kind]
        if own:
            refused = sum(each.support is Support.UNSUPPORTED for each in own) / len(own)
            doubted = sum(each.support is not Support.SUPPORTED for each in own) / len(own)
            yield f"| {kind} | {len(own)} | {refused:.1%} | {doubted:.1%} |"


def set_row(name: str, found: Sequence[Judged]) -> str:
    truths = [each.of.is_supported for each in found]
    stated = [each.probability for each in found]
    score, around = auroc(stated, truths), auroc_interval(stated, truths)
    within = f" ({around.low:.2f}–{around.high:.2f})" if around else ""
    words = auroc([each.overlap for each in found], truths)
    right = [each for each in found if each.of.is_supported]
    refused = sum(each.support is Support.UNSUPPORTED for each in right) / max(len(right), 1)
    caught = sum(each.support is Support.UNSUPPORTED for each in found if not each.of.is_supported)
    share = f"{caught / (len(found) - len(right)):.1%}" if len(found) > len(right) else "–"
    return f"| {name} | {len(found)} | {score:.3f}{within} | {words:.3f} | {share} | {refused:.1%} |"


def measured_sets(train: Path, bench: Path) -> Mapping[str, Sequence[Labelled]]:
    return {
        "WiCE dev, the half not fitted on": halves("wice", wice(bench / "wice_dev")).measured,
        "WiCE dev, supported, all annotated evidence": halves("", wice_annotated(bench / "wice_dev")).measured,
        **{
            f"{name}, held out, the half not fitted on": halves(
                name, pairs(train / "support" / f"{name}.jsonl")
            ).measured
            for name in ("fever_dev_pairs", "fool_me_twice")
        },
        "FEVER symmetric, test": symmetric(train / "fever_sym" / "test.jsonl"),
        "BEGIN test (trained on)": halves("begin", begin(train / "begin" / "begin_test_wow.tsv")).measured,
    }


def crossed(known: Sequence[Halves], models: ClaimModels | None) -> list[Judged]:
    """All of WiCE's own claims, each judged by a scale that was fitted without its half."""
    found = []
    for sides in (known, [turned(own) if own.name.startswith("wice") else own for own in known]):
        checker = ClaimChecker(fitted_scale(sides, models)[0], models)
        (measured,) = (own.measured for own in sides if own.name == "wice")
        found += judged(checker, [each for each in measured if each.kind != "without"])
    return found


def turned(own: Halves) -> Halves:
    return replace(own, fitted=own.measured, measured=own.fitted)


def main(
    train: Annotated[Path, typer.Argument(help="The folder of training sets.")],
    bench: Annotated[Path, typer.Argument(help="The folder of public sets.")],
    weights: Annotated[Path | None, typer.Argument()] = None,
    words: Annotated[bool, typer.Option("--words", help="Without a reader.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="So many claims of each set, drawn the same every time.")] = 600,
) -> None:
    """Prints both tables."""
    models = None if words else opened_models(weights or shipped_weights())
    checker = ClaimChecker(shipped_scale("words" if words else "reader"), models)
    built = built_halves(read_all(train)).measured
    chosen = [each for kind in (*CLASSES, TRUE) for each in sampled([b for b in built if b.kind == kind], limit // 2)]
    typer.echo("| built claims | claims | called unsupported | not called supported |\n|---|---|---|---|")
    for row in class_rows(judged(checker, chosen)):
        typer.echo(row)
    typer.echo(f"\n| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
    thirds: list[Judged] = []
    for name, labelled in measured_sets(train, bench).items():
        found = judged(checker, sampled(labelled, limit))
        typer.echo(set_row(name, found))
        thirds += found if "held out" in name else []
    typer.echo(set_row("both held-out thirds together", thirds))
    typer.echo(set_row("WiCE dev, each half by the fit on the other", crossed(fitting_sets(train, bench), models)))


if __name__ == "__main__":
    typer.run(main)
