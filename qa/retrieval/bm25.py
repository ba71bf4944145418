"""BM25 (Robertson & Zaragoza 2009) of a few sentences against one question, with the library's own word frequencies.

The indexes find candidates; every candidate is then scored here in the same way, whichever index found it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from qa.retrieval.words import words

K1, B = 1.2, 0.75
SENTENCE_WORDS, PASSAGE_WORDS = 25, 110  # usual lengths, so that a score does not hang on the library's average

Floats = npt.NDArray[np.float64]


class Weighted:
    """The question's content words, each with its inverse document frequency in the library."""

    def __init__(self, asked: Sequence[str], rarity: Sequence[float]) -> None:
        self._column = {word: i for i, word in enumerate(asked)}
        self._rarity = np.array(rarity, dtype=np.float64)
        self._total = float(self._rarity.sum()) or 1.0

    def counts(self, texts: Sequence[str]) -> Floats:
        """Shape (texts, 1 + asked words): how many words a text has, then how often each asked word stands in it."""
        found = np.zeros((len(texts), 1 + len(self._column)))
        for row, text in zip(found, texts, strict=True):
            own = words(text)
            row[0] = len(own)
            for word in own:
                if word in self._column:
                    row[1 + self._column[word]] += 1
        return found

    def bm25(self, counts: Floats, usual_words: int) -> Floats:
        """Divided by the most that the question's words could give, so 0 to 1. Shape (texts,)."""
        times = counts[:, 1:]
        shrink = K1 * (1 - B + B * counts[:, :1] / usual_words)
        return np.asarray((times / (times + shrink)) @ self._rarity / self._total)

    def coverage(self, counts: Floats) -> Floats:
        """The share of the question's weight whose words stand in each text, 0 to 1. Shape (texts,)."""
        return np.asarray((counts[:, 1:] > 0) @ self._rarity / self._total)

    def rarest_missing(self, counts: Floats) -> Floats:
        """The share of the question's weight that its rarest word absent from each text holds. Shape (texts,)."""
        missing = np.where(counts[:, 1:] > 0, 0.0, self._rarity)
        return np.asarray(missing.max(axis=1, initial=0.0) / self._total)
