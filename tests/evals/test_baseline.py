from __future__ import annotations

import difflib
from pathlib import Path

import pytest
from mini_product import FailsOn, IgnoresHistory, MiniProduct
from playing import RULES, accepted, played

from evals.baseline import accept, dumps, load
from qa.errors import ConfigurationError


def test_baseline_reads_back_as_it_was(tmp_path: Path) -> None:
    baseline = accepted(MiniProduct(), tmp_path / "run.json")
    path = tmp_path / "mini.json"
    path.write_text(dumps(baseline), encoding="utf-8")
    assert load(path) == baseline


def test_one_changed_case_is_one_changed_line_beside_the_figures(tmp_path: Path) -> None:
    old, new = (
        dumps(accepted(product, tmp_path / "run.json")).splitlines()
        for product in (MiniProduct(), IgnoresHistory(MiniProduct()))
    )
    changed = [line for line in difflib.ndiff(old, new) if line.startswith("+ ")]
    assert [line for line in changed if '"id"' in line and "mini-13" not in line] == []
    assert sum('"id": "mini-13"' in line for line in changed) == 1


def test_cases_are_sorted_and_hold_no_time_and_no_place(tmp_path: Path) -> None:
    text = dumps(accepted(MiniProduct(), tmp_path / "run.json"))
    ids = [line.split('"')[3] for line in text.splitlines() if '"id"' in line]
    assert ids == sorted(ids)
    assert "latency" not in text
    assert str(tmp_path) not in text


def test_run_with_errors_or_of_some_cases_is_not_accepted(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    with pytest.raises(ConfigurationError, match="mini-06"):
        accept(played(FailsOn(MiniProduct(), "How many ships waited?"), file), RULES)
    run = played(MiniProduct(), file)
    for update in ({"partial": True}, {"finished": False}):
        with pytest.raises(ConfigurationError, match="cannot be a baseline"):
            accept(run.model_copy(update=update), RULES)


@pytest.mark.parametrize("text", ["", "{}", '{"format": 2}', "[]", "nonsense"])
def test_file_that_is_no_baseline_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mini.json"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=r"mini\.json is not a baseline"):
        load(path)
    with pytest.raises(ConfigurationError, match="there is no baseline"):
        load(tmp_path / "none.json")
