"""POST /v1/search: the best sentences with what stands around them; no answer."""

from __future__ import annotations

from fastapi import APIRouter

from qa.api.bodies import ERRORS, JsonRoute
from qa.api.inputs import SearchInput
from qa.api.problems import documented
from qa.api.schemas import ResultOut, SearchOut
from qa.api.service import Service

router = APIRouter(route_class=JsonRoute, tags=["search"])


@router.post("/v1/search", summary="Find sentences", responses=documented(ERRORS))
async def search(body: SearchInput, service: Service) -> SearchOut:
    """Ranked sentences, the best first, each with its neighbours."""
    hits = await service.retriever.search(body.query, body.limit, body.within())
    return SearchOut(results=[ResultOut.of(hit) for hit in hits])
