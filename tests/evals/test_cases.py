"""Loading cases, and the validator: every rule with a dataset that breaks it and nothing else."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evals.cases import Case, Dataset, DatasetError, GoldQuote, Problem, check, load
from qa.errors import ConfigurationError

BRIDGE = "The bridge opened on 4 May."
COST = "It cost 2,500 crowns."
TOLL = "The toll bridge opened on May 4 after a delay."

GOOD: dict[str, Any] = {
    "id": "bridge-1",
    "tags": ["when"],
    "question": "When did the bridge open?",
    "answerable": True,
    "reference_answer": "On 4 May.",
    "key_facts": [["4 May", "May 4"]],
    "gold": [[{"file": "bridge.txt", "quote": BRIDGE}]],
}
UNKNOWN: dict[str, Any] = {
    "id": "bridge-2",
    "tags": [],
    "question": "Who built it?",
    "answerable": False,
    "why_not": "not_stated",
}


def written(folder: Path, *lines: object) -> Path:
    path = folder / "set.jsonl"
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_text(text + "\n", encoding="utf-8")
    return path


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "bridge.txt").write_text(f"{BRIDGE} {COST}\n", encoding="utf-8")
    (folder / "toll.txt").write_text(f"{TOLL}\n", encoding="utf-8")
    return folder


def case(**changes: Any) -> Case:
    whole = Case(
        id="bridge-1",
        tags=("when",),
        question="When did the bridge open?",
        answerable=True,
        reference_answer="On 4 May.",
        key_facts=(("4 May", "May 4"),),
        gold=((GoldQuote("bridge.txt", BRIDGE),),),
    )
    return replace(whole, **changes)


def unanswerable(**changes: Any) -> Case:
    return replace(Case("bridge-2", (), "Who built it?", answerable=False, why_not="not_stated"), **changes)


def problems(articles: Path, *cases: Case) -> list[Problem]:
    return check(Dataset(Path("set.jsonl"), "", cases), articles)


def fields(articles: Path, *cases: Case) -> list[str]:
    return [problem.field for problem in problems(articles, *cases)]


# loading


def test_cases_are_read_in_order_with_the_hash_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD, UNKNOWN)
    dataset = load(path)
    assert dataset.cases == (case(), unanswerable())
    assert dataset.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_blank_lines_byte_order_mark_and_windows_line_ends_are_no_cases(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    text = f"\r\n{json.dumps(GOOD)}\r\n  \r\n{json.dumps(UNKNOWN)}\r\n\r\n"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert [held.id for held in load(path).cases] == ["bridge-1", "bridge-2"]


def test_line_separator_inside_a_string_ends_no_line(tmp_path: Path) -> None:
    text = json.dumps(GOOD | {"question": "When\u2028did it open?"}, ensure_ascii=False)
    assert load(written(tmp_path, text)).cases[0].question == "When\u2028did it open?"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "x", ', "line 2, no case"),
        ("[1, 2]", "line 2, no case"),
        (UNKNOWN | {"colour": "red"}, "line 2, field 'colour'"),
        ({key: value for key, value in UNKNOWN.items() if key != "question"}, "line 2, field 'question'"),
        (UNKNOWN | {"answerable": "no"}, "line 2, field 'answerable'"),
        (UNKNOWN | {"turn": 1.5}, "line 2, field 'turn'"),
        (UNKNOWN | {"tags": "when"}, "line 2, field 'tags'"),
        (UNKNOWN | {"why_not": "because"}, "line 2, field 'why_not'"),
        (UNKNOWN | {"gold": [[{"file": "bridge.txt"}]]}, "line 2, field 'gold.0.0.quote'"),
        (UNKNOWN | {"gold": [[{"file": "a", "quote": "b", "line": 1}]]}, "line 2, field 'gold.0.0.line'"),
        (UNKNOWN | {"key_facts": ["fact"]}, "line 2, field 'key_facts.0'"),
        (UNKNOWN | {"id": "bridge-1"}, "line 2, field 'id': 'bridge-1' is taken by line 1"),
    ],
)
def test_line_that_is_no_case_is_named_with_file_line_and_field(tmp_path: Path, line: object, said: str) -> None:
    path = written(tmp_path, GOOD, line)
    with pytest.raises(DatasetError) as raised:
        load(path)
    assert str(raised.value).startswith(f"{path}, {said}")
    assert len(str(raised.value).splitlines()) == 1


def test_bytes_that_are_not_utf8_are_named_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_bytes(json.dumps(GOOD).encode() + b'\n{"id": "\xff"}\n')
    with pytest.raises(DatasetError, match="line 2, no case"):
        load(path)


def test_every_broken_line_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(DatasetError) as raised:
        load(written(tmp_path, "{", UNKNOWN, "{}"))
    message = str(raised.value)
    assert "line 1, no case" in message
    assert all(f"line 3, field {name!r}" in message for name in ("id", "tags", "question", "answerable"))
    assert "line 2" not in message


@pytest.mark.parametrize("text", ["", "\n\n  \n"])
def test_empty_set_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(text)
    with pytest.raises(DatasetError, match="holds no case"):
        load(path)


def test_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"absent\.jsonl cannot be read"):
        load(tmp_path / "absent.jsonl")
    with pytest.raises(DatasetError, match="cannot be read"):
        load(tmp_path)


def test_history_is_the_earlier_turns_of_the_same_conversation() -> None:
    first = case(id="a", conversation="c", turn=1)
    alone = case(id="b")
    second = case(id="c", conversation="c", turn=2, standalone_question="When did the bridge open?")
    other = case(id="d", conversation="other", turn=1)
    dataset = Dataset(Path("set.jsonl"), "", (first, alone, second, other))
    assert [dataset.history(held) for held in dataset.cases] == [(), (), (first,), ()]
    assert [held.is_follow_up for held in dataset.cases] == [False, False, True, False]


def test_question_in_full_is_the_standalone_one_where_there_is_one() -> None:
    assert case().asked_in_full == "When did the bridge open?"
    assert case(question="When?", standalone_question="When did it open?").asked_in_full == "When did it open?"


# checking


def test_cases_that_hold_have_no_problem(articles: Path) -> None:
    follow_up = unanswerable(id="b", conversation="c", turn=2, standalone_question="Who built the bridge?")
    assert problems(articles, case(conversation="c", turn=1), follow_up, unanswerable()) == []


@pytest.mark.parametrize(
    ("file", "quote", "said"),
    [
        ("bridge.txt", "The bridge closed on 4 May.", "does not stand in bridge.txt"),
        ("bridge.txt", "The bridge opened on 4 May", "not one whole sentence"),
        ("bridge.txt", f"{BRIDGE} {COST}", "not one whole sentence"),
        ("toll.txt", BRIDGE, "does not stand in toll.txt"),
        ("tunnel.txt", BRIDGE, "no article 'tunnel.txt'"),
        ("../articles/bridge.txt", BRIDGE, "no article"),
    ],
)
@pytest.mark.parametrize("where", ["gold", "context"])
def test_quote_that_is_not_one_whole_sentence_of_its_file_is_named(
    articles: Path, file: str, quote: str, said: str, where: str
) -> None:
    wrong = GoldQuote(file, quote)
    changes: dict[str, Any] = {"gold": (*case().gold, (wrong,))} if where == "gold" else {"context": (wrong,)}
    (problem,) = problems(articles, case(**changes))
    assert (problem.case, problem.field) == ("bridge-1", "quote")
    assert said in problem.what


def test_article_that_cannot_be_read_is_a_problem_not_a_crash(articles: Path) -> None:
    (articles / "blank.txt").write_text("   \n")
    (problem,) = problems(articles, case(context=(GoldQuote("blank.txt", "x"),)))
    assert "blank.txt cannot be read" in problem.what


def test_folder_that_is_not_there_cannot_be_checked_against(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="absent"):
        problems(tmp_path / "absent", case())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": " "}, "id"),
        ({"tags": ("How many",)}, "tags"),
        ({"tags": ("when", "when")}, "tags"),
        ({"question": "  "}, "question"),
        ({"question": "x" * 4_001}, "question"),
        ({"standalone_question": ""}, "standalone_question"),
        ({"gold": (*case().gold, ())}, "gold"),
        ({"why_not": "near_miss"}, "why_not"),
        ({"reference_answer": "In spring."}, "key_facts"),
        ({"key_facts": (("4 May",), ("5 June",)), "reference_answer": "On 4 May, not 5 June."}, "key_facts"),
        ({"key_facts": ()}, "key_facts"),
        ({"conversation": "c"}, "turn"),
        ({"turn": 1}, "turn"),
        ({"conversation": "c", "turn": 2, "standalone_question": "When?"}, "turn"),
        ({"conversation": "c", "turn": 0}, "turn"),
    ],
)
def test_answerable_case_that_breaks_one_rule_has_one_problem(
    articles: Path, changes: dict[str, Any], field: str
) -> None:
    assert fields(articles, case(**changes)) == [field]


def test_answerable_case_needs_reference_facts_and_gold(articles: Path) -> None:
    bare = case(reference_answer=None, key_facts=(), gold=())
    assert fields(articles, bare) == ["reference_answer", "key_facts", "gold"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"why_not": None}, "why_not"),
        ({"reference_answer": "A builder."}, "reference_answer"),
        ({"gold": case().gold}, "gold"),
        ({"context": case().gold[0]}, "context"),
    ],
)
def test_case_that_is_not_answerable_has_a_reason_and_nothing_to_cite(
    articles: Path, changes: dict[str, Any], field: str
) -> None:
    assert fields(articles, unanswerable(**changes)) == [field]


def test_fact_must_stand_in_every_sentence_of_some_group(articles: Path) -> None:
    pair = (GoldQuote("bridge.txt", BRIDGE), GoldQuote("toll.txt", TOLL))
    assert fields(articles, case(gold=(pair,))) == []
    assert fields(articles, case(gold=(pair,), key_facts=(("4 May",),))) == ["key_facts"]
    both = (pair[:1], pair[1:])
    assert fields(articles, case(gold=both, key_facts=(("4 May",),))) == []


def test_fact_that_no_quote_says_needs_a_reason(articles: Path) -> None:
    derived = case(reference_answer="In spring.", key_facts=(("spring",),))
    assert fields(articles, derived) == ["key_facts"]
    assert fields(articles, replace(derived, facts_not_quoted="May is in spring.")) == []


def test_reason_for_an_unquoted_fact_does_not_excuse_the_reference_answer(articles: Path) -> None:
    assert fields(articles, case(key_facts=(("spring",),), facts_not_quoted="May is in spring.")) == ["key_facts"]


def test_id_that_is_taken_is_named(articles: Path) -> None:
    assert fields(articles, case(), case()) == ["id"]


def test_turns_out_of_order_and_follow_ups_without_their_full_question_are_named(articles: Path) -> None:
    one, two, three = (
        case(id=str(turn), conversation="c", turn=turn, standalone_question="When?") for turn in (1, 2, 3)
    )
    assert fields(articles, one, two, three) == []
    assert fields(articles, one, three) == ["turn"]
    assert fields(articles, one, replace(two, standalone_question=None)) == ["standalone_question"]
    other = replace(one, id="other", conversation="d")
    assert fields(articles, one, other, two) == []


def test_problem_reads_as_case_field_and_what() -> None:
    assert str(Problem("bridge-1", "gold", "it is empty.")) == "bridge-1, gold: it is empty."
