"""The OpenAI API's shapes, and what becomes of each history and parameter."""

from __future__ import annotations

import json
from typing import Any

import pytest
from doors import FakeService, client_of
from test_event_stream import FailingLater

from qa.fakes import FakeChat

pytestmark = pytest.mark.anyio
TEXT = "It will be 15-20 kilometres wide. [1]"
URL = "http://qa.test/v1/articles/2018/sochi.txt?version=sha256:aa#char=9,42"


def user(content: object) -> dict[str, object]:
    return {"role": "user", "content": content}


def assistant(content: object) -> dict[str, object]:
    return {"role": "assistant", "content": content}


async def completed(*messages: object, service: FakeService | None = None, **more: Any) -> Any:
    body = {"model": "qa", "messages": list(messages), **more}
    async with client_of(service or FakeService()) as client:
        return await client.post("/v1/chat/completions", json=body)


def chunks(text: str) -> list[Any]:
    """The data of each event; the last is not JSON."""
    lines = [line.removeprefix("data: ") for line in text.splitlines() if line]
    return [json.loads(line) if line.startswith("{") else line for line in lines]


async def test_completion_has_the_shape_of_the_api_with_annotations_and_citations() -> None:
    body = (await completed(user("How wide?"))).json()
    message = body["choices"][0]["message"]
    citations = message.pop("citations")
    assert body == {
        "id": "chatcmpl-t0",
        "object": "chat.completion",
        "created": 1769860800,
        "model": "qa",
        "choices": [
            {
                "index": 0,
                "message": {
                    "role": "assistant",
                    "content": TEXT,
                    "refusal": None,
                    "annotations": [
                        {
                            "type": "url_citation",
                            "url_citation": {
                                "start_index": 0,
                                "end_index": len(TEXT),
                                "title": "The zone",
                                "url": URL,
                            },
                        }
                    ],
                },
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
    }
    assert [(each["number"], each["quote"]) for each in citations] == [(1, "It will be 15-20 kilometres wide.")]


async def test_url_of_an_annotation_leads_to_the_cited_sentence() -> None:
    async with client_of(FakeService()) as client:
        response = await client.get(URL)
    start, end = map(int, URL.rpartition("=")[2].split(","))
    assert response.json()["text"][start:end] == "It will be 15-20 kilometres wide."


async def test_stream_is_chunks_of_one_id_and_ends_in_done() -> None:
    response = await completed(user("How wide?"), stream=True)
    assert response.headers["content-type"].startswith("text/event-stream")
    *objects, last = chunks(response.text)
    assert last == "[DONE]"
    assert {(each["id"], each["object"], each["model"]) for each in objects} == {
        ("chatcmpl-t0", "chat.completion.chunk", "qa")
    }
    deltas = [each["choices"][0]["delta"] for each in objects]
    assert deltas[0]["role"] == "assistant"
    assert "".join(delta.get("content") or "" for delta in deltas) == TEXT
    assert [each["choices"][0]["finish_reason"] for each in objects] == [None] * (len(objects) - 1) + ["stop"]
    assert "usage" not in objects[0]


async def test_sources_come_once_with_the_last_chunk() -> None:
    plain = (await completed(user("How wide?"))).json()["choices"][0]["message"]
    *objects, _ = chunks((await completed(user("How wide?"), stream=True)).text)
    deltas = [each["choices"][0]["delta"] for each in objects]
    assert [("citations" in delta, "annotations" in delta) for delta in deltas[:-1]] == [(False, False)] * (
        len(deltas) - 1
    )
    assert (deltas[-1]["citations"], deltas[-1]["annotations"]) == (plain["citations"], plain["annotations"])


async def test_usage_is_streamed_where_it_is_asked_for() -> None:
    response = await completed(user("How wide?"), stream=True, stream_options={"include_usage": True})
    *objects, _ = chunks(response.text)
    assert objects[-1]["choices"] == []
    assert objects[-1]["usage"]["total_tokens"] == 0
    assert all(each["usage"] is None for each in objects[:-1])


async def test_failure_in_the_middle_of_a_stream_is_an_error_object_and_the_end() -> None:
    response = await completed(user("q"), stream=True, service=FakeService(chat=FailingLater(RuntimeError("secret"))))
    *_, last = chunks(response.text)
    assert (last["error"]["type"], last["status"]) == ("server_error", 500)
    assert "secret" not in response.text


async def test_models_are_listed_and_each_may_be_asked() -> None:
    async with client_of(FakeService()) as client:
        listed = (await client.get("/v1/models")).json()
        assert listed["object"] == "list"
        assert [each["id"] for each in listed["data"]] == ["qa", "extractive"]
        for each in listed["data"]:
            assert (await client.get(f"/v1/models/{each['id']}")).json() == each
            assert (await completed(user("q"), model=each["id"])).json()["model"] == each["id"]
        assert (await client.get("/v1/models/gpt")).status_code == 404
    assert "use one of qa, extractive" in (await completed(user("q"), model="gpt")).json()["error"]["message"]


async def test_nothing_is_kept_unless_store_is_true() -> None:
    service = FakeService()
    await completed(user("q"), service=service)
    await completed(user("q"), service=service, store=True)
    assert [question.is_kept for question in asked(service)] == [False, True]


def asked(service: FakeService) -> Any:
    assert isinstance(service.chat, FakeChat)
    return service.chat.asked


IGNORED: dict[str, Any] = {
    "temperature": 0.2,
    "top_p": 1,
    "max_tokens": 5,
    "max_completion_tokens": 5,
    "seed": 1,
    "stop": ["."],
    "user": "me",
    "n": 1,
    "tools": [],
    "tool_choice": "auto",
    "response_format": {"type": "text"},
    "logprobs": False,
    "modalities": ["text"],
    "something_new": {"a": 1},
}


@pytest.mark.parametrize("parameter", IGNORED)
async def test_parameter_that_promises_nothing_is_ignored(parameter: str) -> None:
    response = await completed(user("q"), **{parameter: IGNORED[parameter]})
    assert response.json()["choices"][0]["message"]["content"] == TEXT


REFUSED: dict[str, Any] = {
    "n": 2,
    "logprobs": True,
    "tool_choice": "required",
    "function_call": {"name": "f"},
    "response_format": {"type": "json_object"},
    "modalities": ["text", "audio"],
    "audio": {"voice": "alloy"},
}


@pytest.mark.parametrize("parameter", REFUSED)
@pytest.mark.parametrize("stream", [False, True])
async def test_parameter_that_cannot_be_kept_is_refused_by_name(parameter: str, stream: bool) -> None:
    service = FakeService()
    response = await completed(user("q"), service=service, stream=stream, **{parameter: REFUSED[parameter]})
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["error"]["param"] == parameter
    assert asked(service) == []


BAD: list[tuple[list[object], int, str]] = [
    ([], 422, "holds no message of the role user"),
    ([assistant("Hello!")], 422, "holds no message of the role user"),
    ([{"role": "system", "content": "Be kind."}], 422, "holds no message of the role user"),
    ([user("")], 422, "is empty"),
    ([user(None)], 422, "is empty"),
    ([user("a\x00b")], 422, "control character"),
    ([user("a" * 4001)], 422, "4,001 characters"),
    ([user("a" * 200_000)], 413, "200,000 characters"),
    ([user("a" * 300_000)], 413, "larger than"),
    ([user("a"), *[assistant("b" * 1000), user("c")] * 101], 413, "at most 100,000"),
    ([user([{"type": "image_url", "image_url": {"url": "data:"}}])], 400, "'image_url'"),
    ([user("a"), user([{"type": "input_audio"}]), user("b")], 400, "'input_audio'"),
    ([user([{"type": "text"}])], 422, "without its text"),
    ([user(["a"])], 422, "no object with a type"),
    ([user(5)], 422, "must be text"),
    ([{"role": "wizard", "content": "a"}], 422, "messages.0.role"),
    (["a"], 422, "messages.0"),
]


@pytest.mark.parametrize(("messages", "status", "words"), BAD, ids=range(len(BAD)))
@pytest.mark.parametrize("stream", [False, True])
async def test_history_that_cannot_be_taken_is_refused_in_words(
    messages: list[object], status: int, words: str, stream: bool
) -> None:
    response = await completed(*messages, stream=stream)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert words in body["detail"]
    assert body["error"]["message"] == body["detail"]
    assert set(body["error"]) == {"message", "type", "param", "code"}
    assert body["error"]["param"] == (None if "larger than" in words else "messages")


async def test_question_that_cannot_be_taken_is_told_by_the_name_that_this_api_has_for_it() -> None:
    detail = (await completed(user("  "))).json()["detail"]
    assert detail.startswith("The last message of the role user is the question: question holds nothing")


async def test_model_that_is_not_known_has_the_code_of_the_api_and_an_unknown_path_has_none() -> None:
    async with client_of(FakeService()) as client:
        body = {"model": "gpt-9", "messages": [user("q")]}
        asked_for = await client.post("/v1/chat/completions", json=body)
        read = await client.get("/v1/models/gpt-9")
        nowhere = await client.get("/v1/models/")
    assert [(each.status_code, each.json()["error"]["code"]) for each in (asked_for, read, nowhere)] == [
        (404, "model_not_found"),
        (404, "model_not_found"),
        (404, None),
    ]


async def test_every_problem_of_this_door_has_an_error_object_and_no_other_has() -> None:
    async with client_of(FakeService(), api_keys="secret") as client:
        denied = await client.get("/v1/models")
        elsewhere = await client.get("/v1/articles")
    assert (denied.status_code, denied.json()["error"]["code"]) == (401, "invalid_api_key")
    assert int(denied.headers["content-length"]) == len(denied.content)
    assert "error" not in elsewhere.json()
    async with client_of(FakeService()) as client:
        assert (await client.get("/v1/chat/completions")).json()["error"]["message"]
        broken = await client.post("/v1/chat/completions", content=b"{", headers={"content-type": "application/json"})
    assert broken.json()["error"]["type"] == "invalid_request_error"
