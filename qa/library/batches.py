"""Cuts a stream into pieces that fit in memory and in one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

ARTICLES_AT_ONCE = 64
SENTENCES_AT_ONCE = 2_000
# Well under what SQLite (32,766) and PostgreSQL (65,535) take as parameters of one statement.
IDS_AT_ONCE = 1_000


def batches(
    items: Iterable[T],
    weight: Callable[[T], int],
    at_most: int = ARTICLES_AT_ONCE,
    heaviest: int = SENTENCES_AT_ONCE,
) -> Iterator[list[T]]:
    """Consecutive items, up to `at_most` of them and up to `heaviest` in weight, or a single heavier one."""
    batch: list[T] = []
    total = 0
    for item in items:
        if batch and (len(batch) == at_most or total + weight(item) > heaviest):
            yield batch
            batch, total = [], 0
        batch.append(item)
        total += weight(item)
    if batch:
        yield batch


def chunks(ids: Iterable[T]) -> Iterator[list[T]]:
    """Consecutive ids, as many as one statement takes."""
    return batches(ids, lambda _: 1, IDS_AT_ONCE, IDS_AT_ONCE)
