"""Dense and lexical, sentences and passages, one score: over the real record and indexes, and in somebody's chain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from llama_index.core import QueryBundle

from qa.answering.evidence import citable
from qa.domain import Citation, Filter, Role, Sentence
from qa.fakes import FakeDenseIndex, FakeEmbedder, FakeLexicalIndex
from qa.following import Follows
from qa.ingest.sync import Synchroniser
from qa.library.record import Library
from qa.ports import Match, Neighbourhood, Stretch, Vector
from qa.retrieval.hybrid import (
    SAME_ARTICLE,
    HybridRetriever,
    closeness,
    every_third,
    joined,
    stretches,
    with_neighbours,
)
from qa.retrieval.nodes import SentenceRetriever

ARTICLES = {
    "bridge.txt": "Bridge over the Oster opens\nPublished: 5 March 2020\nThe bridge carries trams.\n"
    "It cost nine million crowns.\nMayor Anna Berg opened the bridge.\nHundreds came to see it.\n",
    "mill.txt": "Mill of Ardal burns down\nThe mill stood since 1402.\nNobody was hurt by the fire.\nWho lit it?\n",
}


class Counting(FakeEmbedder):
    """Remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.questions: list[str] = []

    def embed_question(self, text: str) -> Vector:
        self.questions.append(text)
        return super().embed_question(text)


@pytest.fixture
def embedder() -> Counting:
    return Counting()


@pytest.fixture
def retriever(tmp_path: Path, embedder: Counting) -> Iterator[HybridRetriever]:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    dense, lexical = FakeDenseIndex(), FakeLexicalIndex()
    with Library.open(f"sqlite:///{tmp_path}/library.db") as library:
        Synchroniser(library, embedder, (dense, lexical)).sync(folder, 1000)
        yield HybridRetriever(embedder, dense, lexical, library)


def test_the_best_sentence_comes_first_with_its_exact_place(retriever: HybridRetriever) -> None:
    best = retriever.search_now("Who opened the bridge?", 3, Filter())[0]
    text = ARTICLES[best.article_id]
    assert best.quote == "Mayor Anna Berg opened the bridge."
    assert text[best.sentence.start : best.sentence.end] == best.quote


def test_a_hit_carries_its_neighbours_in_reading_order(retriever: HybridRetriever) -> None:
    hit = retriever.search_now("Who opened the bridge?", 1, Filter())[0]
    numbers = [sentence.number for sentence in hit.sentences]
    assert numbers == sorted(numbers)
    assert "It cost nine million crowns." in hit.context
    assert hit.context[hit.sentences.index(hit.sentence)] == hit.quote


def test_a_title_votes_for_its_article_and_is_never_an_answer(retriever: HybridRetriever) -> None:
    hits = retriever.search_now("Oster", 20, Filter())
    assert hits[0].article_id == "bridge.txt"
    assert all(hit.sentence.role is Role.BODY for hit in hits)


def test_scores_fall_and_the_limit_holds(retriever: HybridRetriever) -> None:
    hits = retriever.search_now("the mill and the bridge", 3, Filter())
    assert len(hits) == 3
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_a_filter_holds_inside_the_search(retriever: HybridRetriever) -> None:
    hits = retriever.search_now("Who opened the bridge?", 20, Filter(articles=("mill.txt",)))
    assert {hit.article_id for hit in hits} == {"mill.txt"}
    dated = retriever.search_now("the mill", 20, Filter(published_from=date(2020, 1, 1)))
    assert {hit.article_id for hit in dated} == {"bridge.txt"}


def test_what_allows_no_article_finds_nothing(retriever: HybridRetriever) -> None:
    assert retriever.search_now("bridge", 5, Filter(articles=())) == []


def test_a_question_is_embedded_once(retriever: HybridRetriever, embedder: Counting) -> None:
    retriever.search_now("Who opened the bridge?", 3, Filter())
    assert embedder.questions == ["Who opened the bridge?"]


def cited_in(retriever: HybridRetriever, question: str) -> Citation:
    return citable(retriever.search_now(question, 1, Filter())[0], 0.9).citation(1)


def after(cited: Citation, sought: str = "Any visitors yesterday?") -> Follows:
    return Follows(sought, "", cited=(cited,), sought=sought)


def test_a_follow_up_finds_what_stands_near_what_was_cited(retriever: HybridRetriever) -> None:
    """Its own words are found in neither article."""
    bridge, mill = (cited_in(retriever, question) for question in ("Who opened the bridge?", "Who lit the mill?"))
    for cited in (bridge, mill):
        best = retriever.search_now("Any visitors yesterday?", 1, Filter(), after(cited))[0]
        assert best.article_id == cited.article_id


def test_a_follow_up_is_looked_for_in_the_article_cited_and_most_behind_the_sentence(
    retriever: HybridRetriever,
) -> None:
    cited = cited_in(retriever, "Who opened the bridge?")
    sentences = tuple(Sentence(number, 0, 1, number, number) for number in range(1, 8))
    near = Neighbourhood(cited.article_id, "v", "", "", None, sentences, ("",) * 7, np.zeros((7, 2), np.float32), ())
    gained = closeness(near, [cited])
    assert 1 < cited.sentence < 7
    assert int(gained.argmax()) + 1 == cited.sentence + 1
    assert (np.diff(gained[cited.sentence :]) < 0).all()
    assert (gained[: cited.sentence] == SAME_ARTICLE).all()
    assert not closeness(replace(near, article_id="mill.txt"), [cited]).any()


def test_a_follow_up_is_compared_by_its_own_meaning_only_where_something_was_cited(
    retriever: HybridRetriever, embedder: Counting
) -> None:
    follows = after(cited_in(retriever, "Who opened the bridge?"), "Any visitors?")
    asked = ("Any visitors of the bridge?", 1, Filter())
    retriever.search_now(*asked, follows)
    retriever.search_now(*asked, replace(follows, cited=()))
    assert embedder.questions[-2:] == ["Any visitors?", "Any visitors of the bridge?"]


def test_a_follow_up_left_as_it_was_asked_is_looked_for_as_if_it_stood_alone_too(retriever: HybridRetriever) -> None:
    question = "Who lit the mill?"
    follows = after(cited_in(retriever, "Who opened the bridge?"), question)
    alone, both, leaning = (
        [hit.key for hit in retriever.search_now(question, 9, Filter(), each)]
        for each in (None, follows, replace(follows, asked="Who?"))
    )
    assert alone != leaning
    place = {key: number for number, key in enumerate(alone)}
    assert both == [alone[number] for number in every_third([place[key] for key in leaning], range(len(alone)))]


def test_two_of_one_ranking_are_followed_by_one_of_the_other() -> None:
    assert every_third([1, 2, 3, 4, 5], [4, 5, 2, 1, 3]) == [1, 2, 4, 3, 5]


def test_what_was_cited_does_not_get_round_the_filter(retriever: HybridRetriever) -> None:
    cited = cited_in(retriever, "Who opened the bridge?")
    for within in (Filter(articles=("mill.txt",)), Filter(published_to=date(2019, 1, 1))):
        hits = retriever.search_now("Any visitors yesterday?", 5, within, after(cited))
        assert "bridge.txt" not in {hit.article_id for hit in hits}


def test_what_was_cited_from_an_article_that_is_gone_counts_for_nothing(retriever: HybridRetriever) -> None:
    gone = replace(cited_in(retriever, "Who opened the bridge?"), article_id="gone.txt")
    asked = ("Who lit the mill?", 3, Filter())
    assert retriever.search_now(*asked, after(gone, asked[0])) == retriever.search_now(*asked)


def test_matches_near_each_other_are_read_as_one_stretch() -> None:
    matches = [Match("a", 5, 9, 0.5), Match("a", 8, 8, 2.0), Match("b", 1, 1, 1.0), Match("a", 40, 41, 0.1)]
    assert stretches(matches) == [Stretch("a", 1, 11), Stretch("a", 36, 43), Stretch("b", 1, 3)]
    assert joined([(1, 4), (5, 6), (8, 9)]) == [(1, 6), (8, 9)]


def test_neighbours_are_never_taken_from_another_article() -> None:
    own = np.array([[1.0], [10.0], [100.0], [1000.0]])
    assert with_neighbours(own, [3, 1])[:, 0].tolist() == [111, 111, 111, 1000]


@pytest.mark.anyio
async def test_it_is_a_llama_index_retriever(retriever: HybridRetriever) -> None:
    chain = SentenceRetriever(retriever, limit=2, within=Filter(articles=("bridge.txt",)))
    first, second = chain.retrieve("Who opened the bridge?")
    assert first.node.get_content() == "Mayor Anna Berg opened the bridge."
    assert first.node.metadata["article_id"] == "bridge.txt"
    again = await chain.aretrieve(QueryBundle("Who opened the bridge?"))
    assert [each.node.node_id for each in again] == [first.node.node_id, second.node.node_id]
