"""The lexical index: tantivy, one document a sentence, found by its own words and by those of its passage.

BM25 (Robertson & Zaragoza 2009) over two fields whose scores add up, so one query does for both levels. The title is
among the passage's words: it votes for its article and is never found itself.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import tantivy

from qa.domain import Filter, Role, Sentence
from qa.errors import CacheDamaged
from qa.ports import EmbeddedArticle, Match
from qa.retrieval.words import content_words, words

WRITER_BYTES = 30_000_000
NEVER = 0  # the ordinal of articles without a date: before every real one


class TantivyIndex:
    """Owned by one process: tantivy refuses a second writer. Raises CacheDamaged where the files cannot be read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writer: tantivy.IndexWriter | None = None
        self._index = self._open()

    def put(self, articles: Sequence[EmbeddedArticle]) -> None:
        self.drop([embedded.article.id for embedded in articles])
        writer = self._writing()
        for embedded in articles:
            for document in documents(embedded):
                writer.add_document(document)

    def drop(self, article_ids: Sequence[str]) -> None:
        writer = self._writing()
        for article_id in article_ids:
            writer.delete_documents_by_term("article", article_id)

    def commit(self) -> None:
        if self._writer is None:
            return
        self._writer.commit()
        self._writer.wait_merging_threads()  # gives its memory back: a server writes seldom
        self._writer = None
        self._index.reload()

    def clear(self) -> None:
        self._writing().delete_all_documents()

    def count(self) -> int:
        return int(self._index.searcher().num_docs)

    def close(self) -> None:
        self._writer = None

    def search(self, text: str, limit: int, within: Filter) -> list[Match]:
        if within.articles == ():
            return []
        searcher = self._index.searcher()
        found = searcher.search(self._query(text, within), limit, count=False)
        return [self._match(searcher.doc(address), score) for score, address in found.hits]

    def rarity(self, words: Sequence[str]) -> list[float]:
        searcher = self._index.searcher()
        total = searcher.num_docs
        frequencies = [searcher.doc_freq("sentence", word) for word in words]
        # deleted documents count in a frequency until they are merged away, so it may pass the total
        return [math.log(1 + max(0.0, total - df + 0.5) / (df + 0.5)) for df in frequencies]

    def _open(self) -> tantivy.Index:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            index = tantivy.Index(schema(), str(self._folder))
            index.register_tokenizer("words", whitespace())
            index.config_reader("manual")
            index.searcher()
        except (ValueError, OSError) as error:
            raise CacheDamaged(f"The lexical index cannot be opened: {error}.") from error
        return index

    def _writing(self) -> tantivy.IndexWriter:
        if self._writer is None:
            self._writer = self._index.writer(WRITER_BYTES, 1)
        return self._writer

    def _query(self, text: str, within: Filter) -> tantivy.Query:
        about = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Should, tantivy.Query.term_query(self._index.schema, field, word))
                for word in dict.fromkeys(content_words(text))
                for field in ("sentence", "passage")
            ]
        )
        limits = [(tantivy.Occur.Must, limit) for limit in self._limits(within)]
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, about), *limits]) if limits else about

    def _limits(self, within: Filter) -> Iterator[tantivy.Query]:
        """What a document must be to count at all; nothing of it adds to its score."""
        if within.articles is not None:
            chosen = tantivy.Query.term_set_query(self._index.schema, "article", list(within.articles))
            yield tantivy.Query.const_score_query(chosen, 0.0)
        if within.published_from or within.published_to:
            first = ordinal(within.published_from) or NEVER + 1
            last = ordinal(within.published_to) or date.max.toordinal()
            between = tantivy.Query.range_query(
                self._index.schema, "published", tantivy.FieldType.Unsigned, first, last
            )
            yield tantivy.Query.const_score_query(between, 0.0)

    @staticmethod
    def _match(document: tantivy.Document, score: float) -> Match:
        article, number = document.get_first("article"), document.get_first("number")
        assert isinstance(article, str)
        assert isinstance(number, int)
        return Match(article, number, number, score)


def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("article", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("number", stored=True)
    builder.add_unsigned_field("published", indexed=True, fast=True)
    for field in ("sentence", "passage"):
        builder.add_text_field(field, tokenizer_name="words", index_option="freq")
    return builder.build()


def whitespace() -> tantivy.TextAnalyzer:
    """Words are cut and stemmed before they come here, the same way for articles and questions."""
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()


def documents(embedded: EmbeddedArticle) -> Iterator[tantivy.Document]:
    article = embedded.article
    own = {sentence.number: " ".join(words(article.quote(sentence))) for sentence in article.sentences}
    title = " ".join(words(article.spoken_title))
    for sentence, neighbours in surroundings(embedded):
        passage = " ".join((title, *(own[neighbour.number] for neighbour in neighbours)))
        found = tantivy.Document(article=article.id, sentence=own[sentence.number], passage=passage)
        found.add_unsigned("number", sentence.number)
        found.add_unsigned("published", ordinal(article.published) or NEVER)
        yield found


def surroundings(embedded: EmbeddedArticle) -> Iterator[tuple[Sentence, tuple[Sentence, ...]]]:
    """Each sentence that may answer, with the sentences of the passage in which it stands nearest the middle."""
    best: dict[int, tuple[float, Sentence, tuple[Sentence, ...]]] = {}
    for each in embedded.passages:
        middle = (len(each.passage.sentences) - 1) / 2
        for place, sentence in enumerate(each.passage.sentences):
            off = abs(place - middle)
            if sentence.role is Role.BODY and (sentence.number not in best or off < best[sentence.number][0]):
                best[sentence.number] = (off, sentence, each.passage.sentences)
    for _, sentence, neighbours in best.values():
        yield sentence, neighbours


def ordinal(day: date | None) -> int | None:
    return day.toordinal() if day else None


def discard(folder: Path) -> None:
    """Removes the files of a damaged index; what they held is rebuilt from the record."""
    shutil.rmtree(folder, ignore_errors=True)
