"""What a person can do with a bot in Discord's client: run commands, press, pick, fill in; and how the bot may answer.

Owns: an interaction's life (3 s to acknowledge, once; 15 min of follow-ups), the payloads built from
registered commands and sent components, and the checks Discord's client makes before anything is sent.
Does not own: the answers' contents (`discord_limits`), storage and transport (`discord_server`).
Not modelled: attachments as options, user-installed commands, entitlements, premium buttons, file uploads in modals.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.discord_limits import (
    BUTTON,
    JSON,
    LABEL,
    LINK_STYLE,
    LOCALES,
    STRING_SELECT,
    SUBCOMMAND,
    SUBCOMMAND_GROUP,
    ApiError,
    walk_components,
)
from tests.fakes.discord_world import ALL_PERMISSIONS, DM, Channel, World

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, OPEN_MODAL = 4, 5, 6, 7, 8, 9
ACK_WITHIN_S, TOKEN_LIFE_S = 3.0, 900.0
HOME = "en-US"


class Impossible(ValueError):
    """A test asked for what Discord's client would not let a person do."""


@dataclass
class Interaction:
    """One interaction and everything the bot answered to it."""

    id: str
    token: str
    type: int
    created: float
    channel_id: str
    user_id: str
    name: str
    locale: str = HOME
    source: JSON | None = None
    response: int | None = None
    acked_after_s: float | None = None
    loading: bool = False
    ephemeral: bool = False
    original_id: str | None = None
    delivered: int = 0
    messages: dict[str, JSON] = field(default_factory=dict)
    choices: list[JSON] | None = None
    modal: JSON | None = None
    errors: list[str] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    @property
    def message(self) -> JSON | None:
        """The original answer, or the component's message after an update."""
        if self.original_id in self.messages:
            return self.messages[self.original_id]
        return self.source

    @property
    def followups(self) -> list[JSON]:
        """Every message of this interaction but the original answer."""
        return [message for key, message in self.messages.items() if key != self.original_id]

    @property
    def answered(self) -> bool:
        """Whether a person sees something: a message, choices, a modal or an update (not only "thinking")."""
        if self.response in (MESSAGE, UPDATE, CHOICES, OPEN_MODAL):
            return True
        return not self.loading and bool(self.messages)

    def changed(self) -> None:
        """Wake whoever waits in `until`."""
        self._changed.set()

    async def until(self, ready: Callable[[Interaction], bool], timeout_s: float = 5.0) -> Interaction:
        """Wait until `ready(self)`, and return self.

        Raises:
            TimeoutError: it did not happen in time.
        """

        async def wait() -> None:
            while not ready(self):
                self._changed.clear()
                await self._changed.wait()

        await asyncio.wait_for(wait(), timeout_s)
        return self

    def to_json(self) -> JSON:
        """Return the facts for the control interface."""
        return {
            "id": self.id,
            "type": self.type,
            "name": self.name,
            "response": self.response,
            "loading": self.loading,
            "ephemeral": self.ephemeral,
            "acked_after_s": self.acked_after_s,
            "message": self.message,
            "followups": self.followups,
            "choices": self.choices,
            "modal": self.modal,
            "answered": self.answered,
            "delivered": self.delivered,
            "errors": self.errors,
        }


def allowed_responses(interaction: Interaction) -> set[int]:
    """Return the callback types Discord takes for this kind of interaction."""
    if interaction.type == AUTOCOMPLETE:
        return {CHOICES}
    if interaction.type == COMPONENT:
        return {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, OPEN_MODAL}
    if interaction.type == MODAL:
        return {MESSAGE, DEFERRED} | ({DEFERRED_UPDATE, UPDATE} if interaction.source else set())
    return {MESSAGE, DEFERRED, OPEN_MODAL}


def check_alive(interaction: Interaction, now: float) -> None:
    """Refuse a follow-up before the acknowledgement or after 15 minutes."""
    if interaction.response is None:
        raise ApiError(404, 10015, "Unknown Webhook")
    if now - interaction.created > TOKEN_LIFE_S:
        raise ApiError(401, 50027, "Invalid Webhook Token")


def check_ack(interaction: Interaction | None, token: str, now: float) -> Interaction:
    """Refuse an acknowledgement that is unknown (or later than 3 s) or is the second one."""
    if interaction is None or interaction.token != token:
        raise ApiError(404, 10062, "Unknown interaction")
    if interaction.response is not None:
        raise ApiError(400, 40060, "Interaction has already been acknowledged.")
    if now - interaction.created > ACK_WITHIN_S:
        raise ApiError(404, 10062, "Unknown interaction")
    return interaction


# -- what is sent to the bot -------------------------------------------------------------------


def payload(world: World, interaction: Interaction, data: JSON) -> JSON:
    """Return the INTERACTION_CREATE event."""
    channel = world.channels[interaction.channel_id]
    user = world.users[interaction.user_id]
    rights = world.permissions(channel, interaction.user_id)
    body: JSON = {
        "id": interaction.id,
        "application_id": world.bot_id,
        "type": interaction.type,
        "token": interaction.token,
        "version": 1,
        "channel_id": channel.id,
        "channel": {**world.channel(channel), "permissions": str(rights)},
        "locale": interaction.locale,
        "entitlements": [],
        "attachment_size_limit": 10 * 1024 * 1024,
        "data": data,
        "app_permissions": str(world.permissions(channel, world.bot_id)),
        "authorizing_integration_owners": {"0": channel.guild_id or "0"},
        "context": 1 if channel.type == DM else 0,
    }
    if channel.guild_id is None:
        body["user"] = user
    else:
        member = {**world.member(channel.guild_id, user["id"]), "user": user, "permissions": str(rights)}
        guild = {"id": channel.guild_id, "locale": HOME, "features": []}
        body |= {"guild_id": channel.guild_id, "guild": guild, "guild_locale": HOME, "member": member}
    if interaction.source is not None:
        body["message"] = {name: part for name, part in interaction.source.items() if name != "referenced_message"}
    return body


def new_interaction(
    world: World, kind: int, channel_id: str, user_id: str, name: str, locale: str = HOME
) -> Interaction:
    """Start an interaction now; `locale` is the language of the person's client."""
    if locale not in LOCALES:
        raise Impossible(f"Discord's client has no language {locale!r}")
    token = secrets.token_urlsafe(40)
    return Interaction(world.new_id(), token, kind, world.clock.now(), channel_id, user_id, name, locale)


def find_command(commands: list[JSON], name: str, kind: int, channel: Channel, rights: int) -> JSON:
    """Return the registered command a person would see in this channel; a guild's own comes first.

    Raises:
        Impossible: there is none, or it is not for this place or this person.
    """
    matching = [one for one in commands if one["name"] == name and one.get("type", 1) == kind]
    fitting = [one for one in matching if one.get("guild_id") in (None, channel.guild_id)]
    if not fitting:
        raise Impossible(f"no registered command {name!r} of type {kind} here")
    command = min(fitting, key=lambda one: one.get("guild_id") is None)
    contexts = command.get("contexts")
    here = 1 if channel.type == DM else 0
    if (contexts and here not in contexts) or (
        here == 1 and contexts is None and command.get("dm_permission") is False
    ):
        raise Impossible(f"{name!r} is not offered in this kind of channel")
    needed = command.get("default_member_permissions")
    if needed is not None and channel.guild_id is not None:
        bits = int(needed)
        if (bits == 0 and rights != ALL_PERMISSIONS) or rights & bits != bits:
            raise Impossible(f"this person may not use {name!r}")
    return command


def command_data(
    world: World, command: JSON, path: list[str], values: JSON, user_id: str, focused: str | None = None
) -> JSON:
    """Return the `data` of a slash command or autocomplete from plain option values.

    `path` holds the subcommand names below the command. With `focused`, required options may be missing.

    Raises:
        Impossible: an option is unknown, missing, or of a value the client would not send.
    """
    resolved: JSON = {}
    registered, chain = command.get("options") or [], []
    for step in path:
        found = next(
            (one for one in registered if one["name"] == step and one["type"] in (SUBCOMMAND, SUBCOMMAND_GROUP)), None
        )
        if found is None:
            raise Impossible(f"no subcommand {step!r} in {command['name']!r}")
        chain.append(found)
        registered = found.get("options") or []
    if any(one["type"] in (SUBCOMMAND, SUBCOMMAND_GROUP) for one in registered):
        raise Impossible(f"{command['name']!r} needs a subcommand")
    options = _filled(world, registered, values, user_id, focused, resolved)
    for step in reversed(chain):
        options = [{"name": step["name"], "type": step["type"], "options": options}]
    data = {"id": command["id"], "name": command["name"], "type": 1, "options": options}
    if command.get("guild_id"):
        data["guild_id"] = command["guild_id"]
    return data | ({"resolved": resolved} if resolved else {})


def _filled(
    world: World, registered: list[JSON], values: JSON, user_id: str, focused: str | None, resolved: JSON
) -> list[JSON]:
    unknown = set(values) - {one["name"] for one in registered}
    if unknown:
        raise Impossible(f"unknown options: {sorted(unknown)}")
    filled = []
    for option in registered:
        name = option["name"]
        if name not in values:
            if option.get("required") and focused is None:
                raise Impossible(f"option {name!r} is required")
            continue
        entry = {"name": name, "type": option["type"], "value": values[name]}
        if name == focused:
            entry["focused"] = True
        else:
            _check_value(world, option, values[name], user_id, resolved)
        filled.append(entry)
    if focused is not None and not any(one.get("focused") for one in filled):
        raise Impossible(f"the focused option {focused!r} has no value")
    return filled


def _check_value(world: World, option: JSON, value: Any, user_id: str, resolved: JSON) -> None:
    kinds: dict[int, tuple[type, ...]] = {3: (str,), 4: (int,), 5: (bool,), 10: (int, float)}
    name, kind = option["name"], option["type"]
    if kind in kinds and (not isinstance(value, kinds[kind]) or (kind == 4 and isinstance(value, bool))):
        raise Impossible(f"option {name!r}: {value!r} is of the wrong type")
    choices = option.get("choices")
    if choices and value not in [one["value"] for one in choices]:
        raise Impossible(f"option {name!r}: {value!r} is not one of the choices")
    measure = len(value) if kind == 3 else value
    low, high = ("min_length", "max_length") if kind == 3 else ("min_value", "max_value")
    if kind in (3, 4, 10) and not option.get(low, measure) <= measure <= option.get(high, measure):
        raise Impossible(f"option {name!r}: {value!r} is out of range")
    if kind in (6, 9) and value in world.users:
        resolved.setdefault("users", {})[value] = world.users[value]
    elif kind == 7:
        wanted = option.get("channel_types")
        channel = world.channels[value]
        if wanted and channel.type not in wanted:
            raise Impossible(f"option {name!r}: a channel of this type is not offered")
        resolved.setdefault("channels", {})[value] = _seen_by(world, channel, user_id)


def _seen_by(world: World, channel: Channel, user_id: str) -> JSON:
    """A channel with what the person may do there."""
    return {**world.channel(channel), "permissions": str(world.permissions(channel, user_id))}


def component_data(
    world: World, message: JSON, custom_id: str | None, label: str | None, values: list[str] | None, user_id: str
) -> JSON:
    """Return the `data` of a press (`values` None) or a pick in a message.

    Raises:
        Impossible: no such component, it is disabled, or the values are not on offer.
    """
    for component in walk_components(message["components"]):
        if (custom_id and component.get("custom_id") == custom_id) or (label and component.get("label") == label):
            break
    else:
        raise Impossible(f"no component {custom_id or label!r} in message {message['id']}")
    if component.get("disabled") or component.get("style") == LINK_STYLE:
        raise Impossible(f"component {custom_id or label!r} is disabled or a link")
    data: JSON = {
        "custom_id": component["custom_id"],
        "component_type": component["type"],
        "id": component.get("id", 0),
    }
    if (component["type"] == BUTTON) != (values is None):
        raise Impossible("buttons are pressed, selects are picked from")
    if values is None:
        return data
    offered = [option["value"] for option in component.get("options") or []]
    if component["type"] == STRING_SELECT and not set(values) <= set(offered):
        raise Impossible(f"not on offer: {sorted(set(values) - set(offered))}")
    if not component.get("min_values", 1) <= len(values) <= component.get("max_values", 1):
        raise Impossible(f"{len(values)} values picked, which the select does not allow")
    resolved: JSON = {}
    for value in values:
        if component["type"] == 8 and value in world.channels:
            resolved.setdefault("channels", {})[value] = _seen_by(world, world.channels[value], user_id)
        elif component["type"] in (5, 7) and value in world.users:
            resolved.setdefault("users", {})[value] = world.users[value]
    return {**data, "values": values, **({"resolved": resolved} if component["type"] != STRING_SELECT else {})}


def modal_data(modal: JSON, values: dict[str, Any]) -> JSON:
    """Return the `data` of a submitted modal; `values` maps each input's custom_id to text (or a list for a select).

    Raises:
        Impossible: an input is unknown, missing, or too long or short.
    """
    inputs = {one["custom_id"]: one for one in walk_components(modal["components"]) if one.get("custom_id")}
    if set(values) - set(inputs):
        raise Impossible(f"unknown inputs: {sorted(set(values) - set(inputs))}")
    for custom_id, item in inputs.items():
        given = values.get(custom_id, item.get("value") or "")
        if item.get("required", True) and not given:
            raise Impossible(f"input {custom_id!r} is required")
        if (
            isinstance(given, str)
            and given
            and not item.get("min_length", 0) <= len(given) <= item.get("max_length", 4000)
        ):
            raise Impossible(f"input {custom_id!r} is too long or too short")

    def answer(item: JSON) -> JSON:
        given = values.get(item["custom_id"], item.get("value") or "")
        key = "values" if isinstance(given, list) else "value"
        return {"type": item["type"], "id": item.get("id", 0), "custom_id": item["custom_id"], key: given}

    rows = []
    for number, outer in enumerate(modal["components"], 1):
        if outer["type"] == LABEL:
            rows.append({"type": LABEL, "id": number, "component": answer(outer["component"])})
        elif outer.get("components"):
            rows.append({"type": 1, "id": number, "components": [answer(one) for one in outer["components"]]})
    return {"custom_id": modal["custom_id"], "components": rows}
