from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.ingest.boundaries import LONGEST, PIECE, ranges_of


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in ranges_of(text, 0, len(text))]


@pytest.mark.parametrize(
    "sentences",
    [
        ["U.S. President Mr. Smith paid 3.5 million.", "He left."],
        ["He went to the U.S.", "The army left."],
        ['"It is over," he said.', '"We leave."'],
        ['"Wait!" he said.', "He left."],
        ["Really?!", "Yes... and then no."],
        ["J. K. Rowling met Dr. No at 10 a.m. Thursday.", "It rained."],
        ["Eagles vs. Chiefs inactives were named.", "It rained."],
        ["The zone is 15-20 km wide, e.g. near Idlib.", "It rained."],
        # Words that the model holds for abbreviations.
        ["It was cold.", "On Monday it was warm."],
        ["She wrote a book.", "Critics liked it."],
        ["They met in New York.", "That was fun."],
        # Where the model cuts too early.
        ["“Mr. Putin left,” she said.", "It rained."],
        ["He met then-Gov. Perry in May.", "It rained."],
        ["Former U.S. Ambassador Haley left.", "It rained."],
        ["A lot of bars in the U.P. claim to be haunted.", "It rained."],
        ["It is open from June 30-Sept. 9 in Sochi.", "It rained."],
        # Reference marks, and scripts with full stops of their own.
        ["Idlib is a city.[1][2]", "It is old.[a]"],
        ["これは文です。", "「次の文です。」", "何？", "はい"],
        ["यह एक वाक्य है।", "यह दूसरा है।"],
    ],
)
def test_sentences_end_where_a_reader_ends_them(sentences: list[str]) -> None:
    glue = "" if "。" in "".join(sentences) else " "
    assert cut(glue.join(sentences)) == sentences


@settings(deadline=None)
@given(st.text())
def test_ranges_are_in_order_without_overlap_and_hold_all_but_white_space(text: str) -> None:
    last, held = 0, ""
    for start, end in ranges_of(text, 0, len(text)):
        assert last <= start < end
        assert text[start:end] == text[start:end].strip()
        last, held = end, held + text[start:end]
    assert "".join(held.split()) == "".join(text.split())


@pytest.mark.parametrize("unit", ["word " * 2_000, "x" * 10_000, "ab\u00a0" * 3_000])
def test_unit_without_an_end_is_cut_into_pieces(unit: str) -> None:
    pieces = cut(unit)
    assert max(map(len, pieces)) <= PIECE
    assert "".join("".join(pieces).split()) == "".join(unit.split())


def test_long_unit_is_cut_at_white_space() -> None:
    assert all(piece.startswith("word") and piece.endswith("word") for piece in cut("word " * 2_000))


def test_long_sentence_stays_whole_up_to_the_limit() -> None:
    sentence = "word " * (LONGEST // 5 - 1) + "end."
    assert cut(sentence) == [sentence]


def test_only_the_range_given_is_read_and_offsets_are_of_the_whole_text() -> None:
    text = "Skip this. It rained. It snowed. Skip that."
    start, end = text.index("It rained"), text.index(" Skip that")
    assert [text[a:b] for a, b in ranges_of(text, start, end)] == ["It rained.", "It snowed."]
