"""A running service with a language model behind it, which says and does what the script says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from processes import SEEDS, Place, Running, serving

from qa.fakes_models import Mode, Reply, ScriptedOpenAI

pytestmark = [pytest.mark.process, pytest.mark.integration]
QUESTION = "How many observation posts has Türkiye set up around Idlib?"
TRUE = (
    "Türkiye has set up 12 observation posts around Idlib to maintain a ceasefire between the Syrian government and "
    "rebels there. [1]"
)
MORE = (
    " Besides, a great many other things are said to have been talked about on that day, by all who were there, for as "
    "long as it was light, and for some of the night as well. [1]"
)
PRICES = {"QA_LLM_PRICE_IN": "3", "QA_LLM_PRICE_OUT": "50"}
SOON_S = 60


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedOpenAI]:
    with ScriptedOpenAI(TRUE) as server:
        yield server


@pytest.fixture(scope="module")
def service(model: ScriptedOpenAI, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    place = Place(tmp_path_factory.mktemp("modelled"), SEEDS)
    chosen = {"QA_LLM": "openai-like", "QA_LLM_BASE_URL": model.base_url, "QA_LLM_MODEL": "m"}
    with serving(place, **chosen, **PRICES) as running:
        yield running


@pytest.fixture
def client(service: Running) -> Iterator[httpx.Client]:
    with service.client() as client:
        yield client


def asked(client: httpx.Client) -> Any:
    response = client.post("/v1/chat", json={"question": QUESTION})
    assert response.status_code == 200, response.text
    return response.json()


def kept(client: httpx.Client, turn: dict[str, Any]) -> Any:
    [found] = client.get(f"/v1/conversations/{turn['conversation_id']}").json()["turns"]
    return found


def test_a_turn_says_who_answered_and_what_that_took(client: httpx.Client, model: ScriptedOpenAI) -> None:
    model.play(TRUE)
    turn = asked(client)
    assert turn["model"] == "openai-like/m"
    assert "12 observation posts" in turn["answer"]
    assert [claim["support"] for claim in turn["claims"]] == ["supported"]
    assert "12 observation posts" in turn["citations"][0]["quote"]
    usage = turn["usage"]
    assert (usage["prompt_tokens"], usage["completion_tokens"], usage["cost"]) == (100, 10, 0.0008)
    assert usage["first_token_ms"] > 0
    assert kept(client, turn)["usage"] == usage


@pytest.mark.parametrize(
    ("mode", "why"),
    [
        (Mode.UNAUTHORIZED, "unauthorized"),
        (Mode.HTML, "not_a_reply"),
        (Mode.EMPTY, "empty"),
        (Mode.REFUSAL, "unsupported"),
    ],
)
def test_where_the_model_comes_to_nothing_the_articles_own_sentences_are_given(
    client: httpx.Client, model: ScriptedOpenAI, mode: Mode, why: str
) -> None:
    model.play(mode)
    turn = asked(client)
    assert turn["model"] == f"extractive (fallback: {why})"
    assert "12 observation posts" in turn["answer"]
    assert len(model.requests) == 1


def test_what_was_shown_before_the_model_broke_off_is_kept_as_partial(
    client: httpx.Client, model: ScriptedOpenAI
) -> None:
    model.play(Reply(TRUE + MORE, Mode.BROKEN))
    turn = asked(client)
    assert turn["model"] == "openai-like/m (partial: cut_off)"
    assert "12 observation posts" in turn["answer"]
    assert "Besides" not in turn["answer"]
    assert kept(client, turn)["turn_status"] == "partial"


@pytest.mark.parametrize("mode", [Mode.SLOW, Mode.STALLED])
def test_a_client_that_leaves_stops_the_upstream_call(client: httpx.Client, model: ScriptedOpenAI, mode: Mode) -> None:
    model.play(Reply(TRUE + MORE, mode))
    with client.stream("POST", "/v1/chat", json={"question": QUESTION, "stream": True}) as response:
        lines = response.iter_lines()
        assert next(lines) == "event: start"
        assert model.asked.wait(SOON_S)
        assert not model.gone.is_set()
    assert model.gone.wait(SOON_S)
