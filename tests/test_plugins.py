"""What a user's dotted path gives is of the kind that is needed, or the message says what it gave."""

from __future__ import annotations

import collections

import pytest

from qa.errors import ConfigurationError
from qa.plugins import made_by


def test_a_callable_at_a_dotted_path_makes_the_thing() -> None:
    assert made_by("collections.OrderedDict", "QA_X", dict, "a dict") == collections.OrderedDict()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("no_such_module.Thing", "QA_X='no_such_module.Thing' could not be made: No module named"),
        ("collections.NoSuchThing", "could not be made"),
        ("collections.deque", "QA_X='collections.deque' gave deque, not a dict"),
        ("nothing", "could not be made"),
    ],
)
def test_what_cannot_be_used_is_named_with_the_setting(path: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        made_by(path, "QA_X", dict, "a dict")


def test_what_cannot_be_made_says_what_could_be() -> None:
    with pytest.raises(ConfigurationError, match=r"\. Name a class .* that makes a dict when it is called without"):
        made_by("collections.namedtuple", "QA_X", dict, "a dict")
