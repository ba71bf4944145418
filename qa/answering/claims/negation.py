"""Negation: what a claim denies must be denied in what it cites, and what is denied there must not be affirmed.

A cue (not, never, no, without, denied, refused …) is taken to bear on the next content word. A word of the claim that
the text holds must stand there so at least once; one that the text does not hold decides nothing. Further words of the
same clause may or may not be meant: on them nothing is built.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from qa.answering.claims.cited import Cited
from qa.retrieval.words import STOP_WORDS, folded, stem

_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[.,;:!?()\"“”–—]")
_PRONOUNS_OF_DENIAL = frozenset("none nobody nothing nowhere neither".split())  # noqa: SIM905
_WORDS_OF_DENIAL = _PRONOUNS_OF_DENIAL | frozenset(["not", "never", "no", "nor", "without", "cannot", "hardly"])
_VERBS_OF_DENIAL = frozenset(
    [
        "denied",
        "denies",
        "deny",
        "denying",
        "refused",
        "refuses",
        "refuse",
        "refusing",
        "failed",
        "fails",
        "fail",
        "failing",
        "unable",
        "rejected",
        "rejects",
        "reject",
        "declined",
        "lacks",
        "lacked",
        "lacking",
        "prevented",
        "prevents",
        "prevent",
    ]
)
_NO_DENIAL = {
    "not": frozenset(("only", "just", "merely", "simply", "less", "fewer")),
    "no": frozenset(("less", "fewer", "longer", "later", "doubt", "matter", ",")),
}
"""What makes a cue mean something else: not only, no less than, no longer; "No, …" answers somebody."""
_CLAUSE_ENDS = frozenset(".;:!?()")
_REACH, _FURTHER = 4, 6
"""Words after a cue in which the word is looked for that it bears on; those that it may bear on."""


def reversed_words(claim: str, cited: Cited) -> list[str]:
    """The words, stemmed, that the claim denies and the text affirms, or the other way round."""
    given: dict[str, set[bool]] = {}
    for word, sign in signs(cited.said):
        given.setdefault(word, set()).update((True, False) if sign is None else (sign,))
    wrong = (word for word, sign in signs(claim) if word in given and sign is not None and sign not in given[word])
    return list(dict.fromkeys(wrong))


@lru_cache(maxsize=512)
def signs(text: str) -> tuple[tuple[str, bool | None], ...]:
    """The content words, stemmed, in order: denied (True), affirmed (False), or not known (None)."""
    words = [folded(each) for each in _TOKEN.findall(text)]
    sign = dict.fromkeys(range(len(words)), False) | dict[int, bool | None]()
    for cue in (place for place in range(len(words)) if is_cue(words, place)):
        denied, open_places = reach(words, cue)
        sign |= {place: None for place in open_places if not sign[place]}
        sign |= dict.fromkeys(denied, True)
    return tuple((stem(word), sign[place]) for place, word in enumerate(words) if is_content(word))


def denies_alone(claim: str, cited: Cited) -> bool:
    """Whether the claim denies something where the text denies nothing at all."""
    return _denies(claim) and not _denies(cited.text)


def _denies(text: str) -> bool:
    words = [folded(each) for each in _TOKEN.findall(text)]
    return any(is_cue(words, place) for place in range(len(words)))


def is_cue(words: Sequence[str], place: int) -> bool:
    word = words[place]
    after = words[place + 1] if place + 1 < len(words) else ""
    if after in _NO_DENIAL.get(word, ()) or "until" in words[place + 1 : place + 3 * _REACH]:
        return False
    return word in _WORDS_OF_DENIAL or word in _VERBS_OF_DENIAL or word.endswith("n't")


def reach(words: Sequence[str], cue: int) -> tuple[list[int], list[int]]:
    """The place of the word that a cue bears on, the next that is no adverb; and of those that it may bear on.

    "They contained none" denies the verb as well, which stands before.
    """
    far = _REACH if words[cue] in _VERBS_OF_DENIAL else _FURTHER
    later = range(cue + 1, min(cue + 1 + far, len(words)))
    clause = [place for place in later if not _CLAUSE_ENDS.intersection(words[cue + 1 : place + 1])]
    content = [place for place in clause if is_content(words[place])]
    denied = [place for place in content if not words[place].endswith("ly") and place <= cue + _REACH][:1]
    is_object = words[cue] in _PRONOUNS_OF_DENIAL or words[cue] == "no"
    before = [place for place in range(max(0, cue - _REACH), cue) if is_content(words[place])] if is_object else []
    return denied, [*before, *(place for place in content if place not in denied)]


def is_content(word: str) -> bool:
    return word[:1].isalnum() and word not in STOP_WORDS and word not in _WORDS_OF_DENIAL and not word.endswith("n't")
