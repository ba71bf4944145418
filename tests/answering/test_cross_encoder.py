"""The reader of our own, on a tiny encoder with random weights; one test uses the shipped weights."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper

from evals.reader.ranges import add_ranges
from evals.reader.tiny import write_encoder, write_head
from qa.answering import cross_encoder, int8_layers
from qa.answering.calibration import Calibration, Features, Floats, Line, question_features, sentence_features
from qa.answering.cross_encoder import (
    AGAIN,
    CANDIDATES,
    FURTHER,
    LIKELY,
    CrossEncoder,
    CrossEncoderReader,
    load,
    read_either_way,
)
from qa.answering.int8_layers import Int8Graph, exact, scale_and_zero
from qa.answering.pairing import (
    AFTER_TOKENS,
    BEFORE_TOKENS,
    QUESTION_TOKENS,
    SENTENCE_TOKENS,
    TITLE_TOKENS,
    Pair,
    PairEncoder,
    by_length,
    pad,
    pair_of,
)
from qa.domain import Hit, Sentence
from qa.errors import WeightsMissing
from qa.following import Follows
from qa.ports import Reading
from qa.retrieval.embedding import carried_weights
from qa.retrieval.minilm import finish

WORDS = ["who", "leads", "Paris", "Oslo", "the", "mayor", "of", "is", "big", "a", "river", "runs", "by", "?", "."]
CALIBRATION = Calibration(Line({"logit": 1.0}, 0.0), Line({"logit": 1.0}, 0.0), Line({"best_logit": 1.0}, 0.0))


def hit(number: int, quote: str, *, context: dict[int, str] | None = None, score: float = 1.0, title: str = "") -> Hit:
    around = dict(sorted({**(context or {}), number: quote}.items()))
    sentences = tuple(Sentence(n, n * 100, n * 100 + len(text), n, n) for n, text in around.items())
    own = next(sentence for sentence in sentences if sentence.number == number)
    return Hit("a.txt", "v", title, title, None, own, quote, sentences, tuple(around.values()), score)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("encoder")
    write_encoder(folder, WORDS)
    write_head(folder / "reader.safetensors")
    return folder


@pytest.fixture(scope="module")
def model(folder: Path) -> CrossEncoder:
    return CrossEncoder(folder, folder / "reader.safetensors", threads=1)


@pytest.fixture(scope="module")
def pairs(folder: Path) -> PairEncoder:
    return PairEncoder.from_file(folder / "tokenizer.json")


def test_a_score_does_not_depend_on_what_else_is_read(model: CrossEncoder) -> None:
    short, long = (
        Pair("who leads ?", "Oslo is big ."),
        Pair("who leads Paris ?", "the mayor of Paris leads the river . " * 6),
    )
    alone = np.concatenate([model.logits([short]), model.logits([long])])
    assert model.logits([short, long]) == pytest.approx(alone, abs=1e-5)
    assert model.logits([long, *[short] * 9, long])[[1, 0]] == pytest.approx(alone, abs=1e-5)


@pytest.fixture(scope="module")
def int8(folder: Path) -> CrossEncoder:
    texts = ["Oslo is big .", "the mayor leads Paris .", "a river runs by the mayor of Oslo ."]
    pairs = [Pair("who leads Paris ?", text, "Oslo", text, text) for text in texts]
    add_ranges(folder, folder / "reader.safetensors", folder / "int8.safetensors", [pairs])
    return CrossEncoder(folder, folder / "int8.safetensors", threads=1)


def test_the_int8_form_scores_as_the_float32_one(model: CrossEncoder, int8: CrossEncoder) -> None:
    pairs = [Pair("who leads ?", text, "Oslo") for text in ("the mayor leads Oslo .", "Paris is big .", "a river ?")]
    exact, found = model.logits(pairs), int8.logits(pairs)
    assert not (exact == found).all()
    assert found == pytest.approx(exact, abs=0.15)


def test_an_int8_score_does_not_depend_on_what_else_is_read(int8: CrossEncoder) -> None:
    pairs = [
        Pair("who leads ?", "Oslo is big ."),
        Pair("who leads Paris ?", "the mayor of Paris leads the river . " * 6),
    ]
    alone = np.concatenate([int8.logits([pair]) for pair in pairs])
    assert int8.logits([*pairs, *pairs[:1] * 9])[:2] == pytest.approx(alone, abs=1e-5)


@pytest.mark.parametrize("as_if_cut", [False, True])
def test_a_product_of_bytes_is_exact_on_every_processor(monkeypatch: pytest.MonkeyPatch, as_if_cut: bool) -> None:
    if as_if_cut:
        monkeypatch.setattr(int8_layers, "cuts_sums", lambda: True)
    random = np.random.default_rng(6)
    source, columns = random.integers(200, 256, (5, 64), np.uint8), random.integers(90, 128, (64, 32), np.int8)
    graph = Int8Graph({})
    names = graph.constant("scale", np.float32(1)), graph.typed("zero", np.array(0, np.uint8))
    product = graph.product_of_bytes(("x", *names), "key", exact(columns), np.ones(32, np.float32))
    inputs = [helper.make_tensor_value_info("x", TensorProto.UINT8, [5, 64])]
    built = finish(graph, inputs, [helper.make_tensor_value_info(product, TensorProto.FLOAT, [5, 32])])
    assert (built.session(threads=1).run(None, {"x": source})[0] == source.astype(int) @ columns.astype(int)).all()


def test_a_byte_stands_for_zero_exactly_and_the_range_is_covered() -> None:
    scale, zero = scale_and_zero(np.array([-1.0, 4.0], np.float32))
    assert (0 - int(zero)) * scale == pytest.approx(-1.0, abs=float(scale))
    assert (255 - int(zero)) * scale == pytest.approx(4.0, abs=float(scale))
    assert scale_and_zero(np.array([0.5, 2.0], np.float32))[1] == 0


def test_the_three_outputs_and_the_order_of_the_pairs_are_kept(model: CrossEncoder) -> None:
    pairs = [Pair("who leads ?", text) for text in ("Oslo", "Paris is big .", "a river runs by the mayor of Oslo .")]
    logits = model.logits(pairs)
    assert logits.shape == (3, 3)
    assert model.logits(pairs[::-1])[::-1] == pytest.approx(logits, abs=1e-5)


def test_each_hit_gets_a_probability_in_the_order_given(model: CrossEncoder) -> None:
    hits = [hit(1, "Paris is big ."), hit(2, "the mayor leads Oslo .")]
    reading = CrossEncoderReader(model, CALIBRATION).read("who leads Oslo ?", hits)
    expected = model.logits([pair_of("who leads Oslo ?", each) for each in hits])[:, 0]
    assert reading.scores == pytest.approx(1 / (1 + np.exp(-expected)), abs=1e-6)
    assert reading.answerable == pytest.approx(max(reading.scores), abs=1e-6)


@pytest.mark.parametrize(("unlikely", "read"), [(-99.0, CANDIDATES), (99.0, FURTHER)])
def test_it_reads_on_where_the_first_nine_are_unlikely(
    model: CrossEncoder, monkeypatch: pytest.MonkeyPatch, unlikely: float, read: int
) -> None:
    monkeypatch.setattr(cross_encoder, "UNLIKELY", unlikely)
    hits = [hit(n, "Paris is big .") for n in range(1, FURTHER + 4)]
    scores = CrossEncoderReader(model, CALIBRATION).read("who leads ?", hits).scores
    assert len(scores) == len(hits)
    assert min(scores[:read]) > 0
    assert set(scores[read:]) == {0.0}


def test_it_reads_no_further_than_there_are_hits(model: CrossEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cross_encoder, "UNLIKELY", 99.0)
    assert model.read("who leads ?", [hit(1, "Paris is big .")]).logits.shape == (1,)


def test_nothing_found_is_not_answerable(model: CrossEncoder) -> None:
    reading = CrossEncoderReader(model, CALIBRATION).read("who leads ?", [])
    assert reading.scores == ()
    assert reading.answerable == 0.0


def test_missing_weights_say_which_and_what_to_do(folder: Path) -> None:
    with pytest.raises(WeightsMissing, match=r"nowhere\.safetensors.*reinstall"):
        CrossEncoder(folder, folder / "nowhere.safetensors")


def test_a_pair_shows_the_sentence_its_title_and_the_ends_of_its_neighbours(pairs: PairEncoder) -> None:
    found = hit(5, "Oslo is big .", context={4: "the mayor", 6: "a river"}, title="Paris")
    pair = pair_of("who leads ?", found)
    assert pair == Pair("who leads ?", "Oslo is big .", "Paris", "the mayor", "a river")
    encoded = pairs.encode(pair)
    word = pairs.pieces
    assert encoded.ids[encoded.start : encoded.end] == word("Oslo is big .")
    assert encoded.ids[1 : encoded.start - 1] == word("who leads ?")
    rest = (*word("Paris"), *word("|"), *word("the mayor"), *word("|"), *word("a river"))
    assert encoded.ids[encoded.end + 1 : -1] == rest


def test_what_was_asked_before_a_follow_up_stands_in_front_of_it(pairs: PairEncoder) -> None:
    word = pairs.pieces
    encoded = pairs.encode(Pair("who leads ?", "Paris", earlier="where is Oslo ?"))
    assert encoded.ids[1 : encoded.start - 1] == (*word("where is Oslo ?"), *word("|"), *word("who leads ?"))


def test_what_was_answered_stands_between_the_two_questions(pairs: PairEncoder) -> None:
    word = pairs.pieces
    encoded = pairs.encode(Pair("who leads ?", "Paris", earlier="where is Oslo ?", said="Oslo is big ."))
    expected = (*word("where is Oslo ?"), *word("|"), *word("Oslo is big ."), *word("|"), *word("who leads ?"))
    assert encoded.ids[1 : encoded.start - 1] == expected


def test_the_reader_is_given_a_follow_up_as_it_was_asked_behind_what_it_leans_on(model: CrossEncoder) -> None:
    hits = [hit(1, "Paris is big ."), hit(2, "the mayor leads Oslo .")]
    follows = Follows("who leads ?", "is Oslo big ?", "Oslo is big .")
    reading = CrossEncoderReader(model, CALIBRATION).read("who leads Oslo ?", hits, follows)
    pairs = [replace(pair_of("who leads ?", each), earlier="is Oslo big ?", said="Oslo is big .") for each in hits]
    logits = (model.logits(pairs)[:, 0] + bare(model, "who leads Oslo ?", hits)) / 2
    assert reading.scores == pytest.approx(1 / (1 + np.exp(-logits)), abs=1e-6)
    assert reading.scores != CrossEncoderReader(model, CALIBRATION).read("who leads ?", hits).scores


def test_a_follow_up_that_may_stand_alone_is_read_both_ways(model: CrossEncoder) -> None:
    hits = [hit(1, "Paris is big ."), hit(2, "the mayor leads Oslo .")]
    follows = Follows("who leads ?", "is Oslo big ?", "Oslo is big .")
    leaning = model.logits([pair_of("who leads ?", each, follows) for each in hits])[:, 0]
    alone = model.logits([pair_of("who leads ?", each) for each in hits])[:, 0]
    again = bare(model, "who leads ?", hits)
    assert model.read("who leads ?", hits, follows).logits == pytest.approx(
        (read_either_way(leaning, alone).logits + again) / 2, abs=1e-6
    )
    again = bare(model, "who leads Oslo ?", hits)
    assert model.read("who leads Oslo ?", hits, follows).logits == pytest.approx((leaning + again) / 2, abs=1e-6)


PARTS = {"dense_sentence": 0.4, "dense_passage": 0.3, "bm25_sentence": 2.0, "bm25_passage": 1.0}


@pytest.mark.parametrize(
    ("likely", "asked", "parts", "first_stage"),
    [
        (-99.0, "who leads ?", PARTS, 0.4 + 0.5 * 0.3 + 0.3 + 0.3),  # answered standing alone: by the other formula
        (-99.0, "who leads ?", {}, 1.0),  # of another retriever, which has no parts to go by
        (-99.0, "who leads it ?", PARTS, 1.0),  # points back
        (99.0, "who leads ?", PARTS, 1.0),
    ],
)
def test_what_stands_alone_is_judged_as_a_question_that_leans_on_nothing(
    model: CrossEncoder,
    monkeypatch: pytest.MonkeyPatch,
    likely: float,
    asked: str,
    parts: dict[str, float],
    first_stage: float,
) -> None:
    judged = list[tuple[float, bool]]()

    class Seen(Calibration):
        def judged(self, question: str, logits: Floats, hits: Sequence[Hit], *, follows: bool = False) -> Reading:
            judged.append((hits[0].score, follows))
            return super().judged(question, logits, hits, follows=follows)

    monkeypatch.setattr(cross_encoder, "LIKELY", likely)
    reader = CrossEncoderReader(model, Seen(*(getattr(CALIBRATION, each.name) for each in fields(Calibration))))
    own = replace(hit(1, "Paris is big ."), features=parts)
    reader.read(asked, [own], Follows(asked, "is Oslo big ?", "Oslo is big ."))
    [(score, is_leaning)] = judged
    assert score == pytest.approx(first_stage)
    assert is_leaning == (likely > 0 or asked != "who leads ?")


def test_only_the_best_are_read_again_without_what_stands_around_them(model: CrossEncoder) -> None:
    hits = [
        hit(number, "Paris is big ." + " big" * number, context={number + 1: "a river"})
        for number in range(1, AGAIN + 3)
    ]
    once = model.logits([pair_of("who leads ?", each) for each in hits])[:, 0]
    again = bare(model, "who leads ?", hits)
    best = np.argsort(-once)[:AGAIN]
    expected = once.copy()
    expected[best] = (once[best] + again[best]) / 2
    assert model.read("who leads ?", hits).logits == pytest.approx(expected, abs=1e-6)
    assert abs(once - again)[best].max() > 0.001


def bare(model: CrossEncoder, question: str, hits: Sequence[Hit]) -> Floats:
    return model.logits([Pair(question, each.quote) for each in hits])[:, 0]


def test_the_better_way_to_read_counts_unless_a_sentence_likely_answers_the_question_alone() -> None:
    leaning, unlikely, likely = np.array([4.0, -1.0]), np.array([-2.0, LIKELY - 1]), np.array([-2.0, LIKELY])
    either = read_either_way(leaning, unlikely)
    assert (list(either.logits), either.leans) == ([4.0, LIKELY - 1], True)
    either = read_either_way(leaning, likely)
    assert (list(either.logits), either.leans) == ([-2.0, LIKELY], False)


def test_a_gap_in_the_context_is_no_neighbour() -> None:
    assert pair_of("?", hit(5, "Oslo", context={3: "far before", 6: "next"})).before == ""


def test_every_part_is_cut_to_its_length_and_the_ends_next_to_the_sentence_are_kept(pairs: PairEncoder) -> None:
    long = "big " * 300
    encoded = pairs.encode(Pair(long, long, long, long + "mayor", "river " + long))
    limit = QUESTION_TOKENS + SENTENCE_TOKENS + TITLE_TOKENS + BEFORE_TOKENS + AFTER_TOKENS + 2 + 4
    assert len(encoded.ids) == limit
    assert pairs.pieces("mayor")[0] in encoded.ids
    assert pairs.pieces("river")[0] in encoded.ids


def test_a_batch_marks_the_sentence_and_pads_the_rest(pairs: PairEncoder) -> None:
    batch = pad([pairs.encode(Pair("who ?", "Oslo")), pairs.encode(Pair("who leads Paris ?", "Oslo is big ."))])
    assert batch.spans.sum(axis=1).tolist() == [1, 4]
    assert (batch.mask.sum(axis=1) < batch.ids.shape[1]).tolist() == [True, False]
    assert (batch.kinds <= batch.mask).all()


def test_parts_of_like_length_hold_every_pair_once(pairs: PairEncoder) -> None:
    encoded = [pairs.encode(Pair("who ?", "big " * n)) for n in (9, 1, 5, 3, 7)]
    parts = by_length(encoded, 2)
    assert sorted(place for part in parts for place in part) == [0, 1, 2, 3, 4]
    assert max(len(encoded[p].ids) for p in parts[0]) <= min(len(encoded[p].ids) for p in parts[1])


def test_features_compare_with_the_best_of_the_first_stage_and_of_the_reader() -> None:
    hits = [hit(1, "a", score=2.0), hit(2, "b", score=1.5)]
    features = sentence_features("who ?", np.array([0.5, 3.0]), hits)
    assert features["behind_logit"].tolist() == [2.5, 0.0]
    assert features["behind_first"].tolist() == [0.0, 0.5]
    assert features["first_place"].tolist() == [1.0, 0.5]
    rich = [replace(hits[0], features={"dense_sentence": 0.9}), replace(hits[1], features={"dense_sentence": 0.2})]
    asked = asked_of(np.array([0.5, 3.0]), rich, np.array([0.2, 0.9]))
    values = [float(asked[name]) for name in ("best_logit", "lead", "most_dense_sentence", "best:dense_sentence")]
    assert values == pytest.approx([3.0, 2.5, 0.9, 0.2])
    assert float(asked["best_log_odds"]) == pytest.approx(np.log(9))
    assert float(asked["log_expected"]) == pytest.approx(np.log(1.1))


def asked_of(logits: Floats, hits: list[Hit], scores: Floats, question: str = "who ?") -> Features:
    return question_features(question, logits, hits, sentence_features(question, logits, hits), scores)


def test_a_single_hit_has_no_lead() -> None:
    assert asked_of(np.array([1.0]), [hit(1, "a")], np.array([0.5]))["lead"] == 0.0


def test_a_name_counts_as_named_where_the_sentence_or_what_it_hangs_on_has_it() -> None:
    around = {1: "The mayor of Oslo, Anna Berg, spoke.", 3: "Rain fell in Paris."}
    hits = [hit(2, "She leads the city.", context=around)]
    found = [
        float(asked_of(np.array([1.0]), hits, np.array([0.5]), question)["names_not_named"])
        for question in ("Who leads Oslo?", "Who leads Paris?", "who leads?")
    ]
    assert found == [0.0, 1.0, 0.0]


def test_coefficients_are_read_from_the_record_beside_the_weights(tmp_path: Path) -> None:
    path = tmp_path / "reader.json"
    kept = {"weights": {"logit": 2.0}, "bias": -1.0}
    lines = dict.fromkeys(("sentence", "following", "question"), kept)
    path.write_text(json.dumps({"calibration": {**lines, "questions": 5}}))
    line = Calibration.read(path).sentence
    assert line.probability({"logit": np.array([0.5, 50.0])}).tolist() == pytest.approx([0.5, 1.0])


@pytest.mark.integration
def test_the_shipped_reader_prefers_the_sentence_that_answers() -> None:
    reader, _ = load(carried_weights())
    hits = [
        hit(1, "The bridge over the Elbe was damaged by the flood.", score=1.2),
        hit(2, "Engineers reopened the bridge over the Elbe on 3 May, after six weeks of repairs.", score=1.1),
        hit(3, "The mayor thanked the engineers at a ceremony.", score=0.9),
    ]
    reading = reader.read("When was the bridge over the Elbe reopened?", hits)
    assert max(reading.scores) == reading.scores[1]
    other = reader.read("Who won the chess tournament in Reykjavik?", hits)
    assert other.answerable < reading.answerable
