"""`paperboy init` through the real command line: piped answers and options, against the strict stand-ins."""

import asyncio
import tomllib
from collections.abc import AsyncIterator

import pytest

from tests.fakes.discord_server import DiscordServer
from tests.fakes.telegram_server import TelegramServer
from tests.flows.command import Done, paperboy
from tests.flows.test_run_discord import TELEGRAM_TOKEN, TOKEN
from tests.flows.world import KEY

NO_MORE = "\n\n\n\n\n\n"


@pytest.fixture
def init(tmp_path):
    def command(*arguments: str, typed: str = "", **variables: str) -> Done:
        done = paperboy("init", *arguments, cwd=tmp_path, typed=typed, **variables)
        assert "Traceback" not in done.err
        assert not any(secret in done.out + done.err for secret in (TOKEN, TELEGRAM_TOKEN, KEY))
        return done

    return command


@pytest.fixture
async def platforms() -> AsyncIterator[dict[str, str]]:
    async with DiscordServer(token=TOKEN) as dc, TelegramServer(token=TELEGRAM_TOKEN) as tg:
        yield {"PAPERBOY_DISCORD__API_BASE": dc.api_url, "PAPERBOY_TELEGRAM__API_BASE": tg.url}


def written(place) -> dict:
    return tomllib.loads((place / "config.toml").read_text("utf-8"))


def test_a_console_needs_no_answer(init, tmp_path):
    done = init(typed=NO_MORE)
    assert (done.code, done.out.split(" ")[0]) == (0, "config.toml")
    assert written(tmp_path) == {"languages": ["zh", "en"], "ingest": {"time": "08:00", "timezone": "UTC"}}
    assert (tmp_path / "config.toml").stat().st_mode & 0o777 == 0o600
    assert paperboy("stats", "--json", cwd=tmp_path).json["papers"] == 0


async def test_both_platforms_are_checked_and_kept(init, tmp_path, platforms):
    typed = f"{TELEGRAM_TOKEN}\n{TOKEN}\n\nen\n07:30\nEurope/Berlin\n"
    done = await asyncio.to_thread(init, typed=typed, **platforms)
    assert done.code == 0, done.err
    assert "ok: telegram-token: @" in done.err
    assert "ok: discord-token" in done.err
    assert written(tmp_path) == {
        "languages": ["en"],
        "telegram": {"token": TELEGRAM_TOKEN},
        "discord": {"token": TOKEN},
        "ingest": {"time": "07:30", "timezone": "Europe/Berlin"},
    }


async def test_a_refused_token_is_asked_for_again_with_the_reason(init, tmp_path, platforms):
    typed = f"7:{'x' * 35}\n{TELEGRAM_TOKEN}\n" + NO_MORE
    done = await asyncio.to_thread(init, typed=typed, **platforms)
    assert done.code == 0, done.err
    assert "Telegram refuses the token" in done.err
    assert written(tmp_path)["telegram"] == {"token": TELEGRAM_TOKEN}


def test_answers_that_make_no_sense_are_asked_again_three_times(init, tmp_path):
    done = init(typed="\n\n\nxx\nxx\nxx\n")
    assert done.code == 2
    assert "languages does not hold, 3 times" in done.err
    assert not (tmp_path / "config.toml").exists()


def test_a_wrong_hour_is_asked_for_again(init, tmp_path):
    assert init(typed="\n\n\nzh\n25:00\n09:15\nMars\nUTC\n").code == 0
    assert written(tmp_path)["ingest"] == {"time": "09:15", "timezone": "UTC"}


def test_the_model_is_asked_a_word(init, world, tmp_path):
    model = ("--model", "fake-small", "--base-url", world.llm.base_url)
    done = init("--yes", *model, "--api-key", "wrong")
    assert done.code == 2
    assert not (tmp_path / "config.toml").exists()
    done = init("--yes", *model, "--api-key", KEY)
    assert done.code == 0, done.err
    assert "answers by json_schema" in done.err
    assert written(tmp_path)["llm"]["model"] == "fake-small"


def test_a_file_that_is_there_stays(init, tmp_path):
    (tmp_path / "config.toml").write_text('languages = ["en"]\n')
    done = init("--yes")
    assert (done.code, "there already" in done.err) == (2, True)
    assert written(tmp_path) == {"languages": ["en"]}


def test_input_that_ends_early_writes_nothing(init, tmp_path):
    done = init(typed="\n")
    assert (done.code, "input ended before discord.token" in done.err) == (2, True)
    assert not (tmp_path / "config.toml").exists()


def test_without_network_it_can_be_written_unchecked(init, tmp_path):
    assert init("--yes", "--unchecked", "--telegram-token", 'a"b\\c').code == 0
    assert written(tmp_path)["telegram"] == {"token": 'a"b\\c'}
