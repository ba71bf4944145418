"""The embedding against sentence-transformers on torch, over the same sentences.

    python -m evals.benchmarks.embedding_speed FOLDER [--most 100]

Needs an environment that has sentence-transformers beside what qa needs. The two take turns, so that both meet the same
load of the machine.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from qa.domain import Article, Sentence
from qa.ingest.passages import passages_of
from qa.ingest.reading import find_files, load, read_article
from qa.ports import PassageText
from qa.retrieval.embedding import MiniLM, carried_weights

MAX_BYTES = 10_000_000
ROUNDS = 5


def against_torch(folder: Path, most: int) -> None:
    """Sentences alone, the same job for both; then all vectors of the passages: ours come out of one pass."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - only here, and only if asked for

    ours, theirs = MiniLM(carried_weights()), SentenceTransformer(str(carried_weights()), device="cpu")
    passages = passage_texts(folder, most)
    sentences = [sentence for passage in passages for sentence in passage.sentences]
    alone = [PassageText("", (sentence,)) for sentence in sentences]
    wholes = [" ".join((passage.title, *passage.sentences)) for passage in passages]

    def encode(texts: list[str]) -> object:
        return theirs.encode(texts, normalize_embeddings=True, show_progress_bar=False)

    same = np.vstack([each.passage for each in ours.embed_passages(alone[:200])])
    cosines = (same * np.asarray(encode(sentences[:200]))).sum(axis=1)
    print(f"cosine to sentence-transformers, least of 200: {cosines.min():.6f}")
    compare("sentences alone", lambda: list(ours.embed_passages(alone)), lambda: encode(sentences))
    compare("sentences and passages", lambda: list(ours.embed_passages(passages)), lambda: encode(sentences + wholes))


def compare(job: str, ours: Callable[[], object], theirs: Callable[[], object]) -> None:
    pairs = [(timed(ours), timed(theirs)) for _ in range(ROUNDS)]
    ratios = sorted(slow / fast for fast, slow in pairs)
    print(
        f"{job}: {statistics.median(ratios):.2f} times as fast (of {ROUNDS} pairs: {ratios[0]:.2f} to {ratios[-1]:.2f})"
    )


def passage_texts(folder: Path, most: int) -> list[PassageText]:
    found: list[PassageText] = []
    for file in find_files(folder, MAX_BYTES).files:
        article = read_article(file.id, load(file, MAX_BYTES))
        found += [passage_text(article, each.sentences) for each in passages_of(article.sentences)]
        if len(found) >= most:
            break
    return found[:most]


def passage_text(article: Article, sentences: Sequence[Sentence]) -> PassageText:
    return PassageText(article.spoken_title, tuple(article.quote(each) for each in sentences))


def timed(job: Callable[[], object]) -> float:
    """Seconds."""
    began = time.perf_counter()
    job()
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=100, help="passages")
    given = parser.parse_args()
    against_torch(given.folder, given.most)


if __name__ == "__main__":
    main()
