"""Scores of sentences against a question's words, without an index."""

from __future__ import annotations

import numpy as np

from qa.retrieval.bm25 import SENTENCE_WORDS, Weighted

ASKED = Weighted(["zone", "wide"], [2.0, 1.0])


def bm25(*texts: str) -> list[float]:
    return [float(score) for score in ASKED.bm25(ASKED.counts(texts), SENTENCE_WORDS)]


def test_score_and_coverage_lie_between_0_and_1() -> None:
    everything, nothing = bm25("zone zone zone wide wide wide", "nothing of it")
    assert 0 < everything < 1
    assert nothing == 0
    assert list(ASKED.coverage(ASKED.counts(["wide zone", "none"]))) == [1, 0]


def test_the_rarer_word_counts_for_more() -> None:
    rare, common = bm25("a zone", "a wide")
    assert rare > common
    counts = ASKED.counts(["a zone"])
    np.testing.assert_allclose([ASKED.coverage(counts)[0], ASKED.rarest_missing(counts)[0]], [2 / 3, 1 / 3])


def test_a_long_text_gains_less_from_the_same_word() -> None:
    short, long = bm25("the zone", "the zone " + "and much more " * 30)
    assert short > long


def test_texts_read_together_cover_what_each_covers() -> None:
    apart = ASKED.counts(["zone", "wide"])
    assert ASKED.coverage(apart.sum(axis=0, keepdims=True)) == 1


def test_nothing_asked_and_nothing_found_divide_nothing_by_zero() -> None:
    silent = Weighted(["zone"], [0.0])
    assert list(silent.coverage(silent.counts(["zone"]))) == [0]
    empty = Weighted([], [])
    assert list(empty.rarest_missing(empty.counts(["zone"]))) == [0]
