"""The source beside the answer: the right sentence of the right version lit, and nothing that it says ever acted on."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import EVIL, HOW_WIDE, LATER, YES, ZONE, answered, ready, settled
from driving import Browser, Page
from staging import AGREED, ARTICLES, HOSTILE, NARROW, WIDE, Stage, staged

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


LIT_IS_SEEN = """(() => {
  const lit = document.querySelector("mark.chosen").getBoundingClientRect();
  const pane = document.getElementById("source").getBoundingClientRect();
  return lit.height > 0 && lit.top >= Math.max(0, pane.top) && lit.bottom <= Math.min(innerHeight, pane.bottom);
})()"""


def test_key_lights_the_cited_sentence_in_its_place_behind_emoji(scene: tuple[Stage, Page]) -> None:
    stage, page = scene
    stage.says(HOW_WIDE, (WIDE, ZONE, WIDE, YES))
    answered(page, HOW_WIDE)
    page.press("1")
    assert page.text("mark.chosen") == WIDE
    assert page.text(".article") == ARTICLES[ZONE]
    page.until(f"document.getElementById('opened').textContent === '[1] The zone: {WIDE}'")  # for who cannot see it
    before = page.run("document.querySelector('mark.chosen').previousSibling.textContent")
    assert before == ARTICLES[ZONE][: ARTICLES[ZONE].index(WIDE)]
    assert page.text("#source h2") == "[1] The zone"
    assert page.text("#source .meta") == f"{ZONE} · no date · line 3"


def test_ranges_in_code_points_cut_texts_as_they_do_in_python(scene: tuple[Stage, Page]) -> None:
    _, page = scene
    draw = random.Random(1)
    alphabet = "aé\u0301\u200d\r\n\u2028🕊👩🚀𝔸\ufeff"
    cases = []
    for _ in range(300):
        text = "".join(draw.choices(alphabet, k=draw.randrange(40)))
        places = sorted(draw.sample(range(len(text) + 1), k=min(len(text) + 1, 2 * draw.randrange(4)) // 2 * 2))
        cases.append((text, [{"start": a, "end": b} for a, b in zip(places[::2], places[1::2], strict=True)][::-1]))
    cut = page.run(
        f"import('/web/text.js').then(({{cutAt}}) => {json.dumps(cases)}.map(([text, ranges]) => cutAt(text, ranges)))"
    )
    for (text, ranges), parts in zip(cases, cut, strict=True):
        assert "".join(part["text"] for part in parts) == text
        within = [part["text"] for part in parts if part["range"]]
        assert within == [text[each["start"] : each["end"]] for each in ranges[::-1]]


def test_sentence_far_down_is_scrolled_to(scene: tuple[Stage, Page]) -> None:
    stage, page = scene
    stage.says(HOW_WIDE, (NARROW, LATER, NARROW, YES))
    answered(page, HOW_WIDE)
    page.press("1")
    assert page.text("mark.chosen") == NARROW
    page.until(LIT_IS_SEEN)
    assert page.run("document.querySelector('.article').getBoundingClientRect().height > 3 * innerHeight")
    assert page.run("document.querySelector('.turn h2').getBoundingClientRect().top > 0")  # the answer stays beside it


def test_arrows_and_mouse_go_from_source_to_source_and_the_others_stay_lit(scene: tuple[Stage, Page]) -> None:
    stage, page = scene
    stage.says(HOW_WIDE, (WIDE, ZONE, WIDE, YES), (AGREED, ZONE, AGREED, YES), (NARROW, LATER, NARROW, YES))
    answered(page, HOW_WIDE)
    seen = []
    for key, number in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowRight", 3), ("ArrowRight", 1), ("ArrowLeft", 3)):
        page.press(key)
        page.until(f"document.querySelector('mark.chosen')?.dataset.number === '{number}'")
        seen.append(page.texts("mark"))
    assert seen == [[WIDE, AGREED], [WIDE, AGREED], [NARROW], [WIDE, AGREED], [NARROW]]
    page.click('button.marker[data-number="2"]')
    page.until("document.querySelector('mark.chosen')?.dataset.number === '2'")
    assert page.texts('.text [aria-pressed="true"]') == ["[2]"]
    page.press("9")
    assert page.text("mark.chosen") == AGREED


def test_escape_closes_the_source_and_gives_the_focus_back(scene: tuple[Stage, Page]) -> None:
    stage, page = scene
    stage.says(HOW_WIDE, (WIDE, ZONE, WIDE, YES))
    answered(page, HOW_WIDE)
    page.click("button.marker")
    page.text("mark.chosen")
    page.run("document.querySelector('.article').focus()")
    page.press("Escape")
    page.until("document.getElementById('source').hidden")
    assert page.run("document.activeElement.textContent") == "[1]"
    assert page.texts('[aria-pressed="true"]') == []


def test_focus_on_a_marker_outlives_the_rest_of_the_answer(scene: tuple[Stage, Page]) -> None:
    stage, page = scene
    stage.says(HOW_WIDE, (WIDE, ZONE, WIDE, YES)).stays_after = 2
    page.type(HOW_WIDE)
    page.press("Enter")
    page.click("button.marker")
    page.text("mark.chosen")
    page.press("Escape")  # stops the answer, so that it is drawn anew
    settled(page)
    assert page.run("document.activeElement.closest('.turn') !== null")


@pytest.mark.parametrize("fate", ["changed", "gone"])
def test_source_that_is_another_one_now_is_shown_as_it_was_with_a_note(scene: tuple[Stage, Page], fate: str) -> None:
    stage, page = scene
    stage.says(HOW_WIDE, (WIDE, ZONE, WIDE, YES))
    page.forgiven = {"404"}
    answered(page, HOW_WIDE)
    if fate == "changed":
        stage.put(ZONE, "The zone\n\nIt was given up.\n")
    else:
        stage.library.remove([ZONE])
    page.press("1")
    note = {"changed": "The source has changed since", "gone": "The source is no longer among the articles"}[fate]
    assert page.text(".changed").startswith(note)
    assert page.text(".article") == ARTICLES[ZONE]
    assert page.text("mark.chosen") == WIDE


def test_quote_stands_where_its_article_cannot_be_read(scene: tuple[Stage, Page]) -> None:
    stage, page = scene
    stage.says(HOW_WIDE, (WIDE, ZONE, WIDE, YES))
    answered(page, HOW_WIDE)
    page.offline()
    page.forgiven = {"ERR_INTERNET_DISCONNECTED"}
    page.press("1")
    assert page.text("#source .problem strong") == "The service cannot be reached"
    assert page.text("#source blockquote") == WIDE
    page.online()
    page.click("#source .problem button")
    assert page.text("mark.chosen") == WIDE


def test_markup_in_articles_answers_and_questions_is_only_text(scene: tuple[Stage, Page]) -> None:
    stage, page = scene
    question = "Who said <img src=x onerror=alert(1)>?"
    stage.says(question, (HOSTILE, EVIL, HOSTILE, YES)).standalone = "Who said <b>it</b>?"
    answered(page, question)
    page.press("1")
    assert page.text("mark.chosen") == HOSTILE
    assert page.text(".article") == ARTICLES[EVIL]
    assert page.text(".text") == f"{HOSTILE} [1]"
    assert page.text("#source h2") == "[1] The <i>notice</i>"
    assert page.text(".turn h2") == question
    page.press("e")
    assert page.text(".reopen").startswith(question)
    assert page.run("document.querySelectorAll('img, i, b, body script').length") == 0
    assert page.run("document.title") == f"{question} · qa"


def test_even_a_mistake_could_not_turn_text_into_elements(scene: tuple[Stage, Page]) -> None:
    _, page = scene
    page.forgiven = {"TrustedHTML"}
    tried = "(() => { try { document.body.innerHTML = '<b>x</b>'; } catch (error) { return error.name; } })()"
    assert page.run(tried) == "TypeError"


def test_everything_comes_from_the_service_itself(scene: tuple[Stage, Page]) -> None:
    stage, page = scene
    stage.says(HOW_WIDE, (WIDE, ZONE, WIDE, YES))
    answered(page, HOW_WIDE)
    page.press("1")
    page.text("mark.chosen")
    origin = page.run("location.origin") + "/"
    asked = page.requested()
    assert f"{origin}v1/articles/{ZONE}" in asked
    assert [address for address in asked if not address.startswith((origin, "data:,"))] == []
