"""A history as OpenAI's clients hold it: its last question, and the turns before that one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

from qa.answering.evidence import ABSTENTIONS, MARKER_LIKE
from qa.api.inputs import LONGEST_TEXT, question_of
from qa.api.openai_schemas import Message
from qa.domain import Answer, Citation, Question, Reason, Status, Turn
from qa.errors import InvalidInput, TooLarge

LONGEST_HISTORY = 100_000  # characters
MOST_TURNS = 20  # more are not looked at


def question_from(messages: Sequence[Message], *, is_kept: bool) -> Question:
    """The last user message; those before it are the earlier turns, what comes after it is not read.

    Raises InvalidInput where there is no such message or it cannot be a question, TooLarge.
    """
    characters = sum(len(message.content) for message in messages)
    if characters > LONGEST_HISTORY:
        raise TooLarge(
            f"The messages have {characters:,} characters: at most {LONGEST_HISTORY:,} are taken, send the latest ones."
        )
    asked = [i for i, message in enumerate(messages) if message.role == "user"]
    if not asked:
        raise InvalidInput("messages holds no message of the role user: the last of them is the question.")
    question = _question(messages[asked[-1]].content)
    earlier = tuple(_turn(messages[first:behind]) for first, behind in pairwise(asked[-MOST_TURNS - 1 :]))
    return Question(question.text, earlier=earlier, is_kept=is_kept)


def _question(text: str) -> Question:
    try:
        return question_of(text)
    except InvalidInput as error:  # which speaks of a `question`, and this API has none
        raise InvalidInput(f"The last message of the role user is the question: {error}") from error


def _turn(messages: Sequence[Message]) -> Turn:
    """A user message, and what the assistant said to it."""
    question = messages[0].content[:LONGEST_TEXT]
    said = "\n".join(message.content for message in messages if message.role == "assistant")[:LONGEST_TEXT]
    return Turn("", "", datetime.now(UTC), question, question, _answer(said), {})


def _answer(text: str) -> Answer:
    """What was answered. Its sentences stand in for the citations, which the history does not carry."""
    for reason, words in ABSTENTIONS.items():
        if text.strip() in {words, ""}:
            return Answer(Status.ABSTAINED, reason if text.strip() else Reason.NOTHING_RETRIEVED, text, (), ())
    quotes = [" ".join(piece.split()) for piece in MARKER_LIKE.split(text)[::2]]
    cited = tuple(_citation(number, quote) for number, quote in enumerate(filter(None, quotes), 1))
    return Answer(Status.ANSWERED, None, text, (), cited)


def _citation(number: int, quote: str) -> Citation:
    return Citation(number, "", "", None, "", number, 1, 0, len(quote), quote, 1.0)
