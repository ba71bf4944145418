"""The encoder's layers with their products in int8: a third of the time of float32, the same score in every batch.

Weights are bytes, signed where the processor can (`exact`), one scale a column; what goes into a product is unsigned
bytes by a fixed range, measured on training data when the weights were exported ("static" quantisation, Jacob et al.
2018, arXiv:1712.05877). Dynamic quantisation takes the range from the batch, so that a score would hang on what else is
read. Norms, softmax and everything that is added stay float32.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper

from qa.retrieval.minilm import Config, Graph, Weights, embeddings, finish, picked, residual_norm

PREFIX = "int8"
"""In the file of weights, `int8.PLACE.range` holds the least and greatest value that goes into a product, shape (2,),
`int8.PLACE.smooth` what each column is divided by before, shape (columns,). PLACE is `encoder.layer.N.` and `input`,
`attended`, `between` or `inner`."""
LEVELS = 255
MOST = 127  # of a signed byte, kept symmetric
UNSIGNED_ZERO = 128  # the byte that stands for 0 where weights are unsigned


class Int8Graph(Graph):
    """A graph that also holds bytes."""

    def __init__(self, weights: Weights) -> None:
        super().__init__(weights)
        self._quantised: dict[str, tuple[str, str, str]] = {}

    def typed(self, name: str, value: npt.NDArray[Any]) -> str:
        self.constants[name] = np.ascontiguousarray(value)
        return name

    def bytes_of(self, x: str, place: str) -> tuple[str, str, str]:
        """x as unsigned bytes by the range of `place`, with the names of scale and zero; once for all its products."""
        if x not in self._quantised:
            scale, zero = scale_and_zero(self.weights[f"{PREFIX}.{place}.range"])
            names = self.constant(f"{place}.scale", scale), self.typed(f"{place}.zero", zero)
            smaller = self.constant(f"{place}.smaller", 1 / self.weights[f"{PREFIX}.{place}.smooth"])
            self._quantised[x] = (self.op("QuantizeLinear", self.op("Mul", x, smaller), *names), *names)
        return self._quantised[x]

    def product(self, x: str, place: str, key: str, *, biased: bool = False) -> str:
        """x times the weight of `key`, float32, with its bias if wanted.

        Columns of x that reach far are divided, and their weights multiplied, by the same number, so that they do not
        cost the others their precision (SmoothQuant, Xiao et al. 2022, arXiv:2211.10438).
        """
        bias = [self.weight(f"{key}.bias")] if biased else []
        source = self.bytes_of(x, place)
        columns, steps = quantised(self.weights[f"{key}.weight"] * self.weights[f"{PREFIX}.{place}.smooth"])
        return self.product_of_bytes(source, key, exact(columns), steps, *bias)

    def product_of_bytes(
        self,
        source: tuple[str, str, str],
        key: str,
        columns: npt.NDArray[Any],
        steps: npt.NDArray[np.float32],
        *bias: str,
    ) -> str:
        """source: bytes, their scale and zero. columns: shape (in, out), about UNSIGNED_ZERO if unsigned."""
        x, scale, zero = source
        middle = 0 if columns.dtype == np.int8 else UNSIGNED_ZERO
        weight = self.typed(f"{key}.bytes", columns), self.constant(f"{key}.steps", steps)
        zeros = self.typed(f"{key}.zeros", np.full(len(steps), middle, columns.dtype))
        return self.fused("MatMulIntegerToFloat", x, weight[0], scale, weight[1], zero, zeros, *bias)


@cache
def cuts_sums() -> bool:
    """Whether signed weights would be multiplied inexactly here, so that they must be unsigned.

    Processors without VNNI add two products in 16 bits and cut what is over (VPMADDUBSW; "saturation"
    in ONNX Runtime's guide to quantisation): logits moved by 0.14 on average, by 1 at most. Unsigned weights take
    another kernel, which is exact and a fifth slower there; elsewhere it would be slower still, so it is tried out.
    """
    graph, size = Int8Graph({}), 64
    names = graph.constant("scale", np.float32(1)), graph.typed("zero", np.array(0, np.uint8))
    columns = np.full((size, size), MOST, np.int8)
    product = graph.product_of_bytes(("x", *names), "probe", columns, np.ones(size, np.float32))
    inputs = [helper.make_tensor_value_info("x", TensorProto.UINT8, [size, size])]
    built = finish(graph, inputs, [helper.make_tensor_value_info(product, TensorProto.FLOAT, [size, size])])
    found = built.session(threads=1).run(None, {"x": np.full((size, size), LEVELS, np.uint8)})[0]
    return bool((np.asarray(found) != LEVELS * MOST * size).any())


def exact(columns: npt.NDArray[np.int8]) -> npt.NDArray[Any]:
    """The weights in the form in which this processor multiplies them exactly."""
    return (columns.astype(np.int16) + UNSIGNED_ZERO).astype(np.uint8) if cuts_sums() else columns


def scale_and_zero(limits: npt.NDArray[np.float32]) -> tuple[np.float32, npt.NDArray[np.uint8]]:
    """The step of a byte and the byte that stands for 0; the range is widened to hold 0."""
    least, greatest = min(float(limits[0]), 0.0), max(float(limits[1]), 0.0)
    scale = max(greatest - least, 1e-6) / LEVELS
    return np.float32(scale), np.array(round(-least / scale), dtype=np.uint8)


def quantised(weight: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """A linear layer's weight (out, in) as bytes (in, out), and the step of each column, shape (out,)."""
    steps = np.maximum(np.abs(weight).max(axis=1), 1e-9) / MOST
    columns = np.round(weight / steps[:, None]).astype(np.int8).T
    return columns, steps.astype(np.float32)


def encoder(graph: Int8Graph, config: Config) -> str:
    """As qa.retrieval.minilm.encoder, but only the picked tokens' last states: float32 (batch, kept, hidden).

    Of the last layer nothing but those is ever read, so nothing else is computed: a tenth of the whole.
    """
    hidden = embeddings(graph, float(config["layer_norm_eps"]), "")
    layers = [f"encoder.layer.{number}" for number in range(int(config["num_hidden_layers"]))]
    for key in layers[:-1]:
        hidden = layer(graph, hidden, hidden, key, config)
    return layer(graph, picked(graph, hidden), hidden, layers[-1], config)


def layer(graph: Int8Graph, x: str, everything: str, key: str, config: Config) -> str:
    """One layer for the tokens of x, which attend to everything."""
    epsilon = float(config["layer_norm_eps"])
    attended = attention(graph, x, everything, f"{key}.attention.self", int(config["num_attention_heads"]))
    projected = graph.product(attended, f"{key}.attended", f"{key}.attention.output.dense")
    x = residual_norm(graph, projected, x, f"{key}.attention.output", epsilon)
    inner = graph.fused("Gelu", graph.product(x, f"{key}.between", f"{key}.intermediate.dense", biased=True))
    outer = graph.product(inner, f"{key}.inner", f"{key}.output.dense")
    return residual_norm(graph, outer, x, f"{key}.output", epsilon)


def attention(graph: Int8Graph, x: str, everything: str, key: str, heads: int) -> str:
    place = key.replace("attention.self", "input")
    query = graph.product(x, place, f"{key}.query", biased=True)
    others = [graph.product(everything, place, f"{key}.{name}", biased=True) for name in ("key", "value")]
    return graph.fused("MultiHeadAttention", query, *others, "", "attention_mask", num_heads=heads)
