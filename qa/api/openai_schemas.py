"""The OpenAI API's shapes, as far as they are read and given here (platform.openai.com/docs/api-reference/chat)."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import quote, urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from qa.api.schemas import CitationOut
from qa.domain import Citation, Turn
from qa.errors import UnsupportedValue

MOST_MESSAGES = 10_000
_CONTENT = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "object"}}, {"type": "null"}]}


def _text_of(content: object) -> str:
    """A message's content as text: parts of text joined. Raises UnsupportedValue for any other part."""
    if isinstance(content, str):
        return content
    if content is None:
        return ""
    if not isinstance(content, list):
        raise PydanticCustomError("qa_content", "must be text or a list of text parts")
    return "\n".join(_text_of_part(part) for part in content)


def _text_of_part(part: object) -> str:
    kind = part.get("type") if isinstance(part, dict) else None
    if not isinstance(part, dict) or not isinstance(kind, str):
        raise PydanticCustomError("qa_content", "holds a part that is no object with a type: send text")
    if kind not in {"text", "refusal"}:
        raise UnsupportedValue(
            f"A message holds a part of type {kind[:40]!r}: only text is read, send text.", "messages"
        )
    if not isinstance(text := part.get(kind), str):
        raise PydanticCustomError("qa_content", "holds a part of type {kind} without its text", {"kind": kind})
    return text


class Message(BaseModel):
    """One message of the history; what else the API knows of it is not read."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Annotated[str, BeforeValidator(_text_of), WithJsonSchema(_CONTENT)] = ""


class StreamOptions(BaseModel):
    include_usage: bool | None = None


class CompletionInput(BaseModel):
    """The body of POST /v1/chat/completions. Every other parameter of the API is taken and changes nothing."""

    model_config = ConfigDict(extra="ignore", strict=True)

    model: str = Field(examples=["qa"])
    messages: Annotated[list[Message], Field(max_length=MOST_MESSAGES)]
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    store: bool | None = Field(False, description="true: the turn is kept, in a conversation of its own")
    n: int | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = None
    tool_choice: Any = None
    function_call: Any = None
    response_format: Any = None
    modalities: list[str] | None = None
    audio: Any = None

    @property
    def wants_usage(self) -> bool:
        return bool(self.stream_options and self.stream_options.include_usage)

    def refuse_unsupported(self) -> None:
        """Raises UnsupportedValue for what would be a broken promise if it were ignored."""
        for parameter, is_asked_for, instead in (
            ("n", self.n not in (None, 1), "one answer is given, send 1 or leave it out"),
            ("logprobs", bool(self.logprobs or self.top_logprobs), "there are no token probabilities, leave it out"),
            ("tool_choice", self.tool_choice not in (None, "none", "auto"), "no tool is ever called, send none"),
            (
                "function_call",
                self.function_call not in (None, "none", "auto"),
                "no function is ever called, send none",
            ),
            ("response_format", not _is_text(self.response_format), "answers are text, leave it out"),
            ("modalities", self.modalities not in (None, ["text"]), "answers are text, leave it out"),
            ("audio", self.audio is not None, "answers are text, leave it out"),
        ):
            if is_asked_for:
                raise UnsupportedValue(f"{parameter} asks for what is not done here: {instead}.", parameter)


def _is_text(response_format: object) -> bool:
    return response_format is None or (isinstance(response_format, dict) and response_format.get("type") == "text")


class UrlCitation(BaseModel):
    """A claim of the content, `content[start_index:end_index]` in code points, and where its sentence stands."""

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(BaseModel):
    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class AnswerMessage(BaseModel):
    """citations: as POST /v1/chat gives them, one for each marker of the content."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]
    citations: list[CitationOut]


class Choice(BaseModel):
    index: Literal[0] = 0
    message: AnswerMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Usage(BaseModel):
    """Tokens of the language model behind the answer: 0 where there is none, or where it does not say."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0

    @classmethod
    def of(cls, turn: Turn) -> Usage:
        used = turn.answer.usage
        read, written = (used.prompt_tokens or 0, used.completion_tokens or 0) if used else (0, 0)
        return cls(prompt_tokens=read, completion_tokens=written, total_tokens=read + written)


class Completion(BaseModel):
    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[Choice]
    usage: Usage


class Model(BaseModel):
    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: Literal["qa"] = "qa"


class Models(BaseModel):
    object: Literal["list"] = "list"
    data: list[Model]


def annotations_of(turn: Turn, base_url: str) -> list[Annotation]:
    """One for each citation of each claim, in order. base_url: of this service, with its last slash."""
    by_number = {citation.number: citation for citation in turn.answer.citations}
    return [
        Annotation(
            url_citation=UrlCitation(
                start_index=claim.start,
                end_index=claim.end,
                title=by_number[number].title,
                url=_url(by_number[number], base_url),
            )
        )
        for claim in turn.answer.claims
        for number in claim.citations
    ]


def citations_of(turn: Turn) -> list[CitationOut]:
    return [CitationOut.of(citation) for citation in turn.answer.citations]


def _url(citation: Citation, base_url: str) -> str:
    """The cited version of the article in this service, with the sentence as its fragment (RFC 5147)."""
    query = urlencode({"version": citation.version}, safe=":")
    return f"{base_url}v1/articles/{quote(citation.article_id)}?{query}#char={citation.start},{citation.end}"
