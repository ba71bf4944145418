"""Text to the words that the lexical index and the lexical features compare.

Case and accents are folded (Türkiye = turkiye), hyphenated words stand for themselves, joined and apart
(de-militarized = demilitarized), British -ise is -ize, and English suffixes are stripped (Snowball: Porter 2001).
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

import Stemmer

_stemmers = threading.local()  # a PyStemmer object must not be shared between threads

WORD = re.compile(r"[^\W_]+(?:[-‐‑][^\W_]+)*")
HYPHEN = re.compile(r"[-‐‑]")
POSSESSIVE = re.compile(r"(\w)['’]s\b")
TYPOGRAPHY = str.maketrans("‘’‚“”„‐‑–—…", "'''\"\"\"--  .")  # what keeps English text from being plain ASCII
BRITISH = re.compile(r"is(e[drs]?|ing|ations?)$")
SHORTEST_BRITISH = 6  # "rise" and "wise" stay what they are

STOP_WORD_LIST = """
    a about all also am an and any are as at be been being but by can could did do does doing for from had has have
    having he her here hers him his how i if in into is it its just let may me might more most much must my no nor not
    of on or other our ours out over own please s same shall she should so some such t tell than that the their theirs
    them then there these they this those to too under until up us very was we were what when where whether which
    while who whom whose why will with would you your yours many know say said says give
"""
STOP_WORDS = frozenset(STOP_WORD_LIST.split())


def words(text: str) -> list[str]:
    """Comparable words in reading order; a hyphenated word gives itself joined, then its parts."""
    return [stemmed for found in WORD.findall(cleaned(text)) for stemmed in stems(found)]


def content_words(text: str) -> list[str]:
    """The words that say what a text is about; all of them where it has nothing but stop words."""
    kept = [stem(word) for word in raw_words(text) if word not in STOP_WORDS]
    return kept or words(text)


def raw_words(text: str) -> list[str]:
    """Folded words before stemming, hyphenated ones joined and apart."""
    return [part for found in WORD.findall(cleaned(text)) for part in parts(found)]


def cleaned(text: str) -> str:
    """Folded, without possessive endings."""
    return POSSESSIVE.sub(r"\1", folded(text)) if "'" in text or "’" in text else folded(text)


def folded(text: str) -> str:
    """Lower case, without accents, compatibility forms resolved."""
    if not text.isascii():
        text = text.translate(TYPOGRAPHY)
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


def parts(word: str) -> list[str]:
    """A hyphenated word joined, then its parts; joining numbers would invent one (15-20)."""
    found = HYPHEN.split(word)
    return ["".join(found), *found] if len(found) > 1 and not word[0].isdigit() else found


@lru_cache(maxsize=200_000)
def stems(word: str) -> tuple[str, ...]:
    return tuple(stem(part) for part in parts(word))


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    if len(word) >= SHORTEST_BRITISH:
        word = BRITISH.sub(r"iz\1", word)
    if not hasattr(_stemmers, "english"):
        _stemmers.english = Stemmer.Stemmer("english")
    stemmed: str = _stemmers.english.stemWord(word)
    return stemmed
