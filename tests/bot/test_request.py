"""What a front gives and takes: buttons that every platform accepts, replies that may be nothing."""

import pytest

from bot.doc import Doc, Para
from bot.request import Button, File, Reply, Request


def test_an_action_may_be_as_long_as_telegram_takes() -> None:
    assert Button("x", "问" * 21 + "a").action


@pytest.mark.parametrize(
    ("action", "url"),
    [
        pytest.param("a" * 65, "", id="an action of 65 bytes"),
        pytest.param("问" * 22, "", id="22 characters of three bytes"),
        pytest.param("", "", id="neither"),
        pytest.param("/help", "https://arxiv.org", id="both"),
    ],
)
def test_a_button_that_a_platform_would_refuse_cannot_be_made(action: str, url: str) -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        Button("x", action, url)


@pytest.mark.parametrize(
    ("reply", "silent"),
    [
        pytest.param(Reply(Doc()), True, id="nothing"),
        pytest.param(Reply(Doc(Para("x"))), False, id="a text"),
        pytest.param(Reply(Doc(), files=(File("a.md", b"x"),)), False, id="a file alone"),
    ],
)
def test_a_reply_without_text_and_files_is_nothing_to_send(reply: Reply, silent: bool) -> None:
    assert reply.silent == silent


@pytest.mark.parametrize(
    ("request_", "may"),
    [
        pytest.param(Request("x"), True, id="in private"),
        pytest.param(Request("x", private=False), False, id="a member of a group"),
        pytest.param(Request("x", private=False, is_admin=True), True, id="an administrator"),
        pytest.param(Request("x", private=False, is_operator=True), True, id="who runs it"),
    ],
)
def test_in_a_group_only_administrators_may_change_its_settings(request_: Request, may: bool) -> None:
    assert request_.may_change == may
