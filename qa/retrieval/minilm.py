"""The ONNX graph of all-MiniLM-L6-v2, built from its safetensors weights without torch.

The encoder is BERT (Devlin et al. 2018) as distilled in MiniLM (Wang et al. 2020), pooled as sentence-transformers
does (Reimers & Gurevych 2019). Attention, biased GELU and the embeddings are ONNX Runtime's own fused kernels
(domain com.microsoft): the same numbers to 1e-5, in fewer passes over memory than the plain operators.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper

# Since 1.29 ONNX Runtime reports to its maker and keeps an identifier of the machine, unless this is set before it
# loads; the call is for a process that has loaded it before.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime as ort

ort.disable_telemetry_events()

Array = npt.NDArray[np.float32]
Weights = Mapping[str, Array]
Config = Mapping[str, int | float]


@dataclass(frozen=True, slots=True)
class Built:
    """A graph and its weights, side by side: ONNX Runtime takes the arrays as they are, nothing is serialised twice."""

    graph: bytes
    weights: Weights

    def session(self, threads: int) -> ort.InferenceSession:
        """Ready to run on the CPU with so many threads."""
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # A thread that waits for the next question in a loop takes a core from the reader: 8 ms an answer on two cores.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        values = [ort.OrtValue.ortvalue_from_numpy(array) for array in self.weights.values()]
        options.add_external_initializers(list(self.weights), values)
        return ort.InferenceSession(self.graph, options, providers=["CPUExecutionProvider"])


class Graph:
    """Collects nodes and weights; every method that adds a node returns the name of its output."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, Array] = {}

    def constant(self, name: str, value: npt.ArrayLike) -> str:
        self.constants[name] = np.ascontiguousarray(value, dtype=np.float32)
        return name

    def weight(self, key: str) -> str:
        return self.constant(key, self.weights[key])

    def transposed(self, key: str) -> str:
        """torch keeps linear weights as (out, in); MatMul wants (in, out)."""
        return self.constant(f"{key}.T", self.weights[key].T)

    def op(self, kind: str, *inputs: str, outputs: int = 1, domain: str = "", **attributes: float | list[int]) -> str:
        names = [f"{kind}_{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, None, None, domain, None, **attributes))
        return names[0]

    def fused(self, kind: str, *inputs: str, outputs: int = 1, **attributes: float | list[int]) -> str:
        return self.op(kind, *inputs, outputs=outputs, domain="com.microsoft", **attributes)


def encoder(graph: Graph, config: Config, *, prefix: str = "") -> str:
    """Adds the whole encoder; gives the last hidden states, float32 (batch, tokens, hidden).

    Needs graph inputs input_ids, token_type_ids and attention_mask, int32 (batch, tokens).
    """
    epsilon = float(config["layer_norm_eps"])
    hidden = embeddings(graph, epsilon, prefix)
    for layer in range(int(config["num_hidden_layers"])):
        hidden = transformer_layer(
            graph, hidden, f"{prefix}encoder.layer.{layer}", int(config["num_attention_heads"]), epsilon
        )
    return hidden


def embeddings(graph: Graph, epsilon: float, prefix: str) -> str:
    tables = [
        graph.weight(f"{prefix}embeddings.{kind}_embeddings.weight") for kind in ("word", "position", "token_type")
    ]
    norm = [graph.weight(f"{prefix}embeddings.LayerNorm.{part}") for part in ("weight", "bias")]
    return graph.fused(
        "EmbedLayerNormalization", "input_ids", "token_type_ids", *tables, *norm, outputs=2, epsilon=epsilon
    )


def transformer_layer(graph: Graph, x: str, key: str, heads: int, epsilon: float) -> str:
    attended = self_attention(graph, x, f"{key}.attention.self", heads)
    projected = graph.op("MatMul", attended, graph.transposed(f"{key}.attention.output.dense.weight"))
    x = residual_norm(graph, projected, x, f"{key}.attention.output", epsilon)
    inner = graph.op("MatMul", x, graph.transposed(f"{key}.intermediate.dense.weight"))
    inner = graph.fused("BiasGelu", inner, graph.weight(f"{key}.intermediate.dense.bias"))
    outer = graph.op("MatMul", inner, graph.transposed(f"{key}.output.dense.weight"))
    return residual_norm(graph, outer, x, f"{key}.output", epsilon)


def self_attention(graph: Graph, x: str, key: str, heads: int) -> str:
    def joined(part: str) -> list[npt.NDArray[np.float32]]:
        return [graph.weights[f"{key}.{name}.{part}"] for name in ("query", "key", "value")]

    weight = graph.constant(f"{key}.qkv.weight", np.concatenate([w.T for w in joined("weight")], axis=1))
    bias = graph.constant(f"{key}.qkv.bias", np.concatenate(joined("bias")))
    return graph.fused("Attention", x, weight, bias, "attention_mask", num_heads=heads)


def residual_norm(graph: Graph, x: str, skip: str, key: str, epsilon: float) -> str:
    """A plain sum and norm: ONNX Runtime's fused SkipLayerNormalization takes seven times as long on the CPU."""
    norm = [graph.weight(f"{key}.LayerNorm.{part}") for part in ("weight", "bias")]
    total = graph.op("Sum", x, skip, graph.weight(f"{key}.dense.bias"))
    return graph.op("LayerNormalization", total, *norm, axis=-1, epsilon=epsilon)


def picked(graph: Graph, hidden: str) -> str:
    """Some tokens' states, float32 (batch, kept, hidden). Needs a graph input `kept`, int64 (batch, kept, 1)."""
    return graph.op("GatherND", hidden, "kept", batch_dims=1)


def token_inputs() -> list[onnx.ValueInfoProto]:
    return [
        helper.make_tensor_value_info(name, TensorProto.INT32, ["batch", "tokens"])
        for name in ("input_ids", "token_type_ids", "attention_mask")
    ]


def finish(graph: Graph, inputs: Sequence[onnx.ValueInfoProto], outputs: Sequence[onnx.ValueInfoProto]) -> Built:
    """The model of all that was collected, its weights left outside of it."""
    initializers = [outside(name, array) for name, array in graph.constants.items()]
    body = helper.make_graph(graph.nodes, "minilm", list(inputs), list(outputs), initializers)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(body, opset_imports=opsets, ir_version=8)
    return Built(model.SerializeToString(), graph.constants)


def outside(name: str, array: Array) -> onnx.TensorProto:
    """An initializer whose data is handed to the session from memory; the file it names is never opened."""
    kind = helper.np_dtype_to_tensor_dtype(array.dtype)
    tensor = TensorProto(name=name, data_type=kind, dims=array.shape, data_location=TensorProto.EXTERNAL)
    for key, value in {"location": "memory", "offset": 0, "length": array.nbytes}.items():
        tensor.external_data.add(key=key, value=str(value))
    return tensor


def sentence_encoder(weights: Weights, config: Config) -> Built:
    """Pools many units out of one pass over the tokens.

    Input `pooling`, float32 (batch, units, tokens): each row the weights of a unit's tokens. Output `vectors`,
    float32 (batch, units, hidden): each row the weighted mean of the tokens' states, L2-normalised.
    """
    graph = Graph(weights)
    hidden = encoder(graph, config)
    pooled = graph.op("MatMul", "pooling", hidden)
    graph.nodes.append(helper.make_node("LpNormalization", [pooled], ["vectors"], axis=-1, p=2))
    pooling = helper.make_tensor_value_info("pooling", TensorProto.FLOAT, ["batch", "units", "tokens"])
    vectors = helper.make_tensor_value_info(
        "vectors", TensorProto.FLOAT, ["batch", "units", int(config["hidden_size"])]
    )
    return finish(graph, [*token_inputs(), pooling], [vectors])


def read_config(model_dir: Path) -> Config:
    config: Config = json.loads((model_dir / "config.json").read_text(encoding="utf-8"))
    return config
