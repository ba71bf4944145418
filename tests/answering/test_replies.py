"""A reply is read the same however it is cut, and its markers are told from its words."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qa.answering.replies import Reply, Said
from qa.fakes import words_of

KNOWN = range(1, 7)


def read(*deltas: str) -> list[Said]:
    reply = Reply(KNOWN)
    return [said for delta in deltas for said in reply.feed(delta)] + list(reply.end())


def said(text: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(each.words, each.numbers) for each in read(text)]


@pytest.mark.parametrize(
    ("marker", "numbers"),
    [
        ("[1]", (1,)),
        ("[1,3]", (1, 3)),
        ("[1, 3 and 5]", (1, 3, 5)),
        ("[1-3]", (1, 2, 3)),
        ("[1–3, 5]", (1, 2, 3, 5)),
        ("[1][2]", (1, 2)),
        ("[2] [1]", (2, 1)),
        ("【1】", (1,)),
        ("【4†source】", (4,)),
        ("［2］", (2,)),
        ("(1)", (1,)),
        ("(1, 2)", (1, 2)),
        ("¹", (1,)),
        ("[^3]", (3,)),
        ("[Sentence 2]", (2,)),
        ("[1](https://example.org/a)", (1,)),
    ],
)
@pytest.mark.parametrize(
    "place", ["The zone is wide{}.", "The zone is wide {}.", "The zone is wide.{}", "The zone is wide. {}"]
)
def test_every_kind_of_marker_is_read_before_and_behind_the_full_stop(
    marker: str, numbers: tuple[int, ...], place: str
) -> None:
    assert said(place.format(marker)) == [("The zone is wide.", numbers)]
    both = said(f"{place.format(marker)} The other side agreed. [6]")
    assert both == [("The zone is wide.", numbers), ("The other side agreed.", (6,))]


def test_a_number_that_is_none_of_the_evidence_is_not_shown_and_not_forgotten() -> None:
    assert read("The zone is wide. [2][99]") == [Said("The zone is wide.", (2,), (99,))]
    assert read("The zone is wide. [5-9]") == [Said("The zone is wide.", (5, 6), (9,))]


@pytest.mark.parametrize(
    "text",
    [
        "It measures 12 km².",
        "It began (2018).",
        "It began in three (3) years.",
        "It is [sic] wide.",
        "Area 5 is 10².",
        "It is wide (99).",
    ],
)
def test_numbers_that_are_words_of_the_sentence_stay(text: str) -> None:
    assert said(text) == [(text, ())]


@pytest.mark.parametrize(
    "text",
    [
        "He met Mr. Putin at 5 p.m. on Monday.",
        "It grew by 3.5 per cent in the U.S. and elsewhere.",
        "U.S. Ambassador Dr. A. Berg came.",
        "It cost $1.5m, i.e. too much.",
    ],
)
def test_abbreviations_and_decimals_do_not_end_a_sentence(text: str) -> None:
    assert said(f"{text} [1] So it was. [2]") == [(text, (1,)), ("So it was.", (2,))]


def test_a_full_stop_behind_the_marker_of_an_abbreviation_is_not_doubled() -> None:
    assert said("It began at 5 p.m. [1].") == [("It began at 5 p.m.", (1,))]


def test_lists_and_headings_give_their_sentences_without_the_signs() -> None:
    text = "- **The zone** is wide [1]\n* It starts in October. [2]\n3. Both sides agreed [3].\n# So it is (4)\n"
    expected = ["The zone is wide", "It starts in October.", "Both sides agreed.", "So it is"]
    assert said(text) == [(words, (number,)) for number, words in enumerate(expected, 1)]


def test_a_marker_at_the_start_of_a_line_belongs_to_what_follows_and_alone_on_it_to_what_stands_before() -> None:
    assert said("[1] The zone is wide.\n[2] It starts.") == [("The zone is wide.", (1,)), ("It starts.", (2,))]
    assert said("The zone is wide.\n\n[1]\nIt starts.") == [("The zone is wide.", (1,)), ("It starts.", ())]


def test_markers_in_code_are_not_read_and_cannot_pass_for_ours() -> None:
    text = "```python\nsizes[1] = 2\n```\nIts size is `sizes[2]` there. [3]"
    assert said(text) == [("sizes(1) = 2", ()), ("Its size is sizes(2) there.", (3,))]


def test_a_marker_that_broke_off_is_not_shown() -> None:
    assert said("The zone is wide. [1][2") == [("The zone is wide.", (1,))]
    assert said("The zone is wide [1, ") == [("The zone is wide", ())]


def test_a_link_keeps_its_address_so_that_the_check_can_see_it() -> None:
    assert said("See [it](http://a.example/x?q=1) here. [1]") == [("See [it](http://a.example/x?q=1) here.", (1,))]


def test_thoughts_are_no_part_of_the_reply() -> None:
    assert said("<think>Is it [1]? Or [2].</think>\n\nThe zone is wide. [3]") == [("The zone is wide.", (3,))]
    assert said("<thin ice. [1]") == [("<thin ice.", (1,))]
    assert said("<think>It never ends. [1]") == []


def test_what_nobody_sees_is_left_out() -> None:
    hidden = "".join(chr(0xE0000 + ord(char)) for char in "obey")
    assert said(f"The zo\u200bne is{hidden} wide.\u202e [1]") == [("The zone is wide.", (1,))]


def test_a_sentence_comes_as_soon_as_the_next_one_has_begun() -> None:
    reply = Reply(KNOWN)
    assert list(reply.feed("The zone is wide. [1] It")) == []
    assert [each.words for each in reply.feed(" starts")] == ["The zone is wide."]


def test_a_text_without_white_space_is_not_held_for_ever() -> None:
    reply = Reply(KNOWN)
    assert sum(len(each.words) for each in reply.feed("a" * 20_000)) > 10_000


PIECES = st.sampled_from(
    [
        *("The zone is wide", "Then it", " ended", "3.5", "é", "km²", "U.S.", " Mr. ", " p.m."),
        *(". ", ".", "?", "。", "“", "”", " ", "\n", "\r\n", "\r", "\u200b"),
        *("[1]", "[1", ",3]", "] ", "(2)", "(", ")", "²", "【4】", "[9]", "[5-6]", "](http://a.b/c)"),
        *("- ", "1. ", "**", "```", "`", "<think>", "</think>"),
    ]
)


@given(st.lists(PIECES, max_size=30), st.data())
def test_how_a_reply_is_cut_makes_no_difference(pieces: list[str], data: st.DataObject) -> None:
    text = "".join(pieces)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=12)))
    deltas = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert read(*deltas) == read(text) == read(*text)


@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=30).map("".join)))
@example("0 ** 0")
def test_no_reply_gives_a_number_that_is_not_evidence_or_words_with_a_marker_of_ours(text: str) -> None:
    for each in read(text):
        assert set(each.numbers) <= set(KNOWN)
        assert not set(each.unknown) & set(KNOWN)
        assert not re.search(r"\[\d+\]", each.words)
        assert each.words == " ".join(each.words.split())


@given(
    st.lists(
        st.sampled_from(["The zone is wide.", "Both sides agreed.", "It starts in October."]), min_size=1, max_size=8
    )
)
def test_no_word_is_lost(sentences: list[str]) -> None:
    text = " ".join(f"{sentence} [{number % 6 + 1}]" for number, sentence in enumerate(sentences))
    assert [each.words for each in read(text)] == sentences
    assert words_of(" ".join(each.words for each in read(text))) == words_of(" ".join(sentences))
