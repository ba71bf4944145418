"""Ranked retrieval of gold sentences, measured by ir-measures over trec_eval (MacAvaney et al. 2022).

A gold group is one thing to find: the first found sentence that satisfies it stands for it, later ones are neutral.
"""

from __future__ import annotations

import importlib
from typing import Any

from evals.gold import groups_hit
from evals.observed import Observed
from qa.errors import ConfigurationError


def measure(seen: Observed, name: str) -> float | None:
    """The value of the measure of that name ("R@5", "RR@10", "nDCG@10") for one case.

    None where nothing was searched or the case has no gold. Raises ConfigurationError if ir-measures is not installed.
    """
    if seen.found is None or not seen.case.answerable or not seen.case.gold:
        return None
    library = ir_measures()
    wanted = {f"gold {index}": 1 for index in range(len(seen.case.gold))}
    ranked = {found: float(-rank) for rank, found in enumerate(_names(seen))} or {"nothing": 0.0}
    return float(library.calc_aggregate([library.parse_measure(name)], {"q": wanted}, {"q": ranked}).popitem()[1])


def ir_measures() -> Any:  # noqa: ANN401 - it has no types
    """The library, imported on first use: it is needed to measure, not to serve."""
    try:
        return importlib.import_module("ir_measures")
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            "retrieval is measured with ir-measures, which is not installed: run `pip install 'qa[eval]'`, or leave "
            "retrieval out with --no-retrieval"
        ) from error


def _names(seen: Observed) -> list[str]:
    """One name a found sentence, in order: of the gold group it is the first to satisfy, else one of its own."""
    names: list[str] = []
    for rank, sentence in enumerate(seen.found or ()):
        groups = [f"gold {index}" for index in sorted(groups_hit(seen.case, sentence, seen.texts))]
        names += [group for group in groups if group not in names] or [f"other {rank}"]
    return names
