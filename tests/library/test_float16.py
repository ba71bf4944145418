"""Vectors on disk and back."""

from __future__ import annotations

import numpy as np
import pytest

from qa.library.float16 import packed, unpacked
from qa.ports import Vectors


@pytest.fixture
def vectors() -> Vectors:
    drawn = np.random.default_rng(7).standard_normal((200, 384)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


def test_row_takes_two_bytes_a_dimension(vectors: Vectors) -> None:
    assert {len(blob) for blob in packed(vectors)} == {768}


def test_byte_order_is_little_endian_whatever_the_machine() -> None:
    assert packed(np.array([[1.0, -2.0]], dtype=np.float32)) == [b"\x00\x3c\x00\xc0"]


def test_rows_come_back_normalised_and_all_but_equal(vectors: Vectors) -> None:
    back = unpacked(packed(vectors), 384)
    assert back.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(back, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(np.einsum("ij,ij->i", back, vectors), 1, atol=1e-6)


def test_row_reads_the_same_alone_and_among_others(vectors: Vectors) -> None:
    blobs = packed(vectors)
    together = unpacked(blobs, 384)
    for index in (0, 57, 199):
        np.testing.assert_array_equal(unpacked([blobs[index]], 384)[0], together[index])


def test_no_rows_give_an_empty_array() -> None:
    assert unpacked([], 384).shape == (0, 384)


def test_zero_vector_stays_zero_instead_of_becoming_nan() -> None:
    np.testing.assert_array_equal(unpacked(packed(np.zeros((1, 8), dtype=np.float32)), 8), np.zeros((1, 8)))
