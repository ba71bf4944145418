"""Settings to a ready service: the only module that knows every adapter."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from qa.answering import generative, model_rewriting, reader, support
from qa.answering.checked import CheckedAnswers, Unsupported
from qa.answering.extractive import ExtractiveAnswerer, Policy
from qa.answering.rewriting import OfflineRewriter
from qa.answering.support_score import ClaimModels
from qa.chat import Chat
from qa.domain import SyncReport
from qa.errors import CacheDamaged
from qa.ingest.filing import Filing
from qa.ingest.sync import Synchroniser
from qa.library.conversations import KeptConversations
from qa.library.feedback import KeptFeedback
from qa.library.idempotency import KeptReplays
from qa.library.record import Library
from qa.ownership import own
from qa.ports import DenseIndex, Embedder, LanguageModel, LexicalIndex, Reader, Rewriter, SupportChecker
from qa.prompting import load_prompt
from qa.retrieval.embedding import carried_weights, embedder, token_encoder
from qa.retrieval.hybrid import HybridRetriever
from qa.settings import Settings
from qa.turns import Desk

log = logging.getLogger(__name__)

Index = TypeVar("Index")


def open_service(settings: Settings, command: str) -> Service:
    """Opens the library for one process; close it, or use it as a context manager.

    Raises LibraryLocked (another process has the data folder), ConfigurationError, WeightsMissing, LibraryDamaged.
    """
    with ExitStack() as opened:  # what was opened so far is closed when the rest fails
        url = settings.url if command == "qa serve" else None
        opened.enter_context(own(settings.data_dir, command, url))
        stores = open_stores(settings, opened)
        service = Service(settings, stores, embedder(settings.embedding))
        service.closing = opened.pop_all()
    return service


@dataclass(frozen=True, slots=True)
class Stores:
    """The database of record and the two caches over it."""

    library: Library
    dense: DenseIndex
    lexical: LexicalIndex


class Service:
    """Everything that answers, put together once."""

    def __init__(self, settings: Settings, stores: Stores, embedding: Embedder) -> None:
        self.settings = settings
        self.library = stores.library
        self.embedder = embedding
        self.closing = ExitStack()
        self.synchroniser = Synchroniser(stores.library, embedding, (stores.dense, stores.lexical))
        self.synchroniser.catch_up()
        self.filing = Filing(stores.library, self.synchroniser, settings.articles_dir, settings.max_article_bytes)
        self.conversations = KeptConversations(stores.library.database)
        self.conversations.interrupt_pending()
        self.feedback = KeptFeedback(stores.library.database)
        self.replays = KeptReplays(stores.library.database)
        self.replays.forget_expired()
        self.retriever = HybridRetriever(embedding, stores.dense, stores.lexical, stores.library)
        desk = Desk()
        model = open_model(settings)
        answers = open_answers(settings, model, embedding, desk)
        self.chat = Chat(open_rewriter(settings, model), self.retriever, answers, self.conversations, desk)

    @property
    def is_empty(self) -> bool:
        return self.library.counts().articles == 0

    @property
    def is_ready(self) -> bool:
        """Whether a question can be answered: there are articles, with vectors of the embedding that is configured."""
        return not self.is_empty and self.synchroniser.is_searchable

    def sync(self, progress: Callable[[int, int], None] | None = None) -> SyncReport:
        """Brings the library up to date with the articles folder; `progress` is told (done, total) articles."""
        return self.synchroniser.sync(self.settings.articles_dir, self.settings.max_article_bytes, progress)

    def close(self) -> None:
        self.closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_reader(settings: Settings) -> tuple[Reader, Policy]:
    """The reader of QA_READER with the policy that was fitted for it."""
    if settings.reader == "features":
        return reader.load()
    from qa.answering import cross_encoder  # noqa: PLC0415 - onnx takes a while to import

    return cross_encoder.load(carried_weights())


def open_checker(sentence_reader: Reader, embedding: Embedder) -> SupportChecker:
    """Claims are judged by the reader's own model where it has one, and by words alone where it has none."""
    from qa.answering.cross_encoder import CrossEncoderReader  # noqa: PLC0415 - as above

    if not isinstance(sentence_reader, CrossEncoderReader):
        return support.load(None)
    return support.load(ClaimModels(sentence_reader.model, token_encoder(embedding)))


def open_model(settings: Settings) -> LanguageModel | None:
    """The language model of QA_LLM; None for `extractive`. Asks nothing of it. Raises ConfigurationError."""
    if settings.llm == "extractive":
        return None
    from qa.answering.models import language_model  # noqa: PLC0415 - LlamaIndex takes a second to import

    return language_model(settings)


def open_answers(settings: Settings, model: LanguageModel | None, embedding: Embedder, desk: Desk) -> CheckedAnswers:
    """The articles' own sentences; or a language model's, with those behind it."""
    read, policy = open_reader(settings)
    extractive, checker = ExtractiveAnswerer(read, policy, desk), open_checker(read, embedding)
    if model is None:
        return CheckedAnswers(extractive, checker, desk=desk)
    answerer = generative.GenerativeAnswerer(model, load_prompt("answer", generative.VARIABLES), read, desk)
    return CheckedAnswers(answerer, checker, extractive, Unsupported(settings.unsupported), desk)


def open_rewriter(settings: Settings, model: LanguageModel | None) -> Rewriter:
    offline = OfflineRewriter(seeks_in_full=settings.reader == "features")
    return (
        model_rewriting.ModelRewriter(model, load_prompt("rewrite", model_rewriting.VARIABLES), offline)
        if model
        else offline
    )


def open_stores(settings: Settings, opened: ExitStack) -> Stores:
    library = opened.enter_context(Library.open(settings.record_url))
    dense = open_dense(settings)
    opened.callback(dense.close)
    lexical = open_lexical(settings)
    opened.callback(lexical.close)
    return Stores(library, dense, lexical)


def open_dense(settings: Settings) -> DenseIndex:
    from qa.retrieval import chroma  # noqa: PLC0415 - most of a second to import, after the lock is held

    if settings.chroma_url:
        return chroma.ChromaIndex.served(settings.chroma_url)
    return opened_or_anew(chroma.ChromaIndex.embedded, chroma.discard, settings.data_dir / "chroma")


def open_lexical(settings: Settings) -> LexicalIndex:
    from qa.retrieval import lexical  # noqa: PLC0415

    return opened_or_anew(lexical.TantivyIndex, lexical.discard, settings.data_dir / "lexical")


def opened_or_anew(open_in: Callable[[Path], Index], discard: Callable[[Path], None], folder: Path) -> Index:
    """A damaged cache is thrown away; catching up then fills the new one from the record, without embedding."""
    try:
        return open_in(folder)
    except CacheDamaged as damage:
        log.warning("%s It is rebuilt from the database of record.", damage)
        discard(folder)
        return open_in(folder)
