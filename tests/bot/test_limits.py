"""Limits: when each is reached, when it ends, and that it is told once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.app import App
from bot.config_talk import Budgets, Limits
from bot.limits import Limiter, Refusal, afford, decide
from bot.request import Request
from store.usage import Used

NOW = datetime(2031, 5, 7, 21, tzinfo=UTC)
MIDNIGHT = datetime(2031, 5, 8, tzinfo=UTC)
LIMITS = Limits(per_user_minute=2, per_user_day=5, per_chat_day=9)
NOTHING = Used()


def ago(*seconds: int) -> list[datetime]:
    return [NOW - timedelta(seconds=one) for one in seconds]


@pytest.mark.parametrize(
    ("minute", "user", "chat", "expected"),
    [
        pytest.param([], NOTHING, NOTHING, None, id="the first message"),
        pytest.param(ago(50), Used(4), Used(8), None, id="one below each limit"),
        pytest.param(
            ago(50, 20), NOTHING, NOTHING, Refusal("user_minute", 2, NOW + timedelta(seconds=10)), id="two in a minute"
        ),
        pytest.param(ago(60, 20), NOTHING, NOTHING, None, id="a minute has gone by"),
        pytest.param([], Used(5), NOTHING, Refusal("user_day", 5, MIDNIGHT), id="the asker's day"),
        pytest.param([], NOTHING, Used(9), Refusal("chat_day", 9, MIDNIGHT), id="the chat's day"),
    ],
)
def test_a_limit_is_reached_with_its_last_message(
    minute: list[datetime], user: Used, chat: Used, expected: Refusal | None
) -> None:
    assert decide(minute, user, chat, LIMITS, NOW, MIDNIGHT) == expected


def test_a_limit_of_zero_is_none() -> None:
    none = Limits(per_user_minute=0, per_user_day=0, per_chat_day=0)
    assert decide(ago(*range(59, 0, -1)), Used(999), Used(999), none, NOW, MIDNIGHT) is None


@pytest.mark.parametrize(
    ("user", "chat", "total", "which"),
    [
        pytest.param(0.99, 1.99, 2.99, None, id="below all"),
        pytest.param(1.0, 1.0, 1.0, "budget_user", id="the asker's"),
        pytest.param(0.5, 2.0, 2.0, "budget_chat", id="the chat's"),
        pytest.param(0.5, 0.5, 3.0, "budget_total", id="everybody's"),
    ],
)
def test_a_budget_is_spent_when_it_is_reached(user: float, chat: float, total: float, which: str | None) -> None:
    budgets = Budgets(user=1.0, chat=2.0, total=3.0)
    found = afford(Used(0, user), Used(0, chat), Used(0, total), budgets, MIDNIGHT)
    assert (found and found.which) == which


def test_a_budget_of_zero_is_none() -> None:
    assert afford(Used(0, 9.0), Used(0, 9.0), Used(0, 9.0), Budgets(), MIDNIGHT) is None


@pytest.fixture
def limiter(app_of: Callable[..., App]) -> Limiter:
    return Limiter(app_of().folder.db, LIMITS, ZoneInfo("UTC"))


def by(user: str = "u", chat: str = "c", *, operator: bool = False) -> Request:
    return Request("x", front="telegram", chat=chat, user=user, is_operator=operator)


def ask(limiter: Limiter, request: Request, times: int) -> None:
    for number in range(times):
        limiter.count(request, NOW - timedelta(hours=1, minutes=-2 * number))


def test_what_was_asked_counts_towards_the_day(limiter: Limiter) -> None:
    ask(limiter, by(), 5)
    assert limiter.refusal(by(), NOW) == Refusal("user_day", 5, MIDNIGHT)


def test_a_group_is_full_for_all_of_its_members(limiter: Limiter) -> None:
    for user in ("a", "b", "c"):
        ask(limiter, by(user), 3)
    assert limiter.refusal(by("d"), NOW) == Refusal("chat_day", 9, MIDNIGHT)


def test_others_elsewhere_are_not_held_up(limiter: Limiter) -> None:
    ask(limiter, by(), 9)
    assert limiter.refusal(by("d", "another"), NOW) is None


def test_the_next_day_begins_with_nothing(limiter: Limiter) -> None:
    ask(limiter, by(), 9)
    assert limiter.refusal(by(), MIDNIGHT) is None


def test_who_runs_it_is_always_answered(limiter: Limiter) -> None:
    ask(limiter, by(), 9)
    assert limiter.refusal(by(operator=True), NOW) is None


def test_a_channel_without_an_author_counts_as_its_chat(limiter: Limiter) -> None:
    ask(limiter, by("", "channel 1"), 5)
    assert limiter.refusal(by("", "channel 1"), NOW) is not None
    assert limiter.refusal(by("", "channel 2"), NOW) is None


def test_the_day_ends_at_midnight_where_the_host_is(app_of: Callable[..., App]) -> None:
    limiter = Limiter(app_of().folder.db, LIMITS, ZoneInfo("Asia/Shanghai"))
    assert limiter.midnight(NOW) == datetime(2031, 5, 8, 16, tzinfo=UTC)


def test_what_a_model_cost_is_charged_to_asker_chat_and_all(app_of: Callable[..., App]) -> None:
    limits = Limits(daily_budget_usd=Budgets(user=0.02, total=0.03))
    limiter = Limiter(app_of().folder.db, limits, ZoneInfo("UTC"))
    limiter.charge(by(), 0.02, NOW)
    assert limiter.spent(by(), NOW) == Refusal("budget_user", 0.02, MIDNIGHT)
    assert limiter.spent(by("v", "d"), NOW) is None
    limiter.charge(by("v", "d"), 0.01, NOW)
    assert limiter.spent(by("w", "e"), NOW) == Refusal("budget_total", 0.03, MIDNIGHT)


def test_a_refusal_is_told_once_until_it_has_ended(limiter: Limiter) -> None:
    today, tomorrow = Refusal("user_day", 5, MIDNIGHT), Refusal("user_day", 5, MIDNIGHT + timedelta(days=1))
    told = [limiter.first(by(), one) for one in (today, today, tomorrow)]
    assert (told, limiter.first(by("v"), today)) == ([True, False, True], True)


def test_a_refusal_that_moves_on_by_seconds_is_not_told_again(limiter: Limiter) -> None:
    moving = [Refusal("user_minute", 2, NOW + timedelta(seconds=10 * n)) for n in range(5)]
    assert [limiter.first(by(), one) for one in moving] == [True, False, False, False, False]
