"""Keeping the two indexes true to the database of record. All of it can be repeated: a crash in it loses nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TypeAlias

from qa.library.batches import batches
from qa.library.record import Library, Op
from qa.ports import DenseIndex, EmbeddedArticle, LexicalIndex

log = logging.getLogger(__name__)

Indexes: TypeAlias = tuple[DenseIndex, LexicalIndex]


def catch_up(library: Library, indexes: Indexes) -> None:
    """Tells the indexes what they have not been told; what they commit is then settled in the record."""
    pending = library.pending()
    if not pending:
        return
    if any(change.op is Op.CLEAR for change in pending):
        _clear(indexes)
    touched = {change.article_id for change in pending if change.op is not Op.CLEAR}
    # What an article's last change was does not matter: the record says whether it is there now.
    there = _put(library.embedded(sorted(touched)), indexes)
    gone = sorted(touched - there)
    for index in indexes:
        if gone:
            index.drop(gone)
        index.commit()
    library.settle(pending[-1].seq)


def rebuild(library: Library, indexes: Indexes) -> None:
    """Empties the indexes and fills them from the record; nothing is embedded."""
    pending = library.pending()
    _clear(indexes)
    _put(library.embedded(), indexes)
    for index in indexes:
        index.commit()
    if pending:
        library.settle(pending[-1].seq)


def check(library: Library, indexes: Indexes) -> bool:
    """Whether the indexes hold as many passages and answering sentences as the record."""
    dense, lexical = indexes
    counts = library.counts()
    return dense.count() == counts.passages and lexical.count() == counts.bodies


def mend(library: Library, indexes: Indexes) -> None:
    """Catches up; what was lost beyond that, with a cache's folder for instance, is rebuilt."""
    catch_up(library, indexes)
    if not check(library, indexes):
        log.warning("The indexes do not hold what the library holds; they are rebuilt from it.")
        rebuild(library, indexes)


def _put(articles: Iterable[EmbeddedArticle], indexes: Indexes) -> set[str]:
    """Their ids. Committed batch by batch, so that what waits in memory is bounded."""
    put: set[str] = set()
    for batch in batches(articles, lambda embedded: len(embedded.article.sentences)):
        for index in indexes:
            index.put(batch)
            index.commit()
        put.update(embedded.article.id for embedded in batch)
    return put


def _clear(indexes: Indexes) -> None:
    for index in indexes:
        index.clear()
