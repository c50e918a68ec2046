"""What is logged: on stderr, in the form that was set, and without secrets."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import log
from bot.config_host import Log

KEY = "my-own-api-key"
TOKEN = "123456789:" + "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1"  # in two parts: no file may hold a whole one

DISCORD = "MTIzNDU2Nzg5MDEyMzQ1Njc4OT" + ".Gabcde." + "x" * 38


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_an_event_is_one_line_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    log.setup(Log())
    structlog.get_logger().warning("day_read", papers=3)
    out, err = capsys.readouterr()
    assert (out, err.count("\n"), "day_read" in err, "papers=3" in err) == ("", 1, True, True)


def test_json_lines_hold_event_level_time_and_fields(capsys: pytest.CaptureFixture[str]) -> None:
    log.setup(Log(json=True))
    structlog.get_logger().error("day_read", papers=3)
    line = json.loads(capsys.readouterr().err)
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "day_read", "level": "error", "papers": 3}


def test_libraries_log_in_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    log.setup(Log(json=True))
    logging.getLogger("a.library").warning("%s tries left", 2)
    assert json.loads(capsys.readouterr().err)["event"] == "2 tries left"


def test_a_line_says_to_which_request_and_chat_it_belongs(capsys: pytest.CaptureFixture[str]) -> None:
    log.setup(Log(json=True))
    with structlog.contextvars.bound_contextvars(request="1f", chat="42"):
        logging.getLogger("a.library").warning("slow")
    logging.getLogger("a.library").warning("slow")
    within, after = map(json.loads, capsys.readouterr().err.splitlines())
    assert (within["request"], within["chat"]) == ("1f", "42")
    assert "request" not in after


def test_what_is_below_the_level_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    log.setup(Log(level="warning"))
    structlog.get_logger().info("hello")
    logging.getLogger("a.library").info("hello")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("as_json", [pytest.param(False, id="text"), pytest.param(True, id="json")])
@pytest.mark.parametrize(
    ("secret", "value"),
    [
        pytest.param(KEY, f"used {KEY}", id="a setting's"),
        pytest.param(TOKEN, f"GET https://api.telegram.org/bot{TOKEN}/getMe", id="a Telegram token in a URL"),
        pytest.param(TOKEN, TOKEN, id="a Telegram token by itself"),
        pytest.param(DISCORD, f"Bot {DISCORD}", id="a Discord token"),
        pytest.param(
            "aW50ZXJhY3Rpb24", "POST https://discord.com/api/v10/webhooks/1/aW50ZXJhY3Rpb24", id="a webhook's"
        ),
        pytest.param("aW50ZXJhY3Rpb24", "POST /interactions/12/aW50ZXJhY3Rpb24/callback", id="an interaction's"),
        pytest.param("sk-abcdefgh12345678", "Incorrect API key: sk-abcdefgh12345678.", id="a model server's"),
        pytest.param("eyJhbGciOi", "Authorization: Bearer eyJhbGciOi", id="a bearer header's"),
        pytest.param(KEY, ValueError(f"not with {KEY}"), id="in an exception"),
        pytest.param(KEY, {"headers": {"key": KEY}}, id="in a table"),
    ],
)
def test_a_secret_is_not_logged(capsys: pytest.CaptureFixture[str], secret: str, value: object, as_json: bool) -> None:
    log.setup(Log(json=as_json), [KEY, ""])
    structlog.get_logger().warning("failed", what=value)
    err = capsys.readouterr().err
    assert (secret in err, log.MASK in err) == (False, True)


def test_a_secret_in_a_librarys_message_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    log.setup(Log(), [KEY])
    logging.getLogger("a.library").warning("HTTP Request: %s", f"https://server/?key={KEY}")
    assert KEY not in capsys.readouterr().err


def test_a_secret_in_a_traceback_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    log.setup(Log(), [KEY])
    try:
        raise RuntimeError(f"refused: {KEY}")
    except RuntimeError:
        structlog.get_logger().exception("failed")
    err = capsys.readouterr().err
    assert ("RuntimeError" in err, KEY in err) == (True, False)
