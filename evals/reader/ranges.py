"""Measures what goes into each product of the encoder and adds it to the weights, which then run in int8.

python -m evals.reader.ranges WEIGHTS.safetensors OUT.safetensors CANDIDATES.jsonl… [--questions 20]
"""

from __future__ import annotations

import argparse
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from onnx import ModelProto, ValueInfoProto
from safetensors.numpy import load_file, save_file

from evals.reader.candidates import read
from qa.answering.cross_encoder import feed
from qa.answering.int8_layers import PREFIX
from qa.answering.pairing import Pair, PairEncoder, pad, pair_of
from qa.answering.reader_graph import reader, together
from qa.retrieval.embedding import carried_weights
from qa.retrieval.minilm import Array, Built, Config, Weights, read_config

TAIL = 1e-5
"""Share of values cut off at either end."""
BALANCE = 0.8
"""How much of a column's reach goes over to its weights (α of SmoothQuant): of 0.35 to 1, 0.8 kept the logits best."""
KERNELS = {
    "input": ("attention.self.query", "attention.self.key", "attention.self.value"),
    "attended": ("attention.output.dense",),
    "between": ("intermediate.dense",),
    "inner": ("output.dense",),
}


def watched(built: Built) -> tuple[Built, dict[str, str]]:
    """The float32 graph with the inputs of its products as outputs, and the place of each by its name."""
    model = ModelProto.FromString(built.graph)
    names: dict[str, str] = {}
    layer = -1
    for node in model.graph.node:
        layer += node.op_type == "Attention"
        place = f"encoder.layer.{layer}"
        if node.op_type == "Attention":
            names |= {f"{place}.input": node.input[0], f"{place}.attended": node.output[0]}
        if node.op_type == "BiasGelu":
            names[f"{place}.inner"] = node.output[0]
        if node.op_type in {"SkipLayerNormalization", "LayerNormalization"} and layer >= 0:
            names.setdefault(f"{place}.between", node.output[0])
    model.graph.output.extend(ValueInfoProto(name=name) for name in names.values())
    return Built(model.SerializeToString(), built.weights), {name: place for place, name in names.items()}


def observed(built: Built, encoder: PairEncoder, groups: Iterable[Sequence[Pair]]) -> dict[str, Array]:
    """Values by place, shape (tokens, columns): every fourth real token, to bound the memory."""
    graph, places = watched(built)
    session = graph.session(threads=1)
    found: dict[str, list[Array]] = defaultdict(list)
    for pairs in groups:
        batch = pad([encoder.encode(pair) for pair in pairs])
        for place, value in zip(places.values(), session.run(list(places), feed(batch)), strict=True):
            found[place].append(value[batch.mask.astype(bool)][::4])
    return {place: np.concatenate(values) for place, values in found.items()}


def measured(seen: Mapping[str, Array], weights: Weights) -> dict[str, Array]:
    """`int8.PLACE.smooth` and `int8.PLACE.range` for every place."""
    found: dict[str, Array] = {}
    for place, values in seen.items():
        layer, kind = place.rsplit(".", 1)
        reach = np.abs(values).max(axis=0)
        own = np.max([np.abs(weights[f"{layer}.{name}.weight"]).max(axis=0) for name in KERNELS[kind]], axis=0)
        smooth = np.maximum(reach, 1e-3) ** BALANCE / np.maximum(own, 1e-3) ** (1 - BALANCE)
        limits = np.quantile(values / smooth, [TAIL, 1 - TAIL])
        found[f"{PREFIX}.{place}.smooth"] = smooth.astype(np.float32)
        found[f"{PREFIX}.{place}.range"] = limits.astype(np.float32)
    return found


def add_ranges(model_dir: Path, trained: Path, out: Path, groups: Iterable[Sequence[Pair]]) -> None:
    """Writes the trained weights with what was measured beside them."""
    kept = {name: array for name, array in load_file(trained).items() if not name.startswith(f"{PREFIX}.")}
    weights = together(load_file(model_dir / "model.safetensors"), kept)
    config: Config = read_config(model_dir)
    encoder = PairEncoder.from_file(model_dir / "tokenizer.json")
    save_file(kept | measured(observed(reader(weights, config), encoder, groups), weights), out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("candidates", type=Path, nargs="+")
    parser.add_argument("--questions", type=int, default=20, help="of each file")
    given = parser.parse_args()
    asked = [each for path in given.candidates for each in read(path)[: given.questions]]
    groups = ([pair_of(each.question, hit) for hit in each.hits[:12]] for each in asked if each.hits)
    add_ranges(carried_weights(), given.weights, given.out, groups)
    record = given.weights.with_suffix(".json")
    if record.is_file() and record != given.out.with_suffix(".json"):
        shutil.copy(record, given.out.with_suffix(".json"))


if __name__ == "__main__":
    main()
