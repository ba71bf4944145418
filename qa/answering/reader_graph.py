"""The reader's ONNX graph: the encoder with some layers trained further, and a head of three outputs, without torch.

What was trained travels in one small file of half-precision arrays; the frozen layers and the embeddings are those of
the encoder that is installed anyway, and the two are put together when the service starts.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from onnx import TensorProto, helper
from safetensors.numpy import load_file

from qa.answering import int8_layers
from qa.answering.int8_layers import Int8Graph
from qa.retrieval import minilm
from qa.retrieval.minilm import Array, Built, Config, Graph, Weights, finish, picked, read_config, token_inputs

INNER, OUTPUTS = "head.inner", "head.outputs"


def together(frozen: Weights, trained: Weights) -> dict[str, Array]:
    """The encoder's weights with the trained ones in the place of those of the same name, as float32."""
    return {name: np.asarray(array, dtype=np.float32) for name, array in {**frozen, **trained}.items()}


def reader(weights: Weights, config: Config) -> Built:
    """In float32. Inputs beside the tokens: `kept`, int64 (batch, kept, 1), the places of [CLS] and of the sentence's
    tokens; `pooling`, float32 (batch, 2, kept), their weights for [CLS] and for the mean.

    Output `logits`, float32 (batch, 3): answers the question; supports the claim; refutes it ("not enough" is 0).
    """
    graph = Graph(weights)
    return with_head(graph, picked(graph, minilm.encoder(graph, config)))


def reader_int8(weights: Weights, config: Config) -> Built:
    """The same with the encoder's products in int8. Raises KeyError where the weights hold no ranges."""
    graph = Int8Graph(weights)
    return with_head(graph, int8_layers.encoder(graph, config))


def with_head(graph: Graph, hidden: str) -> Built:
    pooled = graph.op("Flatten", graph.op("MatMul", "pooling", hidden), axis=1)
    inner = graph.op("Tanh", linear(graph, pooled, INNER))
    product = graph.op("MatMul", inner, graph.transposed(f"{OUTPUTS}.weight"))
    graph.nodes.append(helper.make_node("Add", [product, graph.weight(f"{OUTPUTS}.bias")], ["logits"]))
    kept = helper.make_tensor_value_info("kept", TensorProto.INT64, ["batch", "kept", 1])
    pooling = helper.make_tensor_value_info("pooling", TensorProto.FLOAT, ["batch", 2, "kept"])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "outputs"])
    return finish(graph, [*token_inputs(), kept, pooling], [logits])


def linear(graph: Graph, x: str, key: str) -> str:
    return graph.op("Add", graph.op("MatMul", x, graph.transposed(f"{key}.weight")), graph.weight(f"{key}.bias"))


def build(model_dir: Path, trained: Path) -> Built:
    """The graph from the encoder's folder and the file of trained weights; in int8 where the file holds the ranges."""
    own = load_file(trained)
    weights, config = together(load_file(model_dir / "model.safetensors"), own), read_config(model_dir)
    is_measured = any(name.startswith(f"{int8_layers.PREFIX}.") for name in own)
    return reader_int8(weights, config) if is_measured else reader(weights, config)
