from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.ingest.layout import Kind, blocks_of

PROSE = (
    "Putin said the two leaders agreed to create a zone along the line of contact between rebels and regime troops by "
    "October 15. This would entail a withdrawal of all radical fighters from Idlib, he added on Monday in Sochi."
)


def texts_of(text: str) -> list[str]:
    return [text[block.start : block.end] for block in blocks_of(text)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\x0b", "\x0c", "\x85"])
def test_line_ends_wherever_splitlines_ends_it(end: str) -> None:
    text = f"It rained.{end}{end}It snowed."
    assert [(text[b.start : b.end], b.line, b.apart) for b in blocks_of(text)] == [
        ("It rained.", 1, True),
        ("It snowed.", 3, True),
    ]


@pytest.mark.parametrize(
    ("line", "kind", "text"),
    [
        ("## The plan ##", Kind.HEADING, "The plan"),
        ("#hashtag went round", Kind.PROSE, "#hashtag went round"),
        ("- a point", Kind.ITEM, "a point"),
        ("* – Terrorist organization", Kind.ITEM, "Terrorist organization"),
        ("> quoted words", Kind.PROSE, "quoted words"),
        ("> - a quoted point", Kind.ITEM, "a quoted point"),
        ("| a | b |", Kind.ROW, "| a | b |"),
        ("***", Kind.FURNITURE, "***"),
        ("  1. First ", Kind.PROSE, "1. First"),
        ("-5 degrees", Kind.PROSE, "-5 degrees"),
    ],
)
def test_marks_tell_the_kind_and_stay_outside_of_the_range(line: str, kind: Kind, text: str) -> None:
    (block,) = blocks_of(line)
    assert (block.kind, line[block.start : block.end]) == (kind, text)


def test_line_above_a_rule_is_a_heading_unless_it_is_a_sentence() -> None:
    assert [b.kind for b in blocks_of("The plan\n========\nIt rained.\n---\n")] == [
        Kind.HEADING,
        Kind.FURNITURE,
        Kind.PROSE,
        Kind.FURNITURE,
    ]


def test_code_between_fences_has_no_headings_and_an_open_fence_fences_nothing() -> None:
    code = "```python\n# a comment\n```\n# A heading\n"
    assert [b.kind for b in blocks_of(code)] == [Kind.FURNITURE, Kind.CODE, Kind.FURNITURE, Kind.HEADING]
    assert [b.kind for b in blocks_of("```\n# A heading\n")] == [Kind.FURNITURE, Kind.HEADING]


@settings(deadline=None)
@given(st.integers(min_value=45, max_value=100), st.sampled_from(["\n", "\r\n"]))
def test_wrapped_paragraph_is_one_block_with_its_line_ends_inside(columns: int, end: str) -> None:
    lines = textwrap.wrap(PROSE, columns)
    text = f"{end.join(lines)}{end}{end}It rained.{end}"
    paragraph, last = blocks_of(text)
    assert text[paragraph.start : paragraph.end] == end.join(lines)
    assert (paragraph.line, paragraph.last_line, last.line) == (1, len(lines), len(lines) + 2)


def test_wrapped_item_and_quote_go_on_but_the_next_mark_begins_a_block() -> None:
    items = "".join(textwrap.fill(PROSE, 60, initial_indent="- ", subsequent_indent="  ") + "\n" for _ in range(2))
    assert len(texts_of(items)) == 2
    quoted = textwrap.fill(PROSE, 60, initial_indent="> ", subsequent_indent="> ")
    assert len(texts_of(quoted)) == 1
    numbered = "".join(textwrap.fill(f"{n}. {PROSE}", 60) + "\n" for n in (1, 2))
    assert len(texts_of(numbered)) == 2


def test_heading_above_wrapped_text_stays_apart() -> None:
    text = "Mass exodus fears\n" + textwrap.fill(PROSE, 72)
    assert texts_of(text)[0] == "Mass exodus fears"
    assert len(texts_of(text)) == 2


def test_reading_begins_at_the_start_given_with_the_lines_counted_from_the_top() -> None:
    text = "---\ntitle: x\n---\nIt rained.\n"
    (block,) = blocks_of(text, start=text.index("It"))
    assert (text[block.start : block.end], block.line) == ("It rained.", 4)
