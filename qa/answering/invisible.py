"""Characters that nobody sees and a language model reads: what hides instructions in a text, or words in an answer."""

from __future__ import annotations

import re

# Zero-width space, word joiner and the invisible operators, byte order mark, soft hyphen, Mongolian vowel separator;
# marks and overrides of direction (Trojan Source: Boucher and Anderson 2021); variation selectors and tag characters.
# The zero-width joiner and non-joiner (U+200C, U+200D) stay: Persian, Hindi and emoji are misspelt without them.
INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]"
)
_LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f]")


def visible(text: str) -> str:
    """The text without what is not seen; every line end is `\\n`."""
    return _CONTROL.sub("", _LINE_ENDS.sub("\n", INVISIBLE.sub("", text)))
