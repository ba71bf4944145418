"""A misspelt word is read as the articles' own; a rare name is left alone."""

from __future__ import annotations

import pytest

from qa.answering.spelling import mended

TEXTS = ["The government of Erdogan sent Lieutenant Vershinin to Idlib.", "Nothing was resolved."]
COMMON = {"what", "government", "dissolved", "troops", "send", "nothing", "resolved", "which", "about"}


def read(question: str) -> str:
    return mended(question, TEXTS, lambda word: word in COMMON)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("What did the goverment send?", "What did the government send?"),
        ("What did Erdogon do?", "What did erdogan do?"),
        ("which leutenant", "which lieutenant"),
    ],
)
def test_a_misspelt_word_is_read_as_the_word_of_the_articles(written: str, meant: str) -> None:
    assert read(written) == meant


@pytest.mark.parametrize(
    "question",
    [
        "What was dissolved?",  # a common word, however much another looks like it
        "What did Vershinina do?",  # another form of the name
        "What did Macron do?",  # nothing in the articles looks like it
        "Who is Erdal?",
    ],
)
def test_other_words_keep_their_letters(question: str) -> None:
    assert read(question) == question
