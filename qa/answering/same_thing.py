"""Whether two sentences speak of the same thing, so that two values in them can contradict each other."""

from __future__ import annotations

from collections.abc import Iterable

from qa.answering.claims.dates import dates
from qa.answering.claims.numbers import numbers
from qa.answering.claims.proper_names import missing_names, name_runs
from qa.answering.namesakes import cited
from qa.answering.told_values import PEOPLE
from qa.domain import Citation
from qa.retrieval.words import content_words, folded, stem, words

LEAST = 3
"""Content words that both must have: of fewer nothing can be said."""
SHARED = 0.5
"""The share of the shorter sentence's content words, figures aside, that the other one must hold."""
NEARLY_ALL = 0.8
"""The same, from which it is one sentence with another value in it."""
MANY = 6
"""Content words from which two sentences that share a value too are one without a name in them."""
SAID_OF_IT = 0.3
"""The share of the question's content words that each of them must hold, its title included."""
MOST_ASKED = 0.6
"""The share of the question's content words that both must hold where each tells it in its own words."""
BEYOND = 2
"""Content words that both must share then besides those of the question: an event that is like it shares none."""
SAYS_ALL = 4
"""Content words of a question that says itself which one is meant, so that nothing beyond them need be shared."""
TOLD = 0.25
"""The share of the shorter's content words, title included, that both must have then."""


def is_one_sentence(one: Citation, other: Citation, question: str) -> bool:
    """Whether neither names what the other's article does not, and they say nearly the same words, or half of them.

    Half is enough where both speak of what is asked, in the same of its words, and share a name.
    """
    own, others = contents(one.quote), contents(other.quote)
    shorter = min(len(own), len(others))
    if shorter < LEAST or missing_names(one.quote, cited(other)) or missing_names(other.quote, cited(one)):
        return False
    shared = len(own & others) / shorter
    if shared >= NEARLY_ALL:
        return _is_tied(one, other, question)
    seeks = set(content_words(question))
    if shared < SHARED or seeks & own != seeks & others:
        return False
    return bool(_names(one) & _names(other)) and _answers(one, seeks) and _answers(other, seeks)


def is_told_of_one(one: Citation, other: Citation, question: str, about: frozenset[str]) -> bool:
    """Whether both hold the question's names and most of its words, and share a name and words beyond these.

    about: what the value is of, in whose words the two may differ.
    """
    seeks = set(content_words(question)) - about - PEOPLE
    own, others = (set(content_words(f"{each.title} {each.quote}")) for each in (one, other))
    shared = own & others
    return (
        _asked_names(question) <= shared
        and len(seeks & shared) >= MOST_ASKED * len(seeks)
        and bool(_names(one) & _names(other))
        and (len(shared - seeks - about - PEOPLE) >= BEYOND or (seeks <= shared and len(seeks) >= SAYS_ALL))
        and len(shared) >= TOLD * min(len(own), len(others))
    )


def contents(text: str) -> set[str]:
    """Content words but figures and dates."""
    dated = " ".join(each.text for each in dates(text))
    return {word for word in content_words(text) if not word[0].isdigit()} - set(words(dated))


def _is_tied(one: Citation, other: Citation, question: str) -> bool:
    """Whether a name is in both, and those of the question in both or in neither; or a value and many words are.

    "The median age was 37" stands in many articles, and is said of another town in each.
    """
    if len(contents(one.quote) & contents(other.quote)) >= MANY and _values(one.quote) & _values(other.quote):
        return True
    asked = _asked_names(question)
    own, others = _names(one), _names(other)
    return bool(own & others) and asked & own == asked & others


def _values(text: str) -> set[float]:
    return {float(each.value) for each in numbers(text)} | {float(each.year) for each in dates(text) if each.year}


def _answers(citation: Citation, sought: set[str]) -> bool:
    return len(sought & set(words(f"{citation.title} {citation.quote}"))) >= SAID_OF_IT * len(sought)


def _asked_names(question: str) -> set[str]:
    return set(_stemmed(f"x {question}"))  # its first word is no name


def _names(citation: Citation) -> set[str]:
    return {name for text in (citation.title, citation.quote) for name in _stemmed(text)}


def _stemmed(text: str) -> Iterable[str]:
    return (stem(folded(word)) for run in name_runs(text) for word in run)
