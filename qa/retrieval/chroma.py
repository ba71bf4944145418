"""The dense index: passages' vectors in one Chroma collection, a cache that can be rebuilt from the record.

Embedded, it belongs to one process (the owner lock sees to that): a second one would go stale or lose vectors in
silence. A damaged file can end the process that opens it, so whenever the files are not as they were closed, another
process opens them first.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import chromadb
import numpy as np
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError

from qa.domain import Filter
from qa.errors import CacheDamaged, ConfigurationError
from qa.ports import EmbeddedArticle, Match, Vector

Item = TypeVar("Item")

COLLECTION = "passages"
HNSW = {"hnsw": {"space": "ip", "ef_construction": 128, "ef_search": 128, "max_neighbors": 24}}
CLOSED = "closed-cleanly.json"
PROBE_TIMEOUT_S = 60
ARTICLES_A_DELETE = 200  # SQLite's limit on variables


class ChromaIndex:
    """One collection with metadata: thirty collections cost 200 MB that are never given back."""

    def __init__(self, client: Any, folder: Path | None = None) -> None:  # noqa: ANN401 - chromadb has no public type
        self._client = client
        self._folder = folder
        self._collection = self._create()

    @classmethod
    def embedded(cls, folder: Path) -> ChromaIndex:
        """Opens the index in a folder of this process's own. Raises CacheDamaged."""
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()) and not is_as_it_was_closed(folder):
            probe(folder)
        (folder / CLOSED).unlink(missing_ok=True)
        try:
            return cls(client(folder), folder)
        except (ChromaError, OSError, ValueError, RuntimeError, KeyError) as error:
            # Chroma keeps what it could not start under the folder's name and would give it out again.
            SharedSystemClient._identifier_to_system.pop(str(folder), None)
            raise CacheDamaged(f"The dense index cannot be opened: {error}.") from error

    @classmethod
    def served(cls, url: str) -> ChromaIndex:
        """The index in a Chroma server at QA_CHROMA_URL. Raises ConfigurationError where none answers."""
        from urllib.parse import urlsplit  # noqa: PLC0415

        parts = urlsplit(url)
        try:
            served = chromadb.HttpClient(
                host=parts.hostname or "",
                port=parts.port or (443 if parts.scheme == "https" else 80),
                ssl=parts.scheme == "https",
                settings=ChromaSettings(anonymized_telemetry=False),
            )
            return cls(served)
        except (ChromaError, OSError, ValueError) as error:
            raise ConfigurationError(
                f"QA_CHROMA_URL={url!r}: no Chroma server answers there ({error}). Start it (`chroma run`), mend "
                "the address, or leave QA_CHROMA_URL out: the index is then a folder of this process's own."
            ) from error

    def put(self, articles: Sequence[EmbeddedArticle]) -> None:
        self.drop([embedded.article.id for embedded in articles])
        for batch in batched(rows(articles), self._client.get_max_batch_size()):
            ids, vectors, metadatas = zip(*batch, strict=True)
            self._collection.upsert(ids=list(ids), embeddings=np.stack(vectors), metadatas=list(metadatas))

    def drop(self, article_ids: Sequence[str]) -> None:
        for batch in batched(article_ids, ARTICLES_A_DELETE):
            self._collection.delete(where={"article": {"$in": list(batch)}})

    def commit(self) -> None:
        """Chroma has written a batch when the call returns."""

    def clear(self) -> None:
        self._client.delete_collection(COLLECTION)
        self._collection = self._create()

    def count(self) -> int:
        return int(self._collection.count())

    def close(self) -> None:
        if self._folder is not None:
            self._client.close()
            (self._folder / CLOSED).write_text(json.dumps(contents(self._folder)), encoding="utf-8")

    def search(self, vector: Vector, limit: int, within: Filter) -> list[Match]:
        if within.articles == ():
            return []
        found = self._collection.query(
            query_embeddings=[vector], n_results=limit, where=conditions(within), include=["metadatas", "distances"]
        )
        pairs = zip(found["metadatas"][0], found["distances"][0], strict=True)
        return [Match(row["article"], row["first"], row["last"], 1 - distance) for row, distance in pairs]

    def _create(self) -> Any:  # noqa: ANN401
        return self._client.get_or_create_collection(COLLECTION, configuration=HNSW, embedding_function=None)


def client(folder: Path) -> Any:  # noqa: ANN401
    return chromadb.PersistentClient(str(folder), settings=ChromaSettings(anonymized_telemetry=False))


def rows(articles: Iterable[EmbeddedArticle]) -> Iterator[tuple[str, Vector, dict[str, str | int]]]:
    """Deterministic ids, so that a batch which a crash left half acknowledged is written over, not doubled."""
    for embedded in articles:
        article = embedded.article
        dated = {"published": article.published.toordinal()} if article.published else {}
        for each in embedded.passages:
            first, last = each.passage.sentences[0].number, each.passage.sentences[-1].number
            place: dict[str, str | int] = {"article": article.id, "first": first, "last": last, **dated}
            yield f"{each.passage.number}:{article.id}", each.vector, place


def conditions(within: Filter) -> Any:  # noqa: ANN401
    """The filter in Chroma's terms; an article without a date fails every date limit."""
    found: list[dict[str, Any]] = []
    if within.articles is not None:
        found.append({"article": {"$in": list(within.articles)}})
    if within.published_from is not None:
        found.append({"published": {"$gte": within.published_from.toordinal()}})
    if within.published_to is not None:
        found.append({"published": {"$lte": within.published_to.toordinal()}})
    return {"$and": found} if len(found) > 1 else found[0] if found else None


def contents(folder: Path) -> dict[str, list[int]]:
    """Size in bytes and time of the last change in nanoseconds of every file, by its relative path."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != CLOSED]
    return {str(path.relative_to(folder)): [path.stat().st_size, path.stat().st_mtime_ns] for path in sorted(files)}


def is_as_it_was_closed(folder: Path) -> bool:
    """Whether the last owner closed the index and nothing has touched its files since."""
    try:
        noted = json.loads((folder / CLOSED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(noted == contents(folder))


def probe(folder: Path) -> None:
    """Opens and queries the index in a process of its own. Raises CacheDamaged where that one does not survive it."""
    code = "import sys, json; from qa.retrieval import chroma; chroma.survive(sys.argv[1])"
    try:
        ended = subprocess.run(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-c", code, json.dumps(str(folder))],
            capture_output=True,
            timeout=PROBE_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CacheDamaged(f"The dense index did not open within {PROBE_TIMEOUT_S} s.") from error
    if ended.returncode != 0:
        raise CacheDamaged(f"The dense index could not be read (exit {ended.returncode}).")


def survive(folder: str) -> None:
    """What the probing process does: reads a little of everything."""
    index = ChromaIndex(client(Path(json.loads(folder))))
    if index.count():
        held = index._collection.get(limit=1, include=["embeddings"])
        index.search(np.asarray(held["embeddings"][0], dtype=np.float32), 10, Filter())


def batched(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch


def discard(folder: Path) -> None:
    """Removes the files of a damaged index; what they held is rebuilt from the record."""
    shutil.rmtree(folder, ignore_errors=True)
