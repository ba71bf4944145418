"""A conversation in the terminal, over a source and a screen that are made up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from qa.api.schemas import ArticleOut, ChatOut, SentenceOut
from qa.conversing import HELP, Conversation, Hear
from qa.domain import Answer, Citation, Question, Reason, Role, Status, Turn
from qa.errors import NotReady
from qa.events import Delta, Started
from qa.terminal import Lit

TEXT = "It will be wide. Both sides agreed.\n\nIt starts in October."
CITATION = Citation(1, "sochi.txt", "The zone", None, "sha256:aa", 2, 1, 17, 35, "Both sides agreed.", 0.9)
SECOND = Citation(2, "sochi.txt", "The zone", None, "sha256:aa", 3, 3, 37, 58, "It starts in October.", 0.9)
ANSWER = Answer(Status.ANSWERED, None, "Both sides agreed. [1] It starts in October. [2]", (), (CITATION, SECOND))
ARTICLE = ArticleOut(
    id="sochi.txt",
    version="sha256:aa",
    title="The zone",
    published=None,
    encoding="utf-8",
    text=TEXT,
    sentences=[
        SentenceOut(number=1, start=0, end=16, line=1, paragraph=1, role=Role.BODY),
        SentenceOut(number=2, start=17, end=35, line=1, paragraph=1, role=Role.BODY),
        SentenceOut(number=3, start=37, end=58, line=3, paragraph=2, role=Role.BODY),
    ],
)


class Library:
    """Answers everything with `answer`, in two pieces. before_end: what happens between them."""

    def __init__(self, answer: Answer = ANSWER) -> None:
        self.answer = answer
        self.asked: list[Question] = []
        self.before_end: Callable[[], None] = lambda: None

    def ask(self, question: Question, hear: Hear) -> ChatOut:
        self.asked.append(question)
        conversation_id = question.conversation_id or f"c{len(self.asked)}"
        hear(Started(conversation_id, "t", question.text))
        hear(Delta(self.answer.text[:10]))
        self.before_end()
        hear(Delta(self.answer.text[10:]))
        at = datetime(2026, 1, 31, tzinfo=UTC)
        return ChatOut.of(Turn("t", conversation_id, at, question.text, question.text, self.answer, {}))

    def article(self, article_id: str, version: str) -> ArticleOut:
        assert (article_id, version) == ("sochi.txt", "sha256:aa")
        return ARTICLE


class Paper:
    """A screen that is fed lines, or exceptions to raise instead, and keeps what was written."""

    def __init__(self, *lines: str | BaseException) -> None:
        self._lines = list(lines)
        self.written = ""
        self.lit: list[Lit] = []

    def read(self) -> str:
        line = self._lines.pop(0) if self._lines else EOFError()
        if isinstance(line, BaseException):
            raise line
        return line

    def say(self, text: str) -> None:
        self.written += text

    def show(self, shown: Lit) -> None:
        self.lit.append(shown)


def held(*lines: str | BaseException, library: Library | None = None) -> tuple[Paper, Library]:
    paper, source = Paper(*lines), library or Library()
    Conversation(source, paper, Path("seeds")).hold()
    return paper, source


def test_answer_is_shown_with_its_footnotes() -> None:
    paper, _ = held("How wide?")
    assert paper.written == (
        f"{HELP}\nBoth sides agreed. [1] It starts in October. [2]\n\n"
        "[1] The zone\n    seeds/sochi.txt:1\n    “Both sides agreed.”\n\n"
        "[2] The zone\n    seeds/sochi.txt:3\n    “It starts in October.”\n\n"
    )


def test_follow_up_goes_on_with_the_conversation_and_new_begins_another() -> None:
    _, library = held("How wide?", "And when?", "/new", "Who met?")
    assert [question.conversation_id for question in library.asked] == [None, "c1", None]


def test_quit_and_the_end_of_the_input_end_it() -> None:
    assert held("/quit", "How wide?")[1].asked == []
    assert held(EOFError(), "How wide?")[1].asked == []


def test_sources_show_each_sentence_in_its_paragraph() -> None:
    paper, _ = held("How wide?", "/sources")
    assert paper.lit == [
        Lit("seeds/sochi.txt:1", "It will be wide. ", "Both sides agreed.", ""),
        Lit("seeds/sochi.txt:3", "", "It starts in October.", ""),
    ]


def test_one_source_is_shown_by_its_number() -> None:
    paper, _ = held("How wide?", "/sources 2")
    assert [shown.sentence for shown in paper.lit] == ["It starts in October."]


def test_source_that_is_not_there_is_told() -> None:
    paper, _ = held("/sources", "How wide?", "/sources 3", "/new", "/sources")
    assert paper.lit == []
    assert paper.written.count("there is none yet") == 2
    assert "it has 2" in paper.written


def test_of_an_abstention_the_nearest_are_the_sources() -> None:
    answer = Answer(Status.ABSTAINED, Reason.NOT_IN_ARTICLES, "The articles do not say.", (), (), (CITATION,))
    paper, _ = held("How wide?", "/sources", library=Library(answer))
    assert "Nearest in the articles:" in paper.written
    assert [shown.sentence for shown in paper.lit] == ["Both sides agreed."]


def test_unknown_command_is_help_and_an_empty_line_is_nothing() -> None:
    paper, library = held("/help", "", "   ")
    assert paper.written.count(HELP) == 2
    assert library.asked == []


def stop() -> None:
    raise KeyboardInterrupt


def test_interrupt_stops_an_answer_and_not_the_conversation() -> None:
    library = Library()
    library.before_end = stop
    paper, _ = held("How wide?", "And when?", library=library)
    assert paper.written.count("Both sides\nStopped.\n") == 2
    assert [question.conversation_id for question in library.asked] == [None, "c1"]


def test_interrupt_at_the_prompt_drops_the_line() -> None:
    _, library = held(KeyboardInterrupt(), "How wide?")
    assert len(library.asked) == 1


def fail() -> None:
    raise NotReady("The service is \x1bgone.")


def test_error_is_told_and_the_conversation_goes_on() -> None:
    library = Library()
    library.before_end = fail
    paper, _ = held("How wide?", "a" * 4001, "And when?", library=library)
    assert paper.written.count("Not ready to answer. The service is \ufffdgone.\n") == 2
    assert "question has 4,001 characters" in paper.written
    assert len(library.asked) == 2


def test_answer_cannot_steer_the_terminal() -> None:
    answer = Answer(Status.ANSWERED, None, "A \x1b]0;x\x07 and more than ten characters.", (), ())
    assert not {"\x1b", "\x07"} & set(held("How wide?", library=Library(answer))[0].written)
