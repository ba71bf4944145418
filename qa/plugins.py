"""What a user plugs in by a setting: the dotted path of a class or of any callable that makes the thing."""

from __future__ import annotations

import importlib
from typing import TypeVar

from qa.errors import ConfigurationError

Made = TypeVar("Made")


def made_by(path: str, variable: str, kind: type[Made], name: str) -> Made:
    """What the callable at `path` gives. variable: the setting that names it. name: of `kind`, as a message says it.

    Raises ConfigurationError where it cannot be imported or called, or gives something else.
    """
    module, _, attribute = path.rpartition(".")
    try:
        made = getattr(importlib.import_module(module), attribute)()
    except Exception as error:
        raise ConfigurationError(
            f"{variable}={path!r} could not be made: {error}. Name a class or a function of an installed package "
            f"that makes {name} when it is called without arguments."
        ) from error
    if not isinstance(made, kind):
        raise ConfigurationError(f"{variable}={path!r} gave {type(made).__name__}, not {name}")
    return made
