"""The reader as a LlamaIndex node postprocessor: put it behind any LlamaIndex retriever.

Apart from cross_encoder.py because LlamaIndex takes a second to import and the service does not wait for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import MetadataMode, NodeWithScore, QueryBundle

from qa.answering.cross_encoder import ANSWERS, CANDIDATES, CrossEncoder, shipped_weights
from qa.answering.pairing import Pair
from qa.retrieval.embedding import carried_weights


class ReaderPostprocessor(BaseNodePostprocessor):
    """Puts the nodes first that answer the question, by the reader's own score.

    It reads a node's text up to 80 tokens, and its `title` where the metadata hold one: nodes of a sentence or two,
    such as those of qa.retrieval.nodes.SentenceRetriever, are what it was trained on. The score of a node becomes the
    logistic of the reader's logit, which is not calibrated without the first stage's features.
    """

    top_n: int = CANDIDATES
    _model: CrossEncoder = PrivateAttr()

    def __init__(self, model: CrossEncoder | None = None, top_n: int = CANDIDATES) -> None:
        """model: the shipped one by default. top_n: how many nodes are kept. Raises qa.errors.WeightsMissing."""
        super().__init__(top_n=top_n)
        self._model = model or CrossEncoder(carried_weights(), shipped_weights())

    @classmethod
    def from_weights(cls, model_dir: Path, trained: Path, top_n: int = CANDIDATES) -> ReaderPostprocessor:
        """model_dir: the encoder's folder. trained: weights such as evals/reader/ exports."""
        return cls(CrossEncoder(model_dir, trained), top_n)

    @classmethod
    def class_name(cls) -> str:
        return "ReaderPostprocessor"

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        if query_bundle is None:
            raise ValueError("a reranker needs the question: pass query_bundle or query_str")
        if not nodes:
            return []
        logits = self._model.logits(pairs(query_bundle.query_str, nodes))[:, ANSWERS]
        order = np.argsort(-logits, kind="stable")[: self.top_n]
        return [NodeWithScore(node=nodes[i].node, score=float(1 / (1 + np.exp(-logits[i])))) for i in order]


def pairs(question: str, nodes: Sequence[NodeWithScore]) -> list[Pair]:
    return [
        Pair(question, each.node.get_content(MetadataMode.NONE), str(each.node.metadata.get("title") or ""))
        for each in nodes
    ]
