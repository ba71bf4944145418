from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from mini_product import AlwaysAbstains, FailsOn, IgnoresHistory, MiniProduct, Wrapped, WrongEverySecondTime
from playing import RULES, accepted, played

from evals.gate import judge
from evals.junit import render
from evals.product import Json

SHIPS = "How many ships waited?"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "run.json"


def test_each_case_is_a_test_and_a_regression_holds_both_answers(file: Path) -> None:
    baseline = accepted(MiniProduct(), file)
    run = played(IgnoresHistory(MiniProduct()), file)
    suite = Xml.fromstring(render(run, judge(run, RULES, baseline)))
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("13", "1", "0")
    (failure,) = suite.iter("failure")
    assert failure.get("message") == "passed before, fails now"
    assert failure.text is not None
    assert "now: The articles do not say." in failure.text
    assert "before: Engineer Tom Holt drew the plans. [1]" in failure.text


def test_errors_and_flaky_cases_are_told_apart_from_failures(file: Path) -> None:
    run = played(FailsOn(MiniProduct(), SHIPS), file)
    suite = Xml.fromstring(render(run, judge(run, RULES)))
    (error,) = suite.iter("error")
    assert "gave 500" in str(error.get("message"))
    run = played(WrongEverySecondTime(MiniProduct(), SHIPS), file, repeats=2)
    suite = Xml.fromstring(render(run, judge(run, RULES)))
    assert [skipped.get("message") for skipped in suite.iter("skipped")] == ["flaky"]
    assert suite.get("skipped") == "1"


def test_what_xml_cannot_hold_is_replaced(file: Path) -> None:
    class Odd(Wrapped):
        def changed(self, answer: Json) -> Json:
            return AlwaysAbstains(self.inner).changed(answer) | {"answer": "a\x00\x1b]b <&> \ufffe"}

    run = played(Odd(MiniProduct()), file)
    suite = Xml.fromstring(render(run, judge(run, RULES)))
    texts = [failure.text or "" for failure in suite.iter("failure")]
    assert texts
    assert all("now: a\ufffd\ufffd]b <&> \ufffd" in text for text in texts)
