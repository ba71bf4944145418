"""The fakes, kept in files: what was committed survives the process, as a cache's folder does."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from pathlib import Path

from qa.fakes import FakeDenseIndex, FakeLexicalIndex, _FakeIndex
from qa.ports import EmbeddedArticle


def in_silence(_event: str) -> None:
    pass


class OnDisk(_FakeIndex):
    """happened: told of every step, before and after what it does to the disk."""

    name: str

    def __init__(self, folder: Path, happened: Callable[[str], None] = in_silence) -> None:
        super().__init__()
        self._path = folder / f"{self.name}.pickle"
        self._happened = happened
        if self._path.exists():
            self._held = pickle.loads(self._path.read_bytes())
            self._next = dict(self._held)

    def put(self, articles: Sequence[EmbeddedArticle]) -> None:
        self._happened("put")
        super().put(articles)

    def commit(self) -> None:
        self._happened("before commit")
        super().commit()
        draft = self._path.with_suffix(".new")
        draft.write_bytes(pickle.dumps(self._held))
        draft.replace(self._path)
        self._happened("after commit")

    def held(self) -> dict[str, EmbeddedArticle]:
        return dict(self._held)


class DenseOnDisk(OnDisk, FakeDenseIndex):
    name = "dense"


class LexicalOnDisk(OnDisk, FakeLexicalIndex):
    name = "lexical"
