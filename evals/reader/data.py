"""Prepares the training data: for each question its answering sentences and the near misses to tell them from.

python -m evals.reader.data TRAIN_FOLDER ENCODER_FOLDER OUT [--own CASES.jsonl ARTICLES_FOLDER]

ENCODER_FOLDER holds model.safetensors and tokenizer.json; --own adds cases of one's own, such as feedback gave.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

from evals.reader.corpus import NEWS, Asked, Collection, cluster_of, held_out_texts, read_all
from evals.reader.first_stage import FirstStage, Floats, best
from evals.reader.follow_ups import follow_ups
from evals.reader.invented_news import read_claims, read_news, shipped_news
from evals.reader.model import Encoder, load_encoder
from evals.reader.own_cases import read_own_cases
from evals.reader.prepared import Group, Prepared, Row, Statement, write
from evals.reader.support import read_statements
from evals.reader.swaps import Swaps
from qa.answering.pairing import PairEncoder, pad
from qa.retrieval.hybrid import AFTER_CITED, SAME_ARTICLE, SOON

CANDIDATES = 24
EMBED_BATCH = 32
FOLLOW_UP = "+follow_up"
TWIN = "+twin"
CLUSTER = 14


class Embedder:
    """Mean-pooled, normalised vectors of the encoder that the reader starts from."""

    def __init__(self, encoder: Encoder, pairs: PairEncoder) -> None:
        self._encoder, self._pairs = encoder.eval(), pairs

    def __call__(self, texts: Sequence[str]) -> Floats:
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        vectors = np.zeros((len(texts), self._encoder.words.embedding_dim), dtype=np.float32)
        for start in range(0, len(order), EMBED_BATCH):
            places = order[start : start + EMBED_BATCH]
            vectors[places] = self._batch([texts[place] for place in places])
        return vectors

    def _batch(self, texts: Sequence[str]) -> Floats:
        batch = pad([self._pairs.alone(text) for text in texts])
        ids, mask = torch.from_numpy(batch.ids), torch.from_numpy(batch.mask)
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            x = self._encoder(ids, mask, torch.zeros_like(ids))
        mean = (x.float() * mask[:, :, None]).sum(1)
        vectors: Floats = torch.nn.functional.normalize(mean, dim=1).numpy()
        return vectors


def rows_of(found: Collection) -> tuple[list[Row], dict[str, int]]:
    """All sentences, and the row at which each article begins."""
    rows: list[Row] = []
    first = {}
    for text in found.texts.values():
        first[text.id] = len(rows)
        follows = (*text.adjacent[1:], False)
        for place, sentence in enumerate(text.sentences):
            before = text.sentences[place - 1] if text.adjacent[place] else ""
            after = text.sentences[place + 1] if follows[place] else ""
            rows.append(Row(sentence, text.title, before, after, text.id, text.paragraphs[place]))
    return rows, first


def plain(text: str) -> str:
    return re.sub(r"\W+", "", text.lower())


class Grouping:
    """Draws the near misses of a question from the first stage, all collections searched as one."""

    def __init__(self, found: Collection, rows: list[Row], first: dict[str, int]) -> None:
        self._found, self._rows, self._first = found, rows, first
        self._plain = [plain(row.sentence) for row in rows]
        self._held_out = held_out_texts(found)
        self._clusters: dict[str, list[int]] = defaultdict(list)
        for number, row in enumerate(rows):
            if found.texts[row.text].source == NEWS:
                self._clusters[cluster_of(row.text)].append(number)

    def group(self, asked: Asked, scores: Floats) -> Group:
        """scores: the first stage's, of every row."""
        own = ((asked.text, place) for place in asked.answers)
        right = tuple(self._first[text] + place for text, place in (*own, *asked.elsewhere))
        ranked = [*self._of_cluster(asked, scores), *best(scores, CANDIDATES + 16)]
        tempting = self._near(asked, ranked) if not right else ranked
        wrong = [row for row in dict.fromkeys(tempting) if not self._may_answer(row, asked, right)]
        built = FOLLOW_UP if asked.earlier else TWIN if asked.is_twin else ""
        source = self._found.texts[asked.text].source + built
        held_out = asked.text in self._held_out
        return Group(asked.question, source, right, tuple(wrong[:CANDIDATES]), held_out, asked.earlier, asked.said)

    def _of_cluster(self, asked: Asked, scores: Floats) -> list[int]:
        """Of the invented news the best of the reports on the same things: a library of these is what is asked.

        Of a follow-up those beside what was answered before gain as in qa.retrieval.hybrid.
        """
        if self._found.texts[asked.text].source != NEWS:
            return []
        own = self._clusters[cluster_of(asked.text)]
        said = next((row for row in own if asked.said and self._rows[row].sentence == asked.said), None)
        gains = {} if said is None else self._gains(said)
        return sorted(own, key=lambda row: -(scores[row] + gains.get(row, 0.0)))[:CLUSTER]

    def _gains(self, said: int) -> dict[int, float]:
        """Of every sentence of the article in which that row stands."""
        text = self._rows[said].text
        start = self._first[text]
        rows = range(start, start + len(self._found.texts[text].sentences))
        after = {row: AFTER_CITED / (1 + (row - said - 1) / SOON) for row in rows if row > said}
        return {row: SAME_ARTICLE + after.get(row, 0.0) for row in rows}

    def _near(self, asked: Asked, ranked: list[int]) -> list[int]:
        """An unanswerable question was judged against one paragraph: its sentences come first."""
        start = self._first[asked.text]
        own = range(start, start + len(self._found.texts[asked.text].sentences))
        paragraph = [row for row in own if self._rows[row].paragraph == asked.paragraph]
        place = {row: rank for rank, row in enumerate(ranked)}
        return sorted(paragraph, key=lambda row: place.get(row, len(ranked))) + ranked

    def _may_answer(self, row: int, asked: Asked, right: tuple[int, ...]) -> bool:
        """The answer itself, a copy of it, or another sentence of the article that holds the answer's words."""
        if row in right or self._plain[row] in {self._plain[answer] for answer in right}:
            return True
        span = plain(asked.span)
        return self._rows[row].text == asked.text and len(span) > 2 and span in self._plain[row]


def swapped(rows: list[Row], groups: list[Group], asked: Sequence[Asked]) -> Iterator[Group]:
    """Questions with a changed name, number or year, against the sentences that answered them before the change."""
    swaps = Swaps((item.text, item.question) for item in asked if item.answers)
    for item, group in zip(asked, groups, strict=True):
        change = swaps.change(item.text, item.question) if group.right else None
        if change is None or item.earlier or item.is_twin:
            continue
        tempting = (*group.right, *group.wrong[:8])
        wrong = tuple(row for row in tempting if plain(change.new) not in plain(rows[row].sentence))
        if group.right[0] in wrong:
            yield Group(change.question, group.source + "+swapped", (), wrong, group.held_out)


def prepare(found: Collection, statements: list[Statement], encoder: Path) -> Prepared:
    """Embeds and ranks: about six minutes on one core for the public sets."""
    rows, first = rows_of(found)
    embed = Embedder(load_encoder(encoder / "model.safetensors"), PairEncoder.from_file(encoder / "tokenizer.json"))
    stage, grouping = FirstStage([row.sentence for row in rows], embed), Grouping(found, rows, first)
    asked = [*found.asked, *follow_ups(found)]
    texts = [f"{each.earlier} {each.question}".strip() for each in asked]
    scores = stage.blend(texts, embed(texts))
    groups = [grouping.group(each, own) for each, own in zip(asked, scores, strict=True)]
    built = list(swapped(rows, groups, asked))
    return Prepared(rows, [group for group in (*groups, *built) if group.wrong], statements)


def trainable_sentences(found: Collection) -> list[tuple[str, str]]:
    """(title, sentence) of all articles but those that are held out."""
    held_out = held_out_texts(found)
    return [(text.title, one) for text in found.texts.values() if text.id not in held_out for one in text.sentences]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("train", "encoder", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--own", type=Path, nargs=2, action="append", default=[], metavar=("CASES", "ARTICLES"))
    given = parser.parse_args()
    found = read_all(given.train)
    found.add(read_news(shipped_news()))
    for cases, articles in given.own:
        found.add(read_own_cases(cases, articles))
    statements = read_statements(given.train, trainable_sentences(found), read_claims(shipped_news()))
    write(prepare(found, statements, given.encoder), given.out)


if __name__ == "__main__":
    main()
