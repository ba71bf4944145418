"""What counts as saying a fact, and what does not."""

import pytest

from evals.facts import says


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("A 15–20 km deep zone", "15-20 km"),
        ("a 15-20 kilometre-wide zone", "15-20 kilometre"),
        ("a De-Militarized zone", "demilitarized"),
        ("the demilitarized zone", "de-militarized"),
        ("Türkiye’s posts", "turkiye"),
        ("al Qaeda", "Al-Qaeda"),
        ("about 10 000 fighters? No: 360000", "360,000"),
        ("by October 15.", "October 15"),
        ("by the year’s end", "year's end"),
    ],
)
def test_case_accents_hyphens_dashes_and_separators_do_not_count(text: str, wording: str) -> None:
    assert says(text, (wording,))


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("300 vehicles", "30"),
        ("130 vehicles", "30"),
        ("360,000 people", "360"),
        ("the Turkish army", "Turk"),
        ("no military action", "military operation"),
        ("", "anyone"),
    ],
)
def test_wording_begins_and_ends_where_words_do(text: str, wording: str) -> None:
    assert not says(text, (wording,))


def test_any_of_the_wordings_is_enough_and_none_is_not() -> None:
    assert says("twelve posts", ("12", "twelve"))
    assert not says("twelve posts", ())


def test_later_place_counts_where_the_first_is_inside_a_word() -> None:
    assert says("13 and 3", ("3",))


@pytest.mark.parametrize("wording", ["", " ", "—", "…"])
def test_wording_without_letters_is_said_by_no_text(wording: str) -> None:
    assert not says("anything — at all", (wording,))
