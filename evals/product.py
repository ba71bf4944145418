"""What is measured, as the suite sees it: something that answers questions with the contract's JSON.

Nothing else of the product is known here, so that the same suite measures a service in this process and one over HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from qa.errors import QaError
from qa.ports import Embedder

Json = dict[str, Any]
"""An object of the contract as it came: see POST /v1/chat."""


class ProductFailed(QaError):
    """One question could not be answered: the case is an error, the run goes on."""

    status = 502
    title = "The service failed on a question"


class ProductDown(QaError):
    """Nothing answers: the run stops and keeps what was measured."""

    status = 502
    title = "The service cannot be reached"


@dataclass(frozen=True, slots=True)
class Found:
    """One sentence that a search found: `[start, end)` in code points of that version of the article."""

    article_id: str
    version: str
    start: int
    end: int
    quote: str
    score: float


class Product(Protocol):
    """The thing under measurement."""

    @property
    def embedder(self) -> Embedder | None:
        """Its embedding, where it can be reached; None over HTTP."""
        ...

    async def ask(self, question: str, conversation_id: str | None = None, within: Json | None = None) -> Json:
        """The body of a 200 answer to POST /v1/chat. Raises ProductFailed, ProductDown."""
        ...

    async def search(self, question: str, limit: int) -> list[Found]:
        """The best sentences first. Raises ProductFailed, ProductDown."""
        ...

    async def text(self, article_id: str, version: str) -> str | None:
        """The decoded text of one version of an article; None where there is none such."""
        ...

    async def articles(self) -> Mapping[str, str]:
        """The version of each current article, by its id."""
        ...

    async def about(self) -> Json:
        """Settings (no secrets) and the names and hashes of models, for the run file."""
        ...
