"""The page over the real product and the articles of the first run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import answered, ready
from driving import Browser
from staging import served

from qa.api.app import create_app
from qa.assembly import open_service
from qa.settings import Settings

pytestmark = [pytest.mark.process, pytest.mark.integration]
SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser.started(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture(scope="module")
def url(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = Settings(articles_dir=SEEDS, data_dir=tmp_path_factory.mktemp("library"))
    with open_service(settings, "qa serve") as service:
        service.sync()
        with served(create_app(service, settings)) as url:
            yield url


def test_conversation_over_the_seeds_lights_what_the_files_say(browser: Browser, url: str) -> None:
    with browser.page(url) as page:
        ready(page)
        answered(page, "By what date should the demilitarised zone be created?")
        said = re.search(r"October 15[^\[]*\[(\d)\]", page.text(".text"))
        assert said
        page.press(said[1])
        lit = page.text("mark.chosen")
        assert "October 15" in lit
        name = page.text("#source .meta").split(" · ")[0]
        text = (SEEDS / name).read_bytes().decode("utf-8-sig")
        assert page.text(".article") == text
        before = page.run(
            "(range => (range.setStart(document.querySelector('.article'), 0),"
            " range.setEndBefore(document.querySelector('mark.chosen')), range.toString()))(document.createRange())"
        )
        assert text[len(before) :].startswith(lit)
        answered(page, "How wide will it be?", turns=2)
        assert "15-20" in page.text(".text")
        assert page.text(".understood").startswith("Understood as: ")
        answered(page, "Which wines go well with grilled aubergines?", turns=3)
        assert "No answer" in page.texts(".turn:last-child .label")
