"""What the doors take, checked: texts, dates, ids and the filter."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from qa.api.refusals import in_words
from qa.domain import Filter, Question
from qa.errors import InvalidInput

LONGEST_TEXT = 4000
MOST_ARTICLES = 1000
LONGEST_ARTICLE_ID = 4096  # of a path in Linux
MOST_RESULTS = 100
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FULL_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _said(text: str) -> str:
    """A text that shows something and holds no control character but tab and line ends."""
    for position, character in enumerate(text):
        if unicodedata.category(character) == "Cc" and character not in "\t\n\r":
            code = f"U+{ord(character):04X}"
            raise PydanticCustomError(
                "qa_text",
                "holds the control character {code} at position {position}: remove it",
                {"code": code, "position": position},
            )
    if not any(unicodedata.category(character)[0] in "LNPSM" for character in text):
        raise PydanticCustomError("qa_text", "holds nothing that can be seen: send words")
    return text


def _full_date(value: object) -> object:
    """An ISO date only (RFC 3339 full-date): pydantic would also take timestamps and numbers of seconds."""
    if isinstance(value, str) and _FULL_DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("qa_date", "must be a date of the calendar, such as 2018-09-17")


def _conversation_id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise PydanticCustomError(
            "qa_id", "must be an id that an earlier answer gave (1 to 64 letters, digits, - or _), or null"
        )
    return value


Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), AfterValidator(_said)]
Day = Annotated[date, BeforeValidator(_full_date)]
ArticleId = Annotated[str, Field(min_length=1, max_length=LONGEST_ARTICLE_ID)]
ConversationId = Annotated[str, AfterValidator(_conversation_id)]


class Input(BaseModel):
    """Unknown fields are refused: a misspelt one must not pass for absent."""

    model_config = ConfigDict(extra="forbid", strict=True)


class FilterInput(Input):
    """Which articles to look at; each limit may be absent. An article without a date fails every date limit."""

    articles: Annotated[list[ArticleId], Field(max_length=MOST_ARTICLES)] | None = None
    published_from: Day | None = None
    published_to: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> FilterInput:
        if self.published_from and self.published_to and self.published_from > self.published_to:
            raise PydanticCustomError("qa_range", "has published_from after published_to: swap them")
        return self

    def to_filter(self) -> Filter:
        articles = None if self.articles is None else tuple(self.articles)
        return Filter(articles, self.published_from, self.published_to)


class ChatInput(Input):
    """The body of POST /v1/chat. No `conversation_id` starts a conversation."""

    question: Text = Field(examples=["By what date should the demilitarised zone be created?"])
    conversation_id: ConversationId | None = None
    stream: bool = False
    filter: FilterInput | None = None

    def to_question(self) -> Question:
        return Question(self.question, self.conversation_id, _within(self.filter))


class SearchInput(Input):
    """The body of POST /v1/search."""

    query: Text = Field(examples=["demilitarised zone"])
    limit: Annotated[int, Field(ge=1, le=MOST_RESULTS)] = 10
    filter: FilterInput | None = None

    def within(self) -> Filter:
        return _within(self.filter)


class ArticlesQuery(BaseModel):
    """The query of GET /v1/articles. after: an article id; the page begins behind it."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=100)] = 20
    after: str | None = Field(None, max_length=LONGEST_ARTICLE_ID)


class ArticleQuery(BaseModel):
    """The query of GET /v1/articles/{id}. Without `version`, the current one."""

    model_config = ConfigDict(extra="forbid")

    version: str | None = Field(None, min_length=1, max_length=200, examples=["sha256:…"])


def _within(given: FilterInput | None) -> Filter:
    return given.to_filter() if given else Filter()


def question_of(text: str) -> Question:
    """A question under the same rules as over HTTP. Raises InvalidInput."""
    try:
        return ChatInput(question=text).to_question()
    except ValidationError as error:
        lines = [{**line, "loc": ("argument", *line["loc"])} for line in error.errors(include_url=False)]
        raise InvalidInput(in_words(lines)) from None
