"""Everything that can be configured, in one place: arguments, then `QA_*` variables, then `.env`, then `qa.toml`.

An unknown key is refused wherever it stands, so that a typing error never passes for a default.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from qa.errors import ConfigurationError

PREFIX = "QA_"
CONFIG_FILE_VARIABLE = "QA_CONFIG_FILE"
DEFAULT_CONFIG_FILE = "qa.toml"
ENV_FILE = ".env"
NOT_SHOWN = {"llm_api_key", "llm_base_url", "api_keys", "database_url", "chroma_url"}
"""Fields whose value may hold a secret: error messages leave it out."""

LLMS = {
    "extractive": (),
    "openai-like": ("llm_base_url", "llm_model"),
    "ollama": ("llm_model",),
    "anthropic": ("llm_model", "llm_api_key"),
}
"""The names that QA_LLM takes, each with the settings that it needs."""


def _split_keys(value: object) -> object:
    """`"a, b"` as `("a", "b")`; a TOML list stays one."""
    return [key.strip() for key in value.split(",") if key.strip()] if isinstance(value, str) else value


def _visible_ascii(keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    for key in keys:
        if not all(33 <= ord(character) <= 126 for character in key.get_secret_value()) or not key.get_secret_value():
            raise ValueError("a key holds a space, a control character or a letter outside ASCII")
    return keys


def _visible_key(key: SecretStr) -> SecretStr:
    return _visible_ascii((key,))[0]


def _at_home(folder: Path) -> Path:
    """With `~` and `~name` in full."""
    try:
        return folder.expanduser()
    except RuntimeError as error:  # no such user
        raise ValueError("it begins with ~ and a name that has no home folder here: write the path in full") from error


ApiKey = Annotated[SecretStr, AfterValidator(_visible_key)]
ApiKeys = Annotated[tuple[SecretStr, ...], BeforeValidator(_split_keys), AfterValidator(_visible_ascii)]
Folder = Annotated[Path, AfterValidator(_at_home)]


@dataclass(frozen=True, slots=True)
class Described:
    """One setting as `qa doctor` shows it: secrets are masked."""

    variable: str
    value: str
    is_default: bool


class Settings(BaseSettings):
    """What a service is made from. Raises ConfigurationError, naming the variable and what is allowed."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    articles_dir: Folder = Field(Path("seeds"), description="the folder of articles")
    data_dir: Folder = Field(Path(".qa"), description="the folder for the library and its indexes")
    host: str = Field("127.0.0.1", min_length=1, description="the address to listen on")
    port: int = Field(8000, ge=1, le=65535, description="a whole number from 1 to 65535")
    database_url: str | None = Field(
        None, min_length=1, repr=False, description="an SQLAlchemy URL; without it, a file in data_dir"
    )
    chroma_url: str | None = Field(
        None, repr=False, description="http://… or https://… of a Chroma server; without it, embedded"
    )
    embedding: str = Field("minilm", min_length=1, description="the name of an embedding: minilm")
    reader: Literal["trained", "features"] = Field(
        "trained", description="trained (a small model) or features (a formula, ten times as fast and less sure)"
    )
    llm: str = Field("extractive", description=f"{', '.join(LLMS)}, or the dotted path of a LlamaIndex LLM")
    llm_base_url: str | None = Field(
        None, repr=False, description="http://… or https://… of a language model's API, without a password in it"
    )
    llm_model: str | None = Field(None, min_length=1, description="the name of a model")
    llm_api_key: ApiKey | None = Field(None, description="a key of visible ASCII characters")
    llm_connect_s: float = Field(5, gt=0, le=600, description="seconds, above 0 and at most 600")
    llm_first_token_s: float = Field(60, gt=0, le=600, description="seconds, above 0 and at most 600")
    llm_silence_s: float = Field(20, gt=0, le=600, description="seconds, above 0 and at most 600")
    llm_total_s: float = Field(120, gt=0, le=3600, description="seconds, above 0 and at most 3600")
    llm_max_tokens: int = Field(512, ge=1, description="a whole number of tokens, at least 1")
    llm_retries: int = Field(2, ge=0, le=2, description="0, 1 or 2")
    llm_price_in: float | None = Field(None, ge=0, description="the price of a million tokens of a prompt")
    llm_price_out: float | None = Field(None, ge=0, description="the price of a million tokens of a reply")
    unsupported: Literal["drop", "mark"] = Field(
        "drop", description="drop (what the articles do not carry is left out) or mark (it is shown, and marked)"
    )
    api_keys: ApiKeys = Field((), description="keys of visible ASCII characters, separated by commas")
    max_article_bytes: int = Field(10_000_000, ge=1, description="a whole number of bytes, at least 1")

    def __init__(self, **values: Any) -> None:  # noqa: ANN401 - one for each field
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise ConfigurationError(_explain(error, values)) from None

    @classmethod
    def settings_customise_sources(  # three of its sources read less strictly than `_READERS`
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Init arguments first, then each of `_READERS`; the first that names a field wins."""
        return (init_settings, *(_Source(settings_cls, read()) for read in _READERS.values()))

    @field_validator("llm")
    @classmethod
    def _known_llm(cls, llm: str) -> str:
        if llm not in LLMS and not re.fullmatch(r"\w+(\.\w+)+", llm):
            raise ValueError("it is neither one of the names nor a dotted path")
        return llm

    @field_validator("chroma_url", "llm_base_url")
    @classmethod
    def _http(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(("http://", "https://")):
            raise ValueError("it is not an http(s) URL")
        return url

    @field_validator("llm_base_url")
    @classmethod
    def _no_password(cls, url: str | None) -> str | None:
        if url is not None and urlsplit(url).username is not None:
            raise ValueError("it holds a user's name or password: a key goes into QA_LLM_API_KEY")
        return url

    @model_validator(mode="after")
    def _llm_can_be_asked(self) -> Settings:
        """Raises ConfigurationError where the chosen model lacks a setting that it needs."""
        for name in LLMS.get(self.llm, ()):
            if getattr(self, name) is None:
                raise ConfigurationError(f"QA_LLM is {self.llm}, which needs {variable_of(name)}: set it.")
        if (self.llm_price_in is None) != (self.llm_price_out is None):
            raise ConfigurationError("A cost needs both QA_LLM_PRICE_IN and QA_LLM_PRICE_OUT: set both, or neither.")
        return self

    @model_validator(mode="after")
    def _closed_to_strangers(self) -> Settings:
        if not self.api_keys and not is_loopback(self.host):
            raise ConfigurationError(
                f"QA_HOST is {self.host!r}, which other machines can reach, and QA_API_KEYS is empty: "
                "set QA_API_KEYS to one or more keys separated by commas, or QA_HOST to 127.0.0.1."
            )
        return self

    @property
    def record_url(self) -> str:
        """The SQLAlchemy URL of the database of record."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'library.db').absolute()}"

    @property
    def url(self) -> str:
        """Where a client on this machine finds the service."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - read, not bound
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    def describe(self) -> tuple[Described, ...]:
        """Every setting in the order above, secrets masked."""
        return tuple(
            Described(variable_of(name), self._shown(name), name not in self.model_fields_set)
            for name in type(self).model_fields
        )

    def _shown(self, name: str) -> str:
        value = getattr(self, name)
        if value is None or value == ():
            return "not set"
        if name == "api_keys":
            return f"{len(self.api_keys)} set, not shown"
        return "set, not shown" if name in NOT_SHOWN else str(value)


def variable_of(name: str) -> str:
    """`data_dir` as `QA_DATA_DIR`."""
    return PREFIX + name.upper()


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens there. A name other than localhost is taken for reachable."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Source(PydanticBaseSettingsSource):
    """Values that were read elsewhere, by field name."""

    def __init__(self, settings_cls: type[BaseSettings], values: Mapping[str, object]) -> None:
        super().__init__(settings_cls)
        self._values = values

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return self._values.get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        return dict(self._values)


def _from_environment() -> dict[str, object]:
    return _prefixed(os.environ, "the environment")


def _from_env_file() -> dict[str, object]:
    try:
        return _prefixed(dotenv_values(ENV_FILE, encoding="utf-8"), ENV_FILE)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{ENV_FILE} cannot be read ({error}): mend or remove it.") from error


def _prefixed(variables: Mapping[str, str | None], place: str) -> dict[str, object]:
    """The `QA_*` variables by field name. An empty one counts as absent: compose files pass those on."""
    ours = {name.upper(): value for name, value in variables.items() if name.upper().startswith(PREFIX)}
    known = {variable_of(name): name for name in Settings.model_fields}
    for variable in ours:
        if variable not in known and variable != CONFIG_FILE_VARIABLE:
            raise ConfigurationError(_unknown(variable, place, [*known, CONFIG_FILE_VARIABLE]))
    return {known[variable]: value for variable, value in ours.items() if value and variable in known}


def _from_toml() -> dict[str, object]:
    named = os.environ.get(CONFIG_FILE_VARIABLE) or dotenv_values(ENV_FILE).get(CONFIG_FILE_VARIABLE)
    path = Path(named or DEFAULT_CONFIG_FILE)
    if not named and not path.exists():
        return {}
    values = _parsed(path)
    for key in values:
        if key not in Settings.model_fields:
            raise ConfigurationError(_unknown(key, str(path), list(Settings.model_fields)))
    return values


def _parsed(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"The configuration file {path} cannot be read: {error.strerror}.") from error
    except ValueError as error:  # not TOML, or not UTF-8
        raise ConfigurationError(f"The configuration file {path} is not TOML: {error}.") from error


_READERS: dict[str, Callable[[], dict[str, object]]] = {
    "the environment": _from_environment,
    ENV_FILE: _from_env_file,
    "the configuration file": _from_toml,
}


def _unknown(key: str, place: str, known: list[str]) -> str:
    by_lower = {each.lower(): each for each in known}
    near = difflib.get_close_matches(key.lower(), by_lower, n=1, cutoff=0)
    return f"{key} in {place} is not a setting: remove it, or did you mean {by_lower[near[0]]}?"


def _explain(error: ValidationError, arguments: Mapping[str, object]) -> str:
    return "\n".join(_explain_one(str(line["loc"][0]), line["msg"], arguments) for line in error.errors())


def _explain_one(name: str, message: str, arguments: Mapping[str, object]) -> str:
    if name not in Settings.model_fields:
        return _unknown(name, "the arguments", list(Settings.model_fields))
    place, value = _where(name, arguments)
    shown = "" if name in NOT_SHOWN else f" is {value!r}"
    why = message.removeprefix("Value error, ")
    allowed = Settings.model_fields[name].description
    return f"{variable_of(name)}{shown} (from {place}): {why[:1].lower()}{why[1:]}. Allowed: {allowed}."


def _where(name: str, arguments: Mapping[str, object]) -> tuple[str, object]:
    """The source that a value was taken from, and the value."""
    if name in arguments:
        return "the arguments", arguments[name]
    found = ((place, values[name]) for place, read in _READERS.items() if name in (values := read()))
    return next(found, ("its default", None))
