"""The page on small screens, in both colour schemes, for keyboards and for screen readers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from asking import EVIL, HOW_WIDE, LATER, WHO, WINE, YES, ZONE, answered, ready
from driving import Browser, Page
from staging import AGREED, HOSTILE, NARROW, WIDE, Stage, staged

from qa.domain import Conflict, Support
from qa.errors import InvalidInput

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser.started(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, str]]:
    with staged(tmp_path_factory.mktemp("stage")) as (stage, url):
        told = ((WIDE, ZONE, WIDE, YES), (NARROW, LATER, NARROW, Support.PARTIAL), (HOSTILE, EVIL, HOSTILE, YES))
        unsupported = (AGREED, ZONE, AGREED, Support.UNSUPPORTED)
        stage.says(HOW_WIDE, *told, unsupported, conflicts=[Conflict("zone wide", (1, 2))]).standalone = "How wide?"
        stage.abstains(WINE, (ZONE, AGREED))
        stage.says(WHO).refuses = InvalidInput("No: ask another.")
        yield stage, url


def everything(page: Page) -> None:
    """Shows one of each thing that the page can show, the second source among them."""
    page.forgiven = {"422"}
    ready(page)
    answered(page, WINE)
    answered(page, WHO, turns=2)
    answered(page, HOW_WIDE, turns=3)
    page.press("g")
    page.until("document.querySelector('[data-rating=good][aria-pressed=true]')")
    page.press("2")
    page.text("mark.chosen")


WIDTHS = "[document.documentElement.scrollWidth, innerWidth]"


@pytest.mark.parametrize(("width", "height"), [(360, 640), (640, 400)], ids=["telephone", "zoom-200"])
def test_small_screen_scrolls_one_way_only_and_has_the_source_below_its_answer(
    browser: Browser, place: tuple[Stage, str], width: int, height: int
) -> None:
    with browser.page(place[1], width, height) as page:
        everything(page)
        wide, shown = page.run(WIDTHS)
        assert wide <= shown == width
        answer, source = page.run(
            "['.turn:last-child .answer', '#source'].map(each => document.querySelector(each).getBoundingClientRect())"
            ".map(box => [box.top, box.bottom, box.left, box.right])"
        )
        assert answer[1] <= source[0]
        assert 0 <= source[2] < source[3] <= width
        lit = page.run("document.querySelector('mark.chosen').getBoundingClientRect().toJSON()")
        assert 0 <= lit["top"] < height
        page.press("e")
        page.text(".reopen")
        assert page.run(WIDTHS)[0] <= width


def test_wide_screen_has_the_source_beside_the_answer(browser: Browser, place: tuple[Stage, str]) -> None:
    with browser.page(place[1]) as page:
        everything(page)
        answer, source = page.run(
            "['#conversation', '#source'].map(each => document.querySelector(each).getBoundingClientRect().toJSON())"
        )
        assert answer["right"] <= source["left"]
        assert page.run("document.documentElement.scrollHeight <= innerHeight")
        page.resize(360, 640)  # turned, or made small: the source goes with its answer
        page.until("document.getElementById('source').closest('.turn')")
        page.resize(1280, 800)
        page.until("!document.getElementById('source').closest('.turn')")
        assert page.text("mark.chosen") == NARROW


# WCAG 2.2, 1.4.3: relative luminance, and the ratio of every text to what lies behind it.
CONTRASTS = r"""(() => {
  const parts = colour => colour.match(/[\d.]+/g).map(Number);
  const linear = part => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const luminance = colour => parts(colour).slice(0, 3).map(linear)
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const behind = node => {
    for (; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor;
      if ((parts(colour)[3] ?? 1) === 1) return colour;
    }
  };
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = {};
  for (let text; (text = words.nextNode());) {
    const node = text.parentElement;
    if (!text.data.trim() || !node.checkVisibility()) continue;
    const [one, other] = [luminance(getComputedStyle(node).color), luminance(behind(node))].sort((a, b) => a - b);
    found[`${node.tagName}.${node.className}: ${text.data.slice(0, 20)}`] = (other + 0.05) / (one + 0.05);
  }
  return found;
})()"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(browser: Browser, place: tuple[Stage, str], scheme: str) -> None:
    with browser.page(place[1]) as page:
        page.prefers(prefers_color_scheme=scheme)
        everything(page)
        paper = page.run("getComputedStyle(document.body).backgroundColor")
        assert (paper == "rgb(255, 255, 255)") is (scheme == "light")
        contrasts = page.run(CONTRASTS)
        assert len(contrasts) > 30
        assert {words: ratio for words, ratio in contrasts.items() if ratio < 4.5} == {}


def test_whatever_takes_the_focus_by_tab_shows_it_and_has_a_name(browser: Browser, place: tuple[Stage, str]) -> None:
    with browser.page(place[1]) as page:
        everything(page)
        page.run("document.querySelector('h1').setAttribute('tabindex', '-1'), document.querySelector('h1').focus()")
        seen = set()
        for _ in range(60):
            page.press("Tab")
            held = page.run(
                "(node => [node.tagName, node.ariaLabel || node.labels?.[0]?.textContent || node.textContent,"
                " getComputedStyle(node).outlineStyle, node === document.body])(document.activeElement)"
            )
            if held[3]:
                break
            assert held[1].strip(), held
            assert held[2] == "solid", held
            seen.add(held[1])
        assert {"New conversation", "Question", "Send the comment", "Close the source", "Article"} <= seen


def test_screen_reader_is_told_the_answer_once_it_is_whole(browser: Browser, place: tuple[Stage, str]) -> None:
    with browser.page(place[1]) as page:
        everything(page)
        live = page.run("[...document.querySelectorAll('.answer')].map(each => [each.ariaLive, each.ariaBusy])")
        assert live == [["polite", "false"]] * 3
        assert page.run("document.querySelector('.problem').getAttribute('role')") == "alert"
        names = page.run("[...document.querySelectorAll('.text .marker')].map(each => each.ariaLabel)")
        assert names[1] == "[2] Later & <b>less</b>, line 306"


def test_nothing_moves_by_itself(browser: Browser, place: tuple[Stage, str]) -> None:
    with browser.page(place[1]) as page:
        everything(page)
        assert page.run("document.getAnimations().length") == 0
        moving = (
            "[...document.querySelectorAll('*')].filter(each => getComputedStyle(each).scrollBehavior === 'smooth')"
        )
        assert page.run(f"{moving}.length") == 0
