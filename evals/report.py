"""The report: one HTML file with everything in it and no address of anything outside.

Answers and articles are untrusted text: the template escapes whatever it is given, and the page's own policy lets only
the script below run.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from evals.baseline import Baseline, shown_model, standing
from evals.calibration import bins, expected_error
from evals.console import conclusion
from evals.figures_text import amount, change, interval_text, share, value_text
from evals.gate import Figure, Verdict
from evals.percentiles import percentiles
from evals.report_case import CaseView, case_view
from evals.runfile import Run
from evals.scoring import Kind

PAGE = Path(__file__).with_name("report_page")
PLOT_WIDTH = 200


def render(run: Run, verdict: Verdict, baseline: Baseline | None = None, confidence: float = 0.95) -> str:
    """The page as text."""
    style, script = (PAGE / "report.css").read_text("utf-8"), (PAGE / "report.js").read_text("utf-8")
    environment = Environment(
        loader=FileSystemLoader(PAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    cases = _cases(run, baseline)
    return environment.get_template("report.html").render(
        run=run, verdict=verdict, conclusion=conclusion(verdict), model=shown_model(run),
        confidence=f"{100 * confidence:g} %",
        figures=[_row(figure) for figure in verdict.figures if figure.measured or figure.missing],
        percentiles=_latency(run), calibration=_calibration(run), regressions=_regressions(verdict, cases),
        cases=cases, standings=sorted(Counter(case.standing for case in cases).items()),
        tags=sorted(Counter(tag for case in cases for tag in case.tags).items()), made_with=_made_with(run),
        style=Markup(style), script=Markup(script),  # noqa: S704 - our own files
        script_hash=_digest(script),
    )  # fmt: skip


def _digest(script: str) -> str:
    """As a content security policy names it."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _row(figure: Figure) -> dict[str, Any]:
    write = share if figure.metric.kind is Kind.SHARE else amount
    return {
        "title": figure.metric.title, "value": value_text(figure), "interval": interval_text(figure),
        "measured": figure.measured, "old": write(figure.old) if figure.old is not None else "",
        "change": change(figure), "bad": figure.regressed or bool(figure.breach) or figure.missing,
        "plot": _plot(figure),
    }  # fmt: skip


def _plot(figure: Figure) -> Mapping[str, float | None] | None:
    """Places along the track; None for amounts, which have no end."""
    if figure.metric.kind is not Kind.SHARE or figure.value is None:
        return None
    ends = (figure.around.low, figure.around.high) if figure.around else (None, None)
    named = {"value": figure.value, "low": ends[0], "high": ends[1], "old": figure.old}
    return {name: None if value is None else round(PLOT_WIDTH * value, 1) for name, value in named.items()}


def _latency(run: Run) -> dict[int, str] | None:
    held = percentiles(run, "latency_ms")
    return {percent: amount(value) for percent, value in held.items()} if held else None


def _calibration(run: Run) -> dict[str, Any] | None:
    claims = [claim for attempt in run.attempts for claim in attempt.claims]
    error = expected_error(claims)
    if error is None:
        return None
    points = [
        {
            "x": round(PLOT_WIDTH * held.mean_score, 1), "y": round(PLOT_WIDTH * (1 - held.share_right), 1),
            "r": round(2 + 10 * (held.count / len(claims)) ** 0.5, 1), "count": held.count,
            "score": f"{held.mean_score:.2f}", "right": share(held.share_right),
        }
        for held in bins(claims)
    ]  # fmt: skip
    return {"error": f"{error:.3f}", "claims": len(claims), "bins": points}


def _cases(run: Run, baseline: Baseline | None) -> list[CaseView]:
    """Failures first, each group in the order of the dataset."""
    old = {case.id: case.answer for case in baseline.cases} if baseline else {}
    views = [
        case_view(place, run, case, standing(run, case.id), old.get(case.id)) for place, case in enumerate(run.cases)
    ]
    order = {"error": 0, "failed": 1, "flaky": 2, "passed": 3, "not_measured": 4}
    return sorted(views, key=lambda view: order[view.standing])


def _regressions(verdict: Verdict, cases: list[CaseView]) -> list[dict[str, Any]]:
    places = {case.id: case.place for case in cases}
    return [
        {"place": places[case.id], "id": case.id, "question": case.question, "old_answer": case.old_answer,
         "new_answer": case.new_answer}
        for case in verdict.regressions
    ]  # fmt: skip


def _made_with(run: Run) -> list[tuple[str, str]]:
    """What the figures depend on, a line each."""
    parts = {"dataset": run.dataset.sha256, "articles": run.articles, "product": run.product, "prompts": run.prompts}
    return [
        (name, value if isinstance(value, str) else json.dumps(value, sort_keys=True))
        for name, value in {**parts, "versions": run.versions, "machine": run.machine}.items()
    ]
