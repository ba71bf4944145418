from __future__ import annotations

import textwrap
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.domain import Role, Sentence
from qa.ingest.sentences import Split, split
from qa.ingest.units import holds_words

SEEDS = Path(__file__).parents[2] / "seeds"
PROSE = (
    "Putin said the two leaders agreed to create a zone along the line of contact between rebels and regime troops by "
    "October 15. This would entail a withdrawal of all radical fighters from Idlib, he added on Monday in Sochi."
)
# Words, marks and line ends that meet each other in ways that no article would show, beside whatever hypothesis finds.
PIECES = st.sampled_from(
    [
        *(
            "It rained. ",
            "Mr. ",
            "U.S. ",
            "SOCHI, March 5. ",
            "/TASS/.",
            "title: x",
            "日本語",
            "。",
            "word " * 300,
            "é",
        ),
        *("# ", "- ", "> ", "* ", "1. ", "```", "~~~", "---", "===", "|", "[1]", "”", "…", "!"),
        *("\n", "\r\n", "\r", "\u2028", "\x0c", "\x85", "  ", "\t"),
    ]
)
TEXTS = st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=40).map("".join))


def quotes_of(text: str, start: int = 0) -> list[str]:
    return [text[sentence.start : sentence.end] for sentence in split(text, start).sentences]


def roles_of(text: str) -> list[Role]:
    return [sentence.role for sentence in split(text).sentences]


def read_seed(number: int) -> str:
    (path,) = SEEDS.glob(f"{number:03}_*.txt")
    return path.read_bytes().decode()


@settings(deadline=None)
@given(TEXTS)
def test_ranges_are_ordered_do_not_overlap_and_are_exact(text: str) -> None:
    parts = split(text)
    ranges = sorted([*((s.start, s.end) for s in parts.sentences), *parts.left_out])
    assert all(0 <= start < end <= len(text) for start, end in ranges)
    assert all(before[1] <= behind[0] for before, behind in pairwise(ranges))
    assert list(parts.sentences) == sorted(parts.sentences, key=lambda sentence: sentence.start)
    assert list(parts.left_out) == sorted(parts.left_out)
    for start, end in ranges:
        assert text[start:end] == text[start:end].strip()


@settings(deadline=None)
@given(TEXTS)
def test_every_letter_is_in_a_sentence_or_in_a_unit_left_out(text: str) -> None:
    parts = split(text)
    held = {
        place
        for start, end in [*((s.start, s.end) for s in parts.sentences), *parts.left_out]
        for place in range(start, end)
    }
    assert all(place in held for place, character in enumerate(text) if character.isalpha())


@settings(deadline=None)
@given(TEXTS)
def test_numbers_count_from_one_and_lines_as_splitlines_does(text: str) -> None:
    sentences = split(text).sentences
    assert [sentence.number for sentence in sentences] == list(range(1, len(sentences) + 1))
    paragraphs = [sentence.paragraph for sentence in sentences]
    assert paragraphs == sorted(paragraphs)
    assert set(paragraphs) == set(range(1, len(set(paragraphs)) + 1))
    for sentence in sentences:
        assert sentence.line == len((text[: sentence.start] + "x").splitlines())


@settings(deadline=None)
@given(TEXTS)
def test_what_is_left_out_holds_no_words_and_what_is_body_does(text: str) -> None:
    parts = split(text)
    assert all(holds_words(text[s.start : s.end]) for s in parts.sentences if s.role is Role.BODY)
    assert not parts.sentences or any(s.role is Role.BODY for s in parts.sentences)


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_what_stands_before_the_start_is_not_read(before: str, text: str) -> None:
    start = len(before) + 1
    parts = split(f"{before}\n{text}", start)
    alone = split(text)
    lines = len(f"{before}\n".splitlines())
    moved = tuple(
        Sentence(s.number, s.start + start, s.end + start, s.line + lines, s.paragraph, s.role) for s in alone.sentences
    )
    assert parts == Split(
        moved, tuple((a + start, b + start) for a, b in alone.left_out), alone.headline, alone.heading
    )


@pytest.mark.parametrize(
    ("number", "count", "left_out", "title"),
    [
        (0, 15, ["/TASS/."], ""),
        (1, 15, ["![]() |"], "President Putin declares 'eradicating' terrorists in Syria"),
        (2, 14, ["/TASS/."], ""),
        (3, 29, [], "Russia says no Syria assault as Putin, Erdogan agree Idlib plan"),
        (4, 14, [], ""),
    ],
)
def test_seed_has_the_sentences_counted_by_hand(number: int, count: int, left_out: list[str], title: str) -> None:
    text = read_seed(number)
    parts = split(text)
    assert len(parts.sentences) == count
    assert [text[start:end] for start, end in parts.left_out] == left_out
    assert parts.headline == title
    assert not any("\n" in quote for quote in quotes_of(text))


def test_fourth_sentence_of_the_fourth_seed_is_the_one_about_october() -> None:
    text = read_seed(3)
    sentence = split(text).sentences[3]
    assert (sentence.line, sentence.paragraph, sentence.role) == (4, 4, Role.BODY)
    assert text[sentence.start : sentence.end] == (
        "Putin said the two leaders agreed to create a 15-20 kilometre-wide demilitarised zone along the line of "
        "contact between rebels and regime troops by October 15."
    )


def test_roles_in_the_seeds_are_those_a_reader_gives() -> None:
    def others(number: int) -> list[tuple[int, Role]]:
        return [(s.number, s.role) for s in split(read_seed(number)).sentences if s.role is not Role.BODY]

    assert others(0) == others(2) == [(1, Role.DATELINE)]
    assert others(1) == [(1, Role.TITLE)]
    assert others(3) == [(1, Role.TITLE), (15, Role.HEADING)]
    assert others(4) == []


@pytest.mark.parametrize(
    "unit",
    ["It rained.", "Photo: AFP", "Background", "Price: 45", "雨が降った。", "ฝนตก", "I do."],
)
def test_unit_with_words_is_kept_however_short(unit: str) -> None:
    assert holds_words(unit)
    assert unit in quotes_of(f"{PROSE}\n{unit}\n")


@pytest.mark.parametrize(
    "unit", ["/TASS/.", "!", "![]() |", "***", "CNN —", "6:45 p.m.", "https://example.org/a/b", "2.", "Hm."]
)
def test_unit_without_words_is_left_out(unit: str) -> None:
    text = f"{PROSE}\n{unit}\n"
    parts = split(text)
    assert len(parts.sentences) == 2
    assert [text[start:end] for start, end in parts.left_out] == [unit]


def test_hard_wrapped_text_gives_whole_sentences_with_the_line_break_inside() -> None:
    text = f"The Idlib plan\n\n{textwrap.fill(PROSE, 72)}\n\n{textwrap.fill(PROSE, 72)}\n"
    parts = split(text)
    assert [" ".join(quote.split()) for quote in quotes_of(text)[1:3]] == PROSE.replace("15. ", "15.|").split("|")
    assert [(s.line, s.paragraph) for s in parts.sentences] == [(1, 1), (3, 2), (4, 2), (8, 3), (9, 3)]


def test_blocks_of_one_line_each_are_never_joined() -> None:
    lines = PROSE.replace("15. ", "15.\n")
    assert quotes_of(lines) == lines.split("\n")
    assert [s.paragraph for s in split(lines).sentences] == [1, 2]


def test_headline_never_runs_into_the_first_sentence() -> None:
    assert quotes_of(f"Putin, Erdogan agree Idlib plan\n{PROSE}")[0] == "Putin, Erdogan agree Idlib plan"


def test_dateline_is_a_sentence_of_its_own_near_the_top_only() -> None:
    assert roles_of(f"SOCHI, September 17. /TASS/. {PROSE}") == [Role.DATELINE, Role.BODY, Role.BODY]
    late = "\n".join([PROSE] * 5 + ["SOCHI, September 17. It rained in Sochi."])
    assert Role.DATELINE not in roles_of(late)


def test_marks_of_markdown_stay_outside_of_the_sentences() -> None:
    text = (
        "# The plan\n\n- It rained in Sochi.\n- It snowed in Idlib.\n\n> We leave, he said.\n\n"
        "```sh\nmake serve now\n```\n"
    )
    assert quotes_of(text) == [
        "The plan",
        "It rained in Sochi.",
        "It snowed in Idlib.",
        "We leave, he said.",
        "make serve now",
    ]
    assert split(text).heading == "The plan"


def test_table_row_stays_whole() -> None:
    assert (
        quotes_of(f"{PROSE}\n| Mr. Smith. Then he left. | 5 |\n|---|---|\n")[-1] == "| Mr. Smith. Then he left. | 5 |"
    )


def test_one_word_title_is_kept_as_a_sentence() -> None:
    assert quotes_of(f"Banksy\n\n{PROSE}")[0] == "Banksy"


def test_article_of_headings_alone_is_body() -> None:
    assert roles_of("# Open from nine to five\n") == [Role.BODY]
    assert split("# Open from nine to five\n").heading == "Open from nine to five"


@pytest.mark.parametrize("text", ["", " \r\n\t\n", "!\n***\n/TASS/.", "12 13 14"])
def test_text_without_words_has_no_sentences(text: str) -> None:
    assert split(text).sentences == ()
