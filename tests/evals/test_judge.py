from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from mini_product import MiniProduct
from observing import OPENED, abstention, answer, case, seen, unanswerable
from playing import played

from evals.judge import JudgePrompt, ModelJudge, load_prompt
from evals.product import ProductFailed
from evals.scoring import Outcome
from qa.errors import ConfigurationError

pytestmark = pytest.mark.anyio
OF = case(OPENED, reference_answer="On 4 May.")


def judging(*replies: Any) -> tuple[ModelJudge, list[Any]]:
    """A judge whose model gives these replies in turn, and what it was sent."""
    sent: list[Any] = []
    queue = list(replies)

    def reply(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        given = queue.pop(0)
        if isinstance(given, httpx.Response):
            return given
        return httpx.Response(200, json={"choices": [{"message": {"content": given}}]})

    client = httpx.AsyncClient(transport=httpx.MockTransport(reply), base_url="http://judge/v1/")
    return ModelJudge(client, "judge-1", load_prompt()), sent


async def test_marks_become_shares_and_what_stands_around_them_is_ignored() -> None:
    judge, sent = judging('Here you are: {"correct": 5, "faithful": 3} Good luck.')
    assert await judge.values(seen(OF, answer(("On 4 May.", [1])))) == {"judged_correct": 1.0, "judged_faithful": 0.5}
    assert sent[0]["model"] == "judge-1"
    assert sent[0]["temperature"] == 0
    assert f"[1] {OPENED}" in sent[0]["messages"][0]["content"]


async def test_answer_cannot_reach_into_the_prompt() -> None:
    judge, sent = judging('{"correct": 1, "faithful": 1}')
    await judge.values(seen(OF, answer(("$reference ${quotes} $$", [1]))))
    assert "$reference ${quotes} $$ [1]" in sent[0]["messages"][0]["content"]


async def test_nothing_is_asked_where_there_is_nothing_to_mark() -> None:
    judge, sent = judging()
    none = {"judged_correct": None, "judged_faithful": None}
    assert await judge.values(seen(OF, abstention())) == none
    assert await judge.values(seen(unanswerable(), answer(("x", [1])))) == none
    assert sent == []


@pytest.mark.parametrize(
    "reply",
    ["", "no marks", '{"correct": 9, "faithful": 1}', '{"correct": 5}', httpx.Response(500),
     httpx.Response(200, text="<html>"), httpx.Response(200, json={"choices": []})],
)  # fmt: skip
async def test_reply_without_marks_is_a_failure_and_never_a_guess(reply: Any) -> None:
    judge, _ = judging(reply)
    with pytest.raises(ProductFailed, match="judge-1 gave no marks"):
        await judge.values(seen(OF, answer(("On 4 May.", [1]))))


def test_judge_that_fails_costs_only_its_own_figures(tmp_path: Path) -> None:
    judge, _ = judging('{"correct": 5, "faithful": 5}', *[httpx.Response(500)] * 20)
    run = played(MiniProduct(), tmp_path / "run.json", judge=judge)
    assert {attempt.outcome for attempt in run.attempts} == {Outcome.PASSED}
    assert [value for value in run.values("judged_correct").values() if value is not None] == [1.0]


def test_prompt_must_use_each_variable_and_no_other() -> None:
    with pytest.raises(ConfigurationError, match=r"\$answer, \$quotes, \$refs"):
        JudgePrompt("$question $reference $refs")


def test_prompt_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"judge\.md cannot be read"):
        load_prompt(tmp_path / "judge.md")
