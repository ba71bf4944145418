from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from mini_product import CASES, AlwaysAbstains, FailsOn, GoesDownAfter, MiniProduct, Wrapped, mini_set
from playing import played

from evals import runfile
from evals.finding import Selection
from evals.product import ProductDown
from evals.run import threads
from evals.runfile import Attempt
from evals.running import Plan, play
from evals.scoring import Outcome
from qa.errors import ConfigurationError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "run.json"


def test_conversation_is_played_in_order_within_one_conversation(file: Path) -> None:
    given: list[tuple[str, str | None]] = []

    class Remembers(Wrapped):
        async def ask(self, question: str, conversation_id: str | None = None, within: Any = None) -> Any:
            given.append((question, conversation_id))
            return await super().ask(question, conversation_id, within)

    played(Remembers(MiniProduct()), file, concurrency=4)
    asked = [question for question, _ in given]
    assert asked.index("Who cut the ribbon at noon?") < asked.index("And who drew?")
    assert dict(given)["And who drew?"] is not None
    assert [conversation for question, conversation in given if question.startswith("Who broke")] == [None]


def test_follow_up_is_asked_once_more_in_full_and_afresh(file: Path) -> None:
    product = MiniProduct()
    run = played(product, file)
    (follow_up,) = (attempt for attempt in run.attempts if attempt.case_id == "mini-13")
    assert follow_up.standalone is not None
    assert follow_up.metrics["standalone_right"] == 1.0
    assert follow_up.metrics["follow_up_right"] == 1.0
    assert [attempt.case_id for attempt in run.attempts if attempt.standalone] == ["mini-13"]


def test_repeats_play_everything_so_often(file: Path) -> None:
    run = played(MiniProduct(), file, repeats=3)
    assert len(run.attempts) == 3 * len(CASES)
    assert {attempt.repeat for attempt in run.attempts} == {1, 2, 3}


def test_several_at_a_time_give_the_same_run_in_the_same_order(file: Path) -> None:
    one, many = played(MiniProduct(), file), played(MiniProduct(), file, concurrency=8)
    assert [attempt.key for attempt in one.attempts] == [attempt.key for attempt in many.attempts]
    assert [attempt.outcome for attempt in one.attempts] == [attempt.outcome for attempt in many.attempts]


def test_failure_on_one_question_is_named_and_the_rest_is_measured(file: Path) -> None:
    run = played(FailsOn(MiniProduct(), "How many ships waited?"), file)
    errors = {attempt.case_id: attempt.error for attempt in run.attempts if attempt.outcome is Outcome.ERROR}
    assert errors == {"mini-06": "POST /v1/chat gave 500: The service failed"}
    assert run.finished
    assert len(run.attempts) == len(CASES)


def test_turn_after_a_failed_one_is_not_asked_without_its_history(file: Path) -> None:
    run = played(FailsOn(MiniProduct(), "Who cut the ribbon at noon?"), file)
    (after,) = (attempt for attempt in run.attempts if attempt.case_id == "mini-13")
    assert after.error == "not asked: the turn mini-12 before it could not be answered"


def test_service_that_goes_down_ends_the_run_and_what_was_measured_is_on_disk(file: Path) -> None:
    with pytest.raises(ProductDown):
        played(GoesDownAfter(MiniProduct(), 5), file)
    kept = runfile.load(file)
    assert [attempt.case_id for attempt in kept.attempts] == [f"mini-{number:02}" for number in range(1, 6)]
    assert not kept.finished


def test_resuming_asks_only_what_is_missing(file: Path) -> None:
    with pytest.raises(ProductDown):
        played(GoesDownAfter(MiniProduct(), 5), file)
    product = MiniProduct()
    run = played(product, file, resume=True)
    assert run.finished
    assert [attempt.case_id for attempt in run.attempts] == [case.id for case in CASES]
    assert "How many ships waited?" in product.asked
    assert "Who cut the ribbon?" not in product.asked


def test_resuming_plays_a_broken_conversation_from_its_first_turn_and_asks_errors_again(file: Path) -> None:
    played(FailsOn(MiniProduct(), "And who drew?", "How many ships waited?"), file)
    product = MiniProduct()
    run = played(product, file, resume=True)
    assert product.asked[:3] == ["How many ships waited?", "Who cut the ribbon at noon?", "And who drew?"]
    assert {attempt.outcome for attempt in run.attempts} == {Outcome.PASSED}


def test_resuming_over_another_product_is_refused(file: Path) -> None:
    class Another(Wrapped):
        async def about(self) -> Any:
            return {"over": "another"}

    played(MiniProduct(), file)
    with pytest.raises(ConfigurationError, match="its product is another now"):
        played(Another(MiniProduct()), file, resume=True)
    with pytest.raises(ConfigurationError, match="its articles is another now"):
        played(MiniProduct({"bridge.txt": "Nothing.\n"}), file, resume=True)


def test_cancelled_run_keeps_what_was_done(file: Path) -> None:
    class StopsTheRun(Wrapped):
        """As Ctrl-C does: the task that plays is cancelled from outside."""

        async def ask(self, question: str, conversation_id: str | None = None, within: Any = None) -> Any:
            if question == "How many ships waited?":
                playing[0].cancel()
                await asyncio.sleep(60)
            return await super().ask(question, conversation_id, within)

    async def main() -> None:
        plan = Plan(file, found=0)
        playing.append(asyncio.ensure_future(play(mini_set(), StopsTheRun(MiniProduct()), plan, lambda *_: None)))
        await playing[0]

    playing: list[asyncio.Future[Any]] = []
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(main())
    assert len(runfile.load(file).attempts) == 5


def test_run_file_reads_back_as_it_was_and_says_what_it_was_made_with(file: Path, tmp_path: Path) -> None:
    run = played(MiniProduct(), file)
    assert runfile.load(file) == run
    assert run.dataset.size == 13
    assert len(run.dataset.sha256) == 64
    assert run.versions["pydantic"]
    assert run.machine["cores"]
    assert list(run.prompts) == ["answer.md", "judge.md", "rewrite.md"]
    text = file.read_text()
    assert str(tmp_path) not in text
    assert not list(file.parent.glob("*.new"))


def test_part_of_a_set_is_marked_and_keeps_earlier_turns(file: Path) -> None:
    run = played(MiniProduct(), file, selection=Selection(tags=("follow-up",)))
    assert [case.id for case in run.cases] == ["mini-12", "mini-13"]
    assert run.partial
    assert run.dataset.size == 13


def test_limit_draws_the_same_cases_every_time(file: Path) -> None:
    first, again = (Selection(limit=4).of(CASES) for _ in range(2))
    assert first == again
    assert 4 <= len(first) <= 5
    assert Selection(limit=99).of(CASES) == CASES


def test_unknown_tag_is_told_with_the_known_ones() -> None:
    with pytest.raises(ConfigurationError, match="no case has the tag sea; there are: follow-up, none, plain"):
        Selection(tags=("sea",)).of(CASES)


def test_progress_hears_how_many_are_to_come_and_each_of_them(file: Path) -> None:
    heard: list[tuple[int, str | None]] = []
    plan = Plan(file, concurrency=1, found=0)

    def told(to_come: int, attempt: Attempt | None) -> None:
        heard.append((to_come, attempt.case_id if attempt else None))

    asyncio.run(play(mini_set(), MiniProduct(), plan, told))
    assert heard[0] == (13, None)
    assert [case for _, case in heard[1:]] == [case.id for case in CASES]


def test_turns_out_of_order_in_the_file_are_played_in_order() -> None:
    (talk,) = (thread for thread in threads(reversed(CASES), 1) if len(thread.cases) > 1)
    assert [case.turn for case in talk.cases] == [1, 2]


def test_excerpts_hold_what_was_cited_and_what_is_gold(file: Path) -> None:
    run = played(AlwaysAbstains(MiniProduct()), file)
    (excerpt,) = run.attempts[0].excerpts
    assert excerpt.cited == []
    ((start, end),) = excerpt.gold
    assert excerpt.text[start:end] == "The old bridge opened on 4 May."
    (excerpt,) = played(MiniProduct(), file).attempts[0].excerpts
    assert excerpt.cited == [(start, end, 1)]
