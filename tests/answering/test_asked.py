"""What kind of thing a question asks for, and whether a sentence holds one."""

from __future__ import annotations

import pytest

from qa.answering.asked import Kind, alike, asked, fits, names, numbers, share_missing, unknown


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When did the bridge open?", Kind.WHEN),
        ("by what date must the road be finished", Kind.WHEN),
        ("In which year was the mill built?", Kind.WHEN),
        ("How many people came?", Kind.QUANTITY),
        ("How wide is the river?", Kind.QUANTITY),
        ("Why was the ferry stopped?", Kind.WHY),
        ("What did the mayor say about the bridge?", Kind.SAID),
        ("Who opened the bridge?", Kind.WHO),
        ("Where does the line end?", Kind.WHERE),
        ("Did the mill burn down?", Kind.YES_NO),
        ("What is a ferry?", Kind.OTHER),
    ],
)
def test_kinds(question: str, kind: Kind) -> None:
    assert asked(question).kind is kind


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("When did it open?", "It opened on Friday.", True),
        ("When did it open?", "It opened to the public.", False),
        ("When in 2020 did it open?", "It was built in 2020.", False),
        ("How many came?", "Hundreds came to see it.", True),
        ("Why did it close?", "It closed because of the ice.", True),
        ("Who opened it?", "It was opened by Anna Berg.", True),
        ("Who opened it?", "it was opened.", False),
        ("What is it?", "It is a mill.", None),
    ],
)
def test_a_sentence_fits_if_it_holds_what_the_question_does_not(question: str, sentence: str, expected: object) -> None:
    assert fits(asked(question), sentence) is expected


def test_names_are_capitalised_words_but_the_first() -> None:
    assert names("Did Anna Berg go to Ardal?") == {"anna", "berg", "ardal"}
    assert names("WHO WENT THERE?") == frozenset()
    assert names('Who said "Our bridge"? Please name him.') == frozenset()


def test_numbers_lose_their_separators() -> None:
    assert numbers("360,000 people in 2011") == {"360000", "2011"}


@pytest.mark.parametrize(("one", "other"), [("syria", "syrian"), ("turkey", "turkish"), ("turkiye", "turkish")])
def test_forms_of_one_name_are_alike(one: str, other: str) -> None:
    assert alike(one, other)


def test_different_names_are_not_alike() -> None:
    assert not alike("iran", "iraq")
    assert share_missing(["iran", "syria"], ["The Syrian government"]) == 0.5
    assert share_missing([], ["anything"]) == 0


READ = ["Anna Berg opened the bridge in 2020.", "The Oster is 1,400 metres wide."]


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("What did Anna Berg open in 2020?", []),
        ("What did Ana Bergh open?", []),
        ("How did the NATO or EU people like it?", []),
        ("What was built in the 1900s?", []),
        ("Is the Oster 1,400 metres wide?", []),
        ("What did Carl Holm open?", ["carl", "holm"]),
        ("What did Anna Berg open in 1999?", ["1999"]),
    ],
)
def test_names_and_years_that_stand_nowhere_are_unknown(question: str, missing: list[str]) -> None:
    assert unknown(question, READ) == missing
