"""The reader of our own: a small cross-encoder that reads the question and each sentence together.

all-MiniLM-L6-v2 with its layers trained further and a head of three outputs (Nogueira & Cho 2019,
arXiv:1901.04085; training in evals/reader/). It runs on ONNX Runtime, its products in static int8
(qa/answering/int8_layers.py).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from qa.answering.calibration import Calibration, Floats
from qa.answering.extractive import Policy
from qa.answering.leaning import points_back
from qa.answering.pairing import Batch, EncodedPair, Integers, Pair, PairEncoder, by_length, pad, pair_of
from qa.answering.spelling import mended
from qa.domain import Hit
from qa.errors import WeightsMissing
from qa.following import Follows
from qa.ports import Reading
from qa.retrieval.hybrid import blended

CANDIDATES = 9  # twelve for all ranked no better on four sets, and took a quarter longer
LEANING = (
    12  # of a follow-up, which is searched for less surely: gold first .57 with nine, .59 with twelve, .59 with 16
)
FURTHER = 24  # where each of those is unlikely, as with one question in three of the seeds, so many
UNLIKELY = -1.0  # logit; at 0 the unanswerable were read on for as well, at -2 less was found
LIKELY = 0.0  # logit, over which four in ten questions of the held-out articles have a sentence
PARTS = 4  # batches of like length: little is padded, and two threads that take one after the other end together
AGAIN = 3  # the best are read a second time: with twelve instead of three nothing was ranked better
ANSWERS, SUPPORTS, REFUTES = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Read:
    """logits: shape (hits that were read,). leans: whether the question is taken to lean on the one before it."""

    logits: Floats
    leans: bool

    def judged_on(self, hits: Sequence[Hit], follows: Follows | None) -> Sequence[Hit]:
        """Those that were read; of a follow-up that leans on nothing scored anew, as a question of its own."""
        own = hits[: len(self.logits)]
        return blended(own) if follows and not self.leans else own


class CrossEncoder:
    """Scores pairs; each gets the same logits whatever else is in the batch (to rounding)."""

    def __init__(self, model_dir: Path, trained: Path, threads: int = 2) -> None:
        """model_dir: the encoder's folder. Raises WeightsMissing where `trained` is not there."""
        from qa.answering import reader_graph  # noqa: PLC0415 - onnx takes a while to import

        if not trained.is_file():
            raise WeightsMissing(
                f"The reader's weights {str(trained)!r} are missing: reinstall, or set QA_READER=features."
            )
        self._pairs = PairEncoder.from_file(model_dir / "tokenizer.json")
        # A thread a batch rather than two on each product: they never wait for each other, nor spin while they do.
        self._session = reader_graph.build(model_dir, trained).session(threads=1)
        self._threads = ThreadPoolExecutor(threads, "reader")

    def logits(self, pairs: Sequence[Pair]) -> Floats:
        """Shape (pairs, 3): the sentence answers the question; supports the claim; refutes the claim."""
        return self._logits([self._pairs.encode(pair) for pair in pairs])

    def read(self, question: str, hits: Sequence[Hit], follows: Follows | None = None) -> Read:
        """How far each of the first hits answers, nine or of a follow-up twelve, by its logit; at least one hit.

        Where each of them is unlikely to, it reads on: what was asked in other words than the article's stands lower.
        The best are read again, without what stands around them and beside a follow-up in full; their logit is the
        mean of both readings.
        """
        first = LEANING if follows else CANDIDATES
        found = self._read_around(question, hits[:first], follows)
        logits, leans = found.logits, found.leans
        if logits.max() < UNLIKELY and (further := hits[first:FURTHER]):
            more = self._read_around(question, further, follows)
            logits, leans = np.concatenate([logits, more.logits]), more.leans
        best = np.argsort(-logits, kind="stable")[:AGAIN]
        bare = self.logits([Pair(question, hits[place].quote) for place in best])[:, ANSWERS]
        logits[best] = (logits[best] + bare) / 2
        return Read(logits, leans)

    def _read_around(self, question: str, hits: Sequence[Hit], follows: Follows | None) -> Read:
        """Each hit with its title and neighbours, and of a follow-up behind what it leans on."""
        leaning = [pair_of(question, hit, follows) for hit in hits]
        if not follows or follows.asked != question:
            return Read(self.logits(leaning)[:, ANSWERS], follows is not None)
        # Nothing was put in, so it may stand alone as well: it is read both ways.
        alone = [pair_of(question, hit) for hit in hits]
        both = self.logits([*leaning, *alone])[:, ANSWERS]
        either = read_either_way(both[: len(hits)], both[len(hits) :])
        return replace(either, leans=either.leans or points_back(question))

    def is_whole(self, word: str) -> bool:
        """Whether the encoder has a piece for the whole word, as it has for some 30,000 common ones."""
        return len(self._pairs.pieces(word)) == 1

    def claim_logits(self, claim: str, evidence: Sequence[str], titles: Sequence[str]) -> Floats:
        """The same of one claim beside each text that should carry it; shape (texts, 3)."""
        return self._logits([self._pairs.claim(claim, *each) for each in zip(evidence, titles, strict=True)])

    def _logits(self, encoded: Sequence[EncodedPair]) -> Floats:
        parts = by_length(encoded, PARTS)[::-1]  # the longest first
        found = list(self._threads.map(self._run, ([encoded[place] for place in places] for places in parts)))
        return np.asarray(np.concatenate(found), np.float64)[np.argsort(np.concatenate(parts))]

    def _run(self, encoded: Sequence[EncodedPair]) -> npt.NDArray[np.float32]:
        return np.asarray(self._session.run(None, feed(pad(encoded)))[0])


def read_either_way(leaning: Floats, alone: Floats) -> Read:
    """Of a question that may lean on the one before or stand alone: what likely answers it alone decides."""
    if alone.max() >= LIKELY:
        return Read(alone, leans=False)
    return Read(np.maximum(leaning, alone), leans=True)


def feed(batch: Batch) -> dict[str, npt.NDArray[Any]]:
    """The graph's inputs by name."""
    kept = batch.kept
    return {
        "input_ids": batch.ids.astype(np.int32),
        "token_type_ids": batch.kinds.astype(np.int32),
        "attention_mask": batch.mask.astype(np.int32),
        "kept": kept[:, :, None],
        "pooling": pooling(np.take_along_axis(batch.spans, kept, axis=1)),
    }


def pooling(spans: Integers) -> npt.NDArray[np.float32]:
    """Shape (pairs, 2, kept): picks [CLS], which is kept first, and the mean over the sentence's own tokens."""
    weights = np.zeros((len(spans), 2, spans.shape[1]), np.float32)
    weights[:, 0, 0] = 1
    weights[:, 1] = spans / np.maximum(spans.sum(axis=1, keepdims=True), 1)
    return weights


class CrossEncoderReader:
    """Implements qa.ports.Reader. The score of a hit that was not read is 0."""

    def __init__(self, model: CrossEncoder, calibration: Calibration) -> None:
        self.model = model
        self._calibration = calibration

    def read(self, question: str, hits: Sequence[Hit], follows: Follows | None = None) -> Reading:
        if not hits:
            return Reading((), 0.0)
        texts = [text for hit in hits[:LEANING] for text in (hit.title, *hit.context)]
        question = mended(question, texts, self.model.is_whole)
        if follows:
            follows = replace(follows, asked=mended(follows.asked, texts, self.model.is_whole))
        read = self.model.read(question, hits, follows)
        judged_on = read.judged_on(hits, follows)
        reading = self._calibration.judged(question, read.logits, judged_on, follows=read.leans)
        return replace(reading, scores=(*reading.scores, *[0.0] * (len(hits) - len(judged_on))))


def load(model_dir: Path, threads: int = 2) -> tuple[CrossEncoderReader, Policy]:
    """The reader that is shipped and the policy that goes with it. model_dir: the folder of the encoder's weights.

    Raises WeightsMissing.
    """
    trained = shipped_weights()
    model, record = CrossEncoder(model_dir, trained, threads), trained.with_suffix(".json")
    policy = Policy(**json.loads(record.read_text("utf-8"))["policy"])
    return CrossEncoderReader(model, Calibration.read(record)), policy


def shipped_weights() -> Path:
    """The trained layers in the package; their calibration and record stand beside them as .json."""
    return Path(str(resources.files("qa.answering"))) / "weights" / "reader.safetensors"
