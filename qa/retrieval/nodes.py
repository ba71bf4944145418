"""The hybrid retriever as a LlamaIndex retriever: put it in any LlamaIndex query engine, chat engine or workflow.

Apart from hybrid.py because LlamaIndex takes a second to import and the service does not wait for it.
"""

from __future__ import annotations

from typing import Protocol

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from qa.domain import Filter, Hit

LIMIT = 10


class Search(Protocol):
    """What qa.retrieval.hybrid.HybridRetriever does."""

    def search_now(self, question: str, limit: int, within: Filter) -> list[Hit]: ...

    async def search(self, question: str, limit: int, within: Filter) -> list[Hit]: ...


class SentenceRetriever(BaseRetriever):
    """Gives the best sentences as nodes: the sentence is the text, its exact place is in the metadata.

    `start_char_idx` and `end_char_idx` are code points of the article's decoded text: `text[start:end]` is the node's
    text, always.
    """

    def __init__(self, retriever: Search, limit: int = LIMIT, within: Filter | None = None) -> None:
        super().__init__()
        self._retriever = retriever
        self._limit = limit
        self._within = within or Filter()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [node(hit) for hit in self._retriever.search_now(query_bundle.query_str, self._limit, self._within)]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [node(hit) for hit in await self._retriever.search(query_bundle.query_str, self._limit, self._within)]


def node(hit: Hit) -> NodeWithScore:
    """One sentence as a node; its id is the same in every run over the same version of the article."""
    sentence = hit.sentence
    place = {
        "article_id": hit.article_id,
        "title": hit.title,
        "published": hit.published.isoformat() if hit.published else None,
        "version": hit.version,
        "sentence": sentence.number,
        "line": sentence.line,
        "context": " ".join(hit.context),
    }
    text = TextNode(
        id_=f"{hit.version}:{hit.article_id}:{sentence.number}",
        text=hit.quote,
        metadata=place,
        start_char_idx=sentence.start,
        end_char_idx=sentence.end,
        excluded_embed_metadata_keys=list(place),
        excluded_llm_metadata_keys=["version", "sentence", "line", "context"],
    )
    return NodeWithScore(node=text, score=hit.score)
