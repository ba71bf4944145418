from __future__ import annotations

from pathlib import Path

import pytest

from qa.errors import ConfigurationError
from qa.settings import Settings, is_loopback

SECRET = "s3cret-value"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory: no `.env`, no `qa.toml`."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refusal(**values: object) -> str:
    with pytest.raises(ConfigurationError) as caught:
        Settings(**values)
    return str(caught.value)


def test_defaults_are_those_of_the_contract() -> None:
    settings = Settings()
    assert settings.articles_dir == Path("seeds")
    assert settings.data_dir == Path(".qa")
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert (settings.embedding, settings.llm) == ("minilm", "extractive")
    assert (settings.database_url, settings.chroma_url, settings.llm_api_key) == (None, None, None)
    assert settings.api_keys == ()
    assert settings.max_article_bytes == 10_000_000


def test_arguments_win_over_environment_over_env_file_over_toml(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "qa.toml").write_text('port = 1\narticles_dir = "t"\ndata_dir = "t"\nembedding = "t"\n')
    (folder / ".env").write_text("QA_PORT=2\nQA_ARTICLES_DIR=e\nQA_DATA_DIR=e\n")
    monkeypatch.setenv("QA_PORT", "3")
    monkeypatch.setenv("QA_ARTICLES_DIR", "v")
    settings = Settings(port=4)
    assert settings.port == 4
    assert settings.articles_dir == Path("v")
    assert settings.data_dir == Path("e")
    assert settings.embedding == "t"


def test_config_file_may_be_named_elsewhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "other.toml").write_text("port = 9\n")
    monkeypatch.setenv("QA_CONFIG_FILE", "other.toml")
    assert Settings().port == 9


def test_config_file_that_is_named_must_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_CONFIG_FILE", "nowhere.toml")
    assert "nowhere.toml" in refusal()


@pytest.mark.parametrize("content", [b"port = ", b"\xff\xfe"])
def test_broken_toml_is_named(folder: Path, content: bytes) -> None:
    (folder / "qa.toml").write_bytes(content)
    assert "qa.toml is not TOML" in refusal()


def test_env_file_that_is_not_text_is_named(folder: Path) -> None:
    (folder / ".env").write_bytes(b"QA_PORT=\xff\n")
    assert ".env cannot be read" in refusal()


def test_unknown_variable_is_refused_with_the_nearest_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_ARTICLE_DIR", "x")
    message = refusal()
    assert "QA_ARTICLE_DIR in the environment" in message
    assert "QA_ARTICLES_DIR" in message


def test_unknown_key_in_env_file_is_refused_and_foreign_ones_are_left_alone(folder: Path) -> None:
    (folder / ".env").write_text("OTHER=1\nQA_PORT=5\n")
    assert Settings().port == 5
    (folder / ".env").write_text("QA_PROT=5\n")
    message = refusal()
    assert "QA_PROT in .env" in message
    assert "QA_PORT" in message


def test_unknown_key_in_toml_is_refused_with_the_nearest_known(folder: Path) -> None:
    (folder / "qa.toml").write_text("hots = 'x'\n")
    message = refusal()
    assert "hots in qa.toml" in message
    assert "host" in message


def test_unknown_argument_is_refused() -> None:
    assert "did you mean port" in refusal(prot=1)


def test_key_in_capitals_is_told_the_setting_that_it_means(folder: Path) -> None:
    (folder / "qa.toml").write_text("PORT = 1")
    assert "PORT in qa.toml is not a setting: remove it, or did you mean port?" in refusal()


def test_empty_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_API_KEYS", "")
    monkeypatch.setenv("QA_PORT", "")
    assert Settings().api_keys == ()
    assert Settings().port == 8000


@pytest.mark.parametrize("value", ["abc", "0", "65536", "1.5"])
def test_bad_port_names_variable_value_source_and_what_is_allowed(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_PORT", value)
    message = refusal()
    assert f"QA_PORT is {value!r} (from the environment)" in message
    assert "1 to 65535" in message


def test_every_bad_value_is_named_at_once(folder: Path) -> None:
    (folder / "qa.toml").write_text("port = 0\nmax_article_bytes = 'x'\n")
    message = refusal()
    assert "QA_PORT" in message
    assert "QA_MAX_ARTICLE_BYTES" in message
    assert "the configuration file" in message


@pytest.mark.parametrize("llm", ["gpt", "openai", "", "a..b", ".a", "a.b c", "os.system('x')"])
def test_a_language_model_that_is_not_known_is_refused_with_what_is_allowed(llm: str) -> None:
    message = refusal(llm=llm)
    assert f"QA_LLM is {llm!r}" in message
    assert "extractive, openai-like, ollama, anthropic, or the dotted path" in message


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"llm": "openai-like", "llm_model": "m"}, "QA_LLM_BASE_URL"),
        ({"llm": "openai-like", "llm_base_url": "http://h/v1"}, "QA_LLM_MODEL"),
        ({"llm": "ollama"}, "QA_LLM_MODEL"),
        ({"llm": "anthropic", "llm_model": "m"}, "QA_LLM_API_KEY"),
    ],
)
def test_a_language_model_needs_its_settings(given: dict[str, str], missing: str) -> None:
    assert refusal(**given) == f"QA_LLM is {given['llm']}, which needs {missing}: set it."


def test_each_way_to_a_language_model_is_taken() -> None:
    endpoint = {"llm_base_url": "https://h/v1", "llm_model": "m", "llm_api_key": "k"}
    for llm in ("openai-like", "ollama", "anthropic", "my.own.model"):
        assert Settings(llm=llm, **endpoint).llm == llm


@pytest.mark.parametrize("url", ["h/v1", "ftp://h", f"https://user:{SECRET}@h/v1", f"https://{SECRET}@h/v1"])
def test_the_url_of_a_language_model_holds_no_secret(url: str) -> None:
    message = refusal(llm_base_url=url)
    assert "QA_LLM_BASE_URL" in message
    assert SECRET not in message


def test_a_key_of_a_language_model_that_no_header_can_carry_is_refused_without_showing_it() -> None:
    message = refusal(llm_api_key="schl\u00fcssel")
    assert "QA_LLM_API_KEY" in message
    assert "schl" not in message


@pytest.mark.parametrize("price", ["llm_price_in", "llm_price_out"])
def test_one_price_without_the_other_is_refused(price: str) -> None:
    assert "QA_LLM_PRICE_IN and QA_LLM_PRICE_OUT" in refusal(**{price: 1})
    assert Settings(llm_price_in=0, llm_price_out=1).llm_price_out == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("llm_connect_s", 0),
        ("llm_first_token_s", 601),
        ("llm_silence_s", "x"),
        ("llm_total_s", 3601),
        ("llm_max_tokens", 0),
        ("llm_retries", 3),
    ],
)
def test_limits_of_a_language_model_have_limits(name: str, value: object) -> None:
    assert f"{name.upper()} is {value!r}" in refusal(**{name: value})


def test_chroma_url_must_be_http() -> None:
    assert "QA_CHROMA_URL" in refusal(chroma_url="ftp://x")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.org"])
def test_host_that_others_reach_needs_keys(host: str) -> None:
    message = refusal(host=host)
    assert host in message
    assert "QA_API_KEYS" in message
    assert Settings(host=host, api_keys="k").host == host


@pytest.mark.parametrize(
    ("host", "expected"), [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("a.b", False)]
)
def test_loopback_addresses_are_told_apart(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_keys_are_split_at_commas_and_a_toml_list_stays_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "qa.toml").write_text('api_keys = ["c", "d"]\n')
    assert [key.get_secret_value() for key in Settings().api_keys] == ["c", "d"]
    monkeypatch.setenv("QA_API_KEYS", "a, b,,")
    assert [key.get_secret_value() for key in Settings().api_keys] == ["a", "b"]


@pytest.mark.parametrize("keys", ["a b", "schlüssel", "a\tb"])
def test_key_that_no_header_can_carry_is_refused_without_showing_it(keys: str) -> None:
    message = refusal(api_keys=keys)
    assert "QA_API_KEYS" in message
    assert keys not in message


def test_secrets_are_never_printed() -> None:
    settings = Settings(api_keys=SECRET, llm_api_key=SECRET, database_url=f"postgresql://u:{SECRET}@h/d")
    described = " ".join(line.value for line in settings.describe())
    assert SECRET not in described
    assert SECRET not in repr(settings.api_keys) + repr(settings.llm_api_key)
    assert SECRET not in repr(settings)


@pytest.mark.parametrize("field", ["llm_api_key", "llm_base_url", "database_url", "chroma_url"])
def test_bad_secret_is_not_shown(field: str) -> None:
    message = refusal(**{field: [SECRET]})
    assert field.upper() in message
    assert SECRET not in message


def test_describe_tells_defaults_from_what_was_set() -> None:
    described = {line.variable: line for line in Settings(port=81).describe()}
    assert described["QA_PORT"].value == "81"
    assert not described["QA_PORT"].is_default
    assert described["QA_HOST"].is_default
    assert described["QA_DATABASE_URL"].value == "not set"


def test_home_folder_is_expanded(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("HOME", str(folder))
    assert Settings(data_dir="~/x").data_dir == folder / "x"


def test_home_folder_of_a_user_that_is_not_there_is_refused_in_words() -> None:
    assert "QA_ARTICLES_DIR is '~nobody-of-that-name/x'" in refusal(articles_dir="~nobody-of-that-name/x")


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:8000"), ("0.0.0.0", "http://127.0.0.1:8000"), ("::", "http://[::1]:8000")],
)
def test_url_is_one_that_this_machine_can_reach(host: str, url: str) -> None:
    assert Settings(host=host, api_keys="k").url == url


def test_database_of_record_is_a_file_of_the_data_folder_unless_told(folder: Path) -> None:
    assert Settings(data_dir="d").record_url == f"sqlite:///{folder}/d/library.db"
    assert Settings(database_url="postgresql://h/d").record_url == "postgresql://h/d"
