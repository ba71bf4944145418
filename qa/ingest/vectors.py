"""Articles → their vectors: one of each passage, and one of each sentence out of the passages that it stands in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from qa.domain import Article, Passage, Sentence
from qa.ingest.passages import passages_of
from qa.ports import EmbeddedArticle, EmbeddedPassage, Embedder, PassageText, PassageVectors, Vectors


def embed(articles: Sequence[Article], embedder: Embedder) -> list[EmbeddedArticle]:
    """In the order given; all texts go to the embedder in one call, so that it can sort them into batches.

    A sentence that stands in several passages gets the mean of its vectors there, L2-normalised; one that stands in
    none (a title, a heading at the end) is embedded by itself.
    """
    cut = [(article, passages_of(article.sentences)) for article in articles]
    vectors = embedder.embed_passages([text for article, passages in cut for text in _texts(article, passages)])
    return [_embedded(article, passages, vectors, embedder.dimensions) for article, passages in cut]


def _texts(article: Article, passages: Sequence[Passage]) -> Iterator[PassageText]:
    for passage in passages:
        yield PassageText(article.spoken_title, tuple(map(article.quote, passage.sentences)))
    for sentence in _alone(article, passages):
        yield PassageText("", (article.quote(sentence),))


def _alone(article: Article, passages: Sequence[Passage]) -> list[Sentence]:
    covered = {sentence.number for passage in passages for sentence in passage.sentences}
    return [sentence for sentence in article.sentences if sentence.number not in covered]


def _embedded(
    article: Article, passages: Sequence[Passage], vectors: Iterator[PassageVectors], dimensions: int
) -> EmbeddedArticle:
    """Takes its own from the front of `vectors`, which come in the order of `_texts`."""
    sums: Vectors = np.zeros((len(article.sentences), dimensions), dtype=np.float32)
    embedded = []
    for passage in passages:
        found = next(vectors)
        embedded.append(EmbeddedPassage(passage, found.passage))
        sums[[sentence.number - 1 for sentence in passage.sentences]] += found.sentences
    for sentence in _alone(article, passages):
        sums[sentence.number - 1] = next(vectors).sentences[0]
    # Vectors that cancel each other out would have no direction; the floor keeps them from becoming NaN.
    means: Vectors = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
    return EmbeddedArticle(article, tuple(embedded), means)
