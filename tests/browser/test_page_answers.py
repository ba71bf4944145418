"""Asking in the page: what is typed, streamed, stopped, refused, kept and rated. In a real browser, with real keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from asking import HOW_WIDE, LATER, WHO, WINE, YES, ZONE, answered, ask, ready, settled
from driving import Browser, Page
from staging import AGREED, DOVES, NARROW, WIDE, Stage, staged

from qa.domain import Conflict, Rating, Support, TurnStatus
from qa.errors import InvalidInput

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser.started(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def scene(browser: Browser, tmp_path: Path) -> Iterator[tuple[Stage, Page]]:
    with staged(tmp_path) as (stage, url), browser.page(url) as page:
        ready(page)
        yield stage, page


def test_answer_is_shown_word_for_word_with_its_markers_as_buttons(scene: tuple[Stage, Page]) -> None:
    stage, page = scene
    said = stage.says(HOW_WIDE, (WIDE, ZONE, WIDE, YES), (AGREED, ZONE, AGREED, YES))
    answered(page, HOW_WIDE)
    assert page.text(".turn h2") == HOW_WIDE
    assert page.text(".text") == said.answer.text == f"{WIDE} [1] {AGREED} [2]"
    assert page.texts("button.marker") == ["[1]", "[2]"]
    assert page.texts(".sources li") == ["[1] The zone · no date · line 3", "[2] The zone · no date · line 3"]
    assert page.texts(".understood, .verdict, .conflict, .problem") == []
    assert page.run("document.querySelector('.turn').contains(document.activeElement)")  # so that keys act on it


def test_follow_up_goes_on_in_the_conversation_and_shows_how_it_was_understood(scene: tuple[Stage, Page]) -> None:
    stage, page = scene
    stage.says(HOW_WIDE, (WIDE, ZONE, WIDE, YES))
    stage.says(WHO, (AGREED, ZONE, AGREED, YES)).standalone = "Who agreed to the zone?"
    answered(page, HOW_WIDE)
    answered(page, WHO, turns=2)
    assert page.text(".understood") == "Understood as: Who agreed to the zone?"
    (kept,) = stage.conversations.summaries(10)
    assert kept.turns == 2
    assert page.run("location.hash") == f"#{kept.id}"


def test_key_begins_a_new_conversation_and_the_field_is_ready(scene: tuple[Stage, Page]) -> None:
    stage, page = scene
    stage.says(HOW_WIDE, (WIDE, ZONE, WIDE, YES))
    answered(page, HOW_WIDE)
    page.press("n")
    page.until("document.activeElement.id === 'question' && !location.hash")
    answered(page, HOW_WIDE)
    assert [kept.turns for kept in stage.conversations.summaries(10)] == [1, 1]


def test_abstention_is_called_one_and_the_nearest_sentences_can_be_read(scene: tuple[Stage, Page]) -> None:
    stage, page = scene
    stage.abstains(WINE, (ZONE, AGREED), (LATER, NARROW))
    answered(page, WINE)
    assert page.texts(".label") == ["No answer", "Nearest to it, without answering it:"]
    assert page.text(".text") == "The articles do not say."
    assert page.texts(".sources q") == [AGREED, NARROW]
    page.press("2")
    assert page.text("mark.chosen") == NARROW


def test_conflict_shows_both_sentences_with_their_dates(scene: tuple[Stage, Page]) -> None:
    stage, page = scene
    told = ((WIDE, ZONE, WIDE, YES), (NARROW, LATER, NARROW, YES))
    stage.says(HOW_WIDE, *told, conflicts=[Conflict("zone kilometres wide", (1, 2))])
    answered(page, HOW_WIDE)
    assert page.text(".conflict .label") == "The sources disagree: zone kilometres wide"
    assert page.texts(".conflict li") == [f"[1] no date {WIDE}", f"[2] 2019-05-04 {NARROW}"]


def test_verdicts_short_of_support_are_said_in_words(scene: tuple[Stage, Page]) -> None:
    stage, page = scene
    verdicts = (Support.SUPPORTED, Support.PARTIAL, Support.UNSUPPORTED, Support.UNCHECKED)
    stage.says(HOW_WIDE, *((WIDE, ZONE, WIDE, verdict) for verdict in verdicts))
    answered(page, HOW_WIDE)
    assert page.texts(".claim") == [
        WIDE,
        f"{WIDE}partly supported",
        f"{WIDE}not supported",
        f"{WIDE}not checked",
    ]


def test_escape_stops_the_answer_and_the_conversation_goes_on(scene: tuple[Stage, Page]) -> None:
    stage, page = scene
    stage.says(HOW_WIDE, (WIDE, ZONE, WIDE, YES), (AGREED, ZONE, AGREED, YES)).stays_after = 2
    stage.says(WHO, (AGREED, ZONE, AGREED, YES))
    ask(page, HOW_WIDE)
    page.until("document.querySelector('.text')?.textContent.includes('[1]')")
    assert page.run("document.querySelector('.answer').getAttribute('aria-busy')") == "true"
    page.press("Escape")
    settled(page)
    assert page.text(".said") == "Stopped."
    assert page.text(".text").strip() == f"{WIDE} [1]"
    answered(page, WHO, turns=2)
    assert page.text(".text") == f"{AGREED} [1]"
    (kept,) = stage.conversations.summaries(10)
    turns = stage.conversations.transcript(kept.id).turns
    assert [turn.status for turn in turns] == [TurnStatus.PARTIAL, TurnStatus.COMPLETE]


def test_source_can_be_read_while_the_answer_still_comes(scene: tuple[Stage, Page]) -> None:
    stage, page = scene
    stage.says(HOW_WIDE, (WIDE, ZONE, WIDE, YES), (AGREED, ZONE, AGREED, YES)).stays_after = 2
    ask(page, HOW_WIDE)
    page.until("document.querySelector('button.marker')")
    page.press("1")
    assert page.text("mark.chosen") == WIDE
    page.press("Escape")
    settled(page)
    assert page.text("mark.chosen") == WIDE


def test_failure_in_the_middle_is_explained_and_can_be_tried_again(scene: tuple[Stage, Page]) -> None:
    stage, page = scene
    stage.says(HOW_WIDE, (WIDE, ZONE, WIDE, YES)).fails.append(RuntimeError("a bug"))
    answered(page, HOW_WIDE)
    assert page.text(".problem strong") == "Internal Server Error"
    assert "its log says why" in page.text(".problem p:not(.meta)")
    assert len(page.text(".problem code")) == 32
    page.click(".problem button")
    page.until("!document.querySelector('.problem') && document.querySelector('.turn footer')")
    assert page.text(".text") == f"{WIDE} [1]"
    assert page.texts(".turn h2") == [HOW_WIDE]


LOSES_THE_NEXT_REPLY = """
    const real = window.fetch;
    window.fetch = async (...request) => {
      window.fetch = real;
      await (await real(...request)).text();
      throw new TypeError("the reply is lost");
    };
"""


def test_question_whose_reply_was_lost_is_sent_again_and_not_asked_twice(scene: tuple[Stage, Page]) -> None:
    stage, page = scene
    stage.says(HOW_WIDE, (WIDE, ZONE, WIDE, YES))
    page.run(f"(() => {{ {LOSES_THE_NEXT_REPLY} }})()")
    answered(page, HOW_WIDE)
    assert page.text(".problem strong") == "The service cannot be reached"
    page.click(".problem button")
    page.until("!document.querySelector('.problem') && document.querySelector('.turn footer')")
    assert page.text(".text") == f"{WIDE} [1]"
    (kept,) = stage.conversations.summaries(10)
    (turn,) = stage.conversations.transcript(kept.id).turns
    assert turn.status is TurnStatus.COMPLETE
    assert page.run("location.hash") == f"#{kept.id}"


def test_refusal_is_shown_as_the_service_words_it(scene: tuple[Stage, Page]) -> None:
    stage, page = scene
    stage.says(HOW_WIDE, (WIDE, ZONE, WIDE, YES)).refuses = InvalidInput("The filter is odd: send another.")
    page.forgiven = {"422"}
    answered(page, HOW_WIDE)
    assert page.text(".problem strong") == "The input cannot be used"
    assert page.text(".problem p:not(.meta)") == "The filter is odd: send another."
    assert len(page.text(".problem code")) == 32


def test_service_that_is_gone_is_told_from_one_that_refuses(browser: Browser, tmp_path: Path) -> None:
    with staged(tmp_path) as (_, url), browser.page(url) as page:
        ready(page)
        page.offline()
        page.forgiven = {"ERR_INTERNET_DISCONNECTED"}
        answered(page, HOW_WIDE)
        assert page.text(".problem strong") == "The service cannot be reached"
        assert "qa serve" in page.text(".problem p:not(.meta)")


def test_answer_whose_connection_breaks_says_that_it_may_lack_its_end(browser: Browser, tmp_path: Path) -> None:
    with ExitStack() as running:
        stage, url = running.enter_context(staged(tmp_path))
        with browser.page(url) as page:
            ready(page)
            stage.says(HOW_WIDE, (WIDE, ZONE, WIDE, YES), (AGREED, ZONE, AGREED, YES)).stays_after = 2
            ask(page, HOW_WIDE)
            page.until("document.querySelector('button.marker')")
            page.forgiven = {"ERR_INCOMPLETE_CHUNKED_ENCODING"}
            running.close()
            settled(page)
            assert page.text(".problem strong") == "The answer broke off"
            assert page.text(".text").strip() == f"{WIDE} [1]"


def test_empty_library_is_said_before_a_question_is_typed(browser: Browser, tmp_path: Path) -> None:
    with staged(tmp_path) as (stage, url):
        stage.library.remove([ZONE, LATER, "evil.txt"])
        with browser.page(url) as page:
            page.forgiven = {"503"}
            assert page.text("#notice strong") == "Not ready to answer"


def test_rating_is_kept_with_its_comment(scene: tuple[Stage, Page]) -> None:
    stage, page = scene
    stage.says(HOW_WIDE, (WIDE, ZONE, WIDE, YES))
    answered(page, HOW_WIDE)
    page.press("b")
    page.until("document.querySelector('[data-rating=bad][aria-pressed=true]')")
    page.click("footer textarea")
    page.type("It leaves out where. 1")
    page.click("footer form button")
    (kept,) = stage.conversations.summaries(10)
    page.until("document.querySelector('footer [role=status]').textContent.startsWith('Thank you')")
    page.go(page.run("location.href").replace("#", "?#"))  # another address: loaded anew, and reopened
    page.until("document.querySelector('[data-rating=bad][aria-pressed=true]')")
    assert page.run("document.querySelector('footer textarea').value") == "It leaves out where. 1"
    (turn,) = stage.conversations.transcript(kept.id).turns
    assert turn.feedback is not None
    assert (turn.feedback.rating, turn.feedback.comment) == (Rating.BAD, "It leaves out where. 1")


def test_earlier_conversations_are_listed_reopened_and_deleted_after_a_second_press(
    scene: tuple[Stage, Page],
) -> None:
    stage, page = scene
    stage.says(HOW_WIDE, (WIDE, ZONE, WIDE, YES))
    stage.abstains(WINE)
    for question in (HOW_WIDE, WINE):
        answered(page, question)
        page.press("n")
        page.until("!document.querySelector('.turn')")
    page.press("Escape")
    page.click("h1")
    page.press("e")
    page.until("document.querySelectorAll('#conversations li').length === 2")
    assert [text.split(" · ")[-1] for text in page.texts(".reopen")] == ["1 question", "1 question"]
    page.click(".reopen")
    settled(page)
    assert page.text(".text") == f"{WIDE} [1]"
    page.press("1")
    assert page.text("mark.chosen") == WIDE
    page.press("e")
    page.click(".erase")
    assert page.text(".erase") == "Delete for good?"
    assert len(stage.conversations.summaries(10)) == 2
    page.click(".erase")
    page.until("document.querySelectorAll('#conversations li').length === 1")
    assert [kept.title for kept in stage.conversations.summaries(10)] == [WINE]
    assert page.texts(".turn") == []  # the one that was open is gone too


def test_back_and_reload_lead_to_the_conversation_that_was_shown(scene: tuple[Stage, Page]) -> None:
    stage, page = scene
    stage.says(HOW_WIDE, (WIDE, ZONE, WIDE, YES))
    stage.abstains(WINE)
    answered(page, HOW_WIDE)
    page.press("n")
    answered(page, WINE)
    page.run("history.go(-2)")
    page.until(f"document.querySelector('.turn h2')?.textContent === '{HOW_WIDE}'")
    page.run("history.forward()")
    page.until("!document.querySelector('.turn')")
    page.run("history.forward()")
    page.until(f"document.querySelector('.turn h2')?.textContent === '{WINE}'")
    page.run("document.title = 'before the reload', location.reload()")
    page.until(f"document.title === '{WINE} · qa'")


def test_address_of_a_conversation_that_is_gone_says_so(scene: tuple[Stage, Page]) -> None:
    _, page = scene
    page.forgiven = {"404"}
    page.run(f"location.hash = '{'0' * 32}'")
    assert page.text("#notice strong") == "Not found"
    page.until("!location.hash")


def test_question_that_was_never_answered_says_so_when_it_is_reopened(scene: tuple[Stage, Page]) -> None:
    stage, page = scene
    conversation = stage.conversations.open(None)
    for turn in ("a" * 32, "b" * 32):
        stage.conversations.begin(turn, conversation, HOW_WIDE)
    stage.conversations.fail("a" * 32)
    page.run(f"location.hash = '{conversation}'")
    settled(page, turns=2)
    failed, pending = page.texts(".said")
    assert "was not answered" in failed
    assert "still being answered" in pending


def test_page_asks_for_a_key_where_one_is_needed_and_goes_on_with_it(browser: Browser, tmp_path: Path) -> None:
    with staged(tmp_path, api_keys="right") as (stage, url), browser.page(url) as page:
        stage.says(HOW_WIDE, (WIDE, ZONE, WIDE, YES))
        page.forgiven = {"401"}
        ready(page)
        ask(page, HOW_WIDE)
        assert "No key was sent" in page.text("#key-why")
        page.until("document.activeElement.id === 'key-input'")
        page.type("wrong")
        page.press("Enter")
        page.until("document.getElementById('key-why').textContent.includes('not known')")
        page.type("right")
        page.press("Enter")
        settled(page)
        assert page.text(".text") == f"{WIDE} [1]"
        held = "[Object.values(sessionStorage), Object.values(localStorage), document.cookie]"
        assert page.run(held) == [["right"], [], ""]


def test_digits_and_letters_in_the_question_are_text(scene: tuple[Stage, Page]) -> None:
    stage, page = scene
    stage.says(HOW_WIDE, (WIDE, ZONE, WIDE, YES))
    answered(page, HOW_WIDE)
    page.press("/")
    for key in "1ne?/":
        page.press(key)
    assert page.run("document.getElementById('question').value") == "1ne?/"
    assert page.run("document.getElementById('source').hidden")


def test_single_keys_can_be_switched_off(scene: tuple[Stage, Page]) -> None:
    stage, page = scene
    stage.says(HOW_WIDE, (WIDE, ZONE, WIDE, YES))
    answered(page, HOW_WIDE)
    page.press("?")
    page.click("#single-keys")
    page.press("Escape")
    page.until("!document.querySelector('dialog[open]')")
    page.click(".turn h2")
    page.press("1")
    page.press("ArrowRight")  # not a single letter, so it still acts, and comes after
    assert page.text("mark.chosen") == WIDE
    page.press("Escape")
    page.press("1")
    assert page.run("document.getElementById('source').hidden")


def test_emoji_in_question_and_answer_do_not_shift_the_sentences(scene: tuple[Stage, Page]) -> None:
    stage, page = scene
    stage.says("🕊?", (DOVES, ZONE, DOVES, Support.PARTIAL), (WIDE, ZONE, WIDE, Support.PARTIAL))
    answered(page, "🕊?")
    assert page.texts(".claim") == [f"{DOVES}partly supported", f"{WIDE}partly supported"]
