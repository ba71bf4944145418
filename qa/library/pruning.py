"""What becomes of a version that is no longer current."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from qa.library.batches import chunks
from qa.library.schema import articles, cited, passages, sentences, versions

_SUPERSEDED = versions.c.pk.not_in(sa.select(articles.c.version_pk))
_CITED = sa.exists().where(cited.c.article_id == versions.c.article_id, cited.c.version == versions.c.version)


def prune(connection: sa.Connection, article_ids: Sequence[str]) -> None:
    """Deletes the superseded versions of these articles; those that a stored turn cites only lose their vectors.

    A turn that is being answered while its article changes cites a version that is gone when it is kept. It still
    shows its quotes, which are its own; only the old text around them cannot be shown.
    """
    for ids in chunks(article_ids):
        superseded = sa.and_(versions.c.article_id.in_(ids), _SUPERSEDED)
        connection.execute(sa.delete(versions).where(superseded, ~_CITED))
        drop_vectors(connection, sa.and_(superseded, versions.c.embedded))


def drop_vectors(connection: sa.Connection, which: sa.ColumnElement[bool]) -> None:
    """Keeps the words of these versions but not their vectors."""
    pks = sa.select(versions.c.pk).where(which)
    connection.execute(sa.update(sentences).where(sentences.c.version_pk.in_(pks)).values(vector=None))
    connection.execute(sa.delete(passages).where(passages.c.version_pk.in_(pks)))
    connection.execute(sa.update(versions).where(which).values(embedded=False, passages=0, reach=0))
