"""A service as an HTTP application."""

from __future__ import annotations

from typing import Any

from fastapi import Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.security import HTTPBearer
from starlette.middleware import Middleware

from qa.api import articles, chat, conversations, docs, feedback, health, openai, page, search
from qa.api import metrics as metric_lines
from qa.api.auth import BearerKeys
from qa.api.bodies import BodyLimit
from qa.api.idempotency import Replays
from qa.api.metrics import Metrics
from qa.api.openai_errors import OpenAIErrors
from qa.api.problems import Problem, documented, install
from qa.api.requests import HeadAsGet, RequestIds
from qa.api.service import ServiceLike
from qa.settings import Settings


def create_app(service: ServiceLike, settings: Settings) -> FastAPI:
    """The application over an open service; whoever opened the service closes it."""
    metrics = Metrics()
    app = FastAPI(
        title="qa",
        version="1",
        description="Ask a folder of articles: every sentence of the answer is tied to the sentence that says so.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        middleware=[
            Middleware(OpenAIErrors),
            Middleware(RequestIds, metrics=metrics),
            Middleware(HeadAsGet),
            Middleware(BearerKeys, keys=settings.api_keys),
            Middleware(BodyLimit, article_bytes=settings.max_article_bytes),
        ],
    )
    app.state.service = service
    app.state.metrics = metrics
    app.state.replays = Replays(service.replays)
    app.state.models = openai.models_of(settings)
    install(app)
    _include(app, has_keys=bool(settings.api_keys))
    app.openapi = lambda: _schema(app)  # type: ignore[method-assign]  # FastAPI's documented way to extend it
    return app


def _include(app: FastAPI, *, has_keys: bool) -> None:
    # Only for the schema: the keys themselves are checked before any body is read (qa.api.auth).
    keyed = [Depends(HTTPBearer(auto_error=False))] if has_keys else []
    denied = documented({401: "no key, or not a known one"} if has_keys else {})
    for resource in (chat, conversations, feedback, search, articles, openai):
        app.include_router(resource.router, dependencies=keyed, responses=denied)
    app.include_router(health.router)
    app.include_router(metric_lines.router)
    app.include_router(docs.router)
    app.include_router(page.router)


def _schema(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI schema with the problem object among its components; built once."""
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schema["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        app.openapi_schema = schema
    return app.openapi_schema
