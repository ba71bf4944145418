"""The best sentences for a question: dense and lexical, sentences and passages, one score.

    score = cos(sentence) + 0.5 cos(passage) + 0.3 bm25(sentence) + 0.3 bm25(passage)
          + in a follow-up only: 0.4 cos(sentence, what was cited before it)
                                 + 0.3 + 0.2 / (1 + d / 2) if d sentences from what was cited, in the same article

The two BM25 scores are divided by the best one among the candidates. Two levels because either alone misleads: a
sentence may repeat the question's words while its neighbour answers, a passage may be about the thing without saying
it. Scores are blended rather than ranks: reciprocal rank fusion lost five points (figures in CHANGELOG.md).
One embedding, one query to each index, one look-up in the record.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from qa.domain import Citation, Filter, Hit, Role
from qa.ports import DenseIndex, Embedder, LexicalIndex, Match, Neighbourhood, Shelf, Stretch, Vector
from qa.retrieval.bm25 import PASSAGE_WORDS, SENTENCE_WORDS, Weighted
from qa.retrieval.words import content_words

PASSAGES = 32  # candidates asked of each index; more changed nothing on any set
SENTENCES = 48
BEFORE, AFTER = 4, 2  # neighbours read beside a candidate: what "it" and "he said" refer to stands before
AROUND = 20  # of an article that was cited before a follow-up, sentences on either side that are looked at
SAME_ARTICLE, LIKE_CITED = 0.3, 0.4
BESIDE_CITED = 0.2  # 0.15 finds less and 0.3 loses what stands farther off, on seeds_conversations and invented news
DENSE_PASSAGE, LEXICAL_SENTENCE, LEXICAL_PASSAGE = 0.5, 0.3, 0.3

Scores = npt.NDArray[np.float64]


class HybridRetriever:
    """Implements qa.ports.Retriever over a record and its two indexes."""

    def __init__(self, embedder: Embedder, dense: DenseIndex, lexical: LexicalIndex, shelf: Shelf) -> None:
        self._embedder = embedder
        self._dense = dense
        self._lexical = lexical
        self._shelf = shelf

    async def search(self, question: str, limit: int, within: Filter, near: Sequence[Citation] = ()) -> list[Hit]:
        return await asyncio.to_thread(self.search_now, question, limit, within, near)

    def search_now(self, question: str, limit: int, within: Filter, near: Sequence[Citation] = ()) -> list[Hit]:
        """The same, blocking: for LlamaIndex and for scripts."""
        vector = self._embedder.embed_question(question)
        matches = [
            *self._dense.search(vector, PASSAGES, within),
            *self._lexical.search(question, SENTENCES, within),
        ]
        found = [each for each in self._shelf.read(stretches(matches, near)) if is_within(each, within)]
        if not found:
            return []
        asked = list(dict.fromkeys(content_words(question)))
        weighted = Weighted(asked, self._lexical.rarity(asked))
        return best(Table(found, vector, weighted, near), limit)


def stretches(matches: Iterable[Match], near: Iterable[Citation] = ()) -> list[Stretch]:
    """What to read: every match with its neighbours, and more around what was cited before; overlapping ones joined."""
    wanted: dict[str, list[tuple[int, int]]] = {}
    for match in matches:
        wanted.setdefault(match.article_id, []).append((max(1, match.first - BEFORE), match.last + AFTER))
    for cited in near:
        wanted.setdefault(cited.article_id, []).append((max(1, cited.sentence - AROUND), cited.sentence + AROUND))
    return [Stretch(article_id, *span) for article_id, spans in wanted.items() for span in joined(spans)]


def joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    result: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if result and first <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(last, result[-1][1]))
        else:
            result.append((first, last))
    return result


def is_within(near: Neighbourhood, within: Filter) -> bool:
    """The indexes have looked to it already; what was cited before may lie outside."""
    day = near.published
    return (
        (within.articles is None or near.article_id in within.articles)
        and (within.published_from is None or (day is not None and day >= within.published_from))
        and (within.published_to is None or (day is not None and day <= within.published_to))
    )


class Table:
    """Every sentence of every neighbourhood, scored exactly: no index decides by what it happened to return."""

    def __init__(
        self, found: Sequence[Neighbourhood], question: Vector, asked: Weighted, cited: Sequence[Citation] = ()
    ) -> None:
        self.places = [(near, place) for near in found for place in range(len(near.sentences))]
        self.parts = dense_parts(found, question) | lexical_parts(found, asked)
        self.scores = blend(self.parts) + leaning(found, cited)
        self.may_answer = np.array([near.sentences[place].role is Role.BODY for near, place in self.places], dtype=bool)

    def hit(self, i: int, score: float) -> Hit:
        near, place = self.places[i]
        around = slice(max(0, place - BEFORE), place + AFTER + 1)
        return Hit(
            article_id=near.article_id,
            version=near.version,
            title=near.title,
            spoken_title=near.spoken_title,
            published=near.published,
            sentence=near.sentences[place],
            quote=near.quotes[place],
            sentences=near.sentences[around],
            context=near.quotes[around],
            score=score,
            features={name: float(values[i]) for name, values in self.parts.items()},
        )


def best(table: Table, limit: int) -> list[Hit]:
    if not table.may_answer.any():
        return []
    scores = np.where(table.may_answer, table.scores, -np.inf)
    order = np.argsort(-scores, kind="stable")[: min(limit, int(table.may_answer.sum()))]
    return [table.hit(int(i), float(scores[i])) for i in order]


def blend(parts: dict[str, Scores]) -> Scores:
    def relative(name: str) -> Scores:
        return parts[name] / max(float(parts[name].max()), 1e-9)

    return np.asarray(
        parts["dense_sentence"]
        + DENSE_PASSAGE * parts["dense_passage"]
        + LEXICAL_SENTENCE * relative("bm25_sentence")
        + LEXICAL_PASSAGE * relative("bm25_passage")
    )


def leaning(found: Sequence[Neighbourhood], cited: Sequence[Citation]) -> Scores:
    """What a follow-up's sentences gain by standing near what was cited, and by being like it."""
    beside = np.concatenate([[], *(closeness(near, cited) for near in found)])
    keys = {(each.article_id, each.sentence) for each in cited}
    vectors = [
        near.vectors[place]
        for near in found
        for place, sentence in enumerate(near.sentences)
        if (near.article_id, sentence.number) in keys
    ]
    if not vectors:
        return beside
    middle = np.mean(vectors, axis=0)
    middle /= max(float(np.linalg.norm(middle)), 1e-9)
    return np.asarray(beside + LIKE_CITED * np.concatenate([near.vectors @ middle for near in found]))


def closeness(near: Neighbourhood, cited: Sequence[Citation]) -> Scores:
    """For each sentence; 0 in an article that was not cited."""
    places = [each.sentence for each in cited if each.article_id == near.article_id]
    if not places:
        return np.zeros(len(near.sentences))
    numbers = np.array([sentence.number for sentence in near.sentences])
    away = np.abs(numbers[:, None] - np.array(places)).min(axis=1)
    return np.asarray(SAME_ARTICLE + BESIDE_CITED / (1 + away / 2))


def dense_parts(found: Sequence[Neighbourhood], question: Vector) -> dict[str, Scores]:
    return {
        "dense_sentence": np.concatenate([[], *(near.vectors @ question for near in found)]),
        "dense_passage": np.concatenate([[], *(passage_cosines(near, question) for near in found)]),
    }


def passage_cosines(near: Neighbourhood, question: Vector) -> Scores:
    """For each sentence the best passage that it stands in; -1 for one in none."""
    best_of_each = np.full(len(near.sentences), -1.0)
    before = near.sentences[0].number
    for passage in near.passages:
        covered = best_of_each[max(0, passage.first - before) : max(0, passage.last + 1 - before)]
        np.maximum(covered, float(passage.vector @ question), out=covered)
    return best_of_each


def lexical_parts(found: Sequence[Neighbourhood], asked: Weighted) -> dict[str, Scores]:
    sizes = [len(near.sentences) for near in found]
    own = asked.counts([quote for near in found for quote in near.quotes])
    titles = np.repeat(asked.counts([near.spoken_title for near in found]), sizes, axis=0)
    passages = with_neighbours(own, sizes) + titles
    return {
        "bm25_sentence": asked.bm25(own, SENTENCE_WORDS),
        "bm25_passage": asked.bm25(passages, PASSAGE_WORDS),
        "coverage_sentence": asked.coverage(own),
        "coverage_passage": asked.coverage(passages),
        "rarest_missing": asked.rarest_missing(passages),
    }


def with_neighbours(own: Scores, sizes: Sequence[int]) -> Scores:
    """Each row's sum with the two rows before and after it, never across two neighbourhoods. Shape as `own`."""
    ends = np.cumsum(sizes)
    last, first = np.repeat(ends, sizes), np.repeat(ends - sizes, sizes)
    rows = np.arange(len(own))
    sums = np.vstack([np.zeros((1, own.shape[1])), np.cumsum(own, axis=0)])
    return np.asarray(sums[np.minimum(last, rows + 3)] - sums[np.maximum(first, rows - 2)])
