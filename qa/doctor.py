"""What is configured, reachable and up to date, and how to mend what is not: `qa doctor`."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass

from qa import ownership, remote
from qa.assembly import Service, open_model, open_service
from qa.errors import InvalidInput, QaError
from qa.ingest.reading import SourceFile, find_files, load, read_article
from qa.ports import LanguageModel, Prompt, Spent
from qa.retrieval.embedding import WEIGHTS_SHA256, carried_weights, embedder
from qa.settings import Settings

TRIAL = Prompt(system="Answer with one word.", user="Say ready.", hash="")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. mend: what to do where it is not well."""

    what: str
    is_well: bool
    said: str
    mend: str = ""

    def lines(self) -> Iterator[str]:
        """As the terminal shows it."""
        first, *rest = self.said.split("\n")
        yield f"{'ok' if self.is_well else 'NO':<4}{self.what:<12}{first}"
        yield from (f"{'':16}{line}" for line in rest)
        if self.mend:
            yield f"{'':16}-> {self.mend}"


def examine(settings: Settings) -> Iterator[Finding]:
    """Looks at everything in turn; what fails is a finding, never an exception of ours."""
    yield Finding("settings", True, "\n".join(_configured(settings)))
    yield _tried("embedding", lambda: _embedding(settings))
    yield _tried("model", lambda: _model(settings))
    holder = ownership.holder(settings.data_dir)
    if holder is None:
        yield from _of_free_library(settings)
        return
    yield Finding("data folder", True, f"held by process {holder.pid} (`{holder.command}`, since {holder.since})")
    if holder.url:
        yield from _of_service(settings, holder.url)


def _tried(what: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except QaError as error:
        return Finding(what, False, str(error))


def _configured(settings: Settings) -> Iterator[str]:
    for each in settings.describe():
        yield f"{each.variable} = {each.value}{' (default)' if each.is_default else ''}"


def _embedding(settings: Settings) -> Finding:
    if settings.embedding == "minilm":
        carried_weights()
        return Finding("embedding", True, f"minilm, weights as expected (sha256 {WEIGHTS_SHA256[:12]}…)")
    made = embedder(settings.embedding)
    return Finding("embedding", True, f"{made.name}, {made.dimensions} dimensions")


def _model(settings: Settings) -> Finding:
    """Asks the language model for a word: whether its endpoint is there, lets us in, knows the model and finishes."""
    model = open_model(settings)
    if model is None:
        return Finding("model", True, "extractive: answers are the articles' own sentences")
    said, spent = asyncio.run(_said(model))
    after = "" if spent.first_token_ms is None else f", its first token after {spent.first_token_ms:.0f} ms"
    return Finding("model", True, f"{model.name} answers {said[:40]!r}{after}")


async def _said(model: LanguageModel) -> tuple[str, Spent]:
    async with aclosing(model.reply(TRIAL)) as reply:
        pieces = [piece async for piece in reply]
    spent = next(piece for piece in pieces if isinstance(piece, Spent))
    return "".join(piece for piece in pieces if isinstance(piece, str)).strip(), spent


def _of_free_library(settings: Settings) -> Iterator[Finding]:
    if not settings.data_dir.exists():
        yield Finding("library", False, f"there is none in {settings.data_dir} yet", "Run `qa index`.")
        return
    try:
        with open_service(settings, "qa doctor") as service:
            yield _counts(service)
            yield _tried("articles", lambda: _articles(settings, service.library.versions(), "Run `qa index`."))
    except QaError as error:
        yield Finding("library", False, str(error))


def _counts(service: Service) -> Finding:
    counts = service.library.counts()
    said = f"{counts.articles} articles, {counts.sentences} sentences, {counts.passages} passages"
    made_with = service.library.embedding_name
    if made_with and made_with != service.embedder.name:
        said = f"its vectors are of the embedding {made_with}, the settings name {service.embedder.name}"
        return Finding("library", False, said, "Run `qa index`: it embeds all articles anew.")
    if waiting := service.library.unembedded():
        return Finding("library", False, f"{said}; {len(waiting)} articles wait for vectors", "Run `qa index`.")
    if not counts.articles:
        return Finding("library", False, "it holds no article", "Run `qa index`.")
    return Finding("library", True, said)


def _of_service(settings: Settings, url: str) -> Iterator[Finding]:
    """The library is the service's alone while it runs, so it is asked."""
    try:
        versions = remote.versions(url, settings)
    except QaError as error:
        yield Finding("service", False, str(error))
        return
    yield Finding("service", bool(versions), f"{url} answers, over {len(versions)} articles")
    mend = "Stop the service, run `qa index`, and start it again."
    yield _tried("articles", lambda: _articles(settings, versions, mend))


def _articles(settings: Settings, held: Mapping[str, str], mend: str) -> Finding:
    """Compares the folder with the versions that are held, by article id."""
    found = find_files(settings.articles_dir, settings.max_article_bytes)
    states = [_state(file, held, settings.max_article_bytes) for file in found.files]
    skipped = len(found.skipped) + states.count("skipped")
    gone = len(set(held) - {file.id for file in found.files})
    said = f"{settings.articles_dir}: {states.count('same')} as indexed, {skipped} skipped"
    if states.count("same") + states.count("skipped") == len(states) and not gone:
        return Finding("articles", True, said)
    new, changed = states.count("new"), states.count("changed")
    return Finding("articles", False, f"{said}, {new} new, {changed} changed, {gone} removed", mend)


def _state(file: SourceFile, held: Mapping[str, str], max_bytes: int) -> str:
    try:
        raw = load(file, max_bytes)
        if held.get(file.id) == f"sha256:{hashlib.sha256(raw).hexdigest()}":
            return "same"
        read_article(file.id, raw)
    except InvalidInput:
        return "changed" if file.id in held else "skipped"
    return "changed" if file.id in held else "new"
