"""Opening what is measured in this process: a library of the suite's own, served as `qa serve` serves it."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx

import qa
from evals.http_product import HttpProduct
from evals.product import Json
from qa.api.app import create_app
from qa.assembly import Service, open_service
from qa.settings import Settings

NOT_RECORDED = {
    "articles_dir", "data_dir", "host", "port", "database_url", "chroma_url", "llm_base_url", "llm_api_key", "api_keys",
}  # fmt: skip
"""Secrets, and what names a machine or a place on it."""
Progress = Callable[[int, int], None]


@asynccontextmanager
async def served_here(service: Service) -> AsyncIterator[HttpProduct]:
    """The same application that `qa serve` puts on a port, without the port."""
    transport = httpx.ASGITransport(app=create_app(service, service.settings), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://qa", timeout=600) as client:
        yield HttpProduct(client, service.embedder, about(service))


@contextmanager
def own_library(settings: Settings, articles: Path, progress: Progress | None = None) -> Iterator[Service]:
    """The service of these settings over these articles, in a data folder of its own under the user's.

    The user's own library is neither read nor written, so a run goes on beside `qa serve`. The folder is kept: the
    next run embeds only what changed. Raises what qa.assembly.open_service raises.
    """
    name = hashlib.sha256(str(articles.resolve()).encode()).hexdigest()[:16]
    apart = {"database_url": None, "chroma_url": None, "api_keys": (), "host": "127.0.0.1"}
    where = {"articles_dir": articles, "data_dir": settings.data_dir / "evals" / name}
    with open_service(settings.model_copy(update=apart | where), "qa eval") as service:
        service.sync(progress)
        yield service


def about(service: Service) -> Json:
    """What the answers depend on: settings, and the models by name or hash."""
    settings = service.settings.model_dump(mode="json", exclude=NOT_RECORDED)
    return {"over": "process", "settings": settings, "embedding": service.embedder.name, "weights": _weights()}


def _weights() -> dict[str, str]:
    """sha256 of each file of coefficients that travels with the package."""
    root = Path(qa.__file__).parent
    files = sorted(path for path in root.glob("*/weights/*") if path.is_file() and path.suffix != ".py")
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
