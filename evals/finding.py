"""Finding what is asked: a dataset of ours, a file of cases, or a public set; and choosing from it."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from evals.benchmarks.question_set import QuestionSet
from evals.benchmarks.registry import SETS
from evals.cases import Case, check, load
from evals.run import with_context
from qa.errors import ConfigurationError

DATASETS = Path(__file__).with_name("datasets")


@dataclass(frozen=True, slots=True)
class Selection:
    """By tag (any of them) and number; without either, everything."""

    tags: tuple[str, ...] = ()
    limit: int | None = None

    def of(self, cases: tuple[Case, ...]) -> tuple[Case, ...]:
        """In the dataset's order, with the earlier turns of chosen conversations. Raises ConfigurationError for none.

        A limit draws evenly over the whole set, the same cases every time.
        """
        tagged = [case for case in cases if not self.tags or set(self.tags) & set(case.tags)]
        if not tagged:
            known = ", ".join(sorted({tag for case in cases for tag in case.tags}))
            raise ConfigurationError(f"no case has the tag {' or '.join(self.tags)}; there are: {known}")
        return tuple(with_context(_drawn(tagged, self.limit), cases))


def _drawn(cases: list[Case], limit: int | None) -> Iterable[Case]:
    return cases if limit is None or limit >= len(cases) else random.Random(20260131).sample(cases, limit)


def find(spec: str, articles: Path, scratch: Path) -> QuestionSet:
    """`seeds` or another set of ours by name, a .jsonl file of cases, or `name:PATH` for a public set.

    articles: what sets of ours are about. scratch: where public sets that are not a folder of articles are laid out.
    Raises ConfigurationError, and DatasetError for a file that is not one of cases or does not fit the articles.
    """
    name, colon, path = spec.partition(":")
    if colon and name in SETS:
        return SETS[name](Path(path), scratch)
    file = DATASETS / f"{spec}.jsonl" if not spec.endswith(".jsonl") else Path(spec)
    if not file.exists():
        ours = ", ".join(sorted(held.stem for held in DATASETS.glob("*.jsonl")))
        raise ConfigurationError(
            f"there is no dataset {spec!r}: name one of ours ({ours}), a .jsonl file of cases, "
            f"or NAME:PATH with one of {', '.join(sorted(SETS))}"
        )
    return _checked(file, articles)


def _checked(file: Path, articles: Path) -> QuestionSet:
    dataset = load(file)
    problems = check(dataset, articles)
    if problems:
        lines = "\n".join(str(problem) for problem in problems)
        raise ConfigurationError(f"{file} does not fit the articles in {articles}:\n{lines}")
    return QuestionSet(file.stem, dataset.cases, articles)
