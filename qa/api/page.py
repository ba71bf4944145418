"""GET /: the web page, and its scripts and style below /web. No key is needed for them: the page asks for one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

router = APIRouter(include_in_schema=False)

TYPES = {".js": "text/javascript", ".css": "text/css"}
INDEX = "index.html"
# Everything comes from here and talks to here. Trusted types: even a mistake of ours cannot turn an article's words
# into elements, for no markup is taken from a string (https://www.w3.org/TR/trusted-types/).
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


@dataclass(frozen=True, slots=True)
class PageFile:
    """One file of the page. etag: in its quotes, of the content alone, so that a restart leaves caches as they are."""

    content: bytes
    media_type: str
    etag: str


@cache
def page_files() -> dict[str, PageFile]:
    """By name. Only these are served, so no path that is asked for ever reaches the disk."""
    held = {}
    for file in files("qa").joinpath("web").iterdir():
        media_type = "text/html" if file.name == INDEX else TYPES.get(file.name[file.name.rfind(".") :])
        if media_type:
            content = file.read_bytes()
            held[file.name] = PageFile(content, media_type, f'"{hashlib.sha256(content).hexdigest()[:32]}"')
    return held


@router.get("/")
def index(request: Request) -> Response:
    """The page."""
    return _response(request, page_files()[INDEX])


@router.get("/web/{name}")
def part(request: Request, name: str) -> Response:
    """A script or the style of the page."""
    if name not in page_files() or name == INDEX:
        raise HTTPException(404)
    return _response(request, page_files()[name])


def _response(request: Request, file: PageFile) -> Response:
    """no-cache: a browser asks each time whether its copy is still the same, so that an update is seen at once."""
    headers = {
        "ETag": file.etag,
        "Cache-Control": "no-cache",
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    if _has(request, file.etag):
        return Response(status_code=304, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)


def _has(request: Request, etag: str) -> bool:
    """Whether If-None-Match names it (RFC 9110, 13.1.2: a weak tag will do)."""
    tags = request.headers.get("if-none-match", "").split(",")
    return any(tag.strip().removeprefix("W/") in {etag, "*"} for tag in tags)
