"""How near the evidence comes to each word of a claim."""

from __future__ import annotations

import pytest

from qa.answering.claims.soft_cover import Remembering, soft_cover, word_pieces
from qa.fakes import FakeEmbedder
from qa.ports import TokenVectors
from qa.retrieval.embedding import embedder, token_encoder

FAKE = FakeEmbedder()


class Counted:
    """Keeps what it was asked."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed_tokens(self, text: str) -> TokenVectors:
        self.texts.append(text)
        return FAKE.embed_tokens(text)


def test_every_word_that_stands_in_the_evidence_is_wholly_covered() -> None:
    assert soft_cover("Monks built the mill.", "The mill that monks built.", FAKE) == pytest.approx(1)


def test_a_word_that_does_not_stand_there_counts_its_share() -> None:
    whole = soft_cover("Monks built mills.", "Monks built mills.", FAKE)
    assert soft_cover("Monks built mills.", "Monks built.", FAKE) == pytest.approx(whole * 2 / 3, abs=0.05)


def test_words_that_say_nothing_do_not_count() -> None:
    assert soft_cover("It was the mill.", "Mill", FAKE) == pytest.approx(1)
    assert soft_cover("It was the same.", "It was.", FAKE) > 0.5  # where there are no others, all pieces do


@pytest.mark.parametrize(("claim", "text"), [("", "A mill."), ("A mill.", ""), ("", "")])
def test_nothing_is_covered_by_nothing(claim: str, text: str) -> None:
    assert soft_cover(claim, text, FAKE) == 0


def test_the_pieces_of_a_word_are_those_within_it() -> None:
    tokens = TokenVectors([(0, 3), (4, 6), (6, 13), (13, 14)], FAKE.embed_tokens("a b c d").vectors)
    assert word_pieces("The unmakings.", tokens) == [[1, 2]]


def test_a_claim_that_is_tried_beside_several_sentences_is_read_once() -> None:
    read = Counted()
    encoder = Remembering(read)
    covers = [
        soft_cover("Monks built the mill.", text, encoder) for text in ("Monks built.", "A mill.", "Monks built.")
    ]
    assert covers[0] == covers[2] == soft_cover("Monks built the mill.", "Monks built.", FAKE)
    assert read.texts == ["Monks built the mill.", "Monks built.", "A mill."]


@pytest.mark.integration
def test_another_word_of_the_same_meaning_covers_more_than_one_of_another() -> None:
    encoder = token_encoder(embedder("minilm"))
    claim = "The physician bought an automobile."
    near = soft_cover(claim, "The doctor purchased a car.", encoder)
    assert soft_cover(claim, claim, encoder) == pytest.approx(1, abs=1e-4)
    assert 1 > near > soft_cover(claim, "The baker painted a fence.", encoder) + 0.1
