"""The best sentences for a question: dense and lexical, sentences and passages, one score.

    score = cos(sentence) + 0.5 cos(passage) + 0.3 bm25(sentence) + 0.3 bm25(passage)

The two BM25 scores are divided by the best one among the candidates. Two levels because either alone misleads: a
sentence may repeat the question's words while its neighbour answers, a passage may be about the thing without saying
it. Scores are blended rather than ranks: reciprocal rank fusion lost five points (figures in CHANGELOG.md).
One embedding, one query to each index, one look-up in the record.

A follow-up says less than what it is about, and what was cited before it tells that: its meaning is compared as it was
asked, its words as it was put in full, and

    score = cos(sentence) + 0.1 bm25(sentence) + 0.1 bm25(passage) + 0.3 cos(sentence, what was cited)
          + 0.2 in an article that was cited, + 0.15 / (1 + (d - 1) / 4) where it is the d-th sentence after one cited

The weights stand near those of a softmax over the candidates of some 2,000 follow-ups of the invented articles that the
reader is trained on; the last three are a little lower, for seeds_conversations. A follow-up that was left as it was
asked may stand alone as well: every third hit is then one that the first formula ranks highest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from qa.domain import Citation, Filter, Hit, Role
from qa.following import Follows
from qa.ports import DenseIndex, Embedder, LexicalIndex, Match, Neighbourhood, Shelf, Stretch, Vector
from qa.retrieval.bm25 import PASSAGE_WORDS, SENTENCE_WORDS, Weighted
from qa.retrieval.words import content_words

PASSAGES = 32  # candidates asked of each index; more changed nothing on any set
SENTENCES = 48
BEFORE, AFTER = 4, 2  # neighbours read beside a candidate: what "it" and "he said" refer to stands before
AROUND = 20  # of an article that was cited before a follow-up, sentences on either side that are looked at
DENSE_PASSAGE, LEXICAL_SENTENCE, LEXICAL_PASSAGE = 0.5, 0.3, 0.3
BLENDED = ("dense_sentence", "dense_passage", "bm25_sentence", "bm25_passage")
FOLLOWING_LEXICAL, LIKE_CITED, SAME_ARTICLE, AFTER_CITED = 0.1, 0.3, 0.2, 0.15
SOON = 4  # sentences after one that was cited, after which being behind it counts for half

Scores = npt.NDArray[np.float64]


class HybridRetriever:
    """Implements qa.ports.Retriever over a record and its two indexes."""

    def __init__(self, embedder: Embedder, dense: DenseIndex, lexical: LexicalIndex, shelf: Shelf) -> None:
        self._embedder = embedder
        self._dense = dense
        self._lexical = lexical
        self._shelf = shelf

    async def search(self, question: str, limit: int, within: Filter, follows: Follows | None = None) -> list[Hit]:
        return await asyncio.to_thread(self.search_now, question, limit, within, follows)

    def search_now(self, question: str, limit: int, within: Filter, follows: Follows | None = None) -> list[Hit]:
        """The same, blocking: for LlamaIndex and for scripts."""
        cited = follows.cited if follows else ()
        sought = follows.sought if follows and cited else ""
        vector = self._embedder.embed_question(sought or question)
        matches = [
            *self._dense.search(vector, PASSAGES, within),
            *self._lexical.search(question, SENTENCES, within),
        ]
        found = [each for each in self._shelf.read(stretches(matches, cited)) if is_within(each, within)]
        if not found:
            return []
        asked = list(dict.fromkeys(content_words(question)))
        weighted = Weighted(asked, self._lexical.rarity(asked))
        is_as_asked = follows is not None and follows.asked == question
        return best(Table(found, vector, weighted, cited), limit, may_stand_alone=is_as_asked)


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
        places = {(each.article_id, each.sentence) for each in cited}
        is_near = any((near.article_id, near.sentences[place].number) in places for near, place in self.places)
        self.scores = near_cited(self.parts, found, cited) if is_near else blend(self.parts)
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


def best(table: Table, limit: int, *, may_stand_alone: bool = False) -> list[Hit]:
    """may_stand_alone: every third hit is one that leaning on nothing finds."""
    order = ranked(table.scores, table.may_answer)
    if may_stand_alone:
        order = every_third(order, ranked(blend(table.parts), table.may_answer))
    return [table.hit(i, float(table.scores[i])) for i in order[:limit]]


def ranked(scores: Scores, may_answer: npt.NDArray[np.bool_]) -> list[int]:
    order = np.argsort(-np.where(may_answer, scores, -np.inf), kind="stable")
    return [int(i) for i in order[: int(may_answer.sum())]]


def every_third(order: Sequence[int], other: Sequence[int]) -> list[int]:
    """Two of the first, one of the second, and so on; each once."""
    pairs = (order[place : place + 2] for place in range(0, len(order), 2))
    return list(dict.fromkeys(i for pair, one in zip(pairs, other, strict=False) for i in (*pair, one)))


def blend(parts: dict[str, Scores]) -> Scores:
    return np.asarray(
        parts["dense_sentence"]
        + DENSE_PASSAGE * parts["dense_passage"]
        + LEXICAL_SENTENCE * relative(parts["bm25_sentence"])
        + LEXICAL_PASSAGE * relative(parts["bm25_passage"])
    )


def blended(hits: Sequence[Hit]) -> list[Hit]:
    """The hits of a follow-up in their order, scored as those of a question that leans on nothing.

    Those of another retriever, without the parts of a score, are left as they are.
    """
    if any(not hit.features.keys() >= set(BLENDED) for hit in hits):
        return list(hits)
    parts = {name: np.array([hit.features[name] for hit in hits]) for name in BLENDED}
    return [replace(hit, score=float(score)) for hit, score in zip(hits, blend(parts), strict=True)]


def near_cited(parts: dict[str, Scores], found: Sequence[Neighbourhood], cited: Sequence[Citation]) -> Scores:
    """The scores of a follow-up's sentences. cited: at least one is among them."""
    lexical = relative(parts["bm25_sentence"]) + relative(parts["bm25_passage"])
    beside = np.concatenate([closeness(near, cited) for near in found])
    return np.asarray(
        parts["dense_sentence"] + FOLLOWING_LEXICAL * lexical + LIKE_CITED * likeness(found, cited) + beside
    )


def relative(scores: Scores) -> Scores:
    return scores / max(float(scores.max()), 1e-9)


def likeness(found: Sequence[Neighbourhood], cited: Sequence[Citation]) -> Scores:
    """The cosine of each sentence and the mean of those that were cited, of which at least one is among them."""
    keys = {(each.article_id, each.sentence) for each in cited}
    vectors = [
        near.vectors[place]
        for near in found
        for place, sentence in enumerate(near.sentences)
        if (near.article_id, sentence.number) in keys
    ]
    middle = np.mean(vectors, axis=0)
    middle /= max(float(np.linalg.norm(middle)), 1e-9)
    return np.concatenate([near.vectors @ middle for near in found])


def closeness(near: Neighbourhood, cited: Sequence[Citation]) -> Scores:
    """What each sentence gains by where it stands; 0 in an article that was not cited."""
    places = np.array([each.sentence for each in cited if each.article_id == near.article_id])
    if not places.size:
        return np.zeros(len(near.sentences))
    behind = np.array([sentence.number for sentence in near.sentences])[:, None] - places
    soonest = np.where(behind > 0, behind, np.inf).min(axis=1)
    return np.asarray(SAME_ARTICLE + AFTER_CITED / (1 + (soonest - 1) / SOON))


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
