"""What a stream says beside its text: whether the reply is complete, and how many tokens it took.

LlamaIndex hands the chunks of the API through in `raw` and draws no conclusion from them: a stream that is cut off
without `finish_reason`, one that ends with `length` and a page of HTML all end like a reply that went well.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qa.ports import Prompt

if TYPE_CHECKING:
    from llama_index.core.llms import ChatResponse

Path = tuple[str | int, ...]

# In the words of the OpenAI API, of Ollama's and of Anthropic's, each as its LlamaIndex integration hands it through.
FINISH: tuple[Path, ...] = (
    ("raw", "choices", 0, "finish_reason"),
    ("raw", "done_reason"),
    ("message", "additional_kwargs", "stop_reason"),
)
MARKS: tuple[Path, ...] = (("raw", "choices"), ("raw", "done"), ("raw", "type"))
PROMPT_TOKENS: tuple[Path, ...] = (
    ("additional_kwargs", "prompt_tokens"),
    ("raw", "usage", "prompt_tokens"),
    ("message", "additional_kwargs", "usage", "input_tokens"),
)
COMPLETION_TOKENS: tuple[Path, ...] = (
    ("additional_kwargs", "completion_tokens"),
    ("raw", "usage", "completion_tokens"),
    ("message", "additional_kwargs", "usage", "output_tokens"),
)
CHARACTERS_A_TOKEN = 4
"""Of English, by the rule of thumb of OpenAI's own documentation."""
CUT_SHORT = {"length", "max_tokens", "model_context_window_exceeded"}
FILTERED = {"content_filter", "refusal"}


@dataclass(slots=True)
class Tally:
    """Taken over all chunks of one reply. finish: why it ended, if it said so.

    says_its_end: whether its chunks are of an API that does; of another, a clean end is all there is to see.
    """

    chunks: int = 0
    texts: int = 0
    characters: int = 0
    finish: str | None = None
    says_its_end: bool = False
    prompt_tokens: int | None = None
    completion_tokens: int | None = None

    def take(self, chunk: ChatResponse) -> None:
        self.chunks += 1
        self.texts += bool(chunk.delta)
        self.characters += len(chunk.delta or "")
        self.says_its_end = self.says_its_end or first(chunk, MARKS) is not None
        self.finish = _text(first(chunk, FINISH)) or self.finish
        self.prompt_tokens = _whole(first(chunk, PROMPT_TOKENS), self.prompt_tokens)
        self.completion_tokens = _whole(first(chunk, COMPLETION_TOKENS), self.completion_tokens)
        if self.finish is None and first(chunk, (("raw", "done"),)) is True:
            self.finish = "stop"  # Ollama before 0.3 gave no reason

    def so_far(self, prompt: Prompt) -> Tally:
        """With its tokens estimated where the endpoint has not said them yet, which most do in the last chunk alone.

        A text is a token at least, which is how most endpoints send them, and of long ones four characters are one.
        """
        asked = _tokens(len(prompt.system) + len(prompt.user))
        said = max(self.texts, _tokens(self.characters), self.completion_tokens or 0)
        return replace(self, prompt_tokens=self.prompt_tokens or asked, completion_tokens=said)


def _tokens(characters: int) -> int:
    return math.ceil(characters / CHARACTERS_A_TOKEN)


def first(chunk: object, paths: tuple[Path, ...]) -> object:
    """What stands at the first of the paths where anything does."""
    found = (_at(chunk, path) for path in paths)
    return next((each for each in found if each is not None), None)


def _at(thing: object, path: Path) -> object:
    for step in path:
        if isinstance(step, int):
            thing = thing[step] if isinstance(thing, list) and len(thing) > step else None
        else:
            thing = thing.get(step) if isinstance(thing, dict) else getattr(thing, step, None)
    return thing


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _whole(value: object, before: int | None) -> int | None:
    return value if isinstance(value, int) else before
