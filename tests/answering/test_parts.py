"""Two questions in one are taken apart; one question with two things in it is not."""

from __future__ import annotations

import pytest

from qa.answering.parts import parts


def test_two_questions_are_taken_apart() -> None:
    assert parts("When did the bridge open, and who paid for the trams?") == [
        "When did the bridge open",
        "who paid for the trams?",
    ]


@pytest.mark.parametrize(
    "question",
    [
        "When and where was the bridge opened?",
        "What did Anna Berg and Carl Holm say?",
        "How many trams and buses cross the bridge?",
        "Why?",
        "and what?",
        "Name the mayor, and what she did and how and why and when the old bridge fell and where new trams run.",
    ],
)
def test_one_question_stays_whole(question: str) -> None:
    assert parts(question) == [question]
