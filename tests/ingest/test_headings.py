from __future__ import annotations

import pytest

from qa.domain import Role
from qa.ingest.headings import reads_as_headline, roles_of
from qa.ingest.layout import blocks_of

BODY = "Putin said the two leaders agreed to create a zone by October 15."


def roles_in(text: str) -> list[Role]:
    return roles_of(text, blocks_of(text))


@pytest.mark.parametrize(
    "line",
    [
        "President Putin declares 'eradicating' terrorists in Syria",
        "Russia says no Syria assault as Putin, Erdogan agree Idlib plan",
        "Schools ban ChatGPT AI tool, afraid students will cheat, plagiarize",
        "Why the double standard when the rape victim is male?",
        "Go team!",
        "76ers end 26-game skid, pound Pistons 123-98",
        "'It is over': Idlib after the talks",
        "Latest atmospheric river takes aim at San Francisco Bay Area; more ...",
        "Refugees arrive in the U.S.",
        "Banksy",
        "iPhone sales go up",
        "普京宣布伊德利卜计划",
    ],
)
def test_headline_is_short_and_does_not_end_as_a_sentence(line: str) -> None:
    assert reads_as_headline(line)
    assert roles_in(f"{line}\n\n{BODY}") == [Role.TITLE, Role.BODY]


@pytest.mark.parametrize(
    "line",
    [
        BODY,
        "It rained.",
        '"It is over," he said. "We leave."',
        "The groups include:",
        "hurricane-isaac-prompts-evacuations",
        "a fragment of a sentence that goes on",
        "Smoke rises after an airstrike. Photo: AFP |",
        "See https://example.org",
        "Word " * 26,
    ],
)
def test_first_line_that_is_prose_or_furniture_is_no_headline(line: str) -> None:
    assert not reads_as_headline(line)
    assert roles_in(f"{line}\n{BODY}")[0] is Role.BODY


def test_only_line_is_no_headline() -> None:
    assert roles_in("Russia says no Syria assault") == [Role.BODY]


def test_first_line_that_the_next_goes_on_from_is_no_headline() -> None:
    assert roles_in("Putin said\nthe zone will be created.")[0] is Role.BODY


def test_headline_may_stand_below_the_date() -> None:
    assert roles_in(f"2018-09-17\nPutin, Erdogan agree Idlib plan\n{BODY}") == [Role.DATELINE, Role.TITLE, Role.BODY]


def test_marked_first_line_is_the_title_and_later_ones_are_headings() -> None:
    assert roles_in(f"# The plan\n{BODY}\n## More\n{BODY}") == [Role.TITLE, Role.BODY, Role.HEADING, Role.BODY]


@pytest.mark.parametrize("line", ["Mass exodus fears", "What happens next?", "The plan"])
def test_short_line_alone_above_prose_is_a_heading(line: str) -> None:
    assert roles_in(f"{BODY}\n{line}\n{BODY}") == [Role.BODY, Role.HEADING, Role.BODY]


@pytest.mark.parametrize(
    "lines",
    [
        ["Apples", "Pears", "Plums"],  # a list holds facts
        ["Population: 12,000"],
        ["It rained."],
        ["| a | b |"],
        ["not a heading"],
    ],
)
def test_where_in_doubt_a_line_is_body(lines: list[str]) -> None:
    assert set(roles_in("\n".join([BODY, *lines, BODY]))) == {Role.BODY}


def test_short_last_line_heads_nothing() -> None:
    assert roles_in(f"{BODY}\nMass exodus fears") == [Role.BODY, Role.BODY]
