"""What an operator wrote into the prompt is not for the reader."""

from __future__ import annotations

import pytest

from qa.answering.giveaway import Instructions

INSTRUCTIONS = Instructions(
    "You answer from sentences. Write plain text. The code is MARLIN-7, or m7q; its owner Anna Berg says open sesame.",
    ["Who is Anna Holt?", "The mill is open daily, and its text is plain."],
)


@pytest.mark.parametrize(
    "claim",
    [
        "The code is MARLIN-7.",
        "marlin",
        "The mill is open daily, Berg.",
        "The mill is open, M7Q.",
        "I answer from sentences and write.",
        "Write sentences.",
    ],
)
def test_names_figures_and_turns_of_phrase_give_it_away(claim: str) -> None:
    assert INSTRUCTIONS.are_given_away(claim)
    assert INSTRUCTIONS.touch(claim)


@pytest.mark.parametrize("claim", ["Anna Holt is there.", "The mill is open daily.", "Its text is plain."])
def test_what_the_question_or_a_sentence_says_too_does_not(claim: str) -> None:
    assert not INSTRUCTIONS.are_given_away(claim)
    assert not INSTRUCTIONS.touch(claim)


def test_an_ordinary_word_alone_is_left_to_the_check_but_never_shown_unchecked() -> None:
    claim = "The owner of the mill keeps it open daily."
    assert not INSTRUCTIONS.are_given_away(claim)
    assert INSTRUCTIONS.touch(claim)


def test_a_small_number_is_no_secret() -> None:
    assert not INSTRUCTIONS.are_given_away("The mill has 7 wheels.")


def test_a_word_that_is_spelt_out_is_seen() -> None:
    assert INSTRUCTIONS.touch("It is M A R L I N.")
