"""Settings: every key is known and written down, errors name the key, and a secret is never shown."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot import config
from bot.config import Settings
from store.errors import ConfigError

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
SECRET = "sk-hush-hush-hush"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def dotted(table: dict[str, Any], above: str = "") -> list[str]:
    found: list[str] = []
    for name, value in table.items():
        found += dotted(value, f"{above}{name}.") if isinstance(value, dict) else [above + name]
    return found


def written(text: str) -> Path:
    path = Path("my.toml")
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_holds_every_key_and_no_other() -> None:
    assert sorted(dotted(tomllib.loads(EXAMPLE.read_text("utf-8")))) == sorted(config.keys())


def test_the_example_holds_the_defaults() -> None:
    assert config.load(EXAMPLE) == Settings()


def test_without_a_file_there_are_defaults() -> None:
    assert config.load() == Settings()


def test_a_config_toml_beside_us_is_read() -> None:
    Path("config.toml").write_text('data = "elsewhere"', encoding="utf-8")
    assert config.load().data == Path("elsewhere")


def test_a_file_that_is_named_is_read_in_place_of_it() -> None:
    Path("config.toml").write_text('data = "elsewhere"', encoding="utf-8")
    assert config.load(written('data = "here"')).data == Path("here")


def test_a_file_that_is_named_must_be_there() -> None:
    with pytest.raises(ConfigError, match=r"no\.toml is not there"):
        config.load(Path("no.toml"))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("datta = 1", "datta", id="an unknown key"),
        pytest.param("[embedding]\nkey = 1", "embedding.key", id="an unknown key in a table"),
        pytest.param("[chats]\n", "chats", id="an unknown table"),
        pytest.param("[log]\nas_json = true", "log.as_json", id="a field's name in place of its key"),
        pytest.param("languages = []", "languages", id="no language"),
        pytest.param('languages = ["fr"]', "languages.0", id="a language that it doesn't speak"),
        pytest.param('[embedding]\nprovider = "cloud"', "embedding.provider", id="an unknown provider"),
        pytest.param('[log]\nlevel = "loud"', "log.level", id="an unknown level"),
        pytest.param("[log]\njson = 3", "log.json", id="a number for a switch"),
        pytest.param('[discord]\napi_base = "discord.com"', "discord.api_base", id="an address without https"),
        pytest.param("[discord]\nshard_ids = [2]\nshard_count = 2", "discord", id="a shard beyond the last"),
        pytest.param("[discord]\nshard_ids = [0]", "shard_count", id="shards without their number"),
    ],
)
def test_a_wrong_file_is_an_error_that_names_the_key(text: str, named: str) -> None:
    with pytest.raises(ConfigError, match=rf"my\.toml: .*{named}"):
        config.load(written(text))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"data = ", id="no TOML"),
        pytest.param(b'data = "\xff"', id="no UTF-8"),
        pytest.param(b"\x00", id="a NUL"),
    ],
)
def test_a_file_that_cannot_be_read_as_toml_is_named(content: bytes) -> None:
    Path("my.toml").write_bytes(content)
    with pytest.raises(ConfigError, match=r"my\.toml"):
        config.load(Path("my.toml"))


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be read"):
        config.load(tmp_path)


def test_a_variable_sets_a_key_in_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_EMBEDDING__MODEL", "e5")
    assert config.load().embedding.model == "e5"


def test_a_variable_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_LOG__LEVEL", "error")
    assert config.load(written('[log]\nlevel = "debug"\njson = true')).log.model_dump() == {
        "level": "error",
        "as_json": True,
    }


@pytest.mark.parametrize(
    ("written_as", "read_as"),
    [
        pytest.param("false", False, id="nowhere"),
        pytest.param("true", True, id="everywhere"),
        pytest.param("[81384788765712384]", (81384788765712384,), id="in one guild"),
    ],
)
def test_where_threads_are_opened_is_read_from_file_and_environment(
    monkeypatch: pytest.MonkeyPatch, written_as: str, read_as: object
) -> None:
    assert config.load(written(f"[discord]\nthreads = {written_as}")).discord.threads == read_as
    monkeypatch.setenv("PAPERBOY_DISCORD__THREADS", written_as)
    assert config.load().discord.threads == read_as


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("PAPERBOY_DATTA", id="no key"),
        pytest.param("PAPERBOY_EMBEDDING__KEY", id="no key of the table"),
        pytest.param("PAPERBOY_EMBEDDING_API_KEY", id="one underscore for two"),
    ],
)
def test_a_misspelt_variable_is_an_error_that_names_it(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "x")
    with pytest.raises(ConfigError, match=name):
        config.load()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f'[embedding]\nprovider = "{SECRET}"', id="a secret under the wrong key"),
        pytest.param(f'[embedding]\napi_key = ["{SECRET}"]', id="a secret in a list"),
        pytest.param(f'[embedding]\nkey = "{SECRET}"', id="a secret under an unknown key"),
    ],
)
def test_an_error_never_shows_the_value(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config.load(written(text))
    assert SECRET not in str(caught.value)


def test_a_secret_is_masked_wherever_settings_are_shown() -> None:
    settings = config.load(written(f'[embedding]\napi_key = "{SECRET}"'))
    assert SECRET not in f"{settings} {settings!r} {settings.model_dump_json()}"


def test_a_secret_can_be_read_by_whoever_asks_for_it() -> None:
    settings = config.load(written(f'[embedding]\napi_key = "{SECRET}"'))
    assert settings.embedding.api_key.get_secret_value() == SECRET


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("[llm]\nmodel = 'm'\ndaily_budget_usd = 1.0\n", r"llm: .*price_in", id="the day's"),
        pytest.param(
            "[llm]\nmodel = 'm'\n[limits.daily_budget_usd]\nchat = 1.0\n",
            r"config\.toml: Value error, limits\.daily_budget_usd needs llm\.price_in",
            id="a chat's",
        ),
    ],
)
def test_a_budget_in_money_needs_prices(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=told):
        config.load(file)
