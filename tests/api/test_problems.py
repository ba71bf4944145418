from __future__ import annotations

import logging
from typing import Any

import httpx
import pytest
from doors import FakeService, answer, client_of

from qa.domain import Question, Turn
from qa.errors import LibraryDamaged, LibraryLocked, NotFound, QaError, StillRunning
from qa.fakes import FakeChat

pytestmark = pytest.mark.anyio
FIELDS = {"type", "title", "status", "detail", "instance", "request_id"}


class BrokenChat(FakeChat):
    def __init__(self, error: Exception) -> None:
        super().__init__(answer())
        self._error = error

    async def ask(self, question: Question) -> Turn:
        raise self._error


async def sent(method: str, path: str, service: FakeService | None = None, **more: Any) -> httpx.Response:
    async with client_of(service or FakeService()) as client:
        return await client.request(method, path, **more)


def is_problem(response: httpx.Response, status: int) -> dict[str, Any]:
    body: dict[str, Any] = response.json()
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert set(body) == FIELDS
    assert body["status"] == status
    assert body["request_id"] == response.headers["x-request-id"]
    return body


@pytest.mark.parametrize("path", ["/nothing", "/v1/chat/", "/v2/chat", "/v1/../x", "/%ff%00"])
async def test_unknown_path_is_a_problem(path: str) -> None:
    assert is_problem(await sent("GET", path), 404)["type"] == "about:blank"


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "/v1/chat", "POST"),
        ("OPTIONS", "/v1/chat", "POST"),
        ("HEAD", "/v1/search", "POST"),
        ("POST", "/v1/articles", "GET, HEAD"),
        ("DELETE", "/healthz", "GET, HEAD"),
        ("NONSENSE", "/v1/articles/a.txt", "GET, HEAD, PUT, DELETE"),
    ],
)
async def test_method_that_is_not_served_is_405_with_those_that_are(method: str, path: str, allow: str) -> None:
    response = await sent(method, path)
    assert response.status_code == 405
    assert response.headers["allow"] == allow
    if method != "HEAD":
        assert allow in is_problem(response, 405)["detail"]


async def test_instance_is_the_path_as_a_uri() -> None:
    response = await sent("GET", "/v1/articles/T%C3%BCrkiye%20100%25.txt?version=x")
    assert is_problem(response, 404)["instance"] == "/v1/articles/T%C3%BCrkiye%20100%25.txt"


async def test_class_of_our_errors_is_named_in_the_type() -> None:
    body = is_problem(await sent("GET", "/v1/articles/a.txt"), 404)
    assert (body["type"], body["title"]) == ("urn:qa:problem:not-found", "Not found")


async def test_crash_is_500_that_gives_nothing_away_and_is_logged_with_its_id(
    caplog: pytest.LogCaptureFixture,
) -> None:
    service = FakeService(chat=BrokenChat(RuntimeError("secret of the inside")))
    response = await sent("POST", "/v1/chat", service, json={"question": "a"}, headers={"X-Request-Id": "mine"})
    body = is_problem(response, 500)
    assert body["request_id"] == "mine"
    assert "secret" not in response.text
    assert "Traceback" not in response.text
    record = next(record for record in caplog.records if record.levelno == logging.ERROR)
    assert "mine" in record.getMessage()
    assert record.exc_info
    assert str(record.exc_info[1]) == "secret of the inside"


async def test_failure_of_ours_inside_is_500_and_its_detail_goes_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    service = FakeService(chat=BrokenChat(LibraryDamaged("/home/me/.qa/library.db is torn")))
    response = await sent("POST", "/v1/chat", service, json={"question": "a"})
    is_problem(response, 500)
    assert "/home/me" not in response.text
    assert "/home/me/.qa/library.db is torn" in caplog.text


@pytest.mark.parametrize("error", [LibraryLocked("held"), QaError("lone \ud800 surrogate")])
async def test_every_error_of_ours_becomes_a_problem(error: QaError) -> None:
    service = FakeService(chat=BrokenChat(error))
    is_problem(await sent("POST", "/v1/chat", service, json={"question": "a"}), error.status)


async def test_error_that_passes_says_after_how_long_to_ask_again() -> None:
    for error, after in ((StillRunning("The first is still being answered."), "1"), (NotFound("There is none."), None)):
        response = await sent("POST", "/v1/chat", FakeService(chat=BrokenChat(error)), json={"question": "Why?"})
        assert is_problem(response, error.status)["detail"] == str(error)
        assert response.headers.get("retry-after") == after


async def test_very_long_detail_is_cut() -> None:
    service = FakeService(chat=BrokenChat(LibraryLocked("x" * 100_000)))
    response = await sent("POST", "/v1/chat", service, json={"question": "a"})
    assert len(is_problem(response, 503)["detail"]) == 1000
