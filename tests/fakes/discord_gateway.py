"""Speak the gateway side of Discord: sessions, sequence numbers, resumes, and who gets which event.

Owns: opcodes and close codes, IDENTIFY, its intents and its shard, the five seconds between two of them, heartbeats,
RESUME with replay, and the rule that hides message text from a bot without the message_content intent.
Does not own: what the events say (`discord_world`), or when they happen (`discord_server`).
Not modelled: presences, voice, ETF, zstd-stream (answered in plain text frames), and what Discord does to a bot that
has no session starts left.

A guild's events go to the shard `(guild_id >> 22) % shard_count`, those of direct messages to shard 0. An IDENTIFY
within five seconds of another of the same group (shard % `max_concurrency`) is an invalid session.
Source: https://discord.com/developers/docs/events/gateway#sharding
"""

from __future__ import annotations

import asyncio
import json
import secrets
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.discord_limits import JSON, MENTION
from tests.fakes.discord_world import DM, Channel, World

INTENTS = {
    "guilds": 1 << 0,
    "members": 1 << 1,
    "presences": 1 << 8,
    "guild_messages": 1 << 9,
    "direct_messages": 1 << 12,
    "message_content": 1 << 15,
}
PRIVILEGED = INTENTS["members"] | INTENTS["presences"] | INTENTS["message_content"]
KNOWN_INTENTS = (1 << 26) - 1
HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, RECONNECT, REQUEST_MEMBERS = 1, 2, 3, 4, 6, 7, 8
INVALID_SESSION, HELLO, HEARTBEAT_ACK = 9, 10, 11
IDENTIFY_S = 5.0
HIDDEN = {"content": "", "embeds": [], "attachments": [], "components": []}


class Closing(Exception):
    """The connection must end with this close code."""

    def __init__(self, code: int, reason: str):
        super().__init__(reason)
        self.code, self.reason = code, reason


class Connection:
    """One websocket, with zlib-stream compression where it was asked for."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request):
        self.socket, self.transport, self.path = socket, request.transport, request.path
        self.session: Session | None = None
        self.muted = False
        self.beat = 0.0
        self._zlib = zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None
        self._recent: deque[float] = deque()

    async def push(self, frame: JSON) -> None:
        """Send one frame that has no number."""
        await self.push_text(json.dumps(frame))

    async def push_text(self, text: str) -> None:
        """Send one encoded frame; a connection that is gone loses it silently (the session keeps it for RESUME)."""
        if self.muted:
            return
        try:
            if self._zlib is None:
                await self.socket.send_str(text)
            else:
                await self.socket.send_bytes(self._zlib.compress(text.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH))
        except (ConnectionError, RuntimeError):
            pass

    def abort(self) -> None:
        """Drop the TCP connection without a close frame."""
        if self.transport is not None:
            self.transport.abort()

    def count(self, now: float) -> None:
        """Refuse more than 120 frames a minute from the client."""
        self._recent.append(now)
        while now - self._recent[0] >= 60:
            self._recent.popleft()
        if len(self._recent) > 120:
            raise Closing(4008, "You are being rate limited.")


@dataclass
class Session:
    """What survives a lost connection: the numbered frames not yet known to have arrived."""

    id: str
    intents: int
    shard: tuple[int, int] = (0, 1)
    sequence: int = 0
    frames: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=1000))
    connection: Connection | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def hears(self, guild: str | None) -> bool:
        """Whether what happens in a guild (None: in a direct message) is this shard's."""
        shard, count = self.shard
        return shard == (0 if guild is None else (int(guild) >> 22) % count)

    async def send(self, event: str, data: Any) -> None:
        """Number one event, keep it, and send it if someone listens."""
        async with self.lock:
            self.sequence += 1
            text = json.dumps({"op": 0, "t": event, "s": self.sequence, "d": data})
            self.frames.append((self.sequence, text))
            if self.connection is not None:
                await self.connection.push_text(text)

    async def replay(self, connection: Connection, after: int) -> None:
        """Take a new connection and send what it missed."""
        async with self.lock:
            self.connection = connection
            for text in [text for number, text in self.frames if number > after]:
                await connection.push_text(text)


class Gateway:
    """All sessions of the one bot."""

    def __init__(self, world: World):
        self.world = world
        self.token_ok: Callable[[str], bool] = lambda token: True
        self.url = ""
        self.privileged = 0
        self.heartbeat_ms = 41_250
        self.shards = 1
        self.least_shards = 1
        self.max_concurrency = 1
        self.starts = 1000
        self._started: dict[int, float] = {}
        self.up = True
        self.beats: list[float] = []
        self._closings: set[asyncio.Task[bool]] = set()
        self.sessions: dict[str, Session] = {}
        self.connections: list[Connection] = []
        self.ready = asyncio.Event()

    # -- connections ---------------------------------------------------------------------------

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Handle one websocket from HELLO to its end."""
        if not self.up:
            return web.Response(status=503)
        socket = web.WebSocketResponse(max_msg_size=4096 * 4, autoping=True)
        await socket.prepare(request)
        connection = Connection(socket, request)
        connection.beat = self.world.clock.now()
        self.connections.append(connection)
        self.note("connected", path=request.path, query=dict(request.query))
        await connection.push({"op": HELLO, "d": {"heartbeat_interval": self.heartbeat_ms}, "s": None, "t": None})
        try:
            await self._listen(connection)
        except Closing as end:
            self.note("refused", code=end.code, reason=end.reason)
            await socket.close(code=end.code, message=end.reason.encode())
        finally:
            self._forget(connection)
        return socket

    def _forget(self, connection: Connection) -> None:
        self.connections.remove(connection)
        session = connection.session
        if session is not None and session.connection is connection:
            session.connection = None
            if connection.socket.close_code in (1000, 1001):
                self.sessions.pop(session.id, None)
        self.note("closed", code=connection.socket.close_code)
        if not any(one.connection for one in self.sessions.values()):
            self.ready.clear()

    async def _listen(self, connection: Connection) -> None:
        while True:
            try:
                message = await connection.socket.receive(timeout=self.heartbeat_ms / 1000 * 1.5)
            except TimeoutError:
                raise Closing(4009, "Session timed out.") from None
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            connection.count(self.world.clock.now())
            try:
                frame = json.loads(message.data)
                op, data = frame["op"], frame.get("d")
            except (ValueError, KeyError, TypeError):
                raise Closing(4002, "Error while decoding payload.") from None
            await self._obey(connection, op, data)

    async def _obey(self, connection: Connection, op: int, data: Any) -> None:
        if op == HEARTBEAT:
            self._beat(connection)
            await connection.push({"op": HEARTBEAT_ACK, "d": None, "s": None, "t": None})
        elif op == IDENTIFY:
            await self._identify(connection, data)
        elif op == RESUME:
            await self._resume(connection, data)
        elif connection.session is None:
            raise Closing(4003, "Not authenticated.")
        elif op == REQUEST_MEMBERS:
            await self._send_members(connection.session, data)
        elif op not in (PRESENCE, VOICE):
            raise Closing(4001, "Unknown opcode.")

    def _beat(self, connection: Connection) -> None:
        """Note by how many seconds a heartbeat is late (before its time: below 0)."""
        now = self.world.clock.now()
        self.beats.append(now - connection.beat - self.heartbeat_ms / 1000)
        connection.beat = now

    # -- sessions ------------------------------------------------------------------------------

    async def _identify(self, connection: Connection, data: JSON) -> None:
        if connection.session is not None:
            raise Closing(4005, "Already authenticated.")
        intents = data.get("intents")
        self.note("identify", intents=intents, shard=data.get("shard"), properties=data.get("properties"))
        if not self.token_ok(data.get("token", "")):
            raise Closing(4004, "Authentication failed.")
        if not isinstance(intents, int) or intents & ~KNOWN_INTENTS:
            raise Closing(4013, "Invalid intent(s).")
        if intents & PRIVILEGED & ~self.privileged:
            raise Closing(4014, "Disallowed intent(s).")
        shard, count = self._shard(data.get("shard", [0, 1]))
        if not self._start(shard):
            self.world.journal.counts["identifies too soon"] += 1
            await connection.push({"op": INVALID_SESSION, "d": False, "s": None, "t": None})
            return
        session = Session(secrets.token_hex(16), intents, (shard, count), connection=connection)
        connection.session = self.sessions[session.id] = session
        self.world.journal.counts["identifies"] += 1
        await self._greet(session)
        self.ready.set()

    def _shard(self, given: Any) -> tuple[int, int]:
        """The shard that is asked for, of how many."""
        whole = isinstance(given, list) and len(given) == 2 and all(isinstance(one, int) for one in given)
        if not whole or not 0 <= given[0] < given[1]:
            raise Closing(4010, "Invalid shard.")
        if given[1] < self.least_shards:
            raise Closing(4011, "Sharding required.")
        return given[0], given[1]

    def _start(self, shard: int) -> bool:
        """Begin a session, if its group has not begun another just now."""
        now, group = self.world.clock.now(), shard % self.max_concurrency
        if now - self._started.get(group, float("-inf")) < IDENTIFY_S:
            return False
        self._started[group] = now
        return True

    async def _greet(self, session: Session) -> None:
        world = self.world
        inside = [guild for guild in world.guilds.values() if guild.bot_inside and session.hears(guild.id)]
        await session.send(
            "READY",
            {
                "v": 10,
                "user": world.users[world.bot_id],
                "session_id": session.id,
                "shard": list(session.shard),
                "guilds": [{"id": guild.id, "unavailable": True} for guild in inside],
                "resume_gateway_url": f"{self.url}/resume",
                "application": {"id": world.bot_id, "flags": 1 << 23},
            },
        )
        if session.intents & INTENTS["guilds"]:
            for guild in inside:
                await session.send("GUILD_CREATE", world.guild(guild))

    async def _resume(self, connection: Connection, data: JSON) -> None:
        if connection.session is not None:
            raise Closing(4005, "Already authenticated.")
        if not self.token_ok(data.get("token", "")):
            raise Closing(4004, "Authentication failed.")
        session = self.sessions.get(data.get("session_id") or "")
        after = data.get("seq") or 0
        self.note("resume", path=connection.path, known=session is not None, after=after)
        if session is None or after > session.sequence or (session.frames and after < session.frames[0][0] - 1):
            await connection.push({"op": INVALID_SESSION, "d": False, "s": None, "t": None})
            return
        connection.session = session
        self.world.journal.counts["resumes"] += 1
        await session.replay(connection, after)
        await session.send("RESUMED", {"_trace": []})
        self.ready.set()

    async def _send_members(self, session: Session, data: JSON) -> None:
        guild = self.world.guilds[str(data["guild_id"])]
        wanted, prefix = data.get("user_ids"), str(data.get("query") or "").lower()
        found = []
        for user_id in guild.member_ids:
            user = self.world.users[user_id]
            by_id = wanted is not None and user_id in [str(one) for one in wanted]
            if by_id or (wanted is None and user["username"].lower().startswith(prefix)):
                found.append({**self.world.member(guild.id, user_id), "user": user})
        await session.send(
            "GUILD_MEMBERS_CHUNK",
            {
                "guild_id": guild.id,
                "members": found,
                "chunk_index": 0,
                "chunk_count": 1,
                "not_found": [],
                "nonce": data.get("nonce"),
            },
        )

    # -- events --------------------------------------------------------------------------------

    def note(self, what: str, **facts: Any) -> None:
        """Write a gateway entry in the journal."""
        self.world.journal.note("gateway", what=what, **facts)

    async def dispatch(self, event: str, data: JSON, *, intent: str | None = None) -> int:
        """Send an event to every session of its shard that holds `intent`; return how many connected ones got it."""
        self.note("dispatch", event=event, id=data.get("id"))
        reached = 0
        guild = data["id"] if event in ("GUILD_CREATE", "GUILD_DELETE") else data.get("guild_id")
        for session in list(self.sessions.values()):
            if session.hears(guild) and (intent is None or session.intents & INTENTS[intent]):
                reached += session.connection is not None
                await session.send(event, data)
        return reached

    async def dispatch_message(self, event: str, channel: Channel, message: JSON) -> None:
        """Send MESSAGE_CREATE or MESSAGE_UPDATE, text hidden where the bot may not read it."""
        needed = INTENTS["direct_messages" if channel.type == DM else "guild_messages"]
        extra: JSON = {"channel_type": channel.type}
        if channel.guild_id is not None:
            extra |= {
                "guild_id": channel.guild_id,
                "member": self.world.member(channel.guild_id, message["author"]["id"]),
            }
        self.note("dispatch", event=event, id=message["id"])
        for session in list(self.sessions.values()):
            if session.hears(channel.guild_id) and session.intents & needed:
                shown = self.visible(message, channel, session.intents)
                await session.send(event, {**shown, **extra})

    def visible(self, message: JSON, channel: Channel, intents: int) -> JSON:
        """Return the message as a bot with these intents sees it."""
        mine = message["author"]["id"] == self.world.bot_id
        named = any(user["id"] == self.world.bot_id for user in message["mentions"])
        named = named or self.world.bot_id in MENTION.findall(message["content"])
        if message.get("referenced_message"):
            message = {**message, "referenced_message": self.visible(message["referenced_message"], channel, intents)}
        if mine or named or channel.type == DM or intents & INTENTS["message_content"]:
            return message
        return {**message, **HIDDEN}

    # -- trouble -------------------------------------------------------------------------------

    async def disconnect(self, code: int | None = None, shard: int | None = None) -> int:
        """End every connection, or a shard's, with a close code or (None) by dropping it; sessions stay resumable."""
        ended = [one for one in self.connections if shard is None or (one.session and one.session.shard[0] == shard)]
        self.note("forced disconnect", code=code, connections=len(ended))
        for connection in ended:
            if code is None:
                connection.abort()
            else:
                session = connection.session
                if session is not None:
                    session.connection = None
                    connection.session = None
                closing = asyncio.ensure_future(connection.socket.close(code=code))
                self._closings.add(closing)
                closing.add_done_callback(self._closings.discard)
        await asyncio.sleep(0)
        return len(ended)

    def mute(self, mute: bool) -> int:
        """Make every present connection dead, or alive again; return how many there are."""
        self.note("muted" if mute else "unmuted", connections=len(self.connections))
        for connection in self.connections:
            connection.muted = mute
        return len(self.connections)

    async def request_reconnect(self) -> None:
        """Ask every client to reconnect and resume (opcode 7)."""
        for connection in list(self.connections):
            await connection.push({"op": RECONNECT, "d": None, "s": None, "t": None})

    async def invalidate(self, resumable: bool = False) -> None:
        """Send INVALID_SESSION; unless `resumable`, the sessions are forgotten."""
        if not resumable:
            for connection in self.connections:
                connection.session = None
            self.sessions.clear()
        for connection in list(self.connections):
            await connection.push({"op": INVALID_SESSION, "d": resumable, "s": None, "t": None})
