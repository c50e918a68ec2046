"""A strict, small Discord (REST API v10 and gateway) on the loopback, for tests of a bot in another process.

    async with DiscordServer() as dc:                   # or: python -m tests.fakes.discord_server PORT
        start_bot(api_url=dc.api_url, token=dc.token)   # the bot sets discord.http.Route.BASE to api_url
        await dc.wait_ready()
        answer = await dc.slash("ask", {"question": "why?"}, channel=dc.channel_id, user=dc.user_id)

The same verbs are at `POST /_ctl/<verb>` with a JSON object of arguments (`GET` for those without),
see `VERBS`. The gateway's address is in GET /gateway/bot; an unsharded discord.py Client does not ask
for it by itself (it uses `DiscordWebSocket.DEFAULT_GATEWAY`), the bot must.

Owns: starting and stopping, and the test's verbs.
Beside it lie `discord_rest` (the routes), `discord_gateway` (sessions and events), `discord_interactions`
(what a person can do, how a bot may answer), `discord_limits` (what a payload may hold), `discord_markdown` (what a
client makes of a text) and `discord_world` (what exists, rates, faults, journal).
Not modelled: see each module's list. An unknown route answers 404 and is kept in
`stats()["unmodelled"]`. Error texts come from Discord's documentation and from memory; they were never
compared with the live service.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import inspect
import json
from typing import Any, Self

from aiohttp import web

from tests.fakes.discord_gateway import INTENTS
from tests.fakes.discord_interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    HOME,
    MODAL,
    Impossible,
    Interaction,
    command_data,
    component_data,
    find_command,
    modal_data,
    new_interaction,
    payload,
)
from tests.fakes.discord_limits import JSON
from tests.fakes.discord_rest import API, Call, Rest, respond
from tests.fakes.discord_world import THREADS, Fault, permission_bits

DEFAULT_TOKEN = "fake-bot-token"


class DiscordServer(Rest):
    """The fake: start it, let a bot connect, act as a person, look at what happened."""

    VERBS = (
        "accept_token",
        "add_channel",
        "add_guild",
        "add_user",
        "advance",
        "allow_intents",
        "archive_thread",
        "autocomplete",
        "clear_faults",
        "click",
        "close_dms",
        "commands",
        "disconnect",
        "fail",
        "gateway_mute",
        "gateway_up",
        "info",
        "interaction",
        "invalidate_session",
        "journal",
        "message_command",
        "messages",
        "open_dm",
        "remove_channel",
        "remove_guild",
        "request_reconnect",
        "say",
        "select",
        "set_guild_permissions",
        "set_limits",
        "set_permissions",
        "set_sharding",
        "slash",
        "stats",
        "submit_modal",
        "user_command",
        "wait_ready",
    )

    def __init__(self, port: int = 0, token: str = DEFAULT_TOKEN) -> None:
        super().__init__(port, token)
        self.guild_id = self.world.add_guild()
        self.channel_id = self.world.add_channel(self.guild_id, "general")
        self.news_id = self.world.add_channel(self.guild_id, "news", "announcement")
        self.forum_id = self.world.add_channel(self.guild_id, "papers", "forum", tags=["daily"], require_tag=True)
        self.user_id = self.world.add_user("reader")
        self.world.join(self.guild_id, self.user_id)
        self._runner: web.AppRunner | None = None

    # -- running -------------------------------------------------------------------------------

    @property
    def api_url(self) -> str:
        """What the bot is given as its API base."""
        return self.base_url + API

    async def start(self) -> None:
        """Listen on 127.0.0.1; port 0 takes a free one."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_get("/gateway/", self.gateway.serve)
        app.router.add_get("/gateway/resume", self.gateway.serve)
        app.router.add_route("*", "/_ctl/{verb}", self._control)
        self.attach(app)
        self._runner = web.AppRunner(app, shutdown_timeout=0.5, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.gateway.url = f"ws://127.0.0.1:{self.port}/gateway"

    async def stop(self) -> None:
        """Drop every connection and stop listening."""
        self._stopping.set()
        await self.gateway.disconnect()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    # -- verbs: acting as a person -------------------------------------------------------------

    async def _submit(self, it: Interaction, data: JSON, wait: str, timeout_s: float) -> Interaction:
        """Deliver an interaction and wait until it is acknowledged, answered, or not at all (`no`)."""
        self._interactions[it.id] = it
        self.world.journal.note("interaction", id=it.id, type=it.type, name=it.name, user=it.user_id, data=data)
        it.delivered = await self.gateway.dispatch("INTERACTION_CREATE", payload(self.world, it, data))
        conditions = {"acked": lambda one: one.response is not None, "answered": lambda one: one.answered}
        if wait in conditions:
            try:
                await it.until(conditions[wait], timeout_s)
            except TimeoutError:
                it.errors.append(f"not {wait} within {timeout_s} s")
        return it

    def _command(self, name: str, kind: int, channel: str, user: str) -> JSON:
        place = self.world.channels[channel]
        return find_command(self._commands, name, kind, place, self.world.permissions(place, user))

    async def slash(
        self,
        name: str,
        options: JSON | None = None,
        *,
        channel: str | None = None,
        user: str | None = None,
        locale: str = HOME,
        wait: str = "acked",
        timeout_s: float = 5.0,
    ) -> Interaction:
        """Run a registered slash command; subcommands follow the name after spaces."""
        channel, user = channel or self.channel_id, user or self.user_id
        root, *path = name.split()
        command = self._command(root, 1, channel, user)
        data = command_data(self.world, command, path, options or {}, user)
        it = new_interaction(self.world, COMMAND, channel, user, name, locale)
        return await self._submit(it, data, wait, timeout_s)

    async def autocomplete(
        self,
        name: str,
        options: JSON,
        focused: str,
        *,
        channel: str | None = None,
        user: str | None = None,
        locale: str = HOME,
        timeout_s: float = 3.0,
    ) -> Interaction:
        """Type in an option; the answer's `choices` is None if nothing came in time."""
        channel, user = channel or self.channel_id, user or self.user_id
        root, *path = name.split()
        data = command_data(self.world, self._command(root, 1, channel, user), path, options, user, focused)
        it = new_interaction(self.world, AUTOCOMPLETE, channel, user, name, locale)
        return await self._submit(it, data, "acked", timeout_s)

    async def message_command(
        self,
        name: str,
        message: str,
        *,
        user: str | None = None,
        locale: str = HOME,
        wait: str = "acked",
        timeout_s: float = 5.0,
    ) -> Interaction:
        """Run a message context-menu command; the bot sees the target's text."""
        target = self._find(message)
        it = new_interaction(self.world, COMMAND, target["channel_id"], user or self.user_id, name, locale)
        command = self._command(name, 3, it.channel_id, it.user_id)
        data = {
            "id": command["id"],
            "name": name,
            "type": 3,
            "target_id": target["id"],
            "resolved": {"messages": {target["id"]: target}},
        }
        return await self._submit(it, data, wait, timeout_s)

    async def user_command(
        self,
        name: str,
        target: str,
        *,
        channel: str | None = None,
        user: str | None = None,
        locale: str = HOME,
        wait: str = "acked",
        timeout_s: float = 5.0,
    ) -> Interaction:
        """Run a user context-menu command."""
        it = new_interaction(self.world, COMMAND, channel or self.channel_id, user or self.user_id, name, locale)
        command = self._command(name, 2, it.channel_id, it.user_id)
        data = {
            "id": command["id"],
            "name": name,
            "type": 2,
            "target_id": target,
            "resolved": {"users": {target: self.world.users[target]}},
        }
        return await self._submit(it, data, wait, timeout_s)

    async def click(
        self,
        message: str,
        custom_id: str | None = None,
        *,
        label: str | None = None,
        user: str | None = None,
        locale: str = HOME,
        wait: str = "acked",
        timeout_s: float = 5.0,
    ) -> Interaction:
        """Press a button, found by custom_id or label."""
        return await self._use(message, custom_id, label, None, user, locale, wait, timeout_s)

    async def select(
        self,
        message: str,
        custom_id: str,
        values: list[str],
        *,
        user: str | None = None,
        locale: str = HOME,
        wait: str = "acked",
        timeout_s: float = 5.0,
    ) -> Interaction:
        """Pick values in a select."""
        return await self._use(message, custom_id, None, values, user, locale, wait, timeout_s)

    async def _use(
        self,
        message: str,
        custom_id: str | None,
        label: str | None,
        values: list[str] | None,
        user: str | None,
        locale: str,
        wait: str,
        timeout_s: float,
    ) -> Interaction:
        target, user = self._find(message), user or self.user_id
        data = component_data(self.world, target, custom_id, label, values, user)
        it = new_interaction(self.world, COMPONENT, target["channel_id"], user, data["custom_id"], locale)
        it.source = target
        return await self._submit(it, data, wait, timeout_s)

    async def submit_modal(
        self, opened_by: str | Interaction, values: JSON, *, wait: str = "acked", timeout_s: float = 5.0
    ) -> Interaction:
        """Fill in and submit the modal that an interaction opened."""
        opener = opened_by if isinstance(opened_by, Interaction) else self._interactions[opened_by]
        if opener.modal is None:
            raise Impossible("that interaction opened no modal")
        custom_id, locale = opener.modal["custom_id"], opener.locale
        it = new_interaction(self.world, MODAL, opener.channel_id, opener.user_id, custom_id, locale)
        it.source = opener.source
        return await self._submit(it, modal_data(opener.modal, values), wait, timeout_s)

    async def say(
        self, channel: str, content: str, *, user: str | None = None, reply_to: str | None = None, ping: bool = True
    ) -> JSON:
        """Write a message as a person (mention the bot as `<@id>`), or answer another one, whose author is mentioned if
        `ping` is on."""
        place, body = self.world.channels[channel], {"content": content}
        extra: JSON = {}
        if reply_to is not None:
            if reply_to not in place.messages:
                raise Impossible(f"no message {reply_to} in this channel")
            extra = self._answering(place, place.messages[reply_to])
        message = self._compose(place, user or self.user_id, Call("", "", "", {}, {}, None), body, **extra)
        if reply_to is not None and ping:
            asked = place.messages[reply_to]["author"]
            message["mentions"] += [asked] * (asked not in message["mentions"])
        await self._store(place, message, body)
        return message

    async def open_dm(self, user: str | None = None) -> str:
        """Return the direct-message channel between a person and the bot."""
        return self.world.dm_with(user or self.user_id).id

    def _find(self, message_id: str) -> JSON:
        if message_id in self._hidden:
            return self._hidden[message_id]
        for channel in self.world.channels.values():
            if message_id in channel.messages:
                return channel.messages[message_id]
        raise Impossible(f"no message {message_id}")

    # -- verbs: changing the world -------------------------------------------------------------

    async def add_user(self, name: str, guild: str | None = None) -> str:
        """Add a person, as a member of the guild (default: the first one)."""
        user_id = self.world.add_user(name)
        self.world.join(guild or self.guild_id, user_id)
        return user_id

    async def add_guild(self, name: str) -> str:
        """Invite the bot to a new guild with no channels."""
        guild_id = self.world.add_guild(name)
        self.world.join(guild_id, self.user_id)
        joined = self.world.guild(self.world.guilds[guild_id])
        del joined["unavailable"]  # that is how a client tells it from one that has come back
        await self.gateway.dispatch("GUILD_CREATE", joined, intent="guilds")
        return guild_id

    async def add_channel(
        self,
        name: str,
        kind: str = "text",
        *,
        guild: str | None = None,
        tags: list[str] | None = None,
        require_tag: bool = False,
    ) -> str:
        """Add a `text`, `announcement` or `forum` channel."""
        made = self.world.add_channel(guild or self.guild_id, name, kind, tags=tags or [], require_tag=require_tag)
        await self.gateway.dispatch("CHANNEL_CREATE", self.world.channel(self.world.channels[made]), intent="guilds")
        return made

    async def remove_channel(self, channel: str) -> None:
        """Delete a channel or thread."""
        gone = self.world.channels.pop(channel)
        event = "THREAD_DELETE" if gone.type in THREADS else "CHANNEL_DELETE"
        await self.gateway.dispatch(event, self.world.channel(gone), intent="guilds")

    async def remove_guild(self, guild: str, *, outage: bool = False) -> None:
        """Remove the bot from a guild, or make the guild unavailable (`outage`)."""
        body: JSON = {"id": guild}
        if outage:
            body["unavailable"] = True
        else:
            self.world.guilds[guild].bot_inside = False
        await self.gateway.dispatch("GUILD_DELETE", body, intent="guilds")

    async def set_permissions(
        self, channel: str, *, allow: list[str] | None = None, deny: list[str] | None = None
    ) -> None:
        """Set the bot's own overwrite on a channel, by permission names."""
        place = self.world.channels[channel]
        place.overwrites[self.world.bot_id] = (1, permission_bits(allow or []), permission_bits(deny or []))
        await self.gateway.dispatch("CHANNEL_UPDATE", self.world.channel(place), intent="guilds")

    async def set_guild_permissions(self, names: list[str], *, guild: str | None = None) -> None:
        """Give everyone exactly these permissions in a guild."""
        changed = self.world.guilds[guild or self.guild_id]
        changed.everyone_permissions = permission_bits(names)
        role = self.world.role(changed, changed.id, "@everyone", changed.everyone_permissions)
        await self.gateway.dispatch("GUILD_ROLE_UPDATE", {"guild_id": changed.id, "role": role}, intent="guilds")

    async def archive_thread(self, thread: str, *, locked: bool = True) -> None:
        """Archive a thread; unless `locked`, a send opens it again."""
        place = self.world.channels[thread]
        place.archived, place.locked = True, locked
        await self.gateway.dispatch("THREAD_UPDATE", self.world.channel(place), intent="guilds")

    def close_dms(self, user: str | None = None, *, closed: bool = True) -> None:
        """Make a person refuse (or take again) direct messages."""
        (self.world.closed_dms.add if closed else self.world.closed_dms.discard)(user or self.user_id)

    def accept_token(self, valid: bool = True) -> None:
        """Make the token valid or invalid (401, close code 4004)."""
        self.token_valid = valid

    def allow_intents(self, names: list[str]) -> None:
        """Enable exactly these privileged intents for the application."""
        self.gateway.privileged = sum(INTENTS[name] for name in set(names))

    # -- verbs: trouble ------------------------------------------------------------------------

    def fail(self, route: str, kind: str, times: int | None = 1, **details: Any) -> None:
        """Make calls matching `route` ("POST /channels/*/messages") fail; see `Fault`."""
        self.world.faults.append(Fault(route, kind, times, **details))

    def clear_faults(self) -> None:
        """Let everything work again."""
        self.world.faults.clear()

    def advance(self, seconds: float) -> float:
        """Move the fake's clock on; return the offset."""
        self.world.clock.advance(seconds)
        return self.world.clock.offset_s

    def set_limits(self, **settings: Any) -> None:
        """Change rate limits: enabled, global_per_s, crossposts_per_hour, invalid_limit, buckets."""
        for name, value in settings.items():
            if not hasattr(self.world.limits, name):
                raise Impossible(f"no such limit: {name}")
            setattr(self.world.limits, name, value)

    async def disconnect(self, code: int | None = None, shard: int | None = None) -> int:
        """End the gateway connections (of one `shard`) with a close code, or abruptly; sessions can be resumed."""
        return await self.gateway.disconnect(code, shard)

    def set_sharding(self, shards: int, *, least: int = 1, max_concurrency: int = 1, starts: int = 1000) -> None:
        """Advise so many shards, refuse fewer than `least`; `starts`: sessions that may begin in a day."""
        self.gateway.shards, self.gateway.least_shards = shards, least
        self.gateway.max_concurrency, self.gateway.starts = max_concurrency, starts

    async def request_reconnect(self) -> None:
        """Send opcode 7."""
        await self.gateway.request_reconnect()

    async def invalidate_session(self, resumable: bool = False) -> None:
        """Send opcode 9."""
        await self.gateway.invalidate(resumable)

    def gateway_mute(self, mute: bool = True) -> int:
        """Make the present connections open but dead: nothing is answered or sent, not even to a heartbeat. A session
        can be resumed by a new connection. Return how many there are."""
        return self.gateway.mute(mute)

    def gateway_up(self, up: bool = True) -> None:
        """Refuse (503) or accept new gateway connections."""
        self.gateway.up = up

    # -- verbs: looking ------------------------------------------------------------------------

    async def wait_ready(self, timeout_s: float = 10.0) -> bool:
        """Wait until a bot has identified or resumed."""
        await asyncio.wait_for(self.gateway.ready.wait(), timeout_s)
        return True

    def info(self) -> JSON:
        """Return the addresses and the ids made at start."""
        return {
            "api_url": self.api_url,
            "gateway_url": self.gateway.url,
            "token": self.token,
            "guild_id": self.guild_id,
            "channel_id": self.channel_id,
            "news_id": self.news_id,
            "forum_id": self.forum_id,
            "forum_tag_ids": [tag["id"] for tag in self.world.channels[self.forum_id].tags],
            "user_id": self.user_id,
            "bot_id": self.world.bot_id,
        }

    def messages(self, channel: str | None = None) -> list[JSON]:
        """Return what a channel holds, oldest first; ephemeral answers are not in it."""
        return list(self.world.channels[channel or self.channel_id].messages.values())

    def interaction(self, id: str) -> Interaction:
        """Return an earlier interaction."""
        return self._interactions[id]

    def commands(self) -> list[JSON]:
        """Return all registered commands."""
        return self._commands

    def journal(self, since: int = 0, kind: str | None = None) -> list[JSON]:
        """Return the journal's entries from number `since` on."""
        return [one for one in self.world.journal.entries[since:] if kind in (None, one["kind"])]

    def stats(self) -> JSON:
        """Return the counts a test asks about.

        `sends` and `duplicates` are about messages the bot created in channels, threads and forums (answers to
        interactions are not among them); `without_allowed_mentions` counts texts and edits that left it out;
        `heartbeat_late_s` is by how much the latest heartbeat came after its time.
        """
        journal, limits = self.world.journal, self.world.limits
        live = [one for one in self.gateway.sessions.values() if one.connection]
        unanswered = [one.id for one in self._interactions.values() if one.response is None]
        return {
            "sends": len(journal.send_times),
            "sends_peak_per_s": journal.peak_per_second(),
            "429": journal.counts["429"],
            "duplicates": journal.duplicates(),
            "deduplicated": journal.counts["deduplicated"],
            "invalid_requests": limits.invalid_count,
            "banned": limits.banned,
            "unmodelled": journal.unmodelled,
            "unanswered_interactions": unanswered,
            "connected": len(live),
            "heartbeats": len(self.gateway.beats),
            "heartbeat_late_s": max(self.gateway.beats, default=0.0),
            "intents": [one.intents for one in live],
            "shards": sorted(one.shard for one in live),
            "without_allowed_mentions": journal.counts["without allowed_mentions"],
            "counts": dict(journal.counts),
        }

    # -- control over HTTP ---------------------------------------------------------------------

    async def _control(self, request: web.Request) -> web.Response:
        verb = request.match_info["verb"]
        if verb not in self.VERBS:
            return respond(404, {"error": f"no verb {verb!r}", "verbs": self.VERBS})
        try:
            given = await request.json() if request.can_read_body else {}
            result = getattr(self, verb)(**given)
            if inspect.isawaitable(result):
                result = await result
        except (ValueError, TypeError, KeyError, TimeoutError) as error:
            return respond(400, {"error": f"{type(error).__name__}: {error}"})
        return respond(200, {"result": result.to_json() if isinstance(result, Interaction) else result})


async def serve(port: int, token: str) -> None:
    """Run until cancelled; the first line printed is `info()` as JSON."""
    async with DiscordServer(port, token) as server:
        print(json.dumps(server.info()), flush=True)
        await asyncio.Event().wait()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="A fake Discord on 127.0.0.1.")
    parser.add_argument("port", type=int, nargs="?", default=0, help="0 takes a free port")
    parser.add_argument("--token", default=DEFAULT_TOKEN)
    given = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(given.port, given.token))


if __name__ == "__main__":
    main()
