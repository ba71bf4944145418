"""The reader as it is trained: a BERT encoder (all-MiniLM-L6-v2) and a head of three outputs.

Needs torch; the service does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from qa.answering.pairing import Batch

EPSILON = 1e-12
HEAD = 384
OUTPUTS = 3


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of a BERT encoder: rows of its two tables, width, layers, attention heads, width within a layer.

    epsilon: of its norms. dropout: share of a layer's outputs left out in training.
    """

    vocabulary: int
    places: int
    hidden: int
    layers: int
    heads: int
    inner: int
    epsilon: float = EPSILON
    dropout: float = 0.0


class Layer(nn.Module):
    """One transformer layer of BERT (Devlin et al. 2019), after-norm."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        hidden, inner = sizes.hidden, sizes.inner
        self.heads = sizes.heads
        self.qkv, self.joined = nn.Linear(hidden, 3 * hidden), nn.Linear(hidden, hidden)
        self.up, self.down = nn.Linear(hidden, inner), nn.Linear(inner, hidden)
        self.norm1, self.norm2 = (nn.LayerNorm(hidden, eps=sizes.epsilon) for _ in range(2))
        self.left_out = nn.Dropout(sizes.dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """bias: added to the attention's logits; its shape must broadcast to (pairs, heads, tokens, tokens)."""
        pairs, tokens, hidden = x.shape
        split = self.qkv(x).view(pairs, tokens, 3, self.heads, hidden // self.heads)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias.to(query.dtype))
        x = self.norm1(x + self.left_out(self.joined(seen.transpose(1, 2).reshape(pairs, tokens, hidden))))
        risen: Tensor = self.norm2(x + self.left_out(self.down(functional.gelu(self.up(x)))))
        return risen


def padding(mask: Tensor) -> Tensor:
    """Shape (pairs, 1, 1, tokens): what to add to the attention's logits, so that nothing looks at the padding."""
    return (1.0 - mask[:, None, None, :].float()) * -1e9


class Encoder(nn.Module):
    """BERT's embeddings and layers."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        hidden = sizes.hidden
        self.words, self.places = nn.Embedding(sizes.vocabulary, hidden), nn.Embedding(sizes.places, hidden)
        self.kinds, self.norm = nn.Embedding(2, hidden), nn.LayerNorm(hidden, eps=sizes.epsilon)
        self.layers = nn.ModuleList(Layer(sizes) for _ in range(sizes.layers))

    def forward(self, ids: Tensor, mask: Tensor, kinds: Tensor) -> Tensor:
        x: Tensor = self.norm(self.words(ids) + self.kinds(kinds) + self.places.weight[: ids.shape[1]])
        bias = padding(mask)
        for layer in self.layers:
            x = layer(x, bias)
        return x

    def freeze(self, layers: int) -> None:
        """Keeps the embeddings and the first layers as they are."""
        for part in (self.words, self.places, self.kinds, self.norm, *self.layers[:layers]):
            part.requires_grad_(False)


class ReaderModel(nn.Module):
    """Three logits a pair: the sentence answers the question; it supports the claim; it refutes the claim."""

    def __init__(self, encoder: nn.Module, hidden: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.inner, self.outputs = nn.Linear(2 * hidden, HEAD), nn.Linear(HEAD, OUTPUTS)

    @property
    def device(self) -> torch.device:
        return self.inner.weight.device

    def forward(self, batch: Batch) -> Tensor:
        """Shape (pairs, 3)."""
        arrays = (batch.ids, batch.mask, batch.kinds, batch.spans)
        ids, mask, kinds, spans = (torch.from_numpy(array).to(self.device, non_blocking=True) for array in arrays)
        x = self.encoder(ids, mask, kinds)
        own = spans.float()
        mean = (x.float() * own[:, :, None]).sum(1) / own.sum(1, keepdim=True).clamp(min=1)
        logits: Tensor = self.outputs(torch.tanh(self.inner(torch.cat([x[:, 0].float(), mean], 1)))).float()
        return logits


def load_encoder(weights: Path, heads: int = 12) -> Encoder:
    """The encoder from its safetensors file, in the names Hugging Face gives (with or without `bert.`)."""
    tensors = {name.removeprefix("bert."): value for name, value in load_file(weights).items()}
    vocabulary, hidden = tensors["embeddings.word_embeddings.weight"].shape
    inner = tensors["encoder.layer.0.intermediate.dense.bias"].shape[0]
    layers = 1 + max(int(name.split(".")[2]) for name in tensors if name.startswith("encoder.layer."))
    places = tensors["embeddings.position_embeddings.weight"].shape[0]
    encoder = Encoder(Sizes(vocabulary, places, hidden, layers, heads, inner))
    encoder.load_state_dict(_renamed(tensors, layers))
    return encoder


def _renamed(tensors: dict[str, Tensor], layers: int) -> dict[str, Tensor]:
    own = {
        "words.weight": tensors["embeddings.word_embeddings.weight"],
        "places.weight": tensors["embeddings.position_embeddings.weight"],
        "kinds.weight": tensors["embeddings.token_type_embeddings.weight"],
        "norm.weight": tensors["embeddings.LayerNorm.weight"],
        "norm.bias": tensors["embeddings.LayerNorm.bias"],
    }
    for number in range(layers):
        own.update(_layer(tensors, f"encoder.layer.{number}", f"layers.{number}"))
    return own


def _layer(tensors: dict[str, Tensor], theirs: str, ours: str) -> dict[str, Tensor]:
    names = {
        "joined": "attention.output.dense",
        "norm1": "attention.output.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "norm2": "output.LayerNorm",
    }
    layer = {}
    for part in ("weight", "bias"):
        attention = [tensors[f"{theirs}.attention.self.{name}.{part}"] for name in ("query", "key", "value")]
        layer[f"{ours}.qkv.{part}"] = torch.cat(attention)
        layer |= {f"{ours}.{our}.{part}": tensors[f"{theirs}.{their}.{part}"] for our, their in names.items()}
    return layer
