"""The reader behind a LlamaIndex retriever, with the shipped weights."""

from __future__ import annotations

import pytest
from llama_index.core.schema import NodeWithScore, TextNode

from qa.answering.reranking import ReaderPostprocessor

TEXTS = [
    "Rain is common along the Oster in autumn.",
    "The bridge over the Oster carries trams and bicycles.",
    "The bridge over the Oster was opened in 1911 by Queen Louise.",
]


@pytest.fixture(scope="module")
def reranker() -> ReaderPostprocessor:
    return ReaderPostprocessor(top_n=2)


def nodes() -> list[NodeWithScore]:
    return [NodeWithScore(node=TextNode(text=text), score=1.0) for text in TEXTS]


@pytest.mark.integration
def test_the_sentence_that_answers_comes_first_and_the_rest_is_cut(reranker: ReaderPostprocessor) -> None:
    found = reranker.postprocess_nodes(nodes(), query_str="When was the bridge over the Oster opened?")
    assert found[0].node.get_content() == TEXTS[2]
    assert len(found) == 2
    assert found[0].score is not None
    assert found[1].score is not None
    assert 1 > found[0].score > found[1].score > 0


@pytest.mark.integration
def test_nothing_to_rerank_gives_nothing_and_a_missing_question_is_said(reranker: ReaderPostprocessor) -> None:
    assert reranker.postprocess_nodes([], query_str="When?") == []
    with pytest.raises(ValueError, match="needs the question"):
        reranker.postprocess_nodes(nodes())
