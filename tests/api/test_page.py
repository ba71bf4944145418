from __future__ import annotations

import re
from importlib.resources import files

import pytest
from doors import FakeService, client_of

pytestmark = pytest.mark.anyio
WEB = files("qa").joinpath("web")
PARTS = sorted(file.name for file in WEB.iterdir() if file.name.endswith((".js", ".css")))
PATHS = ["/", *(f"/web/{name}" for name in PARTS)]
LARGEST = 40_000
"""Bytes of the whole page: it is read over slow lines, and by people who want to know what it does."""


def text(name: str) -> str:
    return WEB.joinpath(name).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PATHS)
async def test_each_file_comes_as_it_is_with_its_type(path: str) -> None:
    async with client_of(FakeService()) as client:
        response = await client.get(path)
    name = path.removeprefix("/web/").removeprefix("/") or "index.html"
    kind = {"html": "html", "css": "css", "js": "javascript"}[name.rpartition(".")[2]]
    assert response.headers["content-type"] == f"text/{kind}; charset=utf-8"
    assert response.text == text(name)
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", PATHS)
async def test_a_copy_that_is_still_the_same_is_not_sent_again(path: str) -> None:
    async with client_of(FakeService()) as client:
        first = await client.get(path)
        assert first.headers["cache-control"] == "no-cache"
        for held in (first.headers["etag"], f'"other", W/{first.headers["etag"]}', "*"):
            again = await client.get(path, headers={"if-none-match": held})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == first.headers["etag"]
        changed = await client.get(path, headers={"if-none-match": '"other"'})
    assert (changed.status_code, changed.content) == (200, first.content)


@pytest.mark.parametrize("path", PATHS)
async def test_head_says_the_same_without_the_file(path: str) -> None:
    async with client_of(FakeService()) as client:
        head, whole = await client.head(path), await client.get(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length", "etag", "content-security-policy"):
        assert head.headers[name] == whole.headers[name]


async def test_the_page_may_run_and_load_nothing_but_its_own_files() -> None:
    async with client_of(FakeService()) as client:
        policy = (await client.get("/")).headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"} <= set(policy)
    assert {"base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"} <= set(policy)
    assert {"require-trusted-types-for 'script'", "trusted-types 'none'"} <= set(policy)
    assert "unsafe" not in str(policy)


async def test_the_page_needs_no_key_though_the_service_does() -> None:
    async with client_of(FakeService(), api_keys="secret") as client:
        assert [(await client.get(path)).status_code for path in PATHS] == [200] * len(PATHS)
        assert (await client.get("/v1/conversations")).status_code == 401


@pytest.mark.parametrize("path", ["/web", "/web/", "/web/docs.html", "/web/index.html", "/web/..%2fcli.py", "/app.js"])
async def test_nothing_else_of_the_folder_or_above_it_is_served(path: str) -> None:
    async with client_of(FakeService()) as client:
        response = await client.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


async def test_another_method_is_told_which_are_served() -> None:
    async with client_of(FakeService()) as client:
        refused = await client.post("/")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")


def test_the_page_names_only_files_that_are_served_and_no_address_outside() -> None:
    named = re.findall(r'(?:src|href)="([^"]*)"', text("index.html"))
    assert set(named) == {"data:,", "web/style.css", "web/app.js", "docs"}
    imported = {name for part in PARTS for name in re.findall(r'from "\./([^"]*)"', text(part))}
    assert {"app.js", *imported, "style.css"} == set(PARTS)
    assert not [name for name in ("index.html", *PARTS) if re.search(r"https?://|url\(|@import|import\(", text(name))]


def test_no_text_is_ever_taken_for_markup() -> None:
    for name in PARTS:
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|srcdoc|DOMParser", text(name)
        )
    assert not re.search(r"\son\w+=|style=|<script(?! type=\"module\" src=)", text("index.html"))


def test_every_field_and_button_of_the_page_has_a_name() -> None:
    page = text("index.html")
    for field in re.findall(r'<(?:input|textarea) id="([^"]*)"', page):
        assert f'<label for="{field}">' in page
    assert not re.search(r"<button[^>]*></button>", page)


def test_the_page_stays_small() -> None:
    assert sum(len(text(name).encode()) for name in ("index.html", *PARTS)) < LARGEST
