"""What is denied on one side must not be affirmed on the other."""

from __future__ import annotations

import pytest

from qa.answering.claims.cited import Cited
from qa.answering.claims.negation import reversed_words


def reversed_in(claim: str, text: str) -> bool:
    return bool(reversed_words(claim, Cited((text,))))


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("The mill was not built in Oslo.", "The mill was built in Oslo."),
        ("The mill was built in Oslo.", "The mill was not built in Oslo."),
        ("The mill was built.", "The mill was never built."),
        ("There were survivors.", "There were no survivors."),
        ("He attacked her.", "He denied that he attacked her."),
        ("She signed the treaty.", "She refused to sign the treaty."),
        ("They left with permission.", "They left without permission."),
        ("The bridge didn't open.", "The bridge opened."),
        ("They have not been denied access.", "They have been denied access."),
    ],
)
def test_a_negation_on_one_side_alone_is_found(claim: str, text: str) -> None:
    assert reversed_in(claim, text)


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("The mill was not built.", "The mill was never built."),
        ("The deal did not contain any of these goods.", "The deal contained none of these goods."),
        ("He won in 2012.", "He did not win in 2010 but won in 2012."),
        ("Not only Oslo paid.", "Oslo paid, and Bergen too."),
        ("It is no longer used.", "It is used."),
        ("He did not play until 1923.", "He played from 1923 on."),
        ("The driver won't help.", "No, the driver will not help."),
    ],
)
def test_what_agrees_is_left_alone(claim: str, text: str) -> None:
    assert not reversed_in(claim, text)
