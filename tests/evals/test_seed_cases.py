"""The seed cases: they hold against the articles, cover what they promise, and fall into two honest halves."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from evals.cases import Dataset, check, load

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "evals" / "datasets" / "seeds.jsonl"


@pytest.fixture(scope="module")
def seeds() -> Dataset:
    return load(SEEDS)


def test_seed_cases_hold_against_the_seed_articles(seeds: Dataset) -> None:
    assert [str(problem) for problem in check(seeds, ROOT / "seeds")] == []


@pytest.mark.parametrize(("name", "cases"), [("seeds_fresh.jsonl", 100), ("seeds_conversations.jsonl", 266)])
def test_the_other_sets_of_seed_cases_hold_too(name: str, cases: int) -> None:
    other = load(SEEDS.with_name(name))
    assert [str(problem) for problem in check(other, ROOT / "seeds")] == []
    assert len(other.cases) == cases


@pytest.mark.parametrize("article", sorted(path.name for path in (ROOT / "seeds").iterdir()))
def test_seed_cases_no_longer_hold_once_an_article_is_gone(seeds: Dataset, tmp_path: Path, article: str) -> None:
    for path in (ROOT / "seeds").iterdir():
        if path.name != article:
            (tmp_path / path.name).write_bytes(path.read_bytes())
    found = check(seeds, tmp_path)
    assert found
    assert {problem.what for problem in found} == {f"no article {article!r} in the folder: correct the file's name."}


def test_seed_cases_cover_what_the_suite_promises(seeds: Dataset) -> None:
    tags = Counter(tag for held in seeds.cases for tag in held.tags)
    least = {"two_articles": 8, "dates": 8, "quote": 12, "antecedent": 10, "who": 10, "when": 10, "where": 10}
    least |= {"how_many": 10, "why": 10, "what": 10, "which": 10, "conversation": 45, "follow_up": 40}
    assert {tag: tags[tag] for tag, number in least.items() if tags[tag] < number} == {}
    reasons = Counter(held.why_not for held in seeds.cases if not held.answerable)
    assert reasons.total() >= 45
    assert min(reasons.values()) >= 6
    assert len(seeds.cases) >= 160


def test_seed_conversations_have_two_to_five_turns(seeds: Dataset) -> None:
    turns = Counter(held.conversation for held in seeds.cases if held.conversation)
    assert set(turns.values()) <= {2, 3, 4, 5}


def test_seed_two_article_cases_need_two_files(seeds: Dataset) -> None:
    for held in (held for held in seeds.cases if "two_articles" in held.tags):
        choices = [{quote.file for quote in group} for group in held.gold]
        assert len(choices) > 1, held.id
        assert not set.intersection(*choices), held.id


def test_seed_cases_are_each_in_one_half_and_whole_conversations_too(seeds: Dataset) -> None:
    halves = [{"dev", "held_out"} & set(held.tags) for held in seeds.cases]
    assert all(len(half) == 1 for half in halves)
    by_conversation: defaultdict[str, set[str]] = defaultdict(set)
    for held, half in zip(seeds.cases, halves, strict=True):
        by_conversation[held.conversation or held.id] |= half
    assert all(len(half) == 1 for half in by_conversation.values())
    assert abs(sum("dev" in half for half in halves) - len(halves) / 2) <= len(halves) / 20


def test_seed_cases_with_the_same_answer_are_in_the_same_half(seeds: Dataset) -> None:
    halves: defaultdict[object, set[str]] = defaultdict(set)
    for held in (held for held in seeds.cases if held.answerable):
        key = (frozenset(frozenset(group) for group in held.gold), held.key_facts)
        halves[key] |= {"dev", "held_out"} & set(held.tags)
    assert all(len(half) == 1 for half in halves.values())
