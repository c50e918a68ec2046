"""Hold the state of a small Discord: clock, people, guilds, channels, messages, rates, faults, journal.

Plain objects, no network and no asyncio; everything is kept in memory and forgotten at exit.

Owns: what exists, who may do what, how often something may be done, what a test asked to go wrong,
and what was written down about it all.
Does not own: payload limits (`discord_limits`), transport and events (`discord_server`).
Not modelled: voice, emoji, stickers, invites, audit log, moderation, roles of other members,
slow mode, private threads. Bucket windows are fixed, from the first call; the service's own
figures change and are partly undocumented, so these are settings, not facts.
"""

from __future__ import annotations

import fnmatch
import random
import time
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.fakes.discord_limits import JSON, ApiError

DISCORD_EPOCH_MS = 1_420_070_400_000
TEXT, DM, ANNOUNCEMENT, ANNOUNCEMENT_THREAD, PUBLIC_THREAD, FORUM = 0, 1, 5, 10, 11, 15
THREADS = {ANNOUNCEMENT_THREAD, PUBLIC_THREAD}
REQUIRE_TAG = 1 << 4

PERMISSIONS = {
    "administrator": 1 << 3,
    "manage_channels": 1 << 4,
    "add_reactions": 1 << 6,
    "view_channel": 1 << 10,
    "send_messages": 1 << 11,
    "manage_messages": 1 << 13,
    "embed_links": 1 << 14,
    "attach_files": 1 << 15,
    "read_message_history": 1 << 16,
    "mention_everyone": 1 << 17,
    "use_application_commands": 1 << 31,
    "manage_threads": 1 << 34,
    "create_public_threads": 1 << 35,
    "send_messages_in_threads": 1 << 38,
}
ALL_PERMISSIONS = (1 << 50) - 1
DEFAULT_PERMISSIONS = sum(
    bit for name, bit in PERMISSIONS.items() if not name.startswith("manage") and name != "administrator"
)


def permission_bits(names: Iterable[str]) -> int:
    """Return the bit field for permission names (`send_messages`, …); an unknown name is a KeyError."""
    return sum({PERMISSIONS[name] for name in names})


class Clock:
    """Seconds since the epoch; `advance` moves it on without waiting."""

    def __init__(self) -> None:
        self._start, self._origin, self.offset_s = time.time(), time.monotonic(), 0.0

    def now(self) -> float:
        """Return the fake's time."""
        return self._start + time.monotonic() - self._origin + self.offset_s

    def advance(self, seconds: float) -> None:
        """Jump forward."""
        self.offset_s += seconds

    def iso(self, moment: float | None = None) -> str:
        """Return a moment (default: now) as Discord writes it."""
        return datetime.fromtimestamp(self.now() if moment is None else moment, UTC).isoformat()


class Journal:
    """Everything that happened, in order, and the counts drawn from it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.entries: list[JSON] = []
        self.counts: Counter[str] = Counter()
        self.send_times: list[float] = []
        self.unmodelled: list[str] = []
        self._prints: dict[tuple[str, str], list[str]] = {}

    def note(self, kind: str, **facts: Any) -> None:
        """Write one entry: `kind` is rest, gateway, interaction or fault."""
        self.entries.append({"n": len(self.entries), "t": self._clock.now(), "kind": kind, **facts})

    def sent(self, channel_id: str, fingerprint: str, message_id: str) -> None:
        """Count a message the bot created in a channel."""
        self.send_times.append(self._clock.now())
        self._prints.setdefault((channel_id, fingerprint), []).append(message_id)

    def peak_per_second(self) -> int:
        """Return the most messages created within any second."""
        peak, window = 0, deque[float]()
        for moment in self.send_times:
            window.append(moment)
            while moment - window[0] >= 1.0:
                window.popleft()
            peak = max(peak, len(window))
        return peak

    def duplicates(self) -> list[JSON]:
        """Return what was created more than once: same channel, same content, embeds and components."""
        return [
            {"channel_id": channel, "fingerprint": what, "message_ids": ids}
            for (channel, what), ids in self._prints.items()
            if len(ids) > 1
        ]


@dataclass
class Fault:
    """Something that goes wrong on the routes matching `route` (for example `POST /channels/*/messages`).

    `kind`: a status (`429`, `500`, `502`, `503`), `hang`, `reset` (connection dropped before acting),
    `lost` (acts, then drops the connection) or `garbage` (200 with a body that is not JSON).
    `act` makes a status, hang or garbage fault happen after the call took effect.
    `times` None repeats for ever; the first `skip` matching calls are spared, and all but a `share` of the others, the
    same ones each time.
    """

    route: str
    kind: str
    times: int | None = 1
    skip: int = 0
    act: bool = False
    retry_after: float = 0.5
    seconds: float = 3600.0
    share: float = 1.0
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    def __post_init__(self) -> None:
        known = {"429", "500", "502", "503", "504", "hang", "reset", "lost", "garbage"}
        self.kind = str(self.kind)
        if self.kind not in known:
            raise ValueError(f"unknown fault {self.kind!r}, one of {sorted(known)}")
        self.act = self.act or self.kind == "lost"

    def strikes(self, call: str) -> bool:
        """Say whether this fault hits `call` ("METHOD /path"), and use up one time if so."""
        if self.times == 0 or not fnmatch.fnmatchcase(call, self.route):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.chance.random() >= self.share:
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass
class Window:
    """A fixed window: `limit` calls in `seconds`, starting with the first."""

    limit: int
    seconds: float
    started: float = 0.0
    used: int = 0

    def roll(self, now: float) -> None:
        """Start afresh when the window is over."""
        if now - self.started >= self.seconds:
            self.started, self.used = now, 0

    def left_s(self, now: float) -> float:
        """Return the seconds until the window ends."""
        return max(0.0, self.seconds - (now - self.started))


def default_buckets() -> dict[str, tuple[int, float]]:
    """Return calls per seconds for each limited route; a route that is not listed has no bucket."""
    return {
        "POST /channels/{channel_id}/messages": (5, 5.0),
        "PATCH /channels/{channel_id}/messages/{message_id}": (5, 5.0),
        "DELETE /channels/{channel_id}/messages/{message_id}": (5, 1.0),
        "GET /channels/{channel_id}/messages": (5, 5.0),
        "POST /channels/{channel_id}/typing": (5, 5.0),
        "POST /webhooks/{webhook_id}/{token}": (5, 2.0),
    }


@dataclass
class Limits:
    """Rate limits and how a client is told; `enabled` False lets everything through."""

    enabled: bool = True
    global_per_s: int = 50
    crossposts_per_hour: int = 10
    invalid_limit: int = 10_000
    invalid_window_s: float = 600.0
    buckets: dict[str, tuple[int, float]] = field(default_factory=default_buckets)
    banned: bool = False
    _windows: dict[tuple[str, str], Window] = field(default_factory=dict)
    _invalid: deque[float] = field(default_factory=deque)
    _global: deque[float] = field(default_factory=deque)

    def _spend(self, key: tuple[str, str], limit: int, seconds: float, now: float) -> tuple[bool, Window]:
        window = self._windows.setdefault(key, Window(limit, seconds))
        window.roll(now)
        if window.used >= limit:
            return False, window
        window.used += 1
        return True, window

    def _spend_global(self, now: float) -> None:
        """Count a call in the last second (a sliding one, stricter than a fixed window)."""
        while self._global and now - self._global[0] >= 1.0:
            self._global.popleft()
        if len(self._global) >= self.global_per_s:
            raise too_many(1.0 - (now - self._global[0]), "global", {})
        self._global.append(now)

    def enter(self, route: str, major: str, now: float) -> dict[str, str]:
        """Count one call and return the X-RateLimit headers of its bucket.

        Raises:
            ApiError: 429, by bucket or global.
        """
        if not self.enabled:
            return {}
        bound_globally = not route.startswith(
            ("POST /interactions", "GET /webhooks", "POST /webhooks", "PATCH /webhooks", "DELETE /webhooks")
        )
        if bound_globally:
            self._spend_global(now)
        if route not in self.buckets:
            return {}
        limit, seconds = self.buckets[route]
        allowed, window = self._spend((route, major), limit, seconds, now)
        left = window.left_s(now)
        headers = {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(limit - window.used),
            "X-RateLimit-Reset": f"{time.time() + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": f"{hash_of(route):032x}",
        }
        if not allowed:
            raise too_many(left, "user", headers)
        return headers

    def crosspost(self, channel_id: str, now: float) -> None:
        """Count one crosspost; the budget is hidden: no header foretells it."""
        allowed, window = self._spend(("crosspost", channel_id), self.crossposts_per_hour, 3600.0, now)
        if self.enabled and not allowed:
            raise too_many(window.left_s(now), "user", {})

    def invalid(self, now: float) -> None:
        """Count a 401, 403 or 429; `banned` is set once there are more than `invalid_limit` in the window."""
        self._invalid.append(now)
        while now - self._invalid[0] >= self.invalid_window_s:
            self._invalid.popleft()
        self.banned = self.banned or len(self._invalid) > self.invalid_limit

    @property
    def invalid_count(self) -> int:
        """Return the invalid requests in the current window (as of the last one)."""
        return len(self._invalid)


def hash_of(text: str) -> int:
    """Return a stable number for a route (FNV-1a, 128 bits)."""
    value = 0x6C62272E07BB014262B821756295C58D
    for byte in text.encode():
        value = ((value ^ byte) * 0x0000000001000000000000000000013B) % (1 << 128)
    return value


def too_many(retry_after: float, scope: str, headers: dict[str, str]) -> ApiError:
    """Return a 429 as Discord words it; clients take it as genuine only with a `Via` header."""
    extra = {"Retry-After": str(int(retry_after) + 1), "X-RateLimit-Scope": scope, "Via": "1.1 google", **headers}
    is_global = scope == "global"
    if is_global:
        extra["X-RateLimit-Global"] = "true"
    error = ApiError(429, 0, "You are being rate limited.", headers=extra)
    error.body = {"message": "You are being rate limited.", "retry_after": round(retry_after, 3), "global": is_global}
    return error


@dataclass
class Channel:
    """A text, announcement or forum channel, a thread, or a direct message."""

    id: str
    type: int
    name: str
    guild_id: str | None = None
    parent_id: str | None = None
    owner_id: str | None = None
    recipient_id: str | None = None
    archived: bool = False
    locked: bool = False
    require_tag: bool = False
    tags: list[JSON] = field(default_factory=list)
    applied_tags: list[str] = field(default_factory=list)
    overwrites: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    messages: dict[str, JSON] = field(default_factory=dict)
    created: str = ""
    auto_archive_minutes: int = 1440


@dataclass
class Guild:
    """A guild with one role for everyone and one for the bot."""

    id: str
    name: str
    owner_id: str
    everyone_permissions: int = DEFAULT_PERMISSIONS
    bot_permissions: int = 0
    bot_role_id: str = ""
    member_ids: list[str] = field(default_factory=list)
    bot_inside: bool = True


class World:
    """Guilds, channels and people, and the payloads that describe them."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.journal = Journal(self.clock)
        self.limits = Limits()
        self.faults: list[Fault] = []
        self._last_id = 0
        self.users: dict[str, JSON] = {}
        self.closed_dms: set[str] = set()
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Channel] = {}
        self.bot_id = self.add_user("paperbot", bot=True)

    def new_id(self) -> str:
        """Return a fresh snowflake that carries the fake's time."""
        stamp = (int(self.clock.now() * 1000) - DISCORD_EPOCH_MS) << 22
        self._last_id = max(self._last_id + 1, stamp)
        return str(self._last_id)

    # -- people, guilds and channels -----------------------------------------------------------

    def add_user(self, name: str, *, bot: bool = False) -> str:
        """Add a person and return the id."""
        user_id = self.new_id()
        self.users[user_id] = {
            "id": user_id,
            "username": name,
            "discriminator": "0",
            "global_name": None if bot else name,
            "avatar": None,
            "bot": bot,
            "public_flags": 0,
            "flags": 0,
        }
        return user_id

    def add_guild(self, name: str = "Test guild") -> str:
        """Add a guild with an owner, the bot and its role; return the id."""
        owner = self.add_user(f"owner of {name}")
        guild_id = self.new_id()
        self.guilds[guild_id] = Guild(guild_id, name, owner, bot_role_id=self.new_id(), member_ids=[owner, self.bot_id])
        return guild_id

    def add_channel(
        self,
        guild_id: str,
        name: str = "general",
        kind: str | int = TEXT,
        *,
        tags: Iterable[str] = (),
        require_tag: bool = False,
    ) -> str:
        """Add a channel (`text`, `announcement` or `forum`) and return the id; a tag "!name" is for moderators only."""
        kinds = {"text": TEXT, "announcement": ANNOUNCEMENT, "forum": FORUM}
        number = kinds[kind] if isinstance(kind, str) else kind
        channel_id = self.new_id()
        made = [
            {
                "id": self.new_id(),
                "name": tag.removeprefix("!"),
                "moderated": tag.startswith("!"),
                "emoji_id": None,
                "emoji_name": None,
            }
            for tag in tags
        ]
        self.channels[channel_id] = Channel(channel_id, number, name, guild_id, tags=made, require_tag=require_tag)
        return channel_id

    def dm_with(self, user_id: str) -> Channel:
        """Return the direct-message channel with a person, opened if need be."""
        for channel in self.channels.values():
            if channel.recipient_id == user_id:
                return channel
        channel = Channel(self.new_id(), DM, "", recipient_id=user_id)
        self.channels[channel.id] = channel
        return channel

    def join(self, guild_id: str, user_id: str) -> None:
        """Make a person a member of a guild."""
        members = self.guilds[guild_id].member_ids
        if user_id not in members:
            members.append(user_id)

    # -- permissions ---------------------------------------------------------------------------

    def permissions(self, channel: Channel, user_id: str) -> int:
        """Return what a person may do in a channel (a thread has its parent's rights)."""
        if channel.guild_id is None:
            return DEFAULT_PERMISSIONS
        guild = self.guilds[channel.guild_id]
        if user_id == guild.owner_id:
            return ALL_PERMISSIONS
        base = guild.everyone_permissions | (guild.bot_permissions if user_id == self.bot_id else 0)
        if base & PERMISSIONS["administrator"]:
            return ALL_PERMISSIONS
        placed = self.channels.get(channel.parent_id or "", channel) if channel.type in THREADS else channel
        targets = [guild.id, guild.bot_role_id if user_id == self.bot_id else "", user_id]
        for target in targets:
            _, allow, deny = placed.overwrites.get(target, (0, 0, 0))
            base = (base & ~deny) | allow
        return base

    def reach(self, channel_id: str, *needed: str) -> Channel:
        """Return a channel the bot may use, with each right in `needed`.

        Raises:
            ApiError: 10003 unknown channel, 50001 missing access, 50013 missing permissions.
        """
        channel = self.channels.get(channel_id)
        if channel is None:
            raise ApiError(404, 10003, "Unknown Channel")
        if channel.guild_id is None:
            return channel
        held = self.permissions(channel, self.bot_id)
        if not self.guilds[channel.guild_id].bot_inside or not held & PERMISSIONS["view_channel"]:
            raise ApiError(403, 50001, "Missing Access")
        for name in needed:
            if name == "send_messages" and channel.type in THREADS:
                name = "send_messages_in_threads"
            if not held & PERMISSIONS[name]:
                raise ApiError(403, 50013, "Missing Permissions")
        return channel

    # -- payloads ------------------------------------------------------------------------------

    def member(self, guild_id: str, user_id: str) -> JSON:
        """Return a member payload without its user."""
        roles = [self.guilds[guild_id].bot_role_id] if user_id == self.bot_id else []
        return {
            "roles": roles,
            "joined_at": "2026-01-01T00:00:00+00:00",
            "deaf": False,
            "mute": False,
            "flags": 0,
            "nick": None,
            "avatar": None,
            "premium_since": None,
            "pending": False,
            "communication_disabled_until": None,
        }

    def role(self, guild: Guild, role_id: str, name: str, permissions: int) -> JSON:
        """Return a role payload."""
        colors = {"primary_color": 0, "secondary_color": None, "tertiary_color": None}
        return {
            "id": role_id,
            "name": name,
            "color": 0,
            "colors": colors,
            "hoist": False,
            "icon": None,
            "unicode_emoji": None,
            "position": int(role_id != guild.id),
            "permissions": str(permissions),
            "managed": role_id != guild.id,
            "mentionable": False,
            "flags": 0,
        }

    def roles(self, guild: Guild) -> list[JSON]:
        """Return both roles of a guild."""
        return [
            self.role(guild, guild.id, "@everyone", guild.everyone_permissions),
            self.role(guild, guild.bot_role_id, "bot", guild.bot_permissions),
        ]

    def channel(self, channel: Channel) -> JSON:
        """Return a channel payload."""
        last = next(reversed(channel.messages), None)
        body: JSON = {"id": channel.id, "type": channel.type, "last_message_id": last, "flags": 0}
        if channel.type == DM:
            return body | {"recipients": [self.users[channel.recipient_id or ""]]}
        body |= {
            "guild_id": channel.guild_id,
            "name": channel.name,
            "parent_id": channel.parent_id,
            "rate_limit_per_user": 0,
        }
        if channel.type in THREADS:
            stamps = {"archive_timestamp": channel.created, "create_timestamp": channel.created}
            metadata = {
                "archived": channel.archived,
                "locked": channel.locked,
                "auto_archive_duration": channel.auto_archive_minutes,
                **stamps,
            }
            return body | {
                "owner_id": channel.owner_id,
                "message_count": len(channel.messages),
                "member_count": 1,
                "thread_metadata": metadata,
                "applied_tags": channel.applied_tags,
            }
        listed = [
            {"id": target, "type": kind, "allow": str(allow), "deny": str(deny)}
            for target, (kind, allow, deny) in channel.overwrites.items()
        ]
        body |= {"position": 0, "topic": None, "nsfw": False, "permission_overwrites": listed}
        if channel.type == FORUM:
            body |= {
                "available_tags": channel.tags,
                "flags": REQUIRE_TAG if channel.require_tag else 0,
                "default_reaction_emoji": None,
                "default_sort_order": None,
                "default_forum_layout": 0,
            }
        return body

    def guild(self, guild: Guild) -> JSON:
        """Return the full GUILD_CREATE payload."""
        inside = [channel for channel in self.channels.values() if channel.guild_id == guild.id]
        visible = [c for c in inside if self.permissions(c, self.bot_id) & PERMISSIONS["view_channel"]]
        members = [{**self.member(guild.id, one), "user": self.users[one]} for one in guild.member_ids]
        empty: JSON = {
            name: []
            for name in (
                "emojis",
                "stickers",
                "features",
                "voice_states",
                "presences",
                "stage_instances",
                "guild_scheduled_events",
                "soundboard_sounds",
            )
        }
        return empty | {
            "id": guild.id,
            "name": guild.name,
            "owner_id": guild.owner_id,
            "icon": None,
            "description": None,
            "roles": self.roles(guild),
            "members": members,
            "member_count": len(members),
            "large": False,
            "unavailable": False,
            "joined_at": "2026-01-01T00:00:00+00:00",
            "preferred_locale": "en-US",
            "channels": [self.channel(c) for c in visible if c.type not in THREADS],
            "threads": [self.channel(c) for c in visible if c.type in THREADS and not c.archived],
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "premium_tier": 0,
            "system_channel_id": None,
            "system_channel_flags": 0,
            "afk_channel_id": None,
            "afk_timeout": 300,
            "rules_channel_id": None,
            "public_updates_channel_id": None,
        }
