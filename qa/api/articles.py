"""/v1/articles and /v1/articles/{id}: what the library holds; adding, replacing and removing one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response

from qa.api.bodies import raw_body
from qa.api.inputs import LONGEST_ARTICLE_ID, ArticleQuery, ArticlesQuery
from qa.api.problems import documented
from qa.api.schemas import ArticleEntry, ArticleOut, ArticlesOut
from qa.api.service import Service
from qa.draft import in_thread


def _without_line_end(request: Request) -> None:
    """A route's pattern also matches before a line end: `a.txt%0A` would be read, replaced and removed as `a.txt`."""
    if request.scope["path"].endswith("\n"):
        raise HTTPException(404)


router = APIRouter(tags=["articles"], dependencies=[Depends(_without_line_end)])
_QUERY = {422: "a query that is not as described here"}
_Id = Annotated[str, Path(max_length=LONGEST_ARTICLE_ID, examples=["2018/sochi.txt"])]
_TEXT: dict[str, Any] = {"schema": {"type": "string"}}
_BODY = {"requestBody": {"required": True, "content": {"text/plain": _TEXT, "text/markdown": _TEXT}}}


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
    article_id: _Id,
    query: Annotated[ArticleQuery, Query()],
    service: Service,
) -> ArticleOut:
    """The text of one version with the ranges of its sentences. The id may hold slashes, as they are or as %2F."""
    return ArticleOut.of(service.library.article(article_id, query.version))


@router.put(
    "/v1/articles/{article_id:path}",
    summary="Add or replace an article",
    response_model=ArticleEntry,
    responses={
        201: {"model": ArticleEntry, "description": "added; 200: replaced"},
        **documented(
            {
                413: "larger than QA_MAX_ARTICLE_BYTES",
                415: "a suffix or a Content-Type that is not read",
                422: "an id that is no path inside the folder, or nothing that can be read",
                503: "the library has to be made anew first",
            }
        ),
    },
    openapi_extra=_BODY,
)
async def put_article(article_id: _Id, request: Request, response: Response, service: Service) -> ArticleEntry:
    """The body is the file, byte for byte: it is written into the articles folder and can be asked about at once."""
    filed = await in_thread(service.filing.put, article_id, await raw_body(request))
    response.status_code = 201 if filed.is_new else 200
    return ArticleEntry.of(filed.summary)


@router.delete(
    "/v1/articles/{article_id:path}",
    summary="Remove an article",
    status_code=204,
    responses=documented({404: "no such article", 422: "an id that is no path inside the folder"}),
)
async def delete_article(article_id: _Id, service: Service) -> None:
    """From the folder and from the library. Versions that a kept turn cites can still be read."""
    await in_thread(service.filing.remove, article_id)
