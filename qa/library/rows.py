"""Domain nouns to table rows and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

import sqlalchemy as sa

from qa.domain import Article, ArticleSummary, Passage, Role, Sentence, TitleSource
from qa.library.float16 import packed, unpacked
from qa.library.schema import articles, passages, sentences, texts, versions
from qa.ports import EmbeddedArticle, EmbeddedPassage

ROLES = {role.value: role for role in Role}

Row: TypeAlias = "sa.Row[*tuple[Any, ...]]"
Select: TypeAlias = "sa.Select[*tuple[Any, ...]]"


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """All rows of one version; sentences and passages in reading order."""

    version: Row
    text: str
    sentences: Sequence[Row]
    passages: Sequence[Row]


def insert(connection: sa.Connection, embedded: EmbeddedArticle) -> None:
    """Stores a version that is not stored, and makes it the current one of an article that has none."""
    inserted = connection.execute(sa.insert(versions), _version_values(embedded)).inserted_primary_key
    assert inserted is not None
    pk = inserted[0]
    connection.execute(sa.insert(texts), {"version_pk": pk, "text": embedded.article.text})
    connection.execute(sa.insert(articles), {"id": embedded.article.id, "version_pk": pk})
    # An empty list would insert one row of defaults.
    if sentence_values := _sentence_values(pk, embedded):
        connection.execute(sa.insert(sentences), sentence_values)
    if passage_values := _passage_values(pk, embedded):
        connection.execute(sa.insert(passages), passage_values)


def _version_values(embedded: EmbeddedArticle) -> dict[str, object]:
    article = embedded.article
    return {
        "article_id": article.id,
        "version": article.version,
        "title": article.title,
        "title_source": article.title_source.value,
        "published": article.published,
        "encoding": article.encoding,
        "left_out": [list(unit) for unit in article.left_out],
        "characters": len(article.text),
        "sentences": len(article.sentences),
        "bodies": sum(sentence.role is Role.BODY for sentence in article.sentences),
        "passages": len(embedded.passages),
        "reach": max((_span(each.passage) for each in embedded.passages), default=0),
        "embedded": True,
        "added_at": datetime.now(UTC),
    }


def _sentence_values(pk: int, embedded: EmbeddedArticle) -> list[dict[str, object]]:
    return [
        {
            "version_pk": pk,
            "number": sentence.number,
            "start": sentence.start,
            "end": sentence.end,
            "line": sentence.line,
            "paragraph": sentence.paragraph,
            "role": sentence.role.value,
            "quote": embedded.article.quote(sentence),
            "vector": vector,
        }
        for sentence, vector in zip(embedded.article.sentences, packed(embedded.sentence_vectors), strict=True)
    ]


def _passage_values(pk: int, embedded: EmbeddedArticle) -> list[dict[str, object]]:
    return [
        {
            "version_pk": pk,
            "number": each.passage.number,
            "first": each.passage.sentences[0].number,
            "last": each.passage.sentences[-1].number,
            "without": _gaps(each.passage),
            "vector": packed(each.vector[None])[0],
        }
        for each in embedded.passages
    ]


def _span(passage: Passage) -> int:
    return passage.sentences[-1].number - passage.sentences[0].number + 1


def _gaps(passage: Passage) -> list[int]:
    inside = {sentence.number for sentence in passage.sentences}
    return [number for number in range(min(inside), max(inside)) if number not in inside]


def sentence_of(row: Row) -> Sentence:
    return Sentence(row.number, row.start, row.end, row.line, row.paragraph, ROLES[row.role])


def article_of(stored: StoredArticle) -> Article:
    version = stored.version
    return Article(
        id=version.article_id,
        version=version.version,
        text=stored.text,
        encoding=version.encoding,
        title=version.title,
        title_source=TitleSource(version.title_source),
        published=version.published,
        sentences=tuple(map(sentence_of, stored.sentences)),
        left_out=tuple((start, end) for start, end in version.left_out),
    )


def embedded_of(stored: StoredArticle, dimensions: int) -> EmbeddedArticle:
    article = article_of(stored)
    vectors = unpacked([row.vector for row in stored.passages], dimensions)
    return EmbeddedArticle(
        article,
        tuple(
            EmbeddedPassage(_passage_of(row, article), vector)
            for row, vector in zip(stored.passages, vectors, strict=True)
        ),
        unpacked([row.vector for row in stored.sentences], dimensions),
    )


def _passage_of(row: Row, article: Article) -> Passage:
    inside = article.sentences[row.first - 1 : row.last]
    return Passage(row.number, tuple(sentence for sentence in inside if sentence.number not in row.without))


def summary_of(row: Row) -> ArticleSummary:
    return ArticleSummary(
        row.article_id, row.version, row.title, row.published, row.encoding, row.sentences, row.characters
    )
