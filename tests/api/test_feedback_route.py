"""POST /v1/turns/{turn_id}/feedback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from doors import FakeService, client_of
from keeping import service_in

from qa.domain import Rating

pytestmark = pytest.mark.anyio


@pytest.fixture
def service(tmp_path: Path) -> Iterator[FakeService]:
    service = service_in(tmp_path)
    yield service
    service.database.close()


async def rated(service: FakeService, body: Any, turn_id: str | None = None) -> httpx.Response:
    async with client_of(service) as client:
        turn_id = turn_id or (await client.post("/v1/chat", json={"question": "How wide?"})).json()["turn_id"]
        return await client.post(f"/v1/turns/{turn_id}/feedback", json=body)


async def test_feedback_is_given_back_as_it_is_stored_and_shown_with_its_turn(service: FakeService) -> None:
    said = {"rating": "bad", "comment": "Too narrow.\nSee “Sochi”.", "expected_answer": "15 to 20 km."}
    async with client_of(service) as client:
        asked = (await client.post("/v1/chat", json={"question": "How wide?"})).json()
        response = await client.post(f"/v1/turns/{asked['turn_id']}/feedback", json=said)
        read = (await client.get(f"/v1/conversations/{asked['conversation_id']}")).json()["turns"][0]
    assert response.status_code == 201
    stored = response.json()
    assert stored.pop("created_at").endswith("Z")
    assert stored == {"turn_id": asked["turn_id"], **said}
    assert read["feedback"] == response.json()
    ((turn, feedback),) = service.feedback.with_rating(Rating.BAD)
    assert (turn.id, feedback.expected_answer) == (asked["turn_id"], "15 to 20 km.")


async def test_feedback_given_again_replaces_and_is_200(service: FakeService) -> None:
    first = await rated(service, {"rating": "bad", "comment": "No."})
    turn_id = first.json()["turn_id"]
    second = await rated(service, {"rating": "good"}, turn_id)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["comment"] is second.json()["expected_answer"] is None
    assert service.feedback.with_rating(Rating.BAD) == []
    assert [turn.id for turn, _ in service.feedback.with_rating(Rating.GOOD)] == [turn_id]


async def test_empty_field_of_a_form_is_nothing_said(service: FakeService) -> None:
    body = (await rated(service, {"rating": "good", "comment": "", "expected_answer": " \n"})).json()
    assert body["comment"] is body["expected_answer"] is None


async def test_longest_texts_are_taken(service: FakeService) -> None:
    said = {"rating": "bad", "comment": "ß" * 4000, "expected_answer": "🔑" * 4000}
    assert (await rated(service, said)).json().items() >= said.items()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "rating is missing"),
        ({"rating": "fine"}, "'good' or 'bad'"),
        ({"rating": None}, "'good' or 'bad'"),
        ({"rating": 1}, "'good' or 'bad'"),
        ({"rating": "GOOD"}, "'good' or 'bad'"),
        ({"rating": "bad", "comment": "x" * 4001}, "comment has 4,001 characters"),
        ({"rating": "bad", "expected_answer": "x" * 4001}, "expected_answer has 4,001 characters"),
        ({"rating": "bad", "comment": 5}, "comment must be text"),
        ({"rating": "bad", "comment": "a\x00b"}, "control character"),
        ({"rating": "bad", "stars": 5}, "stars is not known here"),
        ([], "must be an object"),
    ],
)
async def test_bad_feedback_is_422_in_words_and_stores_nothing(service: FakeService, body: Any, words: str) -> None:
    response = await rated(service, body)
    assert response.status_code == 422
    assert words in response.json()["detail"]
    assert service.feedback.with_rating(Rating.GOOD) == service.feedback.with_rating(Rating.BAD) == []


@pytest.mark.parametrize(("turn_id", "status"), [("0" * 32, 404), ("unknown", 422), ("A" * 32, 422), ("%00", 422)])
async def test_unknown_turn_is_404_and_malformed_422(service: FakeService, turn_id: str, status: int) -> None:
    response = await rated(service, {"rating": "bad"}, turn_id)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


async def test_body_that_is_no_json_is_refused_as_everywhere(service: FakeService) -> None:
    path = f"/v1/turns/{'0' * 32}/feedback"
    async with client_of(service) as client:
        plain = await client.post(path, content=b"{}", headers={"content-type": "text/plain"})
        broken = await client.post(path, content=b'{"rating": "ba', headers={"content-type": "application/json"})
    assert (plain.status_code, broken.status_code) == (415, 422)
