"""A first stage to draw candidates from: cosine of sentence vectors blended with BM25, over one collection."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Embed = Callable[[Sequence[str]], Floats]

K1, B = 1.2, 0.75
LEXICAL_WEIGHT = 0.4
AT_ONCE = 256  # one product of two matrices is ten times as fast as one of a vector for each
_STOP_WORDS = """
    a an the of in on at to for and or is are was were be been being by with from as that this it its what which who
    whom whose when where why how did do does has have had not their his her they he she
"""
_STOP = frozenset(_STOP_WORDS.split())


def words(text: str) -> list[str]:
    """Lower-case words without the commonest, cut to six letters in place of a stemmer."""
    return [word[:6] for word in re.findall(r"\w+", text.lower()) if word not in _STOP]


class Bm25:
    """Okapi BM25 (Robertson and Zaragoza 2009) by an inverted index."""

    def __init__(self, texts: Sequence[str], cut_words: Callable[[str], list[str]] = words) -> None:
        self._words = cut_words
        counts = [Counter(cut_words(text)) for text in texts]
        lengths = np.array([sum(count.values()) for count in counts], dtype=np.float32)
        self._size = len(texts)
        self._norm = K1 * (1 - B + B * lengths / max(float(lengths.mean()), 1.0))
        rows: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for row, count in enumerate(counts):
            for word, times in count.items():
                rows[word].append((row, times))
        self._rows = {word: np.array(pairs, dtype=np.int32) for word, pairs in rows.items()}

    def scores(self, question: str) -> Floats:
        """Shape (texts,)."""
        scores = np.zeros(self._size, dtype=np.float32)
        for word in set(self._words(question)):
            if word in self._rows:
                row, times = self._rows[word].T
                scores[row] += self.rarity(word) * times * (K1 + 1) / (times + self._norm[row])
        return scores

    def rarity(self, word: str) -> float:
        """Inverse document frequency of a word as `cut_words` gives it."""
        holders = len(self._rows.get(word, ()))
        return float(np.log(1 + (self._size - holders + 0.5) / (holders + 0.5)))


class FirstStage:
    """Ranks all the sentences of a collection for a question."""

    def __init__(self, sentences: Sequence[str], embed: Embed) -> None:
        self._lexical = Bm25(sentences)
        self._vectors = embed(sentences)

    def blend(self, questions: Sequence[str], vectors: Floats) -> Iterator[Floats]:
        """For each question, shape (sentences,): cosine and BM25 as a share of its best. vectors: a row each."""
        for start in range(0, len(questions), AT_ONCE):
            cosines = vectors[start : start + AT_ONCE] @ self._vectors.T
            for question, cosine in zip(questions[start : start + AT_ONCE], cosines, strict=True):
                lexical = self._lexical.scores(question)
                yield cosine + LEXICAL_WEIGHT * lexical / max(float(lexical.max()), 1e-6)


def best(scores: Floats, limit: int) -> list[int]:
    """Places of the highest scores, best first."""
    limit = min(limit, len(scores))
    places = np.argpartition(-scores, limit - 1)[:limit]
    return [int(place) for place in places[np.argsort(-scores[places], kind="stable")]]
