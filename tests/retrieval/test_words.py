"""Words are compared folded, stemmed and with their hyphens both ways."""

from __future__ import annotations

import pytest

from qa.retrieval.words import content_words, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Türkiye", "turkiye"),
        ("de-militarised", "demilitarized"),
        ("rebels", "rebel"),
        ("Syria’s", "Syria"),
        ("ORGANISATION", "organization"),
    ],
)
def test_spellings_of_one_word_are_one_word(one: str, other: str) -> None:
    assert set(words(one)) & set(words(other))


@pytest.mark.parametrize(("one", "other"), [("rise", "rize"), ("Iran", "Iraq"), ("15", "20")])
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert not set(words(one)) & set(words(other))


def test_hyphenated_numbers_are_not_joined() -> None:
    assert words("15-20 km") == ["15", "20", "km"]


def test_a_hyphenated_word_is_found_by_its_parts_too() -> None:
    assert words("Russian-backed") == ["russianback", "russian", "back"]


def test_content_words_leave_the_question_words_out() -> None:
    assert content_words("When did the war in Syria start?") == ["war", "syria", "start"]


def test_a_question_of_stop_words_alone_keeps_them() -> None:
    assert content_words("Who is it?") == ["who", "is", "it"]
