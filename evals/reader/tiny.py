"""A tiny encoder with random weights, in the files of the real one: for tests, and to try a recipe in seconds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, pre_tokenizers

HIDDEN, HEADS, INNER, LAYERS, PLACES = 24, 2, 48, 3, 160
MPNET_WORDS, BUCKETS = 140, 32
UNKNOWN = "[UNK]"
SPECIAL = ("[PAD]", UNKNOWN, "[CLS]", "[SEP]", "|")


def write_encoder(folder: Path, words: Sequence[str], seed: int = 6) -> None:
    """Writes tokenizer.json, config.json and model.safetensors. words: what the tokenizer knows."""
    folder.mkdir(parents=True, exist_ok=True)
    known = {word: number for number, word in enumerate((*SPECIAL, *words))}
    tokenizer = Tokenizer(models.WordLevel(known, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"layer_norm_eps": 1e-12, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "hidden_size": HIDDEN}
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    save_file(random_weights(len(known), seed), folder / "model.safetensors")


def random_weights(vocabulary: int, seed: int) -> dict[str, npt.NDArray[np.float32]]:
    """In the names of BERT."""
    chance = np.random.default_rng(seed)
    sizes = {"word": vocabulary, "position": PLACES, "token_type": 2}
    shapes: dict[str, tuple[int, ...]] = {f"embeddings.{k}_embeddings.weight": (n, HIDDEN) for k, n in sizes.items()}
    norms = ["embeddings.LayerNorm"]
    for layer in (f"encoder.layer.{number}" for number in range(LAYERS)):
        norms += [f"{layer}.attention.output.LayerNorm", f"{layer}.output.LayerNorm"]
        linear = {f"attention.self.{part}": (HIDDEN, HIDDEN) for part in ("query", "key", "value")}
        linear |= {"attention.output.dense": (HIDDEN, HIDDEN), "output.dense": (HIDDEN, INNER)}
        for name, shape in (linear | {"intermediate.dense": (INNER, HIDDEN)}).items():
            shapes |= {f"{layer}.{name}.weight": shape, f"{layer}.{name}.bias": shape[:1]}
    weights = {name: chance.normal(0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()}
    for name in norms:
        weights |= {f"{name}.weight": np.ones(HIDDEN, np.float32), f"{name}.bias": np.zeros(HIDDEN, np.float32)}
    return weights


def write_mpnet(folder: Path, seed: int = 8) -> None:
    """config.json and model.safetensors of a random MPNet, in its names."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "model_type": "mpnet",
        "max_position_embeddings": PLACES,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "intermediate_size": INNER,
        "layer_norm_eps": 1e-5,
        "relative_attention_num_buckets": BUCKETS,
    }
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    own = {_as_in_mpnet(name): array for name, array in random_weights(MPNET_WORDS, seed).items()}
    del own["embeddings.token_type_embeddings.weight"]
    distances = np.random.default_rng(seed).normal(0, 0.3, (BUCKETS, HEADS)).astype(np.float32)
    save_file(own | {"encoder.relative_attention_bias.weight": distances}, folder / "model.safetensors")


def _as_in_mpnet(name: str) -> str:
    for theirs, own in (("self.query", "attn.q"), ("self.key", "attn.k"), ("self.value", "attn.v")):
        name = name.replace(f"attention.{theirs}", f"attention.{own}")
    name = name.replace("attention.output.LayerNorm", "attention.LayerNorm")
    return name.replace("attention.output.dense", "attention.attn.o")


def write_head(path: Path, seed: int = 7, inner: int = 16) -> None:
    """Trained weights that hold nothing but a random head, half precision."""
    chance = np.random.default_rng(seed)
    shapes = {
        "inner.weight": (inner, 2 * HIDDEN),
        "inner.bias": (inner,),
        "outputs.weight": (3, inner),
        "outputs.bias": (3,),
    }
    save_file({f"head.{name}": chance.normal(0, 0.5, s).astype(np.float16) for name, s in shapes.items()}, path)
