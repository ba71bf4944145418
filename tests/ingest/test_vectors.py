"""Articles to vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from qa.domain import Article, Role
from qa.fakes import FakeEmbedder
from qa.ingest.passages import passages_of
from qa.ingest.reading import read_article
from qa.ingest.vectors import embed
from qa.ports import PassageText, PassageVectors

TEXT = "The zone of the strait\n\n" + "\n".join(
    f"Sentence number {number} speaks of the {animal} in the bay."
    for number, animal in enumerate(("seal", "owl", "fox", "cat", "dog", "hen", "cow", "ant", "bee", "elk"), start=1)
)


class ByPlace(FakeEmbedder):
    """Gives a sentence another vector in each passage, and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[PassageText] = []
        self.calls = 0

    def embed_passages(self, passages: Sequence[PassageText]) -> Iterator[PassageVectors]:
        self.calls += 1
        self.asked.extend(passages)
        for passage in passages:
            whole = self.embed_question(" ".join(passage.sentences))
            mixed = np.stack([self.embed_question(sentence) + whole for sentence in passage.sentences])
            yield PassageVectors(whole, np.asarray(mixed / np.linalg.norm(mixed, axis=1, keepdims=True), np.float32))


@pytest.fixture
def article() -> Article:
    return read_article("zone.txt", TEXT.encode())


def test_every_passage_and_every_sentence_gets_a_vector_of_length_one(article: Article) -> None:
    (embedded,) = embed([article], FakeEmbedder())
    assert embedded.article is article
    assert [each.passage for each in embedded.passages] == list(passages_of(article.sentences))
    assert embedded.sentence_vectors.shape == (len(article.sentences), 64)
    assert embedded.sentence_vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(embedded.sentence_vectors, axis=1), 1, atol=1e-5)


def test_sentence_in_several_passages_gets_the_mean_of_its_vectors_there(article: Article) -> None:
    embedder = ByPlace()
    (embedded,) = embed([article], embedder)
    vectors = list(embedder.embed_passages([text for text in embedder.asked if text.title]))
    shared = [
        number
        for number in range(1, len(article.sentences) + 1)
        if sum(any(s.number == number for s in each.passage.sentences) for each in embedded.passages) > 1
    ]
    assert shared
    for number in shared:
        found = [
            given.sentences[[s.number for s in each.passage.sentences].index(number)]
            for each, given in zip(embedded.passages, vectors, strict=True)
            if any(s.number == number for s in each.passage.sentences)
        ]
        mean = np.mean(found, axis=0)
        expected = mean / np.linalg.norm(mean)
        np.testing.assert_allclose(embedded.sentence_vectors[number - 1], expected, atol=1e-5)


def test_title_stands_in_front_of_each_passage_and_is_embedded_by_itself(article: Article) -> None:
    embedder = ByPlace()
    (embedded,) = embed([article], embedder)
    assert article.sentences[0].role is Role.TITLE
    *passages, title = embedder.asked
    assert {text.title for text in passages} == {"The zone of the strait"}
    assert title == PassageText("", ("The zone of the strait",))
    np.testing.assert_allclose(embedded.sentence_vectors[0], embedder.embed_question(title.sentences[0]), atol=1e-5)


def test_file_name_is_not_put_in_front(tmp_path: Path) -> None:
    embedder = ByPlace()
    embed([read_article("a_file_name.txt", b"It was seen in the bay by all who were there that day.\n" * 4)], embedder)
    assert {text.title for text in embedder.asked} == {""}


def test_several_articles_go_in_one_call_and_come_back_in_order(article: Article) -> None:
    other = read_article("other.txt", TEXT.replace("seal", "whale").encode())
    embedder = ByPlace()
    together = embed([article, other, article], embedder)
    assert embedder.calls == 1
    assert [each.article.id for each in together] == ["zone.txt", "other.txt", "zone.txt"]
    (alone,) = embed([other], ByPlace())
    np.testing.assert_array_equal(together[1].sentence_vectors, alone.sentence_vectors)


def test_no_articles_give_none() -> None:
    assert embed([], FakeEmbedder()) == []
