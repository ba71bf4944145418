"""MPNet (Song et al. 2020, arXiv:2004.09297) as the body of a teacher: five times the size of what ships.

It reads the same token numbers as the reader: its vocabulary is BERT's behind four tokens of its own. It was not
trained to be told which part is the question; the table for that starts at zero. Its table of distances stays as it is.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from evals.reader.model import Layer, Sizes, padding

OWN_TOKENS = 4
SPECIAL = {0: 1, 100: 3, 101: 0, 102: 2}
"""BERT's [PAD], [UNK], [CLS] and [SEP] in MPNet's numbers."""
FIRST_PLACE = 2
FARTHEST = 128


class MpnetEncoder(nn.Module):
    """MPNet's embeddings and layers, with the interface of evals.reader.model.Encoder."""

    def __init__(self, sizes: Sizes, buckets: int) -> None:
        super().__init__()
        hidden = sizes.hidden
        self.words, self.places = nn.Embedding(sizes.vocabulary, hidden), nn.Embedding(sizes.places, hidden)
        self.kinds, self.norm = nn.Embedding(2, hidden), nn.LayerNorm(hidden, eps=sizes.epsilon)
        self.distances = nn.Embedding(buckets, sizes.heads)
        self.left_out = nn.Dropout(sizes.dropout)
        self.layers = nn.ModuleList(Layer(sizes) for _ in range(sizes.layers))
        nn.init.zeros_(self.kinds.weight)
        self.distances.requires_grad_(False)
        numbers = torch.arange(sizes.vocabulary).add(OWN_TOKENS).clamp(max=sizes.vocabulary - 1)
        numbers[list(SPECIAL)] = torch.tensor(list(SPECIAL.values()))
        self.register_buffer("numbers", numbers, persistent=False)

    def forward(self, ids: Tensor, mask: Tensor, kinds: Tensor) -> Tensor:
        tokens = ids.shape[1]
        places = self.places.weight[FIRST_PLACE : FIRST_PLACE + tokens]
        x: Tensor = self.left_out(self.norm(self.words(self.numbers[ids]) + places + self.kinds(kinds)))
        steps = torch.arange(tokens, device=ids.device)
        near = self.distances(bucket(steps[None] - steps[:, None], self.distances.num_embeddings))
        bias = (near.permute(2, 0, 1)[None] + padding(mask)).contiguous()
        for layer in self.layers:
            x = layer(x, bias)
        return x


def bucket(distance: Tensor, buckets: int) -> Tensor:
    """The number of a distance in tokens: near ones singly, far ones in widening steps (Raffel et al. 2020, T5)."""
    half = buckets // 2
    exact = half // 2
    far = distance.abs()
    grown = torch.log(far.clamp(min=1).float() / exact) / math.log(FARTHEST / exact) * (half - exact)
    wide = (exact + grown.long()).clamp(max=half - 1)
    return (distance > 0).long() * half + torch.where(far < exact, far, wide)


def load_mpnet(folder: Path, dropout: float) -> MpnetEncoder:
    """From the config.json and model.safetensors of a folder, in the names Hugging Face gives."""
    config = json.loads((folder / "config.json").read_text("utf-8"))
    tensors = load_file(folder / "model.safetensors")
    vocabulary, hidden = tensors["embeddings.word_embeddings.weight"].shape
    sizes = Sizes(
        vocabulary, config["max_position_embeddings"], hidden, config["num_hidden_layers"],
        config["num_attention_heads"], config["intermediate_size"], config["layer_norm_eps"], dropout,
    )  # fmt: skip
    encoder = MpnetEncoder(sizes, config["relative_attention_num_buckets"])
    encoder.load_state_dict(_renamed(tensors, sizes.layers), strict=False)
    return encoder


def _renamed(tensors: dict[str, Tensor], layers: int) -> dict[str, Tensor]:
    own = {
        "words.weight": tensors["embeddings.word_embeddings.weight"],
        "places.weight": tensors["embeddings.position_embeddings.weight"],
        "norm.weight": tensors["embeddings.LayerNorm.weight"],
        "norm.bias": tensors["embeddings.LayerNorm.bias"],
        "distances.weight": tensors["encoder.relative_attention_bias.weight"],
    }
    names = {
        "joined": "attention.attn.o",
        "norm1": "attention.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "norm2": "output.LayerNorm",
    }
    for theirs, ours in ((f"encoder.layer.{n}", f"layers.{n}") for n in range(layers)):
        for part in ("weight", "bias"):
            own[f"{ours}.qkv.{part}"] = torch.cat([tensors[f"{theirs}.attention.attn.{n}.{part}"] for n in "qkv"])
            own |= {f"{ours}.{our}.{part}": tensors[f"{theirs}.{their}.{part}"] for our, their in names.items()}
    return own
