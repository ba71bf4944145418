"""`qa chat`: a conversation in the terminal. Lines in, answers out; how either looks is qa.terminal's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from qa import terminal
from qa.api.inputs import question_of
from qa.api.schemas import ArticleOut, ChatOut, CitationOut
from qa.domain import Question
from qa.errors import QaError
from qa.events import Delta, Started

HELP = "Ask, or: /sources [NUMBER] shows what an answer stands on, /new begins anew, /quit ends (Ctrl-D too)."
Hear = Callable[[Started | Delta], None]
"""Is told what can be shown before an answer is whole."""


class Source(Protocol):
    """Who answers: the library itself, or the service that holds it."""

    def ask(self, question: Question, hear: Hear) -> ChatOut:
        """Tells the answer as it comes, and gives the whole. Raises QaError; KeyboardInterrupt once it is stopped."""
        ...

    def article(self, article_id: str, version: str) -> ArticleOut:
        """Raises QaError."""
        ...


class Screen(Protocol):
    """Where it is read and written."""

    def read(self) -> str:
        """One line. Raises EOFError at the end; KeyboardInterrupt."""
        ...

    def say(self, text: str) -> None:
        """The next characters, as they are; no line end is added."""
        ...

    def show(self, sentence: terminal.Lit) -> None: ...


@dataclass(slots=True)
class Conversation:
    """What has been said so far."""

    source: Source
    screen: Screen
    articles_dir: Path
    id: str | None = None
    last: ChatOut | None = None

    def hold(self) -> None:
        """Until the reader ends it. Ctrl-C stops an answer, or drops the line that is being written, no more."""
        self.screen.say(f"{HELP}\n")
        while True:
            try:
                line = self.screen.read().strip()
                if line == "/quit":
                    return
                self._take(line)
            except EOFError:
                self.screen.say("\n")
                return
            except KeyboardInterrupt:
                self.screen.say("\nStopped.\n")
            except QaError as error:
                self.screen.say(f"{error.title}. {terminal.plain(str(error))}\n")

    def _take(self, line: str) -> None:
        command, _, argument = line.partition(" ")
        if command == "/sources":
            self._show_sources(argument.strip())
        elif command == "/new":
            self.id = self.last = None
            self.screen.say("A new conversation.\n")
        elif command.startswith("/"):
            self.screen.say(f"{HELP}\n")
        elif line:
            self._ask(line)

    def _ask(self, line: str) -> None:
        turn = self.source.ask(Question(question_of(line).text, self.id), self._hear)
        self.last = turn
        notes = terminal.footnote_lines(turn, self.articles_dir)
        self.screen.say("\n" + "".join(f"{line}\n" for line in notes))

    def _hear(self, event: Started | Delta) -> None:
        if isinstance(event, Started):
            self.id = event.conversation_id  # known even if the answer is stopped
        else:
            self.screen.say(terminal.plain(event.text))

    def _show_sources(self, number: str) -> None:
        for citation in self._chosen(number):
            article = self.source.article(citation.article_id, citation.version)
            self.screen.show(terminal.lit(citation, article, self.articles_dir))

    def _chosen(self, number: str) -> Iterator[CitationOut]:
        known = [] if self.last is None else self.last.citations or self.last.nearest
        chosen = [citation for citation in known if number in {"", str(citation.number)}]
        if not chosen:
            has = f"it has {len(known)}" if known else "there is none yet"
            self.screen.say(f"No answer with such a source: {has}.\n")
        return iter(chosen)
