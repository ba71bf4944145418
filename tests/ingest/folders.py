"""Folders of articles and libraries over them, for the tests of synchronising."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from on_disk import DenseOnDisk, LexicalOnDisk, OnDisk

from qa.library.record import Library
from qa.ports import EmbeddedArticle

MAX_BYTES = 1_000_000


def text_about(topic: str, sentences: int = 6) -> bytes:
    lines = [f"The {topic} was seen in place number {number} on the shore." for number in range(1, sentences + 1)]
    return (f"All about the {topic}\n\nLONDON, 5 May 2019. " + "\n".join(lines) + "\n").encode()


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Makes `folder` hold exactly these."""
    folder.mkdir(exist_ok=True)
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        if str(path.relative_to(folder)) not in files:
            path.unlink()
    for name, raw in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(raw)


def indexes_in(folder: Path) -> tuple[DenseOnDisk, LexicalOnDisk]:
    return DenseOnDisk(folder), LexicalOnDisk(folder)


def assert_equal(one: EmbeddedArticle, other: EmbeddedArticle) -> None:
    """To the last bit: a cache that was rebuilt must find what the one before found."""
    assert one.article == other.article
    assert [each.passage for each in one.passages] == [each.passage for each in other.passages]
    np.testing.assert_array_equal(one.sentence_vectors, other.sentence_vectors)
    for mine, its in zip(one.passages, other.passages, strict=True):
        np.testing.assert_array_equal(mine.vector, its.vector)


def assert_true_to_the_record(index: OnDisk, library: Library) -> None:
    recorded = {each.article.id: each for each in library.embedded()}
    held = index.held()
    assert set(held) == set(recorded)
    for article_id, article in recorded.items():
        assert_equal(held[article_id], article)
