"""The matrix of bad input: each gives its 4xx with a reason, none reaches the service."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from doors import FakeService, client_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.api.inputs import question_of
from qa.errors import InvalidInput

pytestmark = pytest.mark.anyio
JSON = {"content-type": "application/json"}


async def sent(content: bytes, path: str = "/v1/chat", headers: dict[str, str] | None = None) -> httpx.Response:
    service = FakeService()
    async with client_of(service) as client:
        response = await client.post(path, content=content, headers=JSON if headers is None else headers)
    assert service.chat.asked == []
    assert service.retriever.asked == []
    return response


def refused(response: httpx.Response, status: int, *words: str) -> None:
    body = json.loads(response.content)
    assert response.status_code == status, body
    assert response.headers["content-type"] == "application/problem+json"
    for word in words:
        assert word in body["detail"]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("", "question is empty"),
        ("a" * 4001, "question has 4,001 characters: at most 4,000"),
        ("   \n\t ", "question holds nothing that can be seen"),
        ("\u200b\u200d\ufeff\u2060", "question holds nothing that can be seen"),
        ("a\x00b", "control character U+0000 at position 1"),
        ("a\x1b[31m", "control character U+001B"),
        ("a\x7f", "control character U+007F"),
        ("a\x85", "control character U+0085"),
        (None, "question must be text, not null"),
        (7, "question must be text, not 7"),
        (True, "question must be text, not true or false"),
        (["a"], "question must be text, not a list"),
        ({"a": 1}, "question must be text, not an object"),
    ],
)
async def test_bad_question_is_422_in_words(question: object, words: str) -> None:
    refused(await sent(json.dumps({"question": question}).encode()), 422, words)
    refused(await sent(json.dumps({"query": question}).encode(), "/v1/search"), 422, words.replace("question", "query"))


@pytest.mark.parametrize("length", [1, 4000])
async def test_question_of_the_shortest_and_longest_length_is_taken(length: int) -> None:
    async with client_of(FakeService()) as client:
        assert (await client.post("/v1/chat", json={"question": "é" * length})).status_code == 200


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"question": "\\ud800"}', "lone surrogate"),
        (b'{"question": "a", "\\ud800": 1}', "holds a lone surrogate"),
        (b'{"question": "a", "filter": {"articles": ["\\udfff"]}}', "filter.articles.0 holds a lone surrogate"),
        (b'{"question": NaN}', "NaN"),
        (b'{"question": "a", "x": [-Infinity]}', "-Infinity"),
        (b'{"question": 1e999}', "1e999, which is out of range"),
        (b'{"question": ' + b"9" * 5000 + b"}", "number that is too long"),
        (b'{"question": "a"', "not JSON"),
        (b"question", "not JSON"),
        (b"", "body is missing"),
        (b"[]", "body must be an object, not a list"),
        (b"null", "body"),
        (b'"text"', "body must be an object, not text"),
        (b"\xff\xfe\x00", "not UTF-8 (byte 0)"),
        ('{"question": "a"}'.encode("utf-16"), "not UTF-8"),
        (b'{"question": "caf\xe9"}', "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"question": "a\x01"}', "not JSON"),
        (b"{}", "question is missing"),
        (b'{"question": "a", "Stream": true}', "Stream is not known here"),
        (b'{"question": "a", "stream": 1}', "stream must be true or false, not 1"),
        (b'{"question": "a", "stream": "true"}', "stream must be true or false, not text"),
        (b'{"question": "a", "conversation_id": ""}', "conversation_id must be an id"),
        (b'{"question": "a", "conversation_id": "../x"}', "conversation_id must be an id"),
        (b'{"question": "a", "conversation_id": "' + b"a" * 65 + b'"}', "conversation_id must be an id"),
        (b'{"question": "a", "conversation_id": 5}', "conversation_id must be text, not 5"),
        (b'{"question": "a", "filter": []}', "filter must be an object, not a list"),
        (b'{"question": "a", "filter": {"from": 1}}', "filter.from is not known here"),
        (b'{"question": "a", "filter": {"published_from": "17.9.2018"}}', "filter.published_from must be a date"),
        (b'{"question": "a", "filter": {"published_from": "2018-02-30"}}', "filter.published_from must be a date"),
        (b'{"question": "a", "filter": {"published_to": 0}}', "filter.published_to must be a date"),
        (b'{"question": "a", "filter": {"published_to": "2018-09-17T00:00:00"}}', "filter.published_to must be a date"),
        (b'{"question": "a", "filter": {"articles": "a"}}', "filter.articles must be a list, not text"),
        (b'{"question": "a", "filter": {"articles": [""]}}', "filter.articles.0 is empty"),
        (
            b'{"question": "a", "filter": {"published_from": "2019-01-01", "published_to": "2018-01-01"}}',
            "published_from after published_to",
        ),
    ],
)
async def test_bad_body_is_422_in_words(content: bytes, words: str) -> None:
    refused(await sent(content), 422, words)


async def test_filter_takes_a_thousand_articles_and_no_more() -> None:
    refused(await sent(_filter_of(1001)), 422, "filter.articles has more than 1,000 entries")
    async with client_of(FakeService()) as client:
        assert (await client.post("/v1/chat", content=_filter_of(1000), headers=JSON)).status_code == 200


def _filter_of(count: int) -> bytes:
    return json.dumps({"question": "a", "filter": {"articles": ["a.txt"] * count}}).encode()


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ("0", "limit must be at least 1, not 0"),
        ("101", "limit must be at most 100, not 101"),
        ("1.5", "limit must be a whole number, not 1.5"),
        ("true", "limit must be a whole number, not true or false"),
        ('"5"', "limit must be a whole number, not text"),
        ("null", "limit must be a whole number, not null"),
        ("NaN", "NaN"),
    ],
)
async def test_bad_limit_of_a_search_is_422_in_words(limit: str, words: str) -> None:
    refused(await sent(f'{{"query": "a", "limit": {limit}}}'.encode(), "/v1/search"), 422, words)


@pytest.mark.parametrize(
    ("rating", "words"),
    [
        ("GOOD", "rating must be 'good' or 'bad', not 'GOOD'."),
        (1, "rating must be 'good' or 'bad', not 1."),
        (None, "rating must be 'good' or 'bad', not null."),
    ],
)
async def test_rating_that_is_none_of_the_two_is_422_in_words(rating: object, words: str) -> None:
    body = json.dumps({"rating": rating}).encode()
    refused(await sent(body, f"/v1/turns/{'0' * 32}/feedback"), 422, words)


async def test_place_of_broken_json_reads_as_a_sentence() -> None:
    refused(await sent(b'{"question": "a'), 422, "Unterminated string starting at character 13.")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "", "nonsense", "text/json"]
)
async def test_other_content_types_are_415(content_type: str) -> None:
    refused(await sent(b'{"question": "a"}', headers={"content-type": content_type}), 415, "application/json")


async def test_missing_content_type_is_415() -> None:
    refused(await sent(b'{"question": "a"}', headers={}), 415, "missing")


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON", "application/ld+json"])
async def test_json_content_types_are_taken(content_type: str) -> None:
    async with client_of(FakeService()) as client:
        response = await client.post("/v1/chat", content=b'{"question": "a"}', headers={"content-type": content_type})
    assert response.status_code == 200


async def test_byte_order_mark_is_let_pass() -> None:
    async with client_of(FakeService()) as client:
        response = await client.post("/v1/chat", content=b'\xef\xbb\xbf{"question": "a"}', headers=JSON)
    assert response.status_code == 200


async def test_long_input_is_not_echoed() -> None:
    for body in (b'{"question": "a", "' + b"k" * 5000 + b'": 1}', b'{"question": ' + b"9" * 4000 + b"}"):
        response = await sent(body)
        refused(response, 422)
        assert len(response.json()["detail"]) < 200


async def test_many_errors_are_summed_up() -> None:
    fields = ", ".join(f'"k{number}": 1' for number in range(50))
    refused(await sent(f'{{"question": "a", {fields}}}'.encode()), 422, "k0 is not known", "And 47 more.")


def test_terminal_takes_questions_under_the_same_rules() -> None:
    assert question_of("How wide?").text == "How wide?"
    with pytest.raises(InvalidInput, match="question holds nothing"):
        question_of("  ")
    with pytest.raises(InvalidInput, match="question holds a lone surrogate"):
        question_of("a\udcff")


_SCALARS = st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters(), max_size=30)
_VALUES: st.SearchStrategy[Any] = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=8
)
_BODIES = st.dictionaries(st.sampled_from(["question", "conversation_id", "stream", "filter", "x"]), _VALUES)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(body=_BODIES)
async def test_whatever_json_is_sent_the_answer_is_200_or_a_problem(body: object) -> None:
    async with client_of(FakeService()) as client:
        response = await client.post("/v1/chat", content=json.dumps(body).encode(), headers=JSON)
    assert response.status_code in {200, 404, 422, 501}
    if response.status_code != 200:
        assert set(response.json()) == {"type", "title", "status", "detail", "instance", "request_id"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=st.binary(max_size=200))
async def test_whatever_bytes_are_sent_the_answer_is_422(content: bytes) -> None:
    refused(await sent(content), 422)
