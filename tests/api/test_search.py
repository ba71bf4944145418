from __future__ import annotations

from dataclasses import replace

import pytest
from doors import SENTENCES, FakeService, client_of, hit

from qa.api.schemas import PassageOut

pytestmark = pytest.mark.anyio


async def test_results_are_ranked_sentences_with_their_unbroken_passage() -> None:
    service = FakeService()
    async with client_of(service) as client:
        response = await client.post("/v1/search", json={"query": "wide"})
    assert response.status_code == 200
    assert service.retriever.asked == ["wide"]
    first, second = response.json()["results"]
    title = {"number": 1, "start": 0, "end": 8, "line": 1, "quote": "The zone"}
    wide = {"number": 2, "start": 9, "end": 42, "line": 2, "quote": "It will be 15-20 kilometres wide."}
    assert first == {
        "article_id": "2018/sochi.txt",
        "title": "The zone",
        "published": "2018-09-17",
        "version": "sha256:aa",
        "sentence": 2,
        "line": 2,
        "start": 9,
        "end": 42,
        "quote": "It will be 15-20 kilometres wide.",
        "score": 0.5,
        "passage": {"first": 1, "last": 2, "sentences": [title, wide]},
    }
    assert second["passage"]["first"] == second["passage"]["last"] == 4


async def test_limit_is_ten_unless_told() -> None:
    service = FakeService()
    service.retriever.hits = tuple(hit(2, (2,)) for _ in range(20))
    async with client_of(service) as client:
        assert len((await client.post("/v1/search", json={"query": "wide"})).json()["results"]) == 10
        assert len((await client.post("/v1/search", json={"query": "wide", "limit": 3})).json()["results"]) == 3


def test_passage_is_the_sentence_alone_where_its_context_lacks_it() -> None:
    alone = replace(hit(3, (1,)))
    passage = PassageOut.around(alone)
    assert [sentence.number for sentence in passage.sentences] == [3]
    assert passage.sentences[0].quote == "Both sides agreed."


def test_passage_reaches_over_all_neighbours_without_a_gap() -> None:
    passage = PassageOut.around(hit(3, tuple(sentence.number for sentence in SENTENCES)))
    assert (passage.first, passage.last) == (1, 4)
    assert [sentence.number for sentence in passage.sentences] == [1, 2, 3, 4]
