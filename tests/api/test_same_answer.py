"""One question through every door: the stream, the plain answer, the stored turn and the OpenAI shapes agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from doors import client_of
from kept_service import QUESTION, KeptService
from test_event_stream import parsed
from test_openai import chunks, user

from qa.errors import Failure, ModelFailed
from qa.fakes_models import FakeLanguageModel

pytestmark = pytest.mark.anyio


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[KeptService]:
    service = KeptService(tmp_path)
    yield service
    service.database.close()


@pytest.mark.parametrize("question", [QUESTION, "Which wines go well with aubergines?"], ids=["answered", "abstained"])
async def test_every_door_gives_the_same_answer_with_the_same_citations(kept: KeptService, question: str) -> None:
    await hold_all_doors_against_each_other(kept, question)


BROKEN_OFF = ModelFailed("silence", Failure.STALLED)
MODELS_SAY: dict[str, Sequence[str | ModelFailed]] = {
    "claims": [
        "Visitors",
        " pay three crowns",
        ". [3",
        "][9] The mill of ",
        "Ardal dates from 1402 (1). Rain is [2] common.",
    ],
    "one is marked": ["Visitors pay three crowns. [3] The mill", " dates from 1999. [1] Rain is common there. [2]"],
    "nothing stands": ["Napoleon built it. [1]"],
    "the fixed phrase": ["The articles do ", "not say."],
    "it breaks off": ["Visitors pay three crowns. [3] The mill of", BROKEN_OFF],
    "it fails": [BROKEN_OFF],
}


@pytest.mark.parametrize("reply", MODELS_SAY.values(), ids=MODELS_SAY.keys())
async def test_every_door_gives_what_a_language_model_said_and_the_check_let_stand(
    tmp_path: Path, reply: Sequence[str | ModelFailed]
) -> None:
    service = KeptService(tmp_path, model=FakeLanguageModel(*[reply] * 4))
    plain = await hold_all_doors_against_each_other(service, QUESTION)
    shown = {claim["support"] for claim in plain["claims"] if not claim["text"].startswith("[unsupported] ")}
    assert shown <= {"supported"}
    service.database.close()


async def hold_all_doors_against_each_other(kept: KeptService, question: str) -> Any:
    """The plain answer, after all the others were found to be the same."""
    completion = {"model": "qa", "messages": [user(question)]}
    async with client_of(kept) as client:
        plain = (await client.post("/v1/chat", json={"question": question})).json()
        stream = parsed((await client.post("/v1/chat", json={"question": question, "stream": True})).text)
        openai = (await client.post("/v1/chat/completions", json=completion)).json()
        *objects, _ = chunks((await client.post("/v1/chat/completions", json={**completion, "stream": True})).text)
        stored = [await only_turn(client, each["conversation_id"]) for each in (plain, stream[-1][1])]

    done = stream[-1][1]
    streamed_text = "".join(data["text"] for name, data in stream if name == "delta")
    message = openai["choices"][0]["message"]
    deltas = [each["choices"][0]["delta"] for each in objects]
    openai_text = "".join(delta.get("content") or "" for delta in deltas)

    assert {plain["answer"], done["answer"], streamed_text, message["content"], openai_text} == {plain["answer"]}
    assert [each["answer"] for each in stored] == [plain["answer"]] * 2
    used = [data for name, data in stream if name == "citation"]
    for citations in (done["citations"], used, message["citations"], deltas[-1]["citations"]):
        assert citations == plain["citations"]
    for each, given in zip(stored, (plain, done), strict=True):
        assert same(each["citations"]) == plain["citations"]
        assert same(each["nearest"]) == plain["nearest"] == done["nearest"]
        assert {key: each[key] for key in AS_ANSWERED} == {key: given[key] for key in AS_ANSWERED}
    shown = [annotation["url_citation"] for annotation in message["annotations"]]
    carried = [(claim["start"], claim["end"]) for claim in plain["claims"] for _ in claim["citations"]]
    assert [(each["start_index"], each["end_index"]) for each in shown] == carried
    assert deltas[-1]["annotations"] == message["annotations"]
    counted = plain["usage"] or {"prompt_tokens": 0}
    assert openai["usage"]["prompt_tokens"] == (counted["prompt_tokens"] or 0)
    return plain


AS_ANSWERED = ("turn_id", "claims", "status", "reason", "model", "usage", "conflicts")


async def only_turn(client: Any, conversation_id: str) -> Any:
    [turn] = (await client.get(f"/v1/conversations/{conversation_id}")).json()["turns"]
    return turn


def same(citations: Any) -> Any:
    """Without what the record adds: whether the source is still as it was."""
    return [{key: value for key, value in each.items() if key not in {"source", "note"}} for each in citations]
