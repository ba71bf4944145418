from __future__ import annotations

from typing import Any

import pytest
from llama_index.core.llms import ChatMessage, ChatResponse

from qa.answering.chunks import Tally
from qa.ports import Prompt


def tally(*raws: object, **additional: object) -> Tally:
    made = Tally()
    for raw in raws:
        made.take(ChatResponse(message=ChatMessage(additional_kwargs=additional), raw=raw))
    return made


@pytest.mark.parametrize(
    ("raws", "finish"),
    [
        ([{"choices": [{"finish_reason": None}]}, {"choices": [{"finish_reason": "stop"}]}, {"choices": []}], "stop"),
        ([{"done": False}, {"done": True, "done_reason": "length"}], "length"),
        ([{"done": True}], "stop"),
        ([{"choices": [{"finish_reason": None}]}], None),
        ([{"done": False}], None),
    ],
)
def test_the_end_is_read_in_the_words_of_each_api(raws: list[Any], finish: str | None) -> None:
    made = tally(*raws)
    assert made.says_its_end
    assert made.finish == finish


def test_anthropic_s_end_and_tokens_stand_beside_the_message() -> None:
    usage = {"input_tokens": 7, "output_tokens": 3}
    made = tally({"type": "message_delta"}, usage=usage, stop_reason="end_turn")
    assert made.says_its_end
    assert (made.finish, made.prompt_tokens, made.completion_tokens) == ("end_turn", 7, 3)


def test_before_the_end_tokens_are_estimated_unless_they_are_said() -> None:
    prompt = Prompt("Answer.", "How wide is it?", "")
    made = Tally()
    for delta in ("The zone", " is wide and very long", ""):
        made.take(ChatResponse(message=ChatMessage(), delta=delta))
    assert (made.prompt_tokens, made.completion_tokens) == (None, None)
    so_far = made.so_far(prompt)
    assert (so_far.prompt_tokens, so_far.completion_tokens) == (6, 8)
    said = tally({"type": "message_start"}, usage={"input_tokens": 7, "output_tokens": 1}).so_far(prompt)
    assert (said.prompt_tokens, said.completion_tokens) == (7, 1)


@pytest.mark.parametrize("raw", [None, {}, "text", {"choices": None}, object()])
def test_an_api_that_is_not_known_says_nothing_of_its_end(raw: object) -> None:
    made = tally(raw)
    assert (made.says_its_end, made.finish, made.prompt_tokens, made.chunks) == (False, None, None, 1)
