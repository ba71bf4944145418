"""GET /healthz: the process is alive. GET /readyz: it is able to answer."""

from __future__ import annotations

from fastapi import APIRouter

from qa.api.problems import documented
from qa.api.schemas import HealthOut
from qa.api.service import Service
from qa.errors import NotReady

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Alive?")
async def healthz() -> HealthOut:
    """Answers as long as the process does."""
    return HealthOut(status="alive")


@router.get("/readyz", summary="Able to answer?", responses=documented({503: "the library holds no article"}))
def readyz(service: Service) -> HealthOut:
    """503 as long as there is nothing to answer from."""
    if service.is_empty:
        raise NotReady("The library holds no article: put some into the articles folder and run `qa index`.")
    return HealthOut(status="ready")
