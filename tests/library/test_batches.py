"""Streams in pieces."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qa.library.batches import IDS_AT_ONCE, batches, chunks


@given(st.lists(st.integers(0, 50)), st.integers(1, 6), st.integers(1, 60))
def test_batches_keep_every_item_in_order_within_both_limits(items: list[int], at_most: int, heaviest: int) -> None:
    cut = list(batches(items, lambda item: item, at_most, heaviest))
    assert [item for batch in cut for item in batch] == items
    assert all(1 <= len(batch) <= at_most for batch in cut)
    assert all(sum(batch) <= heaviest or len(batch) == 1 or sum(batch[:-1]) == 0 for batch in cut)


def test_stream_is_read_no_further_than_the_batch_that_is_asked_for() -> None:
    stream = iter(range(100))
    assert next(batches(stream, lambda _: 1, at_most=5, heaviest=100)) == [0, 1, 2, 3, 4]
    assert next(stream) == 6


def test_ids_beyond_one_statement_are_split() -> None:
    assert [len(chunk) for chunk in chunks(range(2 * IDS_AT_ONCE + 1))] == [IDS_AT_ONCE, IDS_AT_ONCE, 1]
