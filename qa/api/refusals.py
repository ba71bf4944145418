"""What pydantic found wrong with an input, said in words that help; never more than a glimpse of the input itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

GLIMPSE = 60
SHOWN = 3
CUSTOM = "qa_"
"""How the types of our own errors begin: their messages go on after the name of the field."""

_KINDS = {str: "text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}
_WANTED = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number",
    "int_from_float": "a whole number",
    "finite_number": "a whole number",
    "list_type": "a list",
    "tuple_type": "a list",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "dict_type": "an object",
}

_PARSED = {"int_parsing", "int_parsing_size"}
"""Of a query, where everything is text: what it was says more than that."""

Line = Mapping[str, Any]


def in_words(errors: Sequence[Line]) -> str:
    """One sentence for each of the first three errors, as `RequestValidationError.errors()` gives them."""
    shown = [_one(error) for error in errors[:SHOWN]]
    more = len(errors) - len(shown)
    return " ".join([*shown, f"And {more} more."] if more else shown)


def _one(error: Line) -> str:
    field, kind = _field(error["loc"]), error["type"]
    if kind in _PARSED:
        return f"{field} must be {_WANTED[kind]}, not {glimpse(error['input'])!r}."
    if kind in _WANTED:
        return f"{field} must be {_WANTED[kind]}, not {_kind(error['input'])}."
    if kind in _PLAIN:
        return f"{field} {_PLAIN[kind]}."
    if kind in _WORDS:
        return f"{field} {_WORDS[kind](error)}."
    if kind.startswith(CUSTOM):
        return f"{field} {error['msg']}."
    return f"{field}: {error['msg']}."


def _field(location: Sequence[str | int]) -> str:
    """`("body", "filter", "articles", 3)` as `filter.articles.3`."""
    inner = ".".join(str(part) for part in location[1:])
    return glimpse(inner) if inner else f"The {location[0]}"


def _kind(value: object) -> str:
    if isinstance(value, float | int) and not isinstance(value, bool):
        return glimpse(str(value))
    return "null" if value is None else _KINDS.get(type(value), "this")


def _shown(value: object) -> str:
    return repr(glimpse(value)) if isinstance(value, str) else _kind(value)


def glimpse(text: str) -> str:
    """The beginning of an input, for a message."""
    return text if len(text) <= GLIMPSE else text[: GLIMPSE - 1] + "…"


def _limit(name: str, more: str) -> Callable[[Line], str]:
    def said(error: Line) -> str:
        value = error["input"]  # text, where it came in a query
        return f"must be {more} {error['ctx'][name]}, not {glimpse(value) if isinstance(value, str) else _kind(value)}"

    return said


_PLAIN = {
    "missing": "is missing: send it",
    "extra_forbidden": "is not known here: remove it, /docs lists what is",
    "string_too_short": "is empty: it must hold at least one character",
    "string_unicode": "holds a lone surrogate, which is no character: send valid Unicode",
}
_WORDS: dict[str, Callable[[Line], str]] = {
    "string_too_long": lambda error: (
        f"has {len(error['input']):,} characters: at most {error['ctx']['max_length']:,} are taken, shorten it"
    ),
    "too_long": lambda error: f"has more than {error['ctx']['max_length']:,} entries: send fewer",
    "literal_error": lambda error: f"must be {error['ctx']['expected']}, not {_shown(error['input'])}",
    "greater_than_equal": _limit("ge", "at least"),
    "less_than_equal": _limit("le", "at most"),
}
