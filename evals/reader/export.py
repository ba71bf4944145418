"""Writes what was trained as half-precision arrays, in the names of the encoder's own file, and its figures beside it.

python -m evals.reader.export RUN_FOLDER OUT.safetensors
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.numpy import save_file
from torch import Tensor

Halves = npt.NDArray[np.float16]

_NAMES = {
    "joined": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "norm2": "output.LayerNorm",
}


def exported(trained: dict[str, Tensor]) -> dict[str, Halves]:
    """`encoder.layers.2.qkv.weight` becomes three arrays named as in BERT; the head keeps its names."""
    found: dict[str, Halves] = {}
    for name, value in trained.items():
        array = value.detach().cpu().to(torch.float16).numpy()
        if name.startswith("encoder.layers."):
            found |= _layer(name, array)
        else:
            found[f"head.{name}"] = array
    return found


def _layer(name: str, array: Halves) -> dict[str, Halves]:
    _, _, number, module, part = name.split(".")
    place = f"encoder.layer.{number}"
    if module != "qkv":
        return {f"{place}.{_NAMES[module]}.{part}": array}
    thirds = np.split(array, 3)
    names = [f"{place}.attention.self.{kind}.{part}" for kind in ("query", "key", "value")]
    return {own: np.ascontiguousarray(third) for own, third in zip(names, thirds, strict=True)}


def imported(arrays: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """What `exported` wrote, in the names of the model; ranges of int8 and what else there may be are left."""
    found = {name.removeprefix("head."): value.float() for name, value in arrays.items() if name.startswith("head.")}
    layers = {name.split(".")[2] for name in arrays if name.startswith("encoder.layer.")}
    for number in sorted(layers):
        found |= _merged(arrays, f"encoder.layer.{number}", f"encoder.layers.{number}")
    return found


def _merged(arrays: Mapping[str, Tensor], theirs: str, ours: str) -> dict[str, Tensor]:
    layer = {}
    for part in ("weight", "bias"):
        thirds = [arrays[f"{theirs}.attention.self.{kind}.{part}"].float() for kind in ("query", "key", "value")]
        layer[f"{ours}.qkv.{part}"] = torch.cat(thirds)
        layer |= {f"{ours}.{own}.{part}": arrays[f"{theirs}.{name}.{part}"].float() for own, name in _NAMES.items()}
    return layer


def export(run: Path, out: Path) -> None:
    """Raises FileNotFoundError where the run has left no checkpoint."""
    kept = torch.load(run / "checkpoint.pt", weights_only=True, map_location="cpu")
    save_file(exported(kept["weights"]), out)
    record = {
        "recipe": json.loads((run / "recipe.json").read_text()),
        "steps": kept["step"],
        "minutes": round(kept["spent"] / 60, 1),
        "log": [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines() if "first" in line],
    }
    out.with_suffix(".json").write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]))
