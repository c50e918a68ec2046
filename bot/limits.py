"""How much one person and one chat may ask, and whether a model may write the answer.

    decide (pure): what was used × the limits × now → a Verdict
    Limiter: reads and counts what was used; says each refusal once

Owns: the limits of people and chats, when each ends, that it is told once.
Does not own: what is kept (store.usage), the day's budget for all of the program (ingest.models.budget), the words.
"""

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from bot.config_talk import Budgets, Limits
from bot.request import Request
from store import usage
from store.db import Db
from store.usage import Used

K = TypeVar("K")
V = TypeVar("V")

MINUTE = timedelta(minutes=1)

REMEMBERED = 10_000
"""Askers whose last minute, and refusals that were told, are remembered."""

Which: TypeAlias = Literal["user_minute", "user_day", "chat_day", "budget_user", "budget_chat", "budget_total"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Which limit is reached, how high it is (messages, or US dollars), and the moment at which it ends."""

    which: Which
    limit: float
    until: datetime


def decide(
    minute: Sequence[datetime], user: Used, chat: Used, limits: Limits, now: datetime, midnight: datetime
) -> Refusal | None:
    """Whether one more message is answered: None, or why not.

    `minute` are the times of the asker's answered messages, oldest first; `user` and `chat` what was used today, which
    ends at `midnight`.
    """
    recent = [at for at in minute if now - at < MINUTE]
    if 0 < limits.per_user_minute <= len(recent):
        return Refusal("user_minute", limits.per_user_minute, recent[-limits.per_user_minute] + MINUTE)
    if 0 < limits.per_user_day <= user.asked:
        return Refusal("user_day", limits.per_user_day, midnight)
    if 0 < limits.per_chat_day <= chat.asked:
        return Refusal("chat_day", limits.per_chat_day, midnight)
    return None


def afford(user: Used, chat: Used, total: Used, budgets: Budgets, midnight: datetime) -> Refusal | None:
    """Whether a model may write one more answer: None, or which budget of the day is spent."""
    lines: tuple[tuple[Which, float, Used], ...] = (
        ("budget_user", budgets.user, user),
        ("budget_chat", budgets.chat, chat),
        ("budget_total", budgets.total, total),
    )
    return next((Refusal(which, limit, midnight) for which, limit, used in lines if 0 < limit <= used.cost_usd), None)


class Limiter:
    """Counts and decides for one data folder; days are those of `zone`. One loop may use it."""

    def __init__(self, db: Db, limits: Limits, zone: ZoneInfo) -> None:
        self._db, self._limits, self._zone = db, limits, zone
        self._minutes: OrderedDict[tuple[str, str], deque[datetime]] = OrderedDict()
        self._told: OrderedDict[tuple[str, str, str, Which], datetime] = OrderedDict()

    def refusal(self, request: Request, now: datetime) -> Refusal | None:
        """Why the request is not answered now, if so. Who runs this Paperboy is always answered."""
        if request.is_operator:
            return None
        user, chat = self._used(request, now)
        minute = self._minutes.get((request.front, _asker(request)), deque())
        return decide(minute, user, chat, self._limits, now, self.midnight(now))

    def spent(self, request: Request, now: datetime) -> Refusal | None:
        """Which budget forbids that a model writes the answer, if one does; quotes still work."""
        user, chat = self._used(request, now)
        total = usage.total(self._db, self.day(now))
        return afford(user, chat, total, self._limits.daily_budget_usd, self.midnight(now))

    def count(self, request: Request, now: datetime) -> None:
        """Count a message that is being answered."""
        key = (request.front, _asker(request))
        most = max(1, self._limits.per_user_minute)
        times = self._minutes.pop(key, None) or deque(maxlen=most)
        times.append(now)
        self._minutes[key] = times
        _bound(self._minutes)
        usage.add(self._db, self.day(now), request.front, _asker(request), request.chat)

    def charge(self, request: Request, cost_usd: float, now: datetime) -> None:
        """Book what a model cost for an answer to this request."""
        usage.add(self._db, self.day(now), request.front, _asker(request), request.chat, asked=0, cost_usd=cost_usd)

    def first(self, request: Request, refusal: Refusal) -> bool:
        """Whether this asker is told of the refusal for the first time; from now on they have been.

        A press that is refused is told each time, for it is in a window that closes: a button never does nothing. So is
        what nobody else sees.
        """
        if (request.pressed or request.alone) and not refusal.which.startswith("budget"):
            return True
        key = (request.front, request.chat, _asker(request), refusal.which)
        told = self._told.pop(key, None)
        self._told[key] = refusal.until
        _bound(self._told)
        return told is None or told < refusal.until - MINUTE

    def today(self, request: Request, now: datetime) -> Used:
        """What the asker used today."""
        return self._used(request, now)[0]

    def day(self, now: datetime) -> date:
        """The day whose sums count now; earlier ones are of no use."""
        return now.astimezone(self._zone).date()

    def midnight(self, now: datetime) -> datetime:
        """When the day ends, and with it what was used."""
        return datetime.combine(self.day(now) + timedelta(days=1), datetime.min.time(), self._zone).astimezone(UTC)

    def _used(self, request: Request, now: datetime) -> tuple[Used, Used]:
        return usage.of(self._db, self.day(now), request.front, _asker(request), request.chat)


def _asker(request: Request) -> str:
    """The person; a channel's post has none, and counts as its chat's."""
    return request.user or f"chat {request.chat}"


def _bound(kept: OrderedDict[K, V]) -> None:
    while len(kept) > REMEMBERED:
        kept.popitem(last=False)
