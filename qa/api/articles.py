"""GET /v1/articles and /v1/articles/{id}: what the library holds."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from qa.api.inputs import LONGEST_ARTICLE_ID, ArticleQuery, ArticlesQuery
from qa.api.problems import documented
from qa.api.schemas import ArticleEntry, ArticleOut, ArticlesOut
from qa.api.service import Service

router = APIRouter(tags=["articles"])
_QUERY = {422: "a query that is not as described here"}


@router.get("/v1/articles", summary="List the articles", responses=documented(_QUERY))
def articles(query: Annotated[ArticlesQuery, Query()], service: Service) -> ArticlesOut:
    """In the order of their ids; give `next` as `after` for the page that follows."""
    found = service.library.summaries(query.limit + 1, query.after)
    page = found[: query.limit]
    return ArticlesOut(
        articles=[ArticleEntry.of(summary) for summary in page], next=page[-1].id if len(found) > len(page) else None
    )


@router.get(
    "/v1/articles/{article_id:path}",
    summary="Read an article",
    responses=documented({404: "no such article or version", **_QUERY}),
)
def article(
    article_id: Annotated[str, Path(max_length=LONGEST_ARTICLE_ID, examples=["2018/sochi.txt"])],
    query: Annotated[ArticleQuery, Query()],
    service: Service,
) -> ArticleOut:
    """The text of one version with the ranges of its sentences. The id may hold slashes, as they are or as %2F."""
    return ArticleOut.of(service.library.article(article_id, query.version))
