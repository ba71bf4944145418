"""Vectors on disk: float16, little-endian, half the size of float32 at a cosine error below 1e-6."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qa.ports import Vectors

_STORED = np.dtype("<f2")


def packed(vectors: Vectors) -> list[bytes]:
    """vectors: shape (n, dimensions). One blob of 2 x dimensions bytes a row."""
    return [row.tobytes() for row in vectors.astype(_STORED)]


def unpacked(blobs: Sequence[bytes], dimensions: int) -> Vectors:
    """Shape (len(blobs), dimensions), float32, each row L2-normalised again."""
    stored = np.frombuffer(b"".join(blobs), dtype=_STORED).reshape(len(blobs), dimensions)
    vectors: Vectors = stored.astype(np.float32)
    vectors /= np.maximum(np.sqrt(np.einsum("ij,ij->i", vectors, vectors)), 1e-12)[:, None]
    return vectors
