"""RGB in its own format (Chen et al. 2024): JSON Lines of `query, answer, positive, negative` (and `positive_wrong`).

All passages of the file become articles, so that the product searches where RGB hands five passages to a model: its
figures are not those of the paper. Gold is a whole positive passage. In `_fact` files the wrong versions are indexed
beside the right ones, as sources that disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from evals.benchmarks.articles import file_name, lay_out
from evals.benchmarks.lines import present, read_lines
from evals.benchmarks.question_set import QuestionSet
from evals.cases import Case, DatasetError, GoldQuote


def read(path: Path, scratch: Path) -> QuestionSet:
    """path: en.json, en_int.json, en_fact.json or one like them. Raises DatasetError."""
    texts: dict[str, str] = {}
    cases = []
    for number, item in read_lines(present(path, "an RGB file such as en.json")):
        try:
            texts |= {file_name(passage): passage for passage in _passages(item)}
            cases.append(_case(item))
        except (KeyError, TypeError) as error:
            raise DatasetError(f"{path}, line {number}: not in RGB's format: {error}") from error
    return QuestionSet(f"rgb-{path.stem}", tuple(cases), lay_out(texts, "rgb", scratch))


def _case(item: dict[str, Any]) -> Case:
    facts = tuple(_flat([wording]) for wording in _as_list(item["answer"]))
    gold = tuple(GoldQuote(file_name(passage), passage) for passage in _flat(item["positive"]))
    return Case(
        id=f"rgb-{item['id']}", tags=("rgb",), question=item["query"], answerable=True, gold=(gold,) if gold else (),
        reference_answer=", ".join(wordings[0] for wordings in facts), key_facts=facts,
    )  # fmt: skip


def _passages(item: dict[str, Any]) -> Iterator[str]:
    for kind in ("positive", "negative", "positive_wrong"):
        yield from _flat(item.get(kind, ()))


def _as_list(answer: Any) -> list[Any]:  # noqa: ANN401 - a string, or a list of strings and lists of them
    return answer if isinstance(answer, list) else [answer]


def _flat(parts: Iterable[Any]) -> tuple[str, ...]:
    """Strings, and strings within lists, in order."""
    return tuple(text for part in parts for text in ([part] if isinstance(part, str) else part))
