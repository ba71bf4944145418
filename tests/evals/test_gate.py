from __future__ import annotations

from pathlib import Path

import pytest
from mini_product import AlwaysAbstains, FailsOn, IgnoresHistory, MiniProduct, WrongEverySecondTime
from playing import RULES, accepted, judged, played

from evals.baseline import Standing, accept, of_run
from evals.bootstrap import Sampling
from evals.cases import Case
from evals.gate import judge
from evals.gate_rules import OURS, GateRules, MetricRule, load_rules
from qa.errors import ConfigurationError

SHIPS = "How many ships waited?"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "run.json"


def test_case_that_passed_and_fails_now_is_named_with_both_answers(file: Path) -> None:
    verdict = judged(IgnoresHistory(MiniProduct()), accepted(MiniProduct(), file), file)
    (change,) = verdict.regressions
    assert change.id == "mini-13"
    assert change.old_answer == "Engineer Tom Holt drew the plans. [1]"
    assert change.new_answer == "The articles do not say."
    assert verdict.exit_code == 1


def test_case_that_failed_and_passes_now_is_no_reason_to_stop(file: Path) -> None:
    verdict = judged(MiniProduct(), accepted(IgnoresHistory(MiniProduct()), file), file)
    assert [change.id for change in verdict.improvements] == ["mini-13"]
    assert verdict.exit_code == 0


def test_flaky_case_is_named_and_does_not_gate(file: Path) -> None:
    baseline = accepted(MiniProduct(), file)
    verdict = judged(WrongEverySecondTime(MiniProduct(), SHIPS), baseline, file, repeats=2)
    assert verdict.flaky == ("mini-06",)
    assert verdict.regressions == ()
    assert verdict.exit_code == 0


def test_flaky_baseline_does_not_make_a_regression(file: Path) -> None:
    baseline = accepted(WrongEverySecondTime(MiniProduct(), SHIPS), file, repeats=2)
    assert {case.id: case.standing for case in baseline.cases}["mini-06"] is Standing.FLAKY
    assert judged(MiniProduct(), baseline, file).exit_code == 0


def test_case_that_always_fails_is_named_although_the_average_has_not_moved(file: Path) -> None:
    broken = IgnoresHistory(MiniProduct())
    verdict = judged(broken, accepted(broken, file), file, repeats=3)
    assert verdict.failing == ("mini-13",)
    assert verdict.exit_code == 0


def test_average_that_surely_fell_by_more_than_its_tolerance_stops_the_release(file: Path) -> None:
    baseline = accepted(MiniProduct(), file)
    run = played(AlwaysAbstains(MiniProduct()), file)
    strict, lax = (
        judge(run, GateRules(metrics={"right": MetricRule(tolerance=tolerance)}), baseline) for tolerance in (0.1, 0.9)
    )
    assert [figure.regressed for figure in strict.figures if figure.metric.name == "right"] == [True]
    assert [figure.regressed for figure in lax.figures if figure.metric.name == "right"] == [False]


def test_fall_that_may_be_chance_is_shown_and_does_not_gate_by_itself(file: Path) -> None:
    verdict = judged(IgnoresHistory(MiniProduct()), accepted(MiniProduct(), file), file)
    (right,) = (figure for figure in verdict.figures if figure.metric.name == "right")
    assert right.change == pytest.approx(-1 / 13)
    assert right.spread is not None
    assert right.spread.high == 0.0
    assert not right.regressed


def test_lower_is_better_is_read_the_other_way_round(file: Path) -> None:
    verdict = judged(AlwaysAbstains(MiniProduct()), accepted(MiniProduct(), file), file)
    by_name = {figure.metric.name: figure for figure in verdict.figures}
    assert by_name["false_abstention"].regressed
    assert by_name["false_abstention"].breach == "over its ceiling of 0.1"
    assert not by_name["abstention_recall"].regressed


def test_floor_holds_even_where_nothing_changed(file: Path) -> None:
    run = played(IgnoresHistory(MiniProduct()), file)
    rules = GateRules(metrics={"right": MetricRule(floor=0.99)})
    verdict = judge(run, rules, accept(run, rules))
    assert verdict.regressions == ()
    assert verdict.exit_code == 1


def test_floor_is_not_asked_of_a_part_of_the_cases(file: Path) -> None:
    whole = played(IgnoresHistory(MiniProduct()), file)
    rules = GateRules(metrics={"right": MetricRule(floor=0.99)})
    part = whole.model_copy(update={"partial": True})
    assert judge(part, rules, accept(whole, rules)).exit_code == 0


def test_needed_metric_without_a_value_is_could_not_run(file: Path) -> None:
    run = played(MiniProduct(), file)
    rules = GateRules(metrics={"mrr": MetricRule(needed=True)})
    verdict = judge(run, rules, accept(run, rules))
    assert verdict.is_blind
    assert verdict.exit_code == 2


def test_error_is_could_not_run_and_never_counts_as_a_wrong_answer(file: Path) -> None:
    verdict = judged(FailsOn(MiniProduct(), SHIPS), accepted(MiniProduct(), file), file)
    assert verdict.errors == ("mini-06",)
    assert verdict.regressions == ()
    assert verdict.failing == ()
    assert verdict.exit_code == 2


def test_unfinished_run_is_could_not_run(file: Path) -> None:
    run = played(MiniProduct(), file)
    assert judge(run.model_copy(update={"finished": False}), RULES, accept(run, RULES)).exit_code == 2


def test_without_a_baseline_only_errors_count(file: Path) -> None:
    assert judge(played(AlwaysAbstains(MiniProduct()), file), RULES).exit_code == 0
    assert judge(played(FailsOn(MiniProduct(), SHIPS), file), RULES).exit_code == 2


def test_baseline_of_another_dataset_is_refused_and_the_difference_counted(file: Path) -> None:
    baseline = accepted(MiniProduct(), file)
    other = played(MiniProduct(), file, cases=(Case(id="new", tags=(), question="?", answerable=False),))
    with pytest.raises(ConfigurationError, match="1 cases are new to it, 13 are not in this run") as told:
        judge(other, RULES, baseline)
    assert "qa eval accept" in str(told.value)


def test_rounding_in_the_baseline_is_no_change(file: Path) -> None:
    run = played(MiniProduct(), file)
    for attempt in run.attempts:
        attempt.metrics["citation_precision"] = 2 / 3
    verdict = judge(run, RULES, accept(run, RULES))
    (figure,) = (figure for figure in verdict.figures if figure.metric.name == "citation_precision")
    assert figure.change == 0.0
    assert verdict.exit_code == 0


def test_comparing_two_runs_shows_metrics_that_the_rules_do_not_name(file: Path) -> None:
    run = played(MiniProduct(), file)
    verdict = judge(run, GateRules(), of_run(run))
    assert [figure.change for figure in verdict.figures if figure.metric.name == "token_f1"] == [0.0]


def test_rules_name_the_key_that_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "gate.toml"
    for text, told in {
        "[metrics.rihgt]\nfloor = 1": "no metric is called rihgt",
        "[metrics.right]\nflor = 1": "metrics.right.flor",
        "[sampling": "cannot be read",
    }.items():
        path.write_text(text)
        with pytest.raises(ConfigurationError, match=told):
            load_rules(path)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_rules(tmp_path / "none.toml")


def test_rules_of_the_project_can_be_read_and_sample_as_often_as_promised() -> None:
    assert load_rules().sampling.resamples >= 2000
    assert load_rules().sampling == Sampling(2000, 0.95, 20260131)


def test_rules_that_extend_others_say_only_what_is_different(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text("[metrics.right]\ntolerance = 0.1\nfloor = 0.9\n[metrics.mrr]\ntolerance = 0.2")
    own = tmp_path / "own.toml"
    own.write_text('extends = "base.toml"\n[metrics.right]\nfloor = 0.5')
    rules = load_rules(own).metrics
    assert (rules["right"], rules["mrr"]) == (MetricRule(tolerance=0.1, floor=0.5), MetricRule(tolerance=0.2))
    own.write_text('extends = "own.toml"')
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_rules(own)


def test_answers_without_the_reader_are_held_to_the_same_tolerances() -> None:
    ours, off = load_rules(), load_rules(OURS.with_name("gate-features.toml"))
    assert {name: rule.tolerance for name, rule in off.metrics.items()} == {
        name: rule.tolerance for name, rule in ours.metrics.items()
    }
