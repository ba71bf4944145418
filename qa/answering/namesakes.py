"""Things that share a name and are not one: as titles tell them apart, by years in their names, by other names beside.

Encyclopaedias put what tells them apart behind the name: Kevin Lewis (footballer, born 1952); Wadi, Karnataka. Laws,
cups and elections have a year in theirs: the Property Act 1870, the 2034 Cup.
"""

from __future__ import annotations

import re

from qa.answering.claims.cited import Cited
from qa.answering.claims.dates import MONTHS
from qa.answering.claims.proper_names import missing_names, name_runs
from qa.domain import Citation
from qa.retrieval.words import STOP_WORDS, folded

BRACKETED = re.compile(r"((?:[A-Z][\w’'-]*\s)+)\(\s?((?!born|died|c\.|ca\.)[a-z][^()]*?|[^()\d]+?)\s?\)")
"""A name and what tells it from others; a life in brackets does not."""
PLACED = re.compile(r"([A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*), ([A-Z][\w’'-]+)")
YEAR = r"(?:1[0-9]\d\d|20\d\d)"
EDITIONS = (
    re.compile(rf"\b(?P<name>[A-Z][\w’'-]*) (?P<year>{YEAR})\b(?!,\d|[-–])"),
    re.compile(rf"(?<![\w-])(?P<year>{YEAR}) (?P<name>[A-Z]\w+)"),
)
NO_NAME = STOP_WORDS | {folded(name) for name in (*MONTHS, "since", "until", "during", "early", "late", "mid", "circa")}


def are_namesakes(one: Citation, other: Citation) -> bool:
    """Whether two sentences are about two things, for all that can be seen in them and their titles."""
    own, others = _editions(one), _editions(other)
    by_year = bool(own and others) and not own & others
    return by_year or _qualified_apart(one, other) or _names_apart(one, other)


def cited(citation: Citation) -> Cited:
    return Cited((citation.quote,), (citation.title,))


def _names_apart(one: Citation, other: Citation) -> bool:
    """Whether each names what the other's article does not."""
    return bool(missing_names(_naming(one), cited(other)) and missing_names(_naming(other), cited(one)))


def _naming(citation: Citation) -> str:
    """The sentence; where it names nobody, or has abbreviations alone (the GDP), its title names what it is about."""
    has_name = any(not word.isupper() for run in name_runs(citation.quote) for word in run)
    return citation.quote if has_name else citation.title


def _qualified_apart(one: Citation, other: Citation) -> bool:
    """Whether a name is told apart in both, and never by the same."""
    own, others = _qualifiers(one), _qualifiers(other)
    return any(not own[name] & others[name] for name in own.keys() & others.keys())


def _qualifiers(citation: Citation) -> dict[str, set[str]]:
    """What stands behind a name: in brackets anywhere, with a comma where the title opens with it."""
    matches = [*BRACKETED.finditer(f"{citation.title}\n{citation.quote}"), PLACED.match(citation.title)]
    found: dict[str, set[str]] = {}
    for match in filter(None, matches):
        found.setdefault(folded(match[1]).strip(), set()).add(folded(match[2]))
    return found


def _editions(citation: Citation) -> set[str]:
    """Years that belong to a name: it stands directly in front of them or behind."""
    text = f"{citation.title}\n{citation.quote}"
    found = (match for form in EDITIONS for match in form.finditer(text))
    return {match["year"] for match in found if folded(match["name"]) not in NO_NAME}
