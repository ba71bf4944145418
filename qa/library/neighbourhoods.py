"""Reading stretches of sentences with their vectors: the one look-up of a search, so every row counts.

Three statements, whatever the number of stretches: the articles, the sentences, the passages. 60 stretches of nine
sentences out of 150,000 are about 500 rows and a megabyte of vectors.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple

import sqlalchemy as sa

from qa.domain import Sentence, TitleSource
from qa.library.float16 import unpacked
from qa.library.rows import ROLES, Row, Select
from qa.library.schema import articles, passages, sentences, versions
from qa.ports import EmbeddedPassageRange, Neighbourhood, Stretch, Vectors


class _Range(NamedTuple):
    """Sentences `first` to `last` of one version, whose passages hold at most `reach` sentences. Numbers, or SQL."""

    version_pk: Any
    first: Any
    last: Any
    reach: Any


@dataclass(frozen=True, slots=True)
class _Sentences:
    """Those of all ranges, one after the other; `at` finds one by its version and number."""

    at: dict[tuple[int, int], int]
    nouns: tuple[Sentence, ...]
    quotes: tuple[str, ...]
    vectors: Vectors


def neighbourhoods(connection: sa.Connection, stretches: Sequence[Stretch], dimensions: int) -> list[Neighbourhood]:
    """One for each stretch in the order given, cut to the sentences that exist.

    Stretches of articles that are gone, or that lie outside their article, are left out.
    """
    shelved = _shelved(connection, {stretch.article_id for stretch in stretches})
    asked = [(row, _clipped(stretch, row)) for stretch in stretches if (row := shelved.get(stretch.article_id))]
    asked = [(row, wanted) for row, wanted in asked if wanted.first <= wanted.last]
    if not asked:
        return []
    ranges = _merged([wanted for _, wanted in asked])
    found = _sentences(connection, ranges, dimensions)
    around = _passages(connection, ranges, dimensions)
    return [_neighbourhood(row, wanted, found, around.get(row.pk, [])) for row, wanted in asked]


def _shelved(connection: sa.Connection, article_ids: set[str]) -> dict[str, Row]:
    rows = connection.execute(_SHELVED, {"ids": list(article_ids)})
    return {row.article_id: row for row in rows}


def _clipped(stretch: Stretch, version: Row) -> _Range:
    return _Range(version.pk, max(1, stretch.first), min(version.sentences, stretch.last), version.reach)


def _merged(ranges: Sequence[_Range]) -> list[_Range]:
    """The same sentences without repetition, in order."""
    merged: list[_Range] = []
    for each in sorted(ranges):
        last = merged[-1] if merged else None
        if last and last.version_pk == each.version_pk and each.first <= last.last + 1:
            merged[-1] = last._replace(last=max(last.last, each.last))
        else:
            merged.append(each)
    return merged


def _sentences(connection: sa.Connection, ranges: Sequence[_Range], dimensions: int) -> _Sentences:
    rows = _rows(connection, _SENTENCES, ranges)
    rows.sort(key=itemgetter(0, 1))
    # Column by column: a row at a time in Python takes twice as long.
    pks, numbers, starts, ends, lines, paragraphs, roles, quotes, blobs = zip(*rows, strict=True)
    nouns = tuple(map(Sentence, numbers, starts, ends, lines, paragraphs, map(ROLES.__getitem__, roles)))
    at = dict(zip(zip(pks, numbers, strict=True), range(len(rows)), strict=True))
    return _Sentences(at, nouns, quotes, unpacked(blobs, dimensions))


def _passages(
    connection: sa.Connection, ranges: Sequence[_Range], dimensions: int
) -> dict[int, list[EmbeddedPassageRange]]:
    """By version, in reading order."""
    # One that reaches into two ranges comes twice.
    once = {(row[0], row[1]): row for row in _rows(connection, _PASSAGES, ranges)}
    if not once:
        return {}
    rows = sorted(once.values(), key=itemgetter(0, 1))
    pks, numbers, firsts, lasts, blobs = zip(*rows, strict=True)
    found: dict[int, list[EmbeddedPassageRange]] = {}
    for pk, each in zip(
        pks, map(EmbeddedPassageRange, numbers, firsts, lasts, unpacked(blobs, dimensions)), strict=True
    ):
        found.setdefault(pk, []).append(each)
    return found


def _neighbourhood(
    version: Row, wanted: _Range, found: _Sentences, around: Sequence[EmbeddedPassageRange]
) -> Neighbourhood:
    begin = found.at[wanted.version_pk, wanted.first]
    end = begin + wanted.last - wanted.first + 1
    return Neighbourhood(
        article_id=version.article_id,
        version=version.version,
        title=version.title,
        spoken_title="" if version.title_source == TitleSource.FILE_NAME else version.title,
        published=version.published,
        sentences=found.nouns[begin:end],
        quotes=found.quotes[begin:end],
        vectors=found.vectors[begin:end],
        passages=tuple(each for each in around if each.first <= wanted.last and each.last >= wanted.first),
    )


@dataclass(frozen=True, slots=True)
class _Within:
    """The rows of a table that lie within ranges: given as one list in JSON to SQLite, else condition by condition.

    The JSON form is compiled once and planned in no time; 60 conditions with OR take half a millisecond more each time.
    """

    columns: tuple[sa.ColumnElement[Any], ...]
    matches: Callable[[_Range], sa.ColumnElement[bool]]

    def from_json(self) -> Select:
        listed = sa.func.json_each(sa.bindparam("ranges")).table_valued("value", name="listed")
        parts = (sa.func.json_extract(listed.c.value, sa.literal_column(f"'$[{i}]'")) for i in range(4))
        return sa.select(*self.columns).select_from(listed).where(self.matches(_Range(*parts)))

    def one_by_one(self, ranges: Sequence[_Range]) -> Select:
        return sa.select(*self.columns).where(sa.or_(*map(self.matches, ranges)))


def _rows(connection: sa.Connection, within: _Within, ranges: Sequence[_Range]) -> list[Row]:
    if connection.dialect.name == "sqlite":
        statement = _JSON_STATEMENTS[within]
        return list(connection.execute(statement, {"ranges": json.dumps(ranges)}).all())
    return list(connection.execute(within.one_by_one(ranges)).all())


def _sentences_in(wanted: _Range) -> sa.ColumnElement[bool]:
    return sa.and_(sentences.c.version_pk == wanted.version_pk, sentences.c.number.between(wanted.first, wanted.last))


def _passages_in(wanted: _Range) -> sa.ColumnElement[bool]:
    return sa.and_(
        passages.c.version_pk == wanted.version_pk,
        passages.c.first.between(wanted.first - wanted.reach + 1, wanted.last),
        passages.c.last >= wanted.first,
    )


_SHELVED = (
    sa.select(
        versions.c.pk,
        versions.c.article_id,
        versions.c.version,
        versions.c.title,
        versions.c.title_source,
        versions.c.published,
        versions.c.sentences,
        versions.c.reach,
    )
    .join(articles, articles.c.version_pk == versions.c.pk)
    .where(articles.c.id.in_(sa.bindparam("ids", expanding=True)), versions.c.embedded)
)
_SENTENCES = _Within(tuple(sentences.c), _sentences_in)
_PASSAGES = _Within(
    (passages.c.version_pk, passages.c.number, passages.c.first, passages.c.last, passages.c.vector), _passages_in
)
_JSON_STATEMENTS = {within: within.from_json() for within in (_SENTENCES, _PASSAGES)}
