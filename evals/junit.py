"""A run as JUnit XML, which CI servers show case by case (the schema of Ant's junit task)."""

from __future__ import annotations

import re
from xml.etree import ElementTree as Xml  # written here, never read

from evals.baseline import Standing, shown_answer, standing
from evals.gate import Verdict
from evals.runfile import CaseRecord, Run

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""XML 1.0, section 2.2: these characters cannot even be escaped."""


def render(run: Run, verdict: Verdict) -> str:
    """One test a case. A failure is a case that failed every time; what is flaky or not measured is skipped."""
    worse = {change.id: change.old_answer for change in verdict.regressions}
    counts = {"failures": verdict.failing, "errors": verdict.errors, "skipped": (*verdict.flaky, *verdict.unmeasured)}
    suite = Xml.Element("testsuite", name=_clean(f"qa eval {run.dataset.name}"), tests=str(len(run.cases)))
    for name, cases in counts.items():
        suite.set(name, str(len(cases)))
    for case in run.cases:
        _add(suite, run, case, worse.get(case.id))
    Xml.indent(suite)
    return Xml.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _add(suite: Xml.Element, run: Run, case: CaseRecord, old_answer: str | None) -> None:
    seconds = sum((attempt.metrics.get("latency_ms") or 0.0) / 1000 for attempt in run.attempts_of(case.id))
    test = Xml.SubElement(
        suite, "testcase", name=_clean(case.id), classname=_clean(run.dataset.name), time=f"{seconds:.3f}"
    )
    held = standing(run, case.id)
    if held is Standing.FAILED:
        note = Xml.SubElement(test, "failure", message=_message(old_answer))
        note.text = _clean(f"{case.question}\n\n{_both(shown_answer(run, case.id), old_answer)}")
    elif held is Standing.ERROR:
        Xml.SubElement(test, "error", message=_clean(_errors(run, case.id)))
    elif held is not Standing.PASSED:
        Xml.SubElement(test, "skipped", message=held.value.replace("_", " "))


def _message(old_answer: str | None) -> str:
    return "passed before, fails now" if old_answer is not None else "fails"


def _both(answer: str, old_answer: str | None) -> str:
    return f"now: {answer}" + (f"\nbefore: {old_answer}" if old_answer is not None else "")


def _errors(run: Run, case_id: str) -> str:
    return "; ".join(attempt.error for attempt in run.attempts_of(case_id) if attempt.error)


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)
