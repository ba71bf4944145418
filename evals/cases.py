"""The cases: questions with what a right answer must say and cite, or why the articles do not answer them.

A dataset is a JSON Lines file, one turn a line. `load` refuses what cannot be read as cases; `check` finds what is
read but does not hold against the articles.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal, get_args

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from evals.facts import says
from qa.domain import Article
from qa.errors import ConfigurationError, InvalidInput
from qa.ingest.reading import find_files, read_article
from qa.ingest.reading import load as read_file

WhyNot = Literal["near_miss", "false_premise", "wrong_time", "wrong_person", "other_topic", "instruction", "not_stated"]
"""Why the articles do not answer: the words are theirs but not the question (near_miss); what the question takes for
granted is not so (false_premise); they speak of another time (wrong_time), of another speaker or actor (wrong_person),
of something else (other_topic); it is an order, not a question (instruction); they touch on it without saying it
(not_stated)."""

WHY_NOT: tuple[str, ...] = get_args(WhyNot)


_TAG = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")
_LONGEST_QUESTION = 4_000
_MAX_BYTES = 10_000_000


class DatasetError(ConfigurationError):
    """A dataset that cannot be read as cases; says the file, the line and the field."""

    title = "The dataset cannot be used"


@dataclass(frozen=True, slots=True)
class GoldQuote:
    """One sentence of one article. file: the article's id. quote: the sentence's exact characters, whole."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)

    file: str
    quote: str


@dataclass(frozen=True, slots=True)
class Case:
    """One turn.

    key_facts: what the answer or the sentences it cites must say; each fact is a list of accepted wordings, compared
    by evals.facts.says. gold: groups of sentences that answer equally well: citing one sentence of a group satisfies
    the group, an answer needs all groups. context: sentences that may be cited beside the gold ones (who "he" is)
    without being wrong, and without being enough. facts_not_quoted: the reason, where a key fact follows from the
    gold sentences but stands in none of them word for word. conversation, turn: turns from 1, one a line, in order.
    standalone_question: a follow-up as if asked in full.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)

    id: str
    tags: tuple[str, ...]
    question: str
    answerable: bool
    reference_answer: str | None = None
    key_facts: tuple[tuple[str, ...], ...] = ()
    gold: tuple[tuple[GoldQuote, ...], ...] = ()
    context: tuple[GoldQuote, ...] = ()
    facts_not_quoted: str | None = None
    why_not: WhyNot | None = None
    conversation: str | None = None
    turn: int | None = None
    standalone_question: str | None = None

    @property
    def is_follow_up(self) -> bool:
        return self.turn is not None and self.turn > 1

    @property
    def asked_in_full(self) -> str:
        """The question as if asked alone."""
        return self.standalone_question or self.question

    def quotes(self) -> Iterator[GoldQuote]:
        """Every sentence that the case names, gold or context."""
        for group in self.gold:
            yield from group
        yield from self.context


@dataclass(frozen=True, slots=True)
class Dataset:
    """Cases in the order of the file. sha256: of the file's bytes, in hexadecimal."""

    path: Path
    sha256: str
    cases: tuple[Case, ...]

    def history(self, case: Case) -> tuple[Case, ...]:
        """The earlier turns of the case's conversation, oldest first; none for a single question."""
        if case.conversation is None:
            return ()
        turns = [other for other in self.cases if other.conversation == case.conversation]
        return tuple(turns[: turns.index(case)])


_CASE = TypeAdapter(Case)


def load(path: Path) -> Dataset:
    """Reads a dataset. Raises DatasetError with every line that is not a case, and for a set without cases."""
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror or error}): name a JSON Lines file of cases."
        raise DatasetError(message) from error
    cases: dict[int, Case] = {}
    faults: list[str] = []
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            try:
                cases[number] = _CASE.validate_json(line)
            except ValidationError as error:
                faults.extend(f"{path}, line {number}, {fault}" for fault in map(_said, error.errors()))
    faults.extend(f"{path}, {fault}" for fault in _repeated_ids(cases))
    if faults:
        raise DatasetError("\n".join(faults))
    if not cases:
        raise DatasetError(f"{path} holds no case: write one JSON object a line.")
    return Dataset(path, hashlib.sha256(content).hexdigest(), tuple(cases.values()))


_ADVICE = {
    "json_invalid": "write one whole JSON object on the line",
    "missing": "add the field",
    "unexpected_keyword_argument": "no such field: remove it or correct its name",
}


def _said(error: ErrorDetails) -> str:
    where = ".".join(str(step) for step in error["loc"])
    advice = _ADVICE.get(error["type"], f"got {error['input']!r}"[:200])
    return f"field {where!r}: {error['msg']} ({advice})." if where else f"no case: {error['msg']} ({advice})."


def _repeated_ids(cases: dict[int, Case]) -> Iterator[str]:
    first: dict[str, int] = {}
    for number, case in cases.items():
        if first.setdefault(case.id, number) != number:
            yield f"line {number}, field 'id': {case.id!r} is taken by line {first[case.id]}: give each case its own."


@dataclass(frozen=True, slots=True)
class Problem:
    """What does not hold in a case. field: its name in the file."""

    case: str
    field: str
    what: str

    def __str__(self) -> str:
        return f"{self.case}, {self.field}: {self.what}"


def check(dataset: Dataset, articles_dir: Path) -> list[Problem]:
    """What does not hold in a dataset, case by case in the order of the file; an empty list where all is well.

    Every quote is one whole sentence of its file as the product cuts it; every key fact stands in the reference answer
    and, whichever sentence of a group is cited, in the gold of some group; conversations count their turns from 1.
    Raises qa.errors.ConfigurationError for a folder that cannot be listed.
    """
    shelf = _Shelf(articles_dir)
    before: dict[str, int] = {}
    ids: set[str] = set()
    problems: list[Problem] = []
    for case in dataset.cases:
        found = (
            *_identity(case, ids),
            *_question(case),
            *(_answerable(case) if case.answerable else _not_answerable(case)),
            *(("quote", fault) for quote in case.quotes() if (fault := shelf.fault(quote))),
            *_facts(case),
            *_place_in_conversation(case, before),
        )
        problems.extend(Problem(case.id, field, what) for field, what in found)
    return problems


_Faults = Iterator[tuple[str, str]]
"""The field, and what is wrong with it."""


class _Shelf:
    """The articles' sentences, each file read when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._files = {file.id: file for file in find_files(folder, _MAX_BYTES).files}
        self._read: dict[str, Article] = {}

    def fault(self, quote: GoldQuote) -> str | None:
        """What is wrong with a quote; None where it is one whole sentence of its file."""
        if quote.file not in self._files:
            return f"no article {quote.file!r} in the folder: correct the file's name."
        try:
            article = self._article(quote.file)
        except InvalidInput as error:
            return f"{quote.file} cannot be read: {error}"
        if quote.quote not in article.text:
            return f"{quote.quote!r} does not stand in {quote.file}: copy the sentence exactly."
        if all(article.quote(sentence) != quote.quote for sentence in article.sentences):
            return f"{quote.quote!r} is not one whole sentence of {quote.file}: quote a sentence from end to end."
        return None

    def _article(self, article_id: str) -> Article:
        if article_id not in self._read:
            self._read[article_id] = read_article(article_id, read_file(self._files[article_id], _MAX_BYTES))
        return self._read[article_id]


def _identity(case: Case, seen: set[str]) -> _Faults:
    if not case.id.strip():
        yield "id", "it is empty: give the case a name that stays."
    if case.id in seen:
        yield "id", f"{case.id!r} is taken by an earlier case: give each case its own."
    seen.add(case.id)
    for tag in case.tags:
        if not _TAG.fullmatch(tag):
            yield "tags", f"{tag!r} is not in snake_case: write lower-case words with underscores."
    if len(set(case.tags)) < len(case.tags):
        yield "tags", "a tag stands twice: keep one of them."


def _question(case: Case) -> _Faults:
    for field, text in (("question", case.question), ("standalone_question", case.standalone_question)):
        if text is not None and not (text.strip() and len(text) <= _LONGEST_QUESTION):
            yield field, f"it has {len(text)} characters: write 1 to {_LONGEST_QUESTION:,}, not only spaces."


def _answerable(case: Case) -> _Faults:
    if not (case.reference_answer or "").strip():
        yield "reference_answer", "an answerable case needs one: write the answer as it should read."
    if not case.key_facts:
        yield "key_facts", "an answerable case needs at least one: write what the answer must say."
    if not case.gold:
        yield "gold", "an answerable case needs at least one group: quote the sentences that answer."
    if not all(case.gold):
        yield "gold", "a group is empty: quote a sentence in it or remove it."
    if case.why_not:
        yield "why_not", "the case is answerable: remove it, or set answerable to false."


def _not_answerable(case: Case) -> _Faults:
    if not case.why_not:
        yield "why_not", f"a case that is not answerable needs one of: {', '.join(WHY_NOT)}."
    for field, held in (
        ("reference_answer", case.reference_answer),
        ("key_facts", case.key_facts),
        ("gold", case.gold),
        ("context", case.context),
    ):
        if held:
            yield field, "the case is not answerable: remove it, or set answerable to true."


def _facts(case: Case) -> _Faults:
    for fact in case.key_facts:
        shown = " | ".join(fact)
        if not says(case.reference_answer or "", fact):
            yield "key_facts", f"{shown!r} does not stand in the reference answer: word them alike."
        quoted = any(group and all(says(quote.quote, fact) for quote in group) for group in case.gold)
        if case.gold and not quoted and not case.facts_not_quoted:
            yield (
                "key_facts",
                f"{shown!r} stands in no group of gold quotes, whichever of its sentences is cited: "
                "add a wording, mend the gold, or say why in facts_not_quoted.",
            )


def _place_in_conversation(case: Case, before: dict[str, int]) -> _Faults:
    """before: the last turn seen of each conversation, brought up to date here."""
    if case.conversation is None or case.turn is None:
        if (case.conversation is None) != (case.turn is None):
            yield "turn", "conversation and turn go together: give both or neither."
        return
    due = before.get(case.conversation, 0) + 1
    before[case.conversation] = case.turn
    if case.turn != due:
        yield "turn", f"it is {case.turn}, but turn {due} of {case.conversation!r} is due: count from 1, in order."
    if case.is_follow_up and case.standalone_question is None:
        yield "standalone_question", "a follow-up needs one: write the question as if asked alone."
