"""Semantic similarity: cosine of the embeddings of answer and reference answer (Risch et al. 2021, "SAS").

With the product's own embedding, so it moves when the embedding is changed: compare only runs of one embedding.
"""

from __future__ import annotations

from evals.observed import Observed


def score(seen: Observed) -> float | None:
    """-1 to 1; 0 where it abstained; None over HTTP, where the case cannot be answered, or without a reference."""
    if seen.embedder is None or not seen.case.answerable or not seen.case.reference_answer:
        return None
    if seen.abstained:
        return 0.0
    embed = seen.embedder.embed_question
    return float(embed(seen.plain_answer) @ embed(seen.case.reference_answer))
