"""Which names are people's: by their titles, by what they do, and by who else goes by the name in the conversation.

No list knows the names of the news, so a single capitalised word may be a town or a firm as well as somebody.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answering.names import Phrase, Sort, names
from qa.answering.wordlists import LOCATIVE, PERSON_NOUNS, TITLES
from qa.retrieval.words import folded

SPEAKS = re.compile(r"^,? (?:said|says|told|added|explained|stressed|argued|thinks|who)\b")
IS_SOMEBODY = re.compile(
    rf"^, (?:(?:an?|the|its|their|his|her) [^,.;]{{0,40}}?\b(?:{'|'.join(sorted(PERSON_NOUNS))})\b|\d\d\b)"
)
WHERE = LOCATIVE | {"of", "from", "to"}
JOINED = re.compile(r"\b(?:and|of)\b")


def is_somebody(name: Phrase, text: str) -> bool:
    """Whether the text itself tells that a name is a person's."""
    if not name.is_name or name.sort is not Sort.PERSON or JOINED.search(name.text):
        return False
    first, after = folded(name.text).split()[0], text[name.end :]
    titled = first in TITLES or first in PERSON_NOUNS or name.before in PERSON_NOUNS
    full = len(name.text.split()) > 1 and name.before not in WHERE
    return titled or full or bool(SPEAKS.match(after) or IS_SOMEBODY.match(after))


def people(texts: Sequence[str]) -> frozenset[str]:
    """The last names, folded, of all who are told to be people somewhere in the texts."""
    return frozenset(folded(name.text).split()[-1] for text in texts for name in names(text) if is_somebody(name, text))
