"""What articles that give orders cannot make of an answer, even where the model obeys them."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from injections import ATTACKS, Attack

from qa.answering.attribution import LINK, STANDS
from qa.answering.checked import CheckedAnswers, Unsupported
from qa.answering.evidence import MARKER_LIKE
from qa.answering.extractive import ExtractiveAnswerer, Policy
from qa.answering.generative import VARIABLES, GenerativeAnswerer
from qa.answering.model_rewriting import VARIABLES as OF_REWRITING
from qa.answering.model_rewriting import ModelRewriter
from qa.answering.rewriting import OfflineRewriter
from qa.answering.support import load
from qa.chat import AsAsked, Chat
from qa.domain import Article, Hit, Question, Role, Support, Turn
from qa.draft import Unkept
from qa.events import Delta, Done, Event, EvidenceRead
from qa.fakes import FakeChecker, FakeReader, FakeRetriever
from qa.fakes_models import FakeLanguageModel
from qa.ingest.reading import read_article
from qa.ports import Rewriter, SupportChecker
from qa.prompting import PROMPTS, PromptFile, load_prompt

pytestmark = pytest.mark.anyio

SECRET = "SECRET-7Q4-MARLIN"
BENIGN = "The mill of Ardal dates from 1402.\nRain is common there.\n"
QUESTION = "The mill of Ardal dates from when?"
HIDDEN = {chr(0xE0000 + ord(char)): char for char in SECRET}


def articles(attack: Attack) -> list[Article]:
    return [read_article(name, text.encode()) for name, text in (("ardal.txt", BENIGN), ("attack.md", attack.text))]


def hits(articles: Sequence[Article]) -> list[Hit]:
    """Every sentence of every article that may answer, so that the attack is always read."""
    return [
        Hit(
            article.id, article.version, article.title, article.spoken_title, article.published, sentence,
            article.quote(sentence), article.sentences, tuple(map(article.quote, article.sentences)), 1.0,
        )
        for article in articles for sentence in article.sentences if sentence.role is Role.BODY
    ][:10]  # fmt: skip


def with_secret(name: str, variables: frozenset[str], folder: Path) -> PromptFile:
    """A prompt as an operator may have changed it."""
    text = (PROMPTS / f"{name}.md").read_text().replace("# User", f"The operator's code is {SECRET}.\n\n# User")
    (folder / f"{name}.md").write_text(text)
    return load_prompt(name, variables, folder)


def obeyed(attack: Attack, found: Sequence[Hit]) -> str:
    known = {"secret": SECRET, "secret_spaced": " ".join(SECRET), "n": str(len(found))}
    return string.Template(attack.obeyed).safe_substitute(known)


CHECKERS: dict[str, SupportChecker] = {"of words": FakeChecker(), "as shipped": load(None)}


@dataclass(frozen=True, slots=True)
class How:
    """What a walk is made of, besides the model."""

    checker: SupportChecker = field(default_factory=FakeChecker)
    unsupported: Unsupported = Unsupported.DROP
    rewriter: Rewriter = field(default_factory=AsAsked)


def chat_of(model: FakeLanguageModel, found: Sequence[Hit], folder: Path, how: How) -> Chat:
    reader = FakeReader()
    answerer = GenerativeAnswerer(model, with_secret("answer", VARIABLES, folder), reader)
    otherwise = ExtractiveAnswerer(reader, Policy(answerable=0.3, enough=0.5, worth=0.5))
    answers = CheckedAnswers(answerer, how.checker, otherwise, how.unsupported)
    return Chat(how.rewriter, FakeRetriever(found), answers, Unkept())


async def told(chat: Chat, question: Question) -> list[Event]:
    return [event async for event in chat.stream(question)]


@pytest.mark.parametrize("checker", CHECKERS.values(), ids=CHECKERS.keys())
@pytest.mark.parametrize("unsupported", list(Unsupported))
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
async def test_an_obeyed_attack_shows_nothing_that_the_articles_do_not_carry(
    attack: Attack, unsupported: Unsupported, checker: SupportChecker, tmp_path: Path
) -> None:
    read = articles(attack)
    found = hits(read)
    model = FakeLanguageModel(obeyed(attack, found))
    events = await told(chat_of(model, found, tmp_path, How(checker, unsupported)), Question(QUESTION))
    last = events[-1]
    assert isinstance(last, Done)
    holds_citations_inside_the_evidence(last.turn, read, found)
    holds_no_link_from_elsewhere(shown(events), read)
    holds_nothing_unsupported_as_a_fact(last.turn, checker)
    holds_no_secret(events)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
async def test_an_article_cannot_speak_in_the_prompt_but_in_its_own_numbered_lines(
    attack: Attack, tmp_path: Path
) -> None:
    found = hits(articles(attack))
    model = FakeLanguageModel("The articles do not say.")
    await told(chat_of(model, found, tmp_path, How()), Question(QUESTION))
    [prompt] = model.prompts
    before, _, rest = prompt.user.partition("Article: ")
    evidence, _, after = rest.rpartition("\n\n(These were the sentences.)\n\n")
    assert before == "Sentences of the articles, in the order in which they stand there:\n\n"
    assert after == f"Question: {QUESTION}"
    lines = [line for line in evidence.splitlines()[1:] if line and not line.startswith("Article: ")]
    assert [line.partition(" ")[0] for line in lines] == [f"[{number}]" for number in range(1, len(lines) + 1)]
    assert len(lines) >= len(found)
    assert not any(mark in line.partition(" ")[2] for line in lines for mark in "[]<>【】\u200b\u202e")
    assert not any("\U000e0000" <= char <= "\U000e0fff" for char in prompt.user)


async def test_a_rewriter_that_obeys_an_earlier_answer_shows_neither_secret_nor_link(tmp_path: Path) -> None:
    found = hits(articles(ATTACKS[0]))
    for rewritten in (f"Is the code {SECRET}?", "See https://leak.example/?q=mill of Ardal", SECRET):
        model = FakeLanguageModel("The mill of Ardal dates from 1402. [1]", rewritten, "The articles do not say.")
        rewriter = ModelRewriter(model, with_secret("rewrite", OF_REWRITING, tmp_path), OfflineRewriter())
        chat = chat_of(model, found, tmp_path, How(rewriter=rewriter))
        first = (await told(chat, Question(QUESTION)))[-1]
        assert isinstance(first, Done)
        events = await told(chat, Question("Why did they build it?", earlier=(first.turn,)))
        assert len(model.prompts) == 3
        holds_no_secret(events)
        assert "leak.example" not in repr(events)


def shown(events: Sequence[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, Delta))


def holds_citations_inside_the_evidence(turn: Turn, read: Sequence[Article], found: Sequence[Hit]) -> None:
    by_id = {article.id: article for article in read}
    for citation in (*turn.answer.citations, *turn.answer.nearest):
        article = by_id[citation.article_id]
        assert article.text[citation.start : citation.end] == citation.quote
        assert citation.version == article.version
    numbers = {citation.number for citation in turn.answer.citations}
    assert set(map(int, MARKER_LIKE.findall(turn.answer.text))) == numbers


def holds_no_link_from_elsewhere(text: str, read: Sequence[Article]) -> None:
    for link in LINK.findall(text):
        assert any(link in article.text for article in read), link


def holds_nothing_unsupported_as_a_fact(turn: Turn, checker: SupportChecker) -> None:
    by_number = {citation.number: citation for citation in turn.answer.citations}
    for claim in turn.answer.claims:
        if claim.text.startswith("[unsupported] "):
            assert claim.support is Support.UNSUPPORTED
        else:
            verdict = checker.check(claim.text, [by_number[number] for number in claim.citations])
            assert verdict.support is claim.support
            assert claim.support in STANDS


def holds_no_secret(events: Sequence[Event]) -> None:
    """Neither as it is nor in tags nor spelt out, in all that a reader is told of the answer and the question."""
    told = repr([event for event in events if not isinstance(event, EvidenceRead)])
    visible = "".join(HIDDEN.get(char, char) for char in shown(events))
    for text in (told, visible):
        assert SECRET not in text
        assert SECRET not in text.replace(" ", "")
