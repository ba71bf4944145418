from __future__ import annotations

from datetime import date

import pytest

from qa.ingest.front_matter import front_matter_of


def test_title_and_date_are_read_and_the_rest_begins_behind_the_block() -> None:
    text = "---\ntitle: The Idlib plan\nDate: 2018-09-17\ntags:\n  - syria\n---\nIt rained.\n"
    matter = front_matter_of(text)
    assert matter is not None
    assert (matter.title, matter.published) == ("The Idlib plan", date(2018, 9, 17))
    assert text[matter.body :] == "It rained.\n"
    assert text[matter.start : matter.end].startswith("---\ntitle")
    assert text[matter.start : matter.end].endswith("---")


@pytest.mark.parametrize(
    ("value", "title"),
    [
        ('"A \\"plan\\": one"', 'A "plan": one'),
        ("'It''s a plan'", "It's a plan"),
        ("A plan # a comment", "A plan"),
        ("Plan#9", "Plan#9"),
        (">-", ""),
        ("", ""),
    ],
)
def test_value_is_read_as_yaml_writes_it(value: str, title: str) -> None:
    matter = front_matter_of(f"---\ntitle: {value}\nauthor: x\n---\n")
    assert matter is not None
    assert matter.title == title


def test_published_is_read_where_date_is_no_date() -> None:
    matter = front_matter_of("---\r\ndate: soon\r\npublished: 5 March 2020\r\n---\r\nIt rained.")
    assert matter is not None
    assert matter.published == date(2020, 3, 5)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "It rained.\n---\ntitle: x\n---\n",
        "---\nIt rained in Idlib, and the talks went on\n---\nMore.",
        "---\ntitle: never closed\nIt rained.",
        "---\n---\nIt rained.",
        "----\ntitle: x\n----\n",
    ],
)
def test_rules_around_prose_are_no_front_matter(text: str) -> None:
    assert front_matter_of(text) is None
