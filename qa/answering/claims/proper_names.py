"""Names: each capitalised word of a claim must stand in what it cites, in the form of a name or of its people.

Case, accents, hyphens and possessives are folded as in retrieval (Türkiye, Turkey's); Syria is Syrian, the UN is the
United Nations. A word that opens a sentence counts as a name where what follows it says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from qa.answering.claims.cited import Cited
from qa.answering.claims.dates import MONTHS, WEEKDAYS
from qa.answering.wordlists import ADVERBS, AUXILIARIES, DETERMINERS, NOT_NOUNS, VERBS
from qa.retrieval.words import STOP_WORDS, folded, raw_words, stem

_WORD = re.compile(r"[^\W_]+(?:[.’'&-][^\W_]+)*\.?|[^\w\s]")
_MIXED = re.compile(r"[A-Z]\d|\d[A-Z]")
_OPENERS = frozenset('.?!:;"“”‘([-–—•')
_DATED = frozenset(folded(name) for name in (*MONTHS, *WEEKDAYS))
_FORMS_OF_ADDRESS = frozenset("mr mrs ms dr sir i".split())  # noqa: SIM905
_NOUN_ENDINGS = ("ing", "tion", "sion", "ment", "ness", "ity", "ism", "ance", "ence", "ly", "ers", "ors", "ists")
_PEOPLE = re.compile(r"(?:|[aeiouy]{0,2}(?:n|ns|an|ans|ian|ians|ish|ese|i|is|ic|ite|ites|er|ers|iye|ey|a|e|y|s|es))\Z")
_IRREGULAR = (
    "france french", "netherlands dutch holland", "britain british uk united kingdom briton britons england english",
    "us usa america american americans united states", "spain spanish spaniard", "germany german germans",
    "greece greek greeks", "denmark danish danes dane", "sweden swedish swedes swede", "finland finnish finns finn",
    "poland polish poles pole", "turkey turkish turks turk turkiye", "wales welsh", "ireland irish", "norway norwegian",
    "switzerland swiss", "iraq iraqi", "china chinese", "portugal portuguese", "uae emirati emirates emiratis",
    "philippines filipino philippine filipinos", "saudi saudis", "thailand thai", "czechia czech", "wales welsh",
    "un united nations", "eu european union", "scotland scottish scots", "cyprus cypriot", "kyiv kiev", "myanmar burma",
)  # fmt: skip
_RELATED: dict[str, frozenset[str]] = {}
for _group in _IRREGULAR:
    for _name in _group.split():
        _RELATED[_name] = _RELATED.get(_name, frozenset()) | frozenset(_group.split())
LEAST_STEM = 3
"""Letters that two forms of a name share at least: Iran is not Iraq."""


def missing_names(claim: str, cited: Cited) -> list[str]:
    """The names of the claim that what it cites does not hold, word by word, as they stand in the claim."""
    short = initialisms(cited.text)
    missing = []
    for run in name_runs(claim):
        if len(run) > 1 and "".join(word[0] for word in run).casefold() in cited.capitals:
            continue  # spelt out where the text has the initials
        missing += [word for word in run if not stands(word, cited, short)]
    return missing


def stands(word: str, cited: Cited, short: frozenset[str]) -> bool:
    """Whether a name is in the text: itself, a form of it, or the words that its letters begin."""
    plain = folded(word).replace(".", "")
    if plain in short or plain in cited.words or folded(word) in cited.capitals:
        return True
    return all(
        part in cited.words or stem(part) in cited.stems or any(akin(part, other) for other in cited.capitals)
        for part in _parts(word)
    )


def _parts(word: str) -> list[str]:
    """Of a hyphenated name, its parts that are no small words; the name itself else."""
    parts = raw_words(word)
    return [part for part in parts[1:] if part not in STOP_WORDS] if len(parts) > 1 else parts


@lru_cache(maxsize=20_000)
def akin(one: str, other: str) -> bool:
    """Whether two names are a country and its people, or the like: Syria and Syrian, France and French."""
    if other in _RELATED.get(one, ()):
        return True
    shared = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if shared < max(LEAST_STEM, min(len(one), len(other)) - 3):
        return False
    return any(
        _PEOPLE.match(one[cut:]) and _PEOPLE.match(other[cut:])
        for cut in range(max(LEAST_STEM, shared - 1), shared + 1)
    )


@lru_cache(maxsize=512)
def initialisms(text: str) -> frozenset[str]:
    """What the runs of names in a text abbreviate to, in small letters: un for the United Nations."""
    found = set[str]()
    for run in _capital_runs(text):
        letters = "".join(word[0] for word in run).casefold()
        found.update(letters[i:j] for i in range(len(letters)) for j in range(i + 2, len(letters) + 1))
    return frozenset(found)


def _capital_runs(text: str) -> Iterator[list[str]]:
    run: list[str] = []
    for word in re.findall(r"[^\W_]+(?:[.’'-][^\W_]+)*|[^\w\s]", text):
        if word[0].isupper():
            run.extend(part for part in word.split("-") if part)
        elif word not in {"of", "the", "and", "for", "on", "in", "&"}:
            if len(run) > 1:
                yield run
            run = []
    if len(run) > 1:
        yield run


@lru_cache(maxsize=512)
def name_runs(text: str) -> tuple[tuple[str, ...], ...]:
    """The names of a text in order, each a run of capitalised words; no dates, no forms of address."""
    words = _WORD.findall(text)
    runs: list[tuple[str, ...]] = []
    run: list[str] = []
    for place, word in enumerate(words):
        if is_name(words, place):
            run.append(_bare(word))
        elif run:
            runs.append(tuple(run))
            run = []
    return (*runs, tuple(run)) if run else tuple(runs)


def _bare(word: str) -> str:
    return re.sub(r"['’]s?\Z", "", word).rstrip(".") if not re.fullmatch(r"(?:\w\.)+", word) else word


def is_name(words: Sequence[str], place: int) -> bool:
    word = words[place]
    if not word[0].isupper() and not _MIXED.search(word):
        return False
    plain = folded(_bare(word))
    if plain in _DATED or plain in _FORMS_OF_ADDRESS or not any(map(str.isalpha, plain)):
        return False
    if word.isupper() and len(plain) > 1 and not _opens(words, place):
        return True
    if plain in STOP_WORDS or plain in NOT_NOUNS or plain in DETERMINERS:
        return False
    return not _opens(words, place) or _looks_like_a_name(words, place)


def _opens(words: Sequence[str], place: int) -> bool:
    return place == 0 or words[place - 1] in _OPENERS or (words[place - 1].endswith(".") and len(words[place - 1]) > 4)


def _looks_like_a_name(words: Sequence[str], place: int) -> bool:
    """Whether an opening word is more than that: by the next word, and by its own ending."""
    word, after = words[place], words[place + 1] if place + 1 < len(words) else ""
    plain = folded(word)
    if word.isupper() and len(word) > 1:
        return True
    if plain in ADVERBS or plain in AUXILIARIES or plain in VERBS or plain.endswith(_NOUN_ENDINGS):
        return False
    if after[:1].isupper() and folded(after) not in STOP_WORDS:
        return True
    if re.search(r"['’]s\Z", word):
        return True
    return not plain.endswith("s") and (folded(after) in AUXILIARIES or folded(after) in _SAYING)


_SAYING = frozenset("said says told added announced argued warned stated and".split())  # noqa: SIM905
