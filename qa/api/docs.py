"""GET /docs: the schema as a page of our own. FastAPI's loads its scripts from other hosts, and so needs a network."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

# The page's own script and style are inline; nothing else may load, and it may talk to this service alone.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@router.get("/docs")
def docs() -> HTMLResponse:
    """The page; it reads /openapi.json."""
    page = files("qa").joinpath("web", "docs.html").read_text(encoding="utf-8")
    return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})
