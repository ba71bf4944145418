"""The tolerances, floors and prices of evals/gate.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from evals.bootstrap import Sampling
from evals.scoring import METRICS
from qa.errors import ConfigurationError

OURS = Path(__file__).with_name("gate.toml")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MetricRule(_Strict):
    """tolerance: how far the mean may move the wrong way. floor, ceiling: bounds on the mean of a whole run."""

    tolerance: float = 0.0
    needed: bool = False
    floor: float | None = None
    ceiling: float | None = None


class Price(_Strict):
    """Of a million tokens."""

    input: float
    output: float


class GateRules(_Strict):
    sampling: Sampling = Sampling()
    metrics: dict[str, MetricRule] = {}
    prices: dict[str, Price] = {}

    @field_validator("metrics")
    @classmethod
    def _known(cls, metrics: dict[str, MetricRule]) -> dict[str, MetricRule]:
        unknown = sorted(set(metrics) - {metric.name for metric in METRICS})
        if unknown:
            raise ValueError(f"no metric is called {', '.join(unknown)}")
        return metrics

    @property
    def price_table(self) -> dict[str, dict[str, float]]:
        return {model: price.model_dump() for model, price in self.prices.items()}


def load_rules(path: Path = OURS) -> GateRules:
    """A file may say `extends = "NAME"`, of a file beside it: what it holds itself goes before that file's.

    Raises ConfigurationError, naming the key, for a file that cannot be read or holds what is not known.
    """
    try:
        return GateRules.model_validate(_read(path))
    except (OSError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigurationError(f"the gate's rules {path} cannot be read: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(f"the gate's rules {path}, {place}: {first['msg']}") from error


def _read(path: Path) -> dict[str, Any]:
    own = tomllib.loads(path.read_text(encoding="utf-8"))
    base = own.pop("extends", None)
    return _merged(_read(path.with_name(str(base))), own) if base else own


def _merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    both = {key: _merged(base[key], own[key]) for key in own if isinstance(own[key], dict) and key in base}
    return {**base, **own, **both}
