from __future__ import annotations

import textwrap
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.ingest.wrapping import goes_on, width_of

PROSE = (
    "Russian President Vladimir Putin and his Turkish counterpart met for over four hours in the Black Sea resort of "
    "Sochi to decide the fate of Idlib, home to three million people. Putin said the two leaders agreed to create a "
    "zone along the line of contact between rebels and regime troops by October 15. This would entail a withdrawal of "
    "all radical fighters from Idlib, he added. The zone will be secured with the help of mobile patrol groups."
)


def pairs_of(lines: list[str]) -> list[tuple[str, str]]:
    return list(pairwise(lines))


@settings(deadline=None)
@given(st.integers(min_value=45, max_value=120))
def test_text_filled_to_a_width_is_told_and_all_its_lines_go_on(columns: int) -> None:
    lines = textwrap.wrap(PROSE, columns)
    width = width_of(pairs_of(lines))
    assert columns - 20 <= width <= columns
    assert all(goes_on(above, below, width) for above, below in pairs_of(lines) if not above.endswith("."))


@pytest.mark.parametrize(
    "lines",
    [
        ["Putin said the zone would be created.", "It rained in Idlib.", "Turkey agreed to the plan, he added."],
        ["0 references", "member of sports team", "end time 1915", "place of birth Higham", "date of death 1969"],
        ["Roses are red,", "violets are blue,", "sugar is sweet", "and so are you"],
        ["Apples", "Pears", "Plums"],
        [],
    ],
)
def test_lines_of_their_own_are_no_wrapped_text(lines: list[str]) -> None:
    assert width_of(pairs_of(lines)) == 0
    assert not any(goes_on(above, below, 0) for above, below in pairs_of(lines))


def test_long_unfinished_line_goes_on_in_lower_case_wherever_it_stands() -> None:
    above = "Putin said the two leaders agreed to create a zone along the line"
    assert goes_on(above, "of contact between rebels and troops.", 0)
    assert not goes_on(f"{above}.", "of contact between rebels and troops.", 0)
    assert not goes_on(above, "iPhone sales went up.", 0)
    assert not goes_on(above, "Turkey agreed.", 0)
