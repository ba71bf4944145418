"""Playing the mini set in a test: one line from a product to a verdict."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from mini_product import CASES, mini_set

from evals.baseline import Baseline, accept
from evals.cases import Case
from evals.gate import Verdict, judge
from evals.gate_rules import GateRules, load_rules
from evals.product import Product
from evals.runfile import Run
from evals.running import Plan, play

RULES = GateRules.model_validate(load_rules().model_dump())


def played(product: Product, file: Path, cases: tuple[Case, ...] = CASES, **plan: Any) -> Run:
    """found=0 by default: the search needs a library of its own and is tested where that is."""
    chosen = Plan(file, **{"found": 0, "concurrency": 1} | plan)
    return asyncio.run(play(mini_set(cases=cases), product, chosen, lambda to_come, attempt: None))


def accepted(product: Product, file: Path, **plan: Any) -> Baseline:
    return accept(played(product, file, **plan), RULES)


def judged(product: Product, baseline: Baseline, file: Path, **plan: Any) -> Verdict:
    return judge(played(product, file, **plan), RULES, baseline)
