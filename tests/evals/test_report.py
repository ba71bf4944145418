from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from mini_product import CASES, IgnoresHistory, MiniProduct, Wrapped, case, sentence
from playing import RULES, accepted, played

from evals.baseline import accept
from evals.cases import Case
from evals.gate import judge
from evals.product import Json
from evals.report import render
from evals.report_case import pieces
from evals.runfile import Excerpt

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=5000",
    "--dump-dom",
]
NASTY = "<script>document.title='broken'</script><img src=https://example.org/x onerror=alert(1)> \"quoted\" & 'more'"


class Page(HTMLParser):
    """What stands in a page: its tags with attributes, and the text of its marks."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.marked: list[tuple[str, str]] = []
        self._mark: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "mark":
            self._mark = dict(attrs)["class"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark":
            self._mark = None

    def handle_data(self, data: str) -> None:
        if self._mark is not None:
            self.marked.append((self._mark, data))

    def cases(self) -> dict[str, bool]:
        """Whether each case is hidden, by its anchor."""
        return {str(held["id"]): "hidden" in held for tag, held in self.tags if tag == "details"}


class SaysNastyThings(Wrapped):
    def changed(self, answer: Json) -> Json:
        return answer | {"answer": answer["answer"] + NASTY}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One case got worse, and every answer tries to break out of the page."""
    file = tmp_path_factory.mktemp("report") / "run.json"
    baseline = accepted(MiniProduct(), file)
    run = played(SaysNastyThings(IgnoresHistory(MiniProduct())), file)
    return render(run, judge(run, RULES, baseline), baseline)


def test_page_needs_nothing_from_outside(page: str) -> None:
    for _, attributes in Page(page).tags:
        assert not {"src", "srcset", "action"} & attributes.keys()
        assert (attributes.get("href") or "#").startswith("#")
    assert "url(" not in page
    assert "@import" not in page


def test_answers_are_text_and_only_the_page_s_own_script_may_run(page: str) -> None:
    tags = [tag for tag, _ in Page(page).tags]
    assert tags.count("script") == 1
    assert "img" not in tags
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy.startswith("default-src 'none'")
    assert "script-src 'sha256-" in policy


def test_regression_stands_on_top_with_both_answers(page: str) -> None:
    worse = page[page.index("Got worse") : page.index('id="cases"')]
    assert "mini-13" in worse
    assert "Engineer Tom Holt drew the plans. [1]" in worse
    assert "The articles do not say." in worse
    assert worse.count("<tr>") == 2
    assert "1 cases passed before and fail now" in page


def test_cited_and_gold_sentences_are_lit_in_context(page: str) -> None:
    marked = Page(page).marked
    assert ("cited gold", "Forty ships waited in the ice.") in marked
    assert ("gold", "Engineer Tom Holt drew the plans.") in marked


def test_figures_have_values_intervals_baseline_and_plots(page: str) -> None:
    row = page[page.index('<th scope="row">Right</th>') :]
    row = row[: row.index("</tr>")]
    assert "92.3 %" in row
    assert "100.0 %" in row
    assert "-7.7 [" in row
    assert 'class="old"' in row
    assert "Latency: 50 % within 1.5 ms" in page
    assert "Expected calibration error" in page


def test_failures_come_first(page: str) -> None:
    anchors = list(Page(page).cases())
    assert anchors[0] == "case-12"
    assert len(anchors) == len(CASES)


def test_pieces_of_an_excerpt_join_to_its_text() -> None:
    excerpt = Excerpt(article_id="a", text="One. Two. Three.", cited=[(0, 9, 2), (5, 9, 3)], gold=[(5, 16)])
    held = list(pieces(excerpt))
    assert "".join(piece.text for piece in held) == excerpt.text
    assert [(piece.kind, piece.numbers) for piece in held] == [("cited", ""), ("cited gold", "[2] [3]"), ("gold", "")]


def test_case_with_odd_names_keeps_its_own_filter(tmp_path: Path) -> None:
    odd = case(1, f"When opened the bridge? {NASTY}", "bridge.txt", "opened", "4 May", tags=('a"b', "<i>", "c d"))
    run = played(MiniProduct(), tmp_path / "run.json", cases=(odd,))
    tags = [held["data-tags"] for tag, held in Page(render(run, judge(run, RULES))).tags if tag == "details"]
    assert len(tags) == 1
    assert "i" not in [tag for tag, _ in Page(render(run, judge(run, RULES))).tags]


def test_empty_answer_and_gone_article_are_no_reason_to_fail(tmp_path: Path) -> None:
    gone = Case(id="gone", tags=(), question="?", answerable=True, gold=((sentence("bridge.txt", "opened"),),))
    run = played(MiniProduct({"harbour.txt": ""}), tmp_path / "run.json", cases=(gone,))
    assert "gone" in render(run, judge(run, RULES, accept(run, RULES)), accept(run, RULES))


@pytest.mark.skipif(CHROMIUM is None, reason="no browser: install one with `apt-get install chromium`")
@pytest.mark.process
@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("", [f"case-{place}" for place in range(len(CASES))]),
        ("#outcome=failed", ["case-12"]),
        ("#tag=none", ["case-8", "case-9", "case-10"]),
        ("#words=forty+ships", ["case-5"]),
        ("#tag=none&outcome=failed", []),
    ],
)
def test_browser_shows_the_page_and_filters_it(page: str, address: str, shown: list[str], tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(page, encoding="utf-8")
    command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", f"{file.as_uri()}{address}"]
    seen = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    assert "<title>mini: evaluation</title>" in seen
    assert sorted(anchor for anchor, hidden in Page(seen).cases().items() if not hidden) == sorted(shown)
    assert f">{len(shown)} of {len(CASES)}</output>" in seen
