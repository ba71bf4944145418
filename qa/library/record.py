"""The database of record: articles by version with their sentences and vectors, and what the caches lag behind by.

Chroma and tantivy are caches over it, rebuilt from here without embedding anything again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa

from qa.domain import Article, ArticleSummary
from qa.errors import NotFound
from qa.library.batches import batches, chunks
from qa.library.database import Database
from qa.library.neighbourhoods import neighbourhoods
from qa.library.pruning import drop_vectors, prune
from qa.library.rows import Row, Select, StoredArticle, article_of, embedded_of, insert, summary_of
from qa.library.schema import articles, changes, passages, sentences, settings_of_record, texts, versions
from qa.ports import EmbeddedArticle, Neighbourhood, Stretch


@dataclass(frozen=True, slots=True)
class Recipe:
    """What the vectors were made with: two libraries of one recipe can be searched alike.

    embedding: the embedder's name. layout: names how articles are cut into sentences and passages.
    """

    embedding: str
    dimensions: int
    layout: str


class Op(StrEnum):
    PUT = "put"
    DROP = "drop"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Change:
    """What the caches have not been told yet. seq: ascending in the order of the changes. article_id: "" for CLEAR."""

    seq: int
    article_id: str
    op: Op


@dataclass(frozen=True, slots=True)
class Counts:
    """What can be searched. bodies: those of the sentences that may answer."""

    articles: int
    sentences: int
    bodies: int
    passages: int


class Library:
    """Articles in the database of record; one process writes. Threads may share it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._recipe = self._stored_recipe()

    @classmethod
    def open(cls, url: str) -> Library:
        """Raises ConfigurationError or LibraryDamaged, as `Database.open` does."""
        return cls(Database.open(url))

    def close(self) -> None:
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    # What the vectors are made with

    @property
    def recipe(self) -> Recipe | None:
        """None as long as nothing was ever stored."""
        return self._recipe

    @property
    def embedding_name(self) -> str | None:
        return self._recipe.embedding if self._recipe else None

    def adopt(self, recipe: Recipe) -> None:
        """From now on vectors are of this recipe. Those of another are dropped: their articles wait as `unembedded`."""
        if recipe == self._recipe:
            return
        values = {"embedding": recipe.embedding, "dimensions": str(recipe.dimensions), "layout": recipe.layout}
        with self.database.writing() as connection:
            connection.execute(sa.delete(settings_of_record))
            connection.execute(
                sa.insert(settings_of_record), [{"key": key, "value": value} for key, value in values.items()]
            )
            drop_vectors(connection, versions.c.embedded)
            connection.execute(sa.delete(changes))
            connection.execute(sa.insert(changes), {"article_id": "", "op": Op.CLEAR})
        self._recipe = recipe

    def _stored_recipe(self) -> Recipe | None:
        with self.database.reading() as connection:
            stored = {row.key: row.value for row in connection.execute(sa.select(settings_of_record))}
        if not stored:
            return None
        return Recipe(stored["embedding"], int(stored["dimensions"]), stored["layout"])

    def _adopted(self) -> Recipe:
        if self._recipe is None:
            raise ValueError("Say with adopt() what the vectors are made with, before the first are stored.")
        return self._recipe

    # What changes

    def replace(self, incoming: Sequence[EmbeddedArticle]) -> None:
        """Makes these the current versions of their articles, all or none, and notes it for the caches.

        The versions before them go, but for those that a stored turn cites. Vectors: of the adopted recipe.
        """
        dimensions = self._adopted().dimensions
        for embedded in incoming:
            if embedded.sentence_vectors.shape != (len(embedded.article.sentences), dimensions):
                raise ValueError(
                    f"{embedded.article.id}: sentence vectors of shape {embedded.sentence_vectors.shape} for "
                    f"{len(embedded.article.sentences)} sentences and {dimensions} dimensions"
                )
        ids = [embedded.article.id for embedded in incoming]
        if not ids:
            return
        with self.database.writing() as connection:
            self._take_down(connection, ids)
            self._clear_space(connection, incoming)
            for embedded in incoming:
                insert(connection, embedded)
            self._finish(connection, ids, Op.PUT)

    def remove(self, article_ids: Sequence[str]) -> None:
        """These have no current version any more. Ids that are not there are no fault."""
        if not article_ids:
            return
        with self.database.writing() as connection:
            self._take_down(connection, article_ids)
            self._finish(connection, article_ids, Op.DROP)

    @staticmethod
    def _take_down(connection: sa.Connection, article_ids: Sequence[str]) -> None:
        for ids in chunks(article_ids):
            connection.execute(sa.delete(articles).where(articles.c.id.in_(ids)))

    @staticmethod
    def _clear_space(connection: sa.Connection, incoming: Sequence[EmbeddedArticle]) -> None:
        """Deletes what is held of the very versions that come in: embedded anew, or an old one that is back."""
        coming = {(embedded.article.id, embedded.article.version) for embedded in incoming}
        for ids in chunks([article_id for article_id, _ in coming]):
            held = connection.execute(
                sa.select(versions.c.pk, versions.c.article_id, versions.c.version).where(
                    versions.c.article_id.in_(ids)
                )
            )
            pks = [row.pk for row in held if (row.article_id, row.version) in coming]
            connection.execute(sa.delete(versions).where(versions.c.pk.in_(pks)))

    @staticmethod
    def _finish(connection: sa.Connection, article_ids: Sequence[str], op: Op) -> None:
        prune(connection, article_ids)
        connection.execute(sa.insert(changes), [{"article_id": article_id, "op": op} for article_id in article_ids])

    # What the caches are still to be told

    def pending(self) -> list[Change]:
        """In the order in which it happened."""
        with self.database.reading() as connection:
            rows = connection.execute(sa.select(changes).order_by(changes.c.seq)).all()
        return [Change(row.seq, row.article_id, Op(row.op)) for row in rows]

    def settle(self, up_to_seq: int) -> None:
        """The caches have committed everything up to this change."""
        with self.database.writing() as connection:
            connection.execute(sa.delete(changes).where(changes.c.seq <= up_to_seq))

    # What is held

    def versions(self) -> dict[str, str]:
        """The current version of each article, by its id."""
        with self.database.reading() as connection:
            rows = connection.execute(_current(versions.c.article_id, versions.c.version))
            return {row.article_id: row.version for row in rows}

    def unembedded(self) -> set[str]:
        """Current articles that wait for vectors: they are listed, but cannot be found."""
        with self.database.reading() as connection:
            return set(connection.execute(_current(versions.c.article_id).where(~versions.c.embedded)).scalars())

    def counts(self) -> Counts:
        total = sa.func.coalesce
        with self.database.reading() as connection:
            row = connection.execute(
                _current(
                    sa.func.count(),
                    total(sa.func.sum(versions.c.sentences), 0),
                    total(sa.func.sum(versions.c.bodies), 0),
                    total(sa.func.sum(versions.c.passages), 0),
                ).where(versions.c.embedded)
            ).one()
        return Counts(*row)

    def summaries(self, limit: int, after: str | None) -> list[ArticleSummary]:
        """Current articles in the order of their ids, from the first id greater than `after`."""
        statement = _current(versions).order_by(articles.c.id).limit(limit)
        if after is not None:
            statement = statement.where(articles.c.id > after)
        with self.database.reading() as connection:
            return [summary_of(row) for row in connection.execute(statement)]

    def article(self, article_id: str, version: str | None = None) -> Article:
        """The current version, or any that is still held. Raises NotFound."""
        if version is None:
            statement = _current(versions).where(articles.c.id == article_id)
        else:
            statement = sa.select(versions).where(versions.c.article_id == article_id, versions.c.version == version)
        with self.database.reading() as connection:
            row = connection.execute(statement).one_or_none()
            if row is None:
                raise NotFound(_missing(article_id, version))
            return article_of(_stored(connection, [row])[0])

    def embedded(self, article_ids: Sequence[str] | None = None) -> Iterator[EmbeddedArticle]:
        """These of the articles that can be searched, or all, in the order of their ids; a few in memory at a time."""
        for group in batches(self._sizes(article_ids), lambda row: int(row.sentences)):
            with self.database.reading() as connection:
                held = connection.execute(
                    sa.select(versions).where(versions.c.pk.in_([row.pk for row in group]), versions.c.embedded)
                ).all()
                stored = _stored(connection, sorted(held, key=lambda row: str(row.article_id)))
            dimensions = self._adopted().dimensions
            for each in stored:
                yield embedded_of(each, dimensions)

    def _sizes(self, article_ids: Sequence[str] | None) -> list[Row]:
        statement = _current(versions.c.pk, versions.c.article_id, versions.c.sentences).where(versions.c.embedded)
        with self.database.reading() as connection:
            if article_ids is None:
                rows = list(connection.execute(statement).all())
            else:
                rows = [
                    row
                    for ids in chunks(article_ids)
                    for row in connection.execute(statement.where(articles.c.id.in_(ids))).all()
                ]
        return sorted(rows, key=lambda row: str(row.article_id))

    def read(self, stretches: Sequence[Stretch]) -> list[Neighbourhood]:
        """One for each stretch in the order given, cut to the sentences that exist; without those of articles gone."""
        if not stretches or self._recipe is None:
            return []
        with self.database.reading() as connection:
            return neighbourhoods(connection, stretches, self._recipe.dimensions)


def _current(*columns: sa.ColumnElement[Any] | sa.Table) -> Select:
    return sa.select(*columns).select_from(articles.join(versions, articles.c.version_pk == versions.c.pk))


def _stored(connection: sa.Connection, rows: Sequence[Row]) -> list[StoredArticle]:
    """With all their parts, in the order of the rows."""
    pks = [row.pk for row in rows]
    words = connection.execute(sa.select(texts).where(texts.c.version_pk.in_(pks)))
    text = {row.version_pk: row.text for row in words}
    parts: dict[tuple[str, int], list[Row]] = {}
    for table, order in ((sentences, sentences.c.number), (passages, passages.c.number)):
        for row in connection.execute(sa.select(table).where(table.c.version_pk.in_(pks)).order_by(order)):
            parts.setdefault((table.name, row.version_pk), []).append(row)
    return [
        StoredArticle(row, text[row.pk], parts.get(("sentences", row.pk), []), parts.get(("passages", row.pk), []))
        for row in rows
    ]


def _missing(article_id: str, version: str | None) -> str:
    if version is None:
        return f"There is no article {article_id!r}. GET /v1/articles lists those there are."
    return f"Version {version!r} of article {article_id!r} is not kept. Leave the version out for the current one."
