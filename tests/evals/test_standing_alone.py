"""Questions that stand alone, asked in the middle of conversations: what is counted as made worse."""

from __future__ import annotations

from observing import OPENED, case

from evals.benchmarks.standing_alone import Pair, table
from evals.cases import Case


def single(tag: str, number: int) -> Case:
    return case(OPENED, id=f"q{number}", tags=(tag,), question="When did the bridge open?")


def test_pair_that_was_right_alone_and_is_wrong_after_a_history_is_made_worse() -> None:
    left, turned = "When did the bridge open?", "When did Berg open?"
    pairs = [
        Pair(single("dev", 1), left, 1.0, 1.0),
        Pair(single("dev", 1), turned, 1.0, 0.0),
        Pair(single("dev", 2), turned, 0.0, 1.0),
        Pair(single("held_out", 3), turned, 1.0, 0.0, leans=True),
    ]
    _, _, dev, held_out, *changed = table(pairs)
    assert dev == "| dev | 2 | 3 | 2 | 0 | 66.7 % | 66.7 % | 1 | 1 |"
    assert held_out == "| held_out | 1 | 1 | 1 | 1 | 100.0 % | 0.0 % | 1 | 0 |"
    shown = [f"changed: {left} > {turned}", f"made worse in 1: {left}"]
    assert changed == shown, "what is held out is only counted"


def test_split_without_a_pair_has_a_row_of_nothing() -> None:
    assert list(table([]))[2] == "| dev | 0 | 0 | 0 | 0 | 0.0 % | 0.0 % | 0 | 0 |"
