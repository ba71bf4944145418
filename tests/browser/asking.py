"""What the tests of the page do again and again, and the words that they use."""

from __future__ import annotations

from driving import Page

from qa.domain import Support

ZONE, LATER, EVIL = "2018/zone.txt", "2019/later.md", "evil.txt"
HOW_WIDE = "How wide will the zone be?"
WHO = "Who agreed to it?"
WINE = "Which wine goes with it?"
YES = Support.SUPPORTED


def ready(page: Page) -> None:
    """The page has begun: its script runs, and what is typed goes into the question."""
    page.until("document.activeElement.id === 'question'")


def ask(page: Page, question: str) -> None:
    """With the keyboard alone, from wherever the focus is."""
    if page.run("document.activeElement.id !== 'question'"):
        page.press("/")
    page.type(question)
    page.press("Enter")


def settled(page: Page, turns: int = 1) -> None:
    """Waits until so many turns are shown and none is on its way."""
    page.until(
        f"document.querySelectorAll('.turn').length === {turns} && !document.querySelector('[aria-busy=true]')"
        " && document.getElementById('stop').hidden"
    )


def answered(page: Page, question: str, turns: int = 1) -> None:
    ask(page, question)
    settled(page, turns)
