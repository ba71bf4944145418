"""What a language model's answers are worth with the check and without: judged apart from it where that is possible."""

from __future__ import annotations

import json
from contextlib import aclosing
from pathlib import Path

import pytest
import typer

from evals.benchmarks.checks import Remembering, Side, Unchecked, claims_row, main, turns_row
from evals.benchmarks.shown_claims import in_words, longest_common, shown
from evals.cases import Case, GoldQuote
from evals.observed import Observed
from evals.product import Json
from qa.errors import Failure, ModelFailed
from qa.fakes import FakeChecker
from qa.fakes_models import SO_FAR, SPENT, FakeLanguageModel, ScriptedOpenAI
from qa.ports import Prompt, Spent

TEXT = "The mill dates from 1402. Rain is common there."
CASE = Case(
    "c1", ("dev",), "Since when is there a mill?", True, "1402", (("1402",),),
    ((GoldQuote("a.txt", "The mill dates from 1402."),),),
)  # fmt: skip
NOT_THERE = Case("c2", ("dev",), "Who built it?", False, why_not="not_stated")


def quoted(number: int, quote: str) -> Json:
    start = TEXT.index(quote)
    return {
        "number": number, "article_id": "a.txt", "title": "Ardal", "published": "2018-09-17", "version": "v",
        "sentence": number, "line": 1, "start": start, "end": start + len(quote), "quote": quote, "score": 0.9,
    }  # fmt: skip


def observed(*claims: tuple[str, list[int]], model: str = "fake", case: Case = CASE) -> Observed:
    cites = [quoted(1, "The mill dates from 1402."), quoted(2, "Rain is common there.")]
    used = {number for _, numbers in claims for number in numbers}
    answer: Json = {
        "status": "answered" if claims else "abstained",
        "model": model,
        "answer": " ".join(text + "".join(f" [{number}]" for number in numbers) for text, numbers in claims),
        "claims": [{"text": text, "citations": numbers, "score": 0.9} for text, numbers in claims],
        "citations": [each for each in cites if each["number"] in used],
    }
    return Observed(case, answer, {("a.txt", "v"): TEXT})


def side(*turns: Observed) -> Side:
    return Side("on", turns, tuple(claim for seen in turns for claim in shown(seen, FakeChecker())))


def test_a_claim_is_judged_by_the_check_by_its_words_and_by_gold() -> None:
    right, wrong = shown(observed(("The mill dates from 1402.", [1]), ("The mill burned in 1650.", [2])), FakeChecker())
    assert (right.is_carried, right.is_in_words, right.is_gold) == (True, True, True)
    assert (right.carrying, right.gold) == (1, 1)
    assert (wrong.is_carried, wrong.is_in_words, wrong.is_gold) == (False, False, False)
    assert (wrong.carrying, wrong.gold) == (0, 0)


def test_a_citation_that_can_be_left_out_carries_nothing_and_one_that_cannot_does() -> None:
    (idle,) = shown(observed(("The mill dates from 1402.", [1, 2])), FakeChecker())
    assert (idle.is_carried, idle.carrying) == (True, 1)
    (both,) = shown(observed(("The mill dates from 1402, and rain is common.", [1, 2])), FakeChecker())
    assert (both.is_carried, both.carrying) == (True, 2)


def test_of_a_question_without_gold_it_is_not_known_what_is_gold() -> None:
    (claim,) = shown(observed(("The mill dates from 1402.", [1]), case=NOT_THERE), FakeChecker())
    assert claim.is_gold is None


def test_words_count_in_their_order_and_one_in_ten_may_be_another() -> None:
    (claim,) = shown(observed(("The mill dates from 1402.", [1])), FakeChecker())
    assert in_words("the mill dates from 1402", claim.cited)
    assert not in_words("From 1402 the mill dates.", claim.cited)
    assert not in_words("The mill dates from 1502.", claim.cited)
    assert longest_common("abcde", "xaxbxdx") == 3
    assert longest_common("", "abc") == 0


def test_rows_count_turns_and_claims() -> None:
    on = side(
        observed(("The mill dates from 1402.", [1])),
        observed(("Rain is common there.", [2]), model="extractive (fallback: unsupported)"),
        observed(case=NOT_THERE),
    )
    assert turns_row(on) == "| on | 3 | 67 % | 67 % | 1 | 50 % | 100 % |"
    assert claims_row("on", on.claims) == "| on | 2 | 100 % | 100 % | 50 % | 2 | 100 % | 50 % |"
    assert claims_row("none", []) == "| none | 0 | – | – | – | 0 | – | – |"


def test_what_is_not_checked_passes() -> None:
    assert [claim.is_carried for claim in shown(observed(("Napoleon built it.", [2])), Unchecked())] == [True]


@pytest.mark.anyio
async def test_a_model_is_asked_once_and_says_or_fails_the_same_again() -> None:
    model = FakeLanguageModel("One.", ["Half", ModelFailed("cut", Failure.CUT_OFF)])
    remembering = Remembering(model)
    assert await said(remembering, "a") == await said(remembering, "a") == [SO_FAR, "One.", SPENT]
    assert await said(remembering, "b") == await said(remembering, "b") == [SO_FAR, "Half", Failure.CUT_OFF]
    assert [prompt.user for prompt in model.prompts] == ["a", "b"]


async def said(model: Remembering, user: str) -> list[str | Spent | Failure]:
    pieces: list[str | Spent | Failure] = []
    try:
        async with aclosing(model.reply(Prompt("", user, ""))) as reply:
            async for piece in reply:
                pieces.append(piece)
    except ModelFailed as failure:
        pieces.append(failure.failure)
    return pieces


@pytest.mark.integration
def test_both_tables_come_from_one_reply_a_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("QA_ARTICLES_DIR", str(Path(__file__).parents[2] / "seeds"))
    with ScriptedOpenAI("Napoleon marched through the zone in 1812. [1]") as server:
        main(limit=4, llm_base_url=server.base_url, model="m", claims=tmp_path / "claims.jsonl")
        assert len(server.requests) == 4
    printed = capsys.readouterr().out.splitlines()
    off, on, _, _, off_claims, _, on_own = [line.split(" | ") for line in printed if line][2:]
    assert (off[0], off[1], off[3]) == ("| off", "4", "100 %")
    assert (on[0], on[1], on[4]) == ("| on", "4", "4")
    assert off_claims[1:4] == ["4", "0 %", "0 %"]
    assert on_own[:2] == ["| on, the model's own", "0"]
    rows = [json.loads(line) for line in (tmp_path / "claims.jsonl").read_text("utf-8").splitlines()]
    assert {row["checks"] for row in rows} <= {"on", "off"}
    assert all("Napoleon" in row["claim"] for row in rows if row["of_model"])


def test_a_model_that_is_not_there_ends_it_with_how_to_mend_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QA_DATA_DIR", str(tmp_path / "data"))
    with pytest.raises(typer.Exit):
        main(limit=1, llm_base_url="ftp://nowhere", model="m", claims=None)
    assert "QA_LLM_BASE_URL" in capsys.readouterr().err
