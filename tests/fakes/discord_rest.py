"""Answer Discord's REST calls for the fake: decode, fault, authorise, limit, act, tell the gateway.

Owns: the routes, what each does to the world, messages, threads, commands, the bot's answers to
interactions, and the transport faults.
Does not own: what a payload may hold (`discord_limits`), who may do what and how often
(`discord_world`), who hears of it (`discord_gateway`), or the test's side (`discord_server`).
Not modelled: reactions, pins, polls, stickers, invites, moderation, real webhooks, OAuth, private threads.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.discord_gateway import Gateway
from tests.fakes.discord_interactions import (
    CHOICES,
    COMMAND,
    DEFERRED,
    DEFERRED_UPDATE,
    MESSAGE,
    OPEN_MODAL,
    UPDATE,
    Interaction,
    allowed_responses,
    check_ack,
    check_alive,
)
from tests.fakes.discord_limits import (
    COMPONENTS_V2,
    EPHEMERAL,
    JSON,
    MENTION,
    ROLE_MENTION,
    SUPPRESS_EMBEDS,
    SUPPRESS_NOTIFICATIONS,
    TEXT_DISPLAY,
    ApiError,
    check_choices,
    check_commands,
    check_message,
    check_modal,
    refuse,
    walk_components,
)
from tests.fakes.discord_world import (
    ANNOUNCEMENT,
    ANNOUNCEMENT_THREAD,
    DM,
    FORUM,
    PERMISSIONS,
    PUBLIC_THREAD,
    THREADS,
    Channel,
    Fault,
    World,
    too_many,
)

API = "/api/v10"
LOADING, HAS_THREAD, CROSSPOSTED = 1 << 7, 1 << 5, 1 << 0
CREATES_PER_DAY = 200
MAX_UPLOAD_BYTES = 10 * 1024 * 1024


@dataclass
class Upload:
    """One file of a multipart request."""

    field: str
    name: str
    content: bytes


@dataclass
class Call:
    """One decoded REST call."""

    method: str
    route: str
    path: str
    params: dict[str, str]
    query: dict[str, str]
    body: Any
    uploads: list[Upload] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.params[name]

    @property
    def major(self) -> str:
        """The parameter that splits a rate-limit bucket."""
        ids = [self.params.get(name, "") for name in ("channel_id", "guild_id", "webhook_id", "token")]
        return "+".join(filter(None, ids))


Handler = Callable[[Call], Awaitable[Any]]


async def read_call(request: web.Request, route: str) -> Call:
    """Decode a request; multipart bodies carry `payload_json` and `files[n]`."""
    body: Any = None
    uploads = []
    if request.content_type == "multipart/form-data":
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                uploads.append(Upload(name, value.filename, value.file.read()))
            elif name == "payload_json":
                body = json.loads(str(value))
    elif request.can_read_body:
        text = await request.text()
        try:
            body = json.loads(text) if text else None
        except ValueError:
            raise ApiError(400, 50109, "The request body contains invalid JSON.") from None
    path = request.path.removeprefix(API)
    return Call(request.method, route, path, dict(request.match_info), dict(request.query), body, uploads)


def respond(status: int, body: Any, headers: dict[str, str] | None = None) -> web.Response:
    """Return a JSON response whose Content-Type is exactly application/json."""
    if body is None:
        return web.Response(status=status, headers=headers)
    raw = json.dumps(body).encode()
    return web.Response(status=status, body=raw, content_type="application/json", headers=headers)


class Rest:
    """The REST half: state that calls change, and one method for each route."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.token, self.token_valid = port, token, True
        self.world = World()
        self.gateway = Gateway(self.world)
        self.gateway.token_ok = lambda given: self.token_valid and given == self.token
        self.nonce_window_s = 180.0
        self._commands: list[JSON] = []
        self._creations: list[tuple[str | None, float]] = []
        self._interactions: dict[str, Interaction] = {}
        self._hidden: dict[str, JSON] = {}
        self._nonces: dict[tuple[str, str], tuple[str, float]] = {}
        self._files: dict[str, bytes] = {}
        self._stopping = asyncio.Event()

    @property
    def base_url(self) -> str:
        """The server's root."""
        return f"http://127.0.0.1:{self.port}"

    def attach(self, app: web.Application) -> None:
        """Add every route of the API; the last one catches what is not modelled."""
        app.router.add_get("/cdn/{file}/{name}", self._download)
        for line, handler in self._routes().items():
            method, template = line.split(" ")
            app.router.add_route(method, API + template, self._entry(line, handler))
        app.router.add_route("*", "/{rest:.*}", self._entry("unknown", self._unknown))

    def _routes(self) -> dict[str, Handler]:
        messages = "/channels/{channel_id}/messages"
        one_message = messages + "/{message_id}"
        hook = "/webhooks/{webhook_id}/{token}"
        hooked = hook + "/messages/{message_id}"
        app, guild = "/applications/{application_id}", "/applications/{application_id}/guilds/{guild_id}"
        return {
            "GET /gateway": self._gateway_info,
            "GET /gateway/bot": self._gateway_info,
            "GET /users/@me": self._me,
            "GET /users/{user_id}": self._user,
            "GET /applications/@me": self._application,
            "GET /oauth2/applications/@me": self._application,
            "POST /users/@me/channels": self._open_dm,
            "GET /users/@me/guilds": self._guilds,
            "DELETE /users/@me/guilds/{guild_id}": self._leave,
            f"GET {app}/commands": self._list_commands,
            f"PUT {app}/commands": self._put_commands,
            f"GET {guild}/commands": self._list_commands,
            f"PUT {guild}/commands": self._put_commands,
            "GET /guilds/{guild_id}": self._get_guild,
            "GET /guilds/{guild_id}/channels": self._guild_channels,
            "GET /guilds/{guild_id}/threads/active": self._active_threads,
            "GET /guilds/{guild_id}/roles": self._guild_roles,
            "GET /guilds/{guild_id}/members/{user_id}": self._member,
            "GET /channels/{channel_id}": self._get_channel,
            "PATCH /channels/{channel_id}": self._patch_channel,
            f"GET {messages}": self._history,
            f"POST {messages}": self._send,
            f"GET {one_message}": self._get_message,
            f"PATCH {one_message}": self._edit,
            f"DELETE {one_message}": self._delete,
            f"POST {one_message}/crosspost": self._crosspost,
            f"POST {one_message}/threads": self._thread_from_message,
            "POST /channels/{channel_id}/threads": self._start_thread,
            "POST /channels/{channel_id}/typing": self._typing,
            "POST /interactions/{interaction_id}/{token}/callback": self._callback,
            f"POST {hook}": self._follow_up,
            f"GET {hooked}": self._get_hooked,
            f"PATCH {hooked}": self._edit_hooked,
            f"DELETE {hooked}": self._delete_hooked,
        }

    # -- one REST call -------------------------------------------------------------------------

    def _entry(self, route: str, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def enter(request: web.Request) -> web.StreamResponse:
            response = await self._answer(request, route, handler)
            if response is None:
                if request.transport is not None:
                    request.transport.abort()
                return web.Response()
            return response

        return enter

    async def _answer(self, request: web.Request, route: str, handler: Handler) -> web.Response | None:
        """Return the response, or None to drop the connection."""
        try:
            call = await read_call(request, route)
        except ApiError as error:
            return self._refused(request.method, request.path, None, error, {})
        fault = next((one for one in self.world.faults if one.strikes(f"{call.method} {call.path}")), None)
        if fault is None:
            return await self._run(request, call, handler)
        self.world.journal.note(
            "fault", method=call.method, path=call.path, fault=fault.kind, act=fault.act, body=call.body
        )
        if fault.act:
            await self._run(request, call, handler)
        return await self._break(call, fault)

    async def _run(self, request: web.Request, call: Call, handler: Handler) -> web.Response:
        headers: dict[str, str] = {}
        try:
            if not call.route.startswith(("POST /interactions", "unknown")) and "/webhooks/" not in call.route:
                self._authorize(request)
            headers = self.world.limits.enter(call.route, call.major, self.world.clock.now())
            result = await handler(call)
        except ApiError as error:
            return self._refused(call.method, call.path, call.body, error, headers)
        except (AttributeError, TypeError, KeyError) as error:
            shape = refuse((), "BASE_TYPE_BAD_TYPE", f"The body has another shape: {type(error).__name__} {error}")
            return self._refused(call.method, call.path, call.body, shape, headers)
        status = 204 if result is None else 201 if call.path.endswith("/threads") else 200
        self.world.journal.note(
            "rest",
            method=call.method,
            path=call.path,
            route=call.route,
            status=status,
            body=call.body,
            files=[one.name for one in call.uploads],
        )
        return respond(status, result, headers)

    def _authorize(self, request: web.Request) -> None:
        if not self.token_valid or request.headers.get("Authorization") != f"Bot {self.token}":
            raise ApiError(401, 0, "401: Unauthorized")

    def _refused(self, method: str, path: str, body: Any, error: ApiError, headers: dict[str, str]) -> web.Response:
        journal = self.world.journal
        journal.note("rest", method=method, path=path, status=error.status, body=body, answer=error.body)
        journal.counts[str(error.status)] += 1
        if error.status == 429:
            journal.counts["429 " + error.headers.get("X-RateLimit-Scope", "")] += 1
        if error.status in (401, 403, 429):
            self.world.limits.invalid(self.world.clock.now())
        return respond(error.status, error.body, {**headers, **error.headers})

    async def _break(self, call: Call, fault: Fault) -> web.Response | None:
        self.world.journal.counts[f"fault {fault.kind}"] += 1
        if fault.kind == "hang":
            await asyncio.wait([asyncio.ensure_future(self._stopping.wait())], timeout=fault.seconds)
        if fault.kind in ("hang", "reset", "lost"):
            return None
        if fault.kind == "garbage":
            return web.Response(body=b'{"id": "12', content_type="application/json")
        if fault.kind == "429":
            return self._refused(call.method, call.path, call.body, too_many(fault.retry_after, "user", {}), {})
        return respond(int(fault.kind), {"message": f"{fault.kind}: fault asked for by the test", "code": 0})

    async def _unknown(self, call: Call) -> None:
        self.world.journal.unmodelled.append(f"{call.method} {call.path}")
        raise ApiError(404, 0, "404: Not Found")

    async def _download(self, request: web.Request) -> web.Response:
        return web.Response(body=self._files[request.match_info["file"]])

    # -- routes: who and where -----------------------------------------------------------------

    async def _gateway_info(self, call: Call) -> JSON:
        starts = {
            "total": self.gateway.starts,
            "remaining": max(0, self.gateway.starts - self.world.journal.counts["identifies"]),
            "reset_after": 86_400_000,
            "max_concurrency": self.gateway.max_concurrency,
        }
        return {"url": self.gateway.url, "shards": self.gateway.shards, "session_start_limit": starts}

    async def _me(self, call: Call) -> JSON:
        return {**self.world.users[self.world.bot_id], "mfa_enabled": True, "locale": "en-US", "verified": True}

    async def _user(self, call: Call) -> JSON:
        if call["user_id"] not in self.world.users:
            raise ApiError(404, 10013, "Unknown User")
        return self.world.users[call["user_id"]]

    async def _application(self, call: Call) -> JSON:
        owner = self.world.users[next(iter(self.world.guilds.values())).owner_id]
        me = self.world.users[self.world.bot_id]
        return {
            "id": self.world.bot_id,
            "name": me["username"],
            "icon": None,
            "description": "",
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "owner": owner,
            "team": None,
            "flags": 1 << 23,
            "summary": "",
            "rpc_origins": [],
            "bot": me,
            "approximate_guild_count": len(self.world.guilds),
        }

    async def _open_dm(self, call: Call) -> JSON:
        user_id = str(call.body["recipient_id"])
        if user_id not in self.world.users or user_id == self.world.bot_id:
            raise ApiError(400, 50033, "Invalid Recipient(s)")
        return self.world.channel(self.world.dm_with(user_id))

    def _inside(self, guild_id: str) -> str:
        if guild_id not in self.world.guilds:
            raise ApiError(404, 10004, "Unknown Guild")
        if not self.world.guilds[guild_id].bot_inside:
            raise ApiError(403, 50001, "Missing Access")
        return guild_id

    async def _leave(self, call: Call) -> None:
        self.world.guilds[self._inside(call["guild_id"])].bot_inside = False
        await self.gateway.dispatch("GUILD_DELETE", {"id": call["guild_id"]}, intent="guilds")

    async def _get_guild(self, call: Call) -> JSON:
        return self.world.guild(self.world.guilds[self._inside(call["guild_id"])])

    async def _guild_channels(self, call: Call) -> list[JSON]:
        return self.world.guild(self.world.guilds[self._inside(call["guild_id"])])["channels"]

    async def _active_threads(self, call: Call) -> JSON:
        guild_id = self._inside(call["guild_id"])
        found = [one for one in self.world.channels.values() if one.guild_id == guild_id and one.type in THREADS]
        seen = PERMISSIONS["view_channel"]
        shown = [one for one in found if not one.archived and self.world.permissions(one, self.world.bot_id) & seen]
        return {"threads": [self.world.channel(one) for one in reversed(shown)], "members": []}

    async def _guild_roles(self, call: Call) -> list[JSON]:
        return self.world.roles(self.world.guilds[self._inside(call["guild_id"])])

    async def _guilds(self, call: Call) -> list[JSON]:
        inside = [guild for guild in self.world.guilds.values() if guild.bot_inside]
        about: JSON = {"icon": None, "owner": False, "features": [], "banner": None}
        return [
            {"id": one.id, "name": one.name, "permissions": str(one.everyone_permissions), **about} for one in inside
        ]

    async def _member(self, call: Call) -> JSON:
        if call["user_id"] not in self.world.guilds[self._inside(call["guild_id"])].member_ids:
            raise ApiError(404, 10007, "Unknown Member")
        return {**self.world.member(call["guild_id"], call["user_id"]), "user": self.world.users[call["user_id"]]}

    async def _get_channel(self, call: Call) -> JSON:
        return self.world.channel(self.world.reach(call["channel_id"]))

    async def _patch_channel(self, call: Call) -> JSON:
        channel = self.world.reach(call["channel_id"])
        if channel.type not in THREADS:
            raise ApiError(403, 50013, "Missing Permissions")
        if channel.owner_id != self.world.bot_id or "locked" in call.body:
            self.world.reach(call["channel_id"], "manage_threads")
        channel.archived = bool(call.body.get("archived", channel.archived))
        channel.locked = bool(call.body.get("locked", channel.locked))
        channel.name = str(call.body.get("name", channel.name))
        await self.gateway.dispatch("THREAD_UPDATE", self.world.channel(channel), intent="guilds")
        return self.world.channel(channel)

    async def _typing(self, call: Call) -> None:
        self.world.reach(call["channel_id"], "send_messages")

    # -- routes: application commands ----------------------------------------------------------

    def _scope(self, call: Call) -> str | None:
        if call["application_id"] != self.world.bot_id:
            raise ApiError(403, 20012, "You are not authorized to perform this action on this application")
        guild_id = call.params.get("guild_id")
        return None if guild_id is None else self._inside(guild_id)

    async def _list_commands(self, call: Call) -> list[JSON]:
        scope = self._scope(call)
        return [command for command in self._commands if command.get("guild_id") == scope]

    async def _put_commands(self, call: Call) -> list[JSON]:
        scope = self._scope(call)
        check_commands(call.body)
        old = {(one["type"], one["name"]): one for one in self._commands if one.get("guild_id") == scope}
        now = self.world.clock.now()
        fresh = [one for one in call.body if (one.get("type", 1), one["name"]) not in old]
        today = [at for where, at in self._creations if where == scope and now - at < 86_400]
        if len(today) + len(fresh) > CREATES_PER_DAY:
            raise ApiError(
                400, 30034, f"Max number of daily application command creates has been reached ({CREATES_PER_DAY})"
            )
        self._creations += [(scope, now)] * len(fresh)
        self.world.journal.counts["command syncs"] += 1
        self.world.journal.counts["command creations"] += len(fresh)
        self._commands = [one for one in self._commands if one.get("guild_id") != scope]
        self._commands += [self._registered(one, old, scope) for one in call.body]
        return await self._list_commands(call)

    def _registered(self, command: JSON, old: dict[tuple[int, str], JSON], scope: str | None) -> JSON:
        kind = command.get("type", 1)
        known = old.get((kind, command["name"]), {})
        filled = {
            "description": "",
            "default_member_permissions": None,
            "nsfw": False,
            **command,
            "type": kind,
            "id": known.get("id") or self.world.new_id(),
            "application_id": self.world.bot_id,
            "version": self.world.new_id(),
        }
        return filled | ({"guild_id": scope} if scope else {})

    # -- routes: messages ----------------------------------------------------------------------

    def _pings(self, body: JSON, content: str) -> tuple[list[JSON], list[str], bool]:
        """Return the users, roles and whether everyone is mentioned; without allowed_mentions all are parsed."""
        allowed = body.get("allowed_mentions")
        texts = [content] + [
            str(one.get("content", ""))
            for one in walk_components(body.get("components") or [])
            if one.get("type") == TEXT_DISPLAY
        ]
        text = "\n".join(texts)
        parse = ["users", "roles", "everyone"] if allowed is None else allowed.get("parse") or []
        listed: JSON = allowed or {}
        users = [
            one
            for one in dict.fromkeys(MENTION.findall(text))
            if one in self.world.users and ("users" in parse or one in map(str, listed.get("users") or []))
        ]
        roles = [
            one
            for one in dict.fromkeys(ROLE_MENTION.findall(text))
            if "roles" in parse or one in map(str, listed.get("roles") or [])
        ]
        everyone = "everyone" in parse and ("@everyone" in text or "@here" in text)
        return [self.world.users[one] for one in users], roles, everyone

    def _attach(self, uploads: list[Upload], described: list[JSON]) -> list[JSON]:
        by_number = {str(one.get("id")): one for one in described}
        attached = []
        for upload in uploads:
            if len(upload.content) > MAX_UPLOAD_BYTES:
                raise ApiError(413, 40005, "Request entity too large")
            about = by_number.get(upload.field.removeprefix("files[").removesuffix("]"), {})
            file_id = self.world.new_id()
            self._files[file_id] = upload.content
            name = about.get("filename") or upload.name
            url = f"{self.base_url}/cdn/{file_id}/{name}"
            attached.append(
                {
                    "id": file_id,
                    "filename": name,
                    "size": len(upload.content),
                    "url": url,
                    "proxy_url": url,
                    "content_type": "application/octet-stream",
                    "description": about.get("description"),
                }
            )
        return attached

    def _compose(self, channel: Channel, author_id: str, call: Call, body: JSON, **extra: Any) -> JSON:
        """Return a new message payload from a body that has been checked."""
        content = str(body.get("content") or "").strip()
        users, roles, everyone = self._pings(body, content)
        components = json.loads(json.dumps(body.get("components") or []))
        for number, component in enumerate(walk_components(components), 1):
            component.setdefault("id", number)
        message = {
            "id": self.world.new_id(),
            "channel_id": channel.id,
            "author": self.world.users[author_id],
            "type": 0,
            "content": content,
            "timestamp": self.world.clock.iso(),
            "edited_timestamp": None,
            "tts": False,
            "pinned": False,
            "embeds": [{"type": "rich", **embed} for embed in body.get("embeds") or []],
            "components": components,
            "attachments": self._attach(call.uploads, body.get("attachments") or []),
            "flags": (body.get("flags") or 0) & (SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | COMPONENTS_V2 | EPHEMERAL),
            "mentions": users,
            "mention_roles": roles,
            "mention_everyone": everyone,
            **extra,
        }
        if body.get("nonce") is not None:
            message["nonce"] = body["nonce"]
        return message

    def _note_message(self, what: str, message: JSON, body: JSON) -> None:
        pinged = [user["id"] for user in message["mentions"]] + message["mention_roles"]
        self.world.journal.note(
            "message",
            what=what,
            id=message["id"],
            channel_id=message["channel_id"],
            content=message["content"],
            author=message["author"]["id"],
            flags=message["flags"],
            nonce=body.get("nonce"),
            allowed_mentions=body.get("allowed_mentions"),
            pings=pinged + ["everyone"] * message["mention_everyone"],
        )
        speaks = body.get("content") or body.get("components")
        mine = message["author"]["id"] == self.world.bot_id
        if mine and speaks and body.get("allowed_mentions") is None:
            self.world.journal.counts["without allowed_mentions"] += 1

    def _fingerprint(self, message: JSON) -> str:
        plain = [{k: v for k, v in one.items() if k != "id"} for one in walk_components(message["components"])]
        files = [one["filename"] for one in message["attachments"]]
        return json.dumps([message["content"], message["embeds"], [one.get("content") for one in plain], files])

    async def _store(self, channel: Channel, message: JSON, body: JSON) -> None:
        """Put a new message in its channel and tell the gateway."""
        self._note_message("created", message, body)
        channel.messages[message["id"]] = message
        await self.gateway.dispatch_message("MESSAGE_CREATE", channel, message)

    def _needed(self, body: JSON, uploads: list[Upload]) -> list[str]:
        needed = ["send_messages"]
        if body.get("embeds"):
            needed.append("embed_links")
        if uploads:
            needed.append("attach_files")
        return needed

    async def _send(self, call: Call) -> JSON:
        body = call.body or {}
        channel = self.world.reach(call["channel_id"], *self._needed(body, call.uploads))
        if channel.type == FORUM:
            raise ApiError(400, 50008, "Cannot send messages in a non-text channel")
        if channel.recipient_id in self.world.closed_dms:
            raise ApiError(403, 50007, "Cannot send messages to this user")
        if channel.archived and channel.locked:
            raise ApiError(400, 50083, "Thread is archived")
        check_message(body, files=len(call.uploads))
        extra = self._reply(channel, body)
        earlier = self._same_nonce(channel, body)
        if earlier is not None:
            return self._shown(earlier, channel)
        if channel.archived:
            channel.archived = False
            await self.gateway.dispatch("THREAD_UPDATE", self.world.channel(channel), intent="guilds")
        message = self._compose(
            channel, self.world.bot_id, call, {**body, "flags": (body.get("flags") or 0) & ~EPHEMERAL}, **extra
        )
        self.world.journal.sent(channel.id, self._fingerprint(message), message["id"])
        if body.get("nonce") is not None:
            self._nonces[channel.id, str(body["nonce"])] = (message["id"], self.world.clock.now())
        await self._store(channel, message, body)
        return self._shown(message, channel)

    def _reply(self, channel: Channel, body: JSON) -> JSON:
        reference = body.get("message_reference")
        if not reference:
            return {}
        found = channel.messages.get(str(reference.get("message_id")))
        if found is None:
            if reference.get("fail_if_not_exists", True):
                raise refuse(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
            return {}
        return self._answering(channel, found)

    def _answering(self, channel: Channel, found: JSON) -> JSON:
        """What a reply has beside a message's own parts; a bot sees of `referenced_message` what it may read."""
        told = {"type": 0, "message_id": found["id"], "channel_id": channel.id, "guild_id": channel.guild_id}
        shown = {name: part for name, part in found.items() if name != "referenced_message"}
        return {"type": 19, "message_reference": told, "referenced_message": shown}

    def _same_nonce(self, channel: Channel, body: JSON) -> JSON | None:
        if body.get("nonce") is None or not body.get("enforce_nonce"):
            return None
        message_id, sent_at = self._nonces.get((channel.id, str(body["nonce"])), ("", 0.0))
        if self.world.clock.now() - sent_at > self.nonce_window_s or message_id not in channel.messages:
            return None
        self.world.journal.counts["deduplicated"] += 1
        return channel.messages[message_id]

    def _shown(self, message: JSON, channel: Channel) -> JSON:
        return self.gateway.visible(message, channel, self.gateway.privileged)

    async def _history(self, call: Call) -> list[JSON]:
        channel = self.world.reach(call["channel_id"])
        limit = int(call.query.get("limit", "50"))
        if not 1 <= limit <= 100:
            raise refuse(("limit",), "NUMBER_TYPE_MAX", "int value should be between 1 and 100.")
        readable = self.world.permissions(channel, self.world.bot_id) & PERMISSIONS["read_message_history"]
        found = list(channel.messages.values()) if readable else []
        if "after" in call.query:
            found = [one for one in found if int(one["id"]) > int(call.query["after"])][:limit]
        if "before" in call.query:
            found = [one for one in found if int(one["id"]) < int(call.query["before"])]
        return [self._later(one, channel) for one in reversed(found[-limit:])]

    def _later(self, message: JSON, channel: Channel) -> JSON:
        """A message as it is read afterwards: its nonce is told to who sent it, when it is sent."""
        return {name: part for name, part in self._shown(message, channel).items() if name != "nonce"}

    def _stored(self, call: Call, *needed: str) -> tuple[Channel, JSON]:
        channel = self.world.reach(call["channel_id"], *needed)
        message = channel.messages.get(call["message_id"])
        if message is None:
            raise ApiError(404, 10008, "Unknown Message")
        return channel, message

    async def _get_message(self, call: Call) -> JSON:
        channel, message = self._stored(call, "read_message_history")
        return self._later(message, channel)

    async def _edit(self, call: Call) -> JSON:
        channel, message = self._stored(call)
        if message["author"]["id"] != self.world.bot_id:
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        if channel.archived:
            raise ApiError(400, 50083, "Thread is archived")
        await self._change(message, call, call.body or {})
        return self._shown(message, channel)

    async def _change(self, message: JSON, call: Call, body: JSON) -> None:
        """Apply an edit to a message in place."""
        kept_flags = message["flags"] & ~SUPPRESS_EMBEDS if "flags" in body else message["flags"]
        flags = kept_flags | ((body.get("flags") or 0) & (SUPPRESS_EMBEDS | COMPONENTS_V2))
        kept = message["attachments"]
        if body.get("attachments") is not None:
            named = {str(one.get("id")) for one in body["attachments"]}
            kept = [one for one in kept if one["id"] in named]
        sent: JSON = {
            name: body[name] for name in ("content", "embeds", "components", "allowed_mentions") if name in body
        }
        after: JSON = {
            "content": message["content"],
            "embeds": message["embeds"],
            "components": message["components"],
            **sent,
            "flags": flags,
            "attachments": kept,
        }
        check_message(after, files=len(call.uploads))
        attachments = kept + self._attach(call.uploads, body.get("attachments") or [])
        channel = self.world.channels[message["channel_id"]]
        fresh = self._compose(channel, message["author"]["id"], Call("", "", "", {}, {}, None), after)
        for name in ("content", "embeds", "components", "mentions", "mention_roles", "mention_everyone"):
            message[name] = fresh[name]
        message |= {"flags": flags & ~LOADING, "attachments": attachments, "edited_timestamp": self.world.clock.iso()}
        self._note_message("edited", message, body)
        if message["id"] in channel.messages:
            await self.gateway.dispatch_message("MESSAGE_UPDATE", channel, message)

    async def _delete(self, call: Call) -> None:
        channel, message = self._stored(call)
        if message["author"]["id"] != self.world.bot_id:
            self.world.reach(channel.id, "manage_messages")
        await self._forget(channel, message)

    async def _forget(self, channel: Channel, message: JSON) -> None:
        if channel.messages.pop(message["id"], None) is None:
            return
        gone: JSON = {"id": message["id"], "channel_id": channel.id}
        if channel.guild_id:
            gone["guild_id"] = channel.guild_id
        await self.gateway.dispatch(
            "MESSAGE_DELETE", gone, intent="direct_messages" if channel.type == DM else "guild_messages"
        )

    async def _crosspost(self, call: Call) -> JSON:
        channel, message = self._stored(call, "send_messages")
        if channel.type != ANNOUNCEMENT:
            raise ApiError(400, 50024, "Cannot execute action on this channel type")
        if message["flags"] & CROSSPOSTED:
            raise ApiError(400, 40033, "This message has already been crossposted")
        self.world.limits.crosspost(channel.id, self.world.clock.now())
        message["flags"] |= CROSSPOSTED
        return message

    # -- routes: threads -----------------------------------------------------------------------

    def _check_thread(self, body: JSON) -> None:
        name = str(body.get("name") or "")
        if not 1 <= len(name.strip()) <= 100:
            raise refuse(("name",), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
        if body.get("auto_archive_duration", 1440) not in (None, 60, 1440, 4320, 10080):
            raise refuse(
                ("auto_archive_duration",), "BASE_TYPE_CHOICES", "Value must be one of {60, 1440, 4320, 10080}."
            )

    async def _make_thread(self, parent: Channel, body: JSON, thread_id: str) -> Channel:
        kind = ANNOUNCEMENT_THREAD if parent.type == ANNOUNCEMENT else PUBLIC_THREAD
        thread = Channel(
            thread_id,
            kind,
            str(body["name"]),
            parent.guild_id,
            parent.id,
            self.world.bot_id,
            applied_tags=[str(tag) for tag in body.get("applied_tags") or []],
            created=self.world.clock.iso(),
            auto_archive_minutes=body.get("auto_archive_duration") or 1440,
        )
        self.world.channels[thread.id] = thread
        await self.gateway.dispatch(
            "THREAD_CREATE", {**self.world.channel(thread), "newly_created": True}, intent="guilds"
        )
        return thread

    async def _thread_from_message(self, call: Call) -> JSON:
        channel, message = self._stored(call, "create_public_threads")
        if channel.type in THREADS or channel.type == DM:
            raise ApiError(400, 50024, "Cannot execute action on this channel type")
        if message["id"] in self.world.channels:
            raise ApiError(400, 160004, "A thread has already been created for this message")
        self._check_thread(call.body)
        thread = await self._make_thread(channel, call.body, message["id"])
        message["flags"] |= HAS_THREAD
        return self.world.channel(thread)

    async def _start_thread(self, call: Call) -> JSON:
        body = call.body or {}
        parent = self.world.reach(call["channel_id"])
        if parent.type != FORUM:
            self.world.reach(parent.id, "create_public_threads")
            self._check_thread(body)
            if body.get("type", 12) not in (ANNOUNCEMENT_THREAD, PUBLIC_THREAD):
                raise refuse(("type",), "BASE_TYPE_CHOICES", "Only public threads are modelled: 10 or 11.")
            return self.world.channel(await self._make_thread(parent, body, self.world.new_id()))
        return await self._forum_post(call, parent, body)

    async def _forum_post(self, call: Call, forum: Channel, body: JSON) -> JSON:
        first = body.get("message") or {}
        self.world.reach(forum.id, *self._needed(first, call.uploads))
        self._check_thread(body)
        tags = [str(tag) for tag in body.get("applied_tags") or []]
        if forum.require_tag and not tags:
            raise ApiError(400, 40067, "A tag is required to create a forum post in this channel")
        if len(tags) > 5 or not set(tags) <= {tag["id"] for tag in forum.tags}:
            raise refuse(("applied_tags",), "BASE_TYPE_CHOICES", "Unknown tag, or more than 5.")
        if any(tag["moderated"] for tag in forum.tags if tag["id"] in tags):
            self.world.reach(forum.id, "manage_threads")
        check_message(first, files=len(call.uploads))
        thread = await self._make_thread(forum, body, self.world.new_id())
        message = self._compose(thread, self.world.bot_id, call, first)
        message["id"] = thread.id
        self.world.journal.sent(forum.id, thread.name + self._fingerprint(message), message["id"])
        await self._store(thread, message, first)
        return {**self.world.channel(thread), "message": message}

    # -- routes: interactions ------------------------------------------------------------------

    async def _callback(self, call: Call) -> JSON | None:
        interaction = self._interactions.get(call["interaction_id"])
        try:
            found = check_ack(interaction, call["token"], self.world.clock.now())
            kind, data = call.body.get("type"), call.body.get("data") or {}
            if kind not in allowed_responses(found):
                raise refuse(
                    ("type",), "BASE_TYPE_CHOICES", f"Value must be one of {sorted(allowed_responses(found))}."
                )
            await self._acknowledge(found, kind, data, call)
        except ApiError as error:
            if interaction is not None:
                interaction.errors.append(str(error))
                interaction.changed()
            raise
        found.changed()
        return self._callback_answer(found) if call.query.get("with_response") in ("1", "true") else None

    async def _acknowledge(self, it: Interaction, kind: int, data: JSON, call: Call) -> None:
        if kind == CHOICES:
            check_choices(data.get("choices"))
            it.choices = data.get("choices") or []
        elif kind == OPEN_MODAL:
            check_modal(data)
            it.modal = data
        elif kind == UPDATE and it.source is not None:
            await self._change(it.source, call, data)
        elif kind in (MESSAGE, DEFERRED):
            if kind == MESSAGE:
                check_message(data, files=len(call.uploads))
            it.ephemeral = bool((data.get("flags") or 0) & EPHEMERAL)
            it.loading = kind == DEFERRED
            it.original_id = (await self._hook_message(it, call, data, it.ephemeral))["id"]
        if kind in (UPDATE, DEFERRED_UPDATE) and it.source is not None:
            it.original_id = it.source["id"]
        it.response = kind
        it.acked_after_s = round(self.world.clock.now() - it.created, 3)

    def _callback_answer(self, it: Interaction) -> JSON:
        resource: JSON = {"type": it.response}
        if it.original_id is not None and it.response != DEFERRED_UPDATE:
            resource["message"] = it.message
        told = {
            "id": it.id,
            "type": it.type,
            "response_message_id": it.original_id,
            "response_message_loading": it.loading,
            "response_message_ephemeral": it.ephemeral,
        }
        return {"interaction": told, "resource": resource}

    async def _hook_message(self, it: Interaction, call: Call, body: JSON, ephemeral: bool) -> JSON:
        """Create a message of an interaction; an ephemeral one never enters the channel's history."""
        channel = self.world.channels[it.channel_id]
        flags = (body.get("flags") or 0) & ~EPHEMERAL | (EPHEMERAL if ephemeral else 0)
        about = {
            "id": it.id,
            "type": it.type,
            "user": self.world.users[it.user_id],
            "authorizing_integration_owners": {},
        }
        message = self._compose(
            channel,
            self.world.bot_id,
            call,
            {**body, "flags": flags},
            type=20 if it.type == COMMAND else 0,
            application_id=self.world.bot_id,
            webhook_id=self.world.bot_id,
            interaction_metadata=about,
        )
        if it.loading and it.original_id is None:
            message["flags"] |= LOADING
        it.messages[message["id"]] = message
        if ephemeral:
            self._hidden[message["id"]] = message
            self._note_message("created", message, body)
        else:
            await self._store(channel, message, body)
        return message

    def _hook(self, call: Call) -> Interaction:
        it = next((one for one in self._interactions.values() if one.token == call["token"]), None)
        if it is None or call["webhook_id"] != self.world.bot_id:
            raise ApiError(404, 10015, "Unknown Webhook")
        check_alive(it, self.world.clock.now())
        return it

    def _hooked(self, call: Call) -> tuple[Interaction, JSON]:
        it = self._hook(call)
        wanted = it.original_id if call["message_id"] == "@original" else call["message_id"]
        message = it.messages.get(wanted or "")
        if message is None and it.source is not None and it.source["id"] == wanted:
            message = it.source
        if message is None:
            raise ApiError(404, 10008, "Unknown Message")
        return it, message

    async def _follow_up(self, call: Call) -> JSON:
        it, body = self._hook(call), call.body or {}
        check_message(body, files=len(call.uploads))
        if it.loading and it.original_id is not None:
            message = it.messages[it.original_id]
            await self._change(message, call, body)
            it.loading = False
        else:
            message = await self._hook_message(it, call, body, bool((body.get("flags") or 0) & EPHEMERAL))
        it.changed()
        return message

    async def _get_hooked(self, call: Call) -> JSON:
        return self._hooked(call)[1]

    async def _edit_hooked(self, call: Call) -> JSON:
        it, message = self._hooked(call)
        await self._change(message, call, call.body or {})
        it.loading = it.loading and message["id"] != it.original_id
        it.changed()
        return message

    async def _delete_hooked(self, call: Call) -> None:
        it, message = self._hooked(call)
        it.messages.pop(message["id"], None)
        self._hidden.pop(message["id"], None)
        it.loading = it.loading and message["id"] != it.original_id
        await self._forget(self.world.channels[message["channel_id"]], message)
        it.changed()
