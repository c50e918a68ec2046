"""Say whether Discord would take a payload, and refuse it in Discord's own shape if not.

Every check is a pure function over decoded JSON. `Refusals` gathers what is wrong by path and
raises one `ApiError` (code 50035 with nested errors), as the service does.

Owns: lengths, counts, required and forbidden fields of messages, embeds, components, modals,
autocomplete choices and application commands.
Does not own: state (who may do what, what exists), rates, or transport.
Not modelled: polls, stickers, voice messages, emoji validity, URL reachability.
Lengths are counted in Unicode code points (https://github.com/discord/discord-api-docs/issues/1315).
Texts and codes come from Discord's public documentation and from memory; they were not compared with the live service.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

JSON = dict[str, Any]
Path = tuple[str | int, ...]

EPHEMERAL, SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS, COMPONENTS_V2 = 1 << 6, 1 << 2, 1 << 12, 1 << 15
ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER, LABEL = 9, 10, 11, 12, 13, 14, 17, 18
SELECTS = {3, 5, 6, 7, 8}
MODAL_INPUTS = {3, 4, 5, 6, 7, 8, 19, 21, 22, 23}
V2_TOP_LEVEL = {ROW, SECTION, TEXT_DISPLAY, GALLERY, FILE, SEPARATOR, CONTAINER}
LINK_STYLE, PREMIUM_STYLE = 5, 6
SUBCOMMAND, SUBCOMMAND_GROUP = 1, 2
LOCALES = {
    *("id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "pt-BR"),
    *("ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko"),
}  # https://discord.com/developers/docs/reference#locales


class ApiError(Exception):
    """An answer that is not a success: HTTP status, Discord's error code, message, extra body fields and headers."""

    def __init__(self, status: int, code: int, message: str, *, headers: dict[str, str] | None = None, **body: Any):
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.body: JSON = {"message": message, "code": code, **body}
        self.headers = headers or {}


class Refusals:
    """What is wrong with one payload, by path; `done()` raises if anything is."""

    def __init__(self) -> None:
        self.errors: JSON = {}

    def add(self, path: Path, code: str, message: str) -> None:
        """Record one refusal at `path` (indices become string keys)."""
        node = self.errors
        for step in path:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def length(self, path: Path, value: Any, low: int, high: int) -> None:
        """Refuse anything but a string of `low` to `high` characters; None counts as missing."""
        if value is None:
            if low:
                self.add(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif not isinstance(value, str):
            self.add(path, "BASE_TYPE_BAD_STRING", "Could not interpret as string.")
        elif low and not value.strip():
            self.add(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif low <= 1 and len(value) > high:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {high} or fewer in length.")
        elif not low <= len(value) <= high:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length.")

    def count(self, path: Path, values: Any, low: int, high: int) -> list[Any]:
        """Refuse anything but a list of `low` to `high` items; return a list that is safe to walk."""
        if values is None:
            values = []
        if not isinstance(values, list):
            self.add(path, "BASE_TYPE_BAD_TYPE", "Only lists are allowed.")
            return []
        if len(values) > high and low <= 1:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {high} or fewer in length.")
        elif not low <= len(values) <= high:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length.")
        return values

    def done(self) -> None:
        """Raise the gathered refusals as one 50035."""
        if self.errors:
            raise ApiError(400, 50035, "Invalid Form Body", errors=self.errors)


def refuse(path: Path, code: str, message: str) -> ApiError:
    """Return a 50035 with a single refusal."""
    bad = Refusals()
    bad.add(path, code, message)
    return ApiError(400, 50035, "Invalid Form Body", errors=bad.errors)


def _url(bad: Refusals, path: Path, url: Any, schemes: tuple[str, ...] = ("http", "https")) -> None:
    if url is None:
        return
    scheme, colon, rest = str(url).partition("://")
    if not colon or not rest or " " in rest or len(str(url)) > 2048:
        bad.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
    elif scheme not in schemes:
        bad.add(path, "URL_TYPE_INVALID_SCHEME", f'Scheme "{scheme}" must be one of {schemes}.')


# -- embeds ------------------------------------------------------------------------------------


def embed_size(embed: JSON) -> int:
    """Return the characters that count towards the 6000 of a message."""
    parts = [embed.get("title"), embed.get("description")]
    parts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    for field in embed.get("fields") or []:
        parts += [field.get("name"), field.get("value")]
    return sum(len(part) for part in parts if isinstance(part, str))


def _check_embed(bad: Refusals, path: Path, embed: JSON) -> None:
    texts, parts = ("title", "description"), ("fields", "image", "thumbnail", "author", "footer", "video", "provider")
    if not any(str(embed.get(name) or "").strip() for name in texts) and not any(embed.get(name) for name in parts):
        bad.add((*path, "description"), "BASE_TYPE_REQUIRED", "This field is required")
    bad.length((*path, "title"), embed.get("title"), 0, 256)
    bad.length((*path, "description"), embed.get("description"), 0, 4096)
    _url(bad, (*path, "url"), embed.get("url"))
    color = embed.get("color")
    if color is not None and not (isinstance(color, int) and 0 <= color <= 0xFFFFFF):
        bad.add((*path, "color"), "NUMBER_TYPE_MAX", "int value should be less than or equal to 16777215.")
    for number, field in enumerate(bad.count((*path, "fields"), embed.get("fields"), 0, 25)):
        bad.length((*path, "fields", number, "name"), field.get("name"), 1, 256)
        bad.length((*path, "fields", number, "value"), field.get("value"), 1, 1024)
    if embed.get("footer"):
        bad.length((*path, "footer", "text"), embed["footer"].get("text"), 1, 2048)
        _url(bad, (*path, "footer", "icon_url"), embed["footer"].get("icon_url"), ("http", "https", "attachment"))
    if embed.get("author"):
        bad.length((*path, "author", "name"), embed["author"].get("name"), 1, 256)
        _url(bad, (*path, "author", "url"), embed["author"].get("url"))
    for name in ("image", "thumbnail"):
        if embed.get(name):
            _url(bad, (*path, name, "url"), embed[name].get("url"), ("http", "https", "attachment"))


def _check_embeds(bad: Refusals, embeds: Any) -> None:
    listed = bad.count(("embeds",), embeds, 0, 10)
    for number, embed in enumerate(listed):
        _check_embed(bad, ("embeds", number), embed)
    if sum(embed_size(embed) for embed in listed) > 6000:
        bad.add(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")


# -- components --------------------------------------------------------------------------------


def walk_components(components: list[JSON]) -> Iterator[JSON]:
    """Yield every component of a message or modal, however deep."""
    for component in components:
        yield component
        yield from walk_components(component.get("components") or [])
        for nested in ("accessory", "component"):
            if component.get(nested):
                yield from walk_components([component[nested]])


def _check_button(bad: Refusals, path: Path, button: JSON) -> None:
    style = button.get("style")
    if style not in range(1, 7):
        bad.add((*path, "style"), "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3, 4, 5, 6}.")
    bad.length((*path, "label"), button.get("label"), 0, 80)
    if style == LINK_STYLE:
        bad.length((*path, "url"), button.get("url"), 1, 512)
        _url(bad, (*path, "url"), button.get("url"), ("http", "https", "discord"))
        if button.get("custom_id"):
            bad.add(
                (*path, "custom_id"),
                "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                "A custom id and url cannot both be specified",
            )
    elif style != PREMIUM_STYLE:
        bad.length((*path, "custom_id"), button.get("custom_id"), 1, 100)
    if style != PREMIUM_STYLE and not button.get("label") and not button.get("emoji"):
        bad.add((*path, "label"), "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A label or emoji is required")


def _check_select(bad: Refusals, path: Path, select: JSON) -> None:
    bad.length((*path, "custom_id"), select.get("custom_id"), 1, 100)
    bad.length((*path, "placeholder"), select.get("placeholder"), 0, 150)
    low, high = select.get("min_values", 1), select.get("max_values", 1)
    if low not in range(26) or high not in range(1, 26) or low > high:
        bad.add((*path, "min_values"), "NUMBER_TYPE_RANGE", "Values must be 0 to 25, and min no more than max.")
    if select["type"] != STRING_SELECT:
        return
    seen: set[str] = set()
    options = bad.count((*path, "options"), select.get("options"), 1, 25)
    for number, option in enumerate(options):
        here = (*path, "options", number)
        bad.length((*here, "label"), option.get("label"), 1, 100)
        bad.length((*here, "value"), option.get("value"), 1, 100)
        bad.length((*here, "description"), option.get("description"), 0, 100)
        if option.get("value") in seen:
            bad.add(
                (*here, "value"),
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                "The specified option value is already used",
            )
        seen.add(option.get("value"))
    if options and isinstance(high, int) and high > len(options):
        bad.add((*path, "max_values"), "SELECT_COMPONENT_MAX_VALUES_TOO_LARGE", "max_values exceeds the options.")


def _check_row(bad: Refusals, path: Path, row: JSON) -> None:
    items = bad.count((*path, "components"), row.get("components"), 1, 5)
    kinds = [item.get("type") for item in items]
    for number, item in enumerate(items):
        here = (*path, "components", number)
        if item.get("type") == BUTTON:
            _check_button(bad, here, item)
        elif item.get("type") in SELECTS:
            _check_select(bad, here, item)
        else:
            bad.add((*here, "type"), "UNION_TYPE_CHOICES", 'Value of field "type" must be one of (2, 3, 5, 6, 7, 8).')
    if len(items) > 1 and any(kind in SELECTS for kind in kinds):
        bad.add(
            (*path, "components"),
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
            "The specified component exceeds the maximum width",
        )


def _check_section(bad: Refusals, path: Path, section: JSON) -> None:
    for number, text in enumerate(bad.count((*path, "components"), section.get("components"), 1, 3)):
        _check_v2(bad, (*path, "components", number), text, {TEXT_DISPLAY})
    if not section.get("accessory"):
        bad.add((*path, "accessory"), "BASE_TYPE_REQUIRED", "This field is required")
    else:
        _check_v2(bad, (*path, "accessory"), section["accessory"], {BUTTON, THUMBNAIL})


def _check_media(bad: Refusals, path: Path, media: Any) -> None:
    if not media or not media.get("url"):
        bad.add((*path, "url"), "BASE_TYPE_REQUIRED", "This field is required")
    else:
        _url(bad, (*path, "url"), media["url"], ("http", "https", "attachment"))


def _check_container(bad: Refusals, path: Path, container: JSON) -> None:
    for number, child in enumerate(bad.count((*path, "components"), container.get("components"), 1, 40)):
        _check_v2(bad, (*path, "components", number), child, V2_TOP_LEVEL - {CONTAINER})


def _check_gallery(bad: Refusals, path: Path, gallery: JSON) -> None:
    for number, item in enumerate(bad.count((*path, "items"), gallery.get("items"), 1, 10)):
        _check_media(bad, (*path, "items", number, "media"), item.get("media"))
        bad.length((*path, "items", number, "description"), item.get("description"), 0, 1024)


_V2_CHECKS: dict[int, Callable[[Refusals, Path, JSON], None]] = {
    ROW: _check_row,
    BUTTON: _check_button,
    SECTION: _check_section,
    TEXT_DISPLAY: lambda bad, path, item: bad.length((*path, "content"), item.get("content"), 1, 4000),
    THUMBNAIL: lambda bad, path, item: _check_media(bad, (*path, "media"), item.get("media")),
    GALLERY: _check_gallery,
    FILE: lambda bad, path, item: _check_media(bad, (*path, "file"), item.get("file")),
    SEPARATOR: lambda bad, path, item: None,
    CONTAINER: _check_container,
}


def _check_v2(bad: Refusals, path: Path, component: JSON, allowed: set[int]) -> None:
    kind = component.get("type")
    if kind not in allowed:
        bad.add((*path, "type"), "UNION_TYPE_CHOICES", f'Value of field "type" must be one of {sorted(allowed)}.')
    else:
        _V2_CHECKS[kind](bad, path, component)


def _check_unique_ids(bad: Refusals, components: list[JSON]) -> None:
    ids = [item["custom_id"] for item in walk_components(components) if item.get("custom_id")]
    for repeated in sorted({one for one in ids if ids.count(one) > 1}):
        bad.add(
            ("components",), "COMPONENT_CUSTOM_ID_DUPLICATED", f"Component custom id cannot be duplicated: {repeated}"
        )


def _check_components(bad: Refusals, components: Any, v2: bool) -> None:
    listed = bad.count(("components",), components, 0, 40 if v2 else 5)
    everything = list(walk_components(listed))
    for number, component in enumerate(listed):
        if v2:
            _check_v2(bad, ("components", number), component, V2_TOP_LEVEL)
        elif component.get("type") != ROW:
            bad.add(("components", number, "type"), "UNION_TYPE_CHOICES", 'Value of field "type" must be one of (1,).')
        else:
            _check_row(bad, ("components", number), component)
    _check_unique_ids(bad, listed)
    if v2 and len(everything) > 40:
        bad.add(("components",), "BASE_TYPE_BAD_LENGTH", "Must have 40 or fewer components in total.")
    if v2 and sum(len(str(item.get("content", ""))) for item in everything if item.get("type") == TEXT_DISPLAY) > 4000:
        bad.add(
            ("components",),
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            "The total displayable text of the components exceeds 4000.",
        )


# -- messages ----------------------------------------------------------------------------------


def _check_mentions(bad: Refusals, allowed: Any) -> None:
    if allowed is None:
        return
    parse = allowed.get("parse") or []
    for number, kind in enumerate(parse):
        if kind not in ("roles", "users", "everyone"):
            bad.add(
                ("allowed_mentions", "parse", number),
                "BASE_TYPE_CHOICES",
                "Value must be one of ('users', 'roles', 'everyone').",
            )
    for kind in ("users", "roles"):
        listed = bad.count(("allowed_mentions", kind), allowed.get(kind), 0, 100)
        if kind in parse and listed:
            bad.add(
                ("allowed_mentions",),
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.',
            )


def _check_v2_exclusive(bad: Refusals, message: JSON) -> None:
    for name in ("content", "embeds", "poll", "sticker_ids"):
        if message.get(name):
            bad.add(
                (name,),
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
            )


def check_message(message: JSON, *, files: int = 0, root: bool = True) -> None:
    """Refuse a message body that Discord would not take.

    `message` is the state that would result (for an edit: old fields with the new ones over them).
    `files` counts uploads; with `root` false an empty message passes (a deferred answer).

    Raises:
        ApiError: 50035 with nested errors, or 50006 for an empty message.
    """
    bad = Refusals()
    v2 = bool((message.get("flags") or 0) & COMPONENTS_V2)
    content = message.get("content")
    bad.length(("content",), content if content is None else str(content).strip(), 0, 2000)
    _check_embeds(bad, message.get("embeds"))
    _check_components(bad, message.get("components"), v2)
    _check_mentions(bad, message.get("allowed_mentions"))
    if message.get("nonce") is not None:
        bad.length(("nonce",), str(message["nonce"]), 0, 25)
    if files > 10:
        bad.add(("attachments",), "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    if v2:
        _check_v2_exclusive(bad, message)
    bad.done()
    shown = (str(content or "").strip(), message.get("embeds"), message.get("components"), message.get("poll"))
    if root and not files and not any(shown) and not message.get("sticker_ids") and not message.get("attachments"):
        raise ApiError(400, 50006, "Cannot send an empty message")


def check_choices(choices: Any) -> None:
    """Refuse autocomplete choices over Discord's limits (25 of 1–100 characters)."""
    bad = Refusals()
    for number, choice in enumerate(bad.count(("data", "choices"), choices, 0, 25)):
        bad.length(("data", "choices", number, "name"), choice.get("name"), 1, 100)
        value = choice.get("value")
        if isinstance(value, str):
            bad.length(("data", "choices", number, "value"), value, 1, 100)
        elif not isinstance(value, (int, float)):
            bad.add(("data", "choices", number, "value"), "BASE_TYPE_REQUIRED", "This field is required")
    bad.done()


def _check_text_input(bad: Refusals, path: Path, item: JSON, labelled: bool) -> None:
    if not labelled:
        bad.length((*path, "label"), item.get("label"), 1, 45)
    if item.get("style") not in (1, 2):
        bad.add((*path, "style"), "BASE_TYPE_CHOICES", "Value must be one of {1, 2}.")
    bad.length((*path, "custom_id"), item.get("custom_id"), 1, 100)
    bad.length((*path, "placeholder"), item.get("placeholder"), 0, 100)
    bad.length((*path, "value"), item.get("value"), 0, 4000)


def check_modal(modal: JSON) -> None:
    """Refuse a modal over Discord's limits (title 45, custom_id 100, one to five inputs)."""
    bad = Refusals()
    bad.length(("data", "title"), modal.get("title"), 1, 45)
    bad.length(("data", "custom_id"), modal.get("custom_id"), 1, 100)
    for number, outer in enumerate(bad.count(("data", "components"), modal.get("components"), 1, 5)):
        path: Path = ("data", "components", number)
        labelled = outer.get("type") == LABEL
        if outer.get("type") == TEXT_DISPLAY:
            continue
        if labelled:
            bad.length((*path, "label"), outer.get("label"), 1, 45)
            bad.length((*path, "description"), outer.get("description"), 0, 100)
        inputs = [outer.get("component") or {}] if labelled else outer.get("components") or []
        if len(inputs) != 1 or inputs[0].get("type") not in (MODAL_INPUTS if labelled else {TEXT_INPUT}):
            bad.add((*path, "components"), "BASE_TYPE_BAD_LENGTH", "Must hold exactly one input.")
        elif inputs[0]["type"] == TEXT_INPUT:
            _check_text_input(bad, (*path, "components", 0), inputs[0], labelled)
        elif inputs[0]["type"] in SELECTS:
            _check_select(bad, (*path, "component"), inputs[0])
    bad.done()


# -- application commands ----------------------------------------------------------------------


_SCRIPTS = re.compile("[\u0900-\u097f\ua8e0-\ua8ff\u0e00-\u0e7f]")
"""Devanagari and Thai, whose vowel signs are no letters."""


def _is_command_name(name: Any) -> bool:
    if not isinstance(name, str) or not 1 <= len(name) <= 32 or name != name.lower():
        return False
    return all(char in "-_'" or unicodedata.category(char)[0] in "LN" or _SCRIPTS.match(char) for char in name)


def command_size(node: JSON) -> int:
    """Return the characters of names, descriptions and choice values that count towards the 8000: of a text and its
    localisations the longest."""
    own = _longest(node, "name") + _longest(node, "description")
    chosen = sum(_longest(choice, "name") + len(str(choice["value"])) for choice in node.get("choices") or [])
    return own + chosen + sum(command_size(option) for option in node.get("options") or [])


def _longest(node: JSON, name: str) -> int:
    return max(len(text or "") for text in (node.get(name), *(node.get(f"{name}_localizations") or {}).values()))


def _check_localised(bad: Refusals, path: Path, node: JSON, name: str, most: int, *, slash: bool = False) -> None:
    """Check the localisations of a text: known locales, and each as the text itself must be."""
    for locale, text in (node.get(f"{name}_localizations") or {}).items():
        here = (*path, f"{name}_localizations", locale)
        if locale not in LOCALES:
            bad.add(here, "ENUM_TYPE_COERCE", f'Value "{locale}" is not a valid enum value.')
        elif slash and not _is_command_name(text):
            bad.add(here, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
        else:
            bad.length(here, text, 1, most)


def _names(node: JSON) -> set[tuple[str, str]]:
    """The (locale, name) under which a command or option is known; "" where there is no localisation."""
    return {("", node.get("name") or ""), *(node.get("name_localizations") or {}).items()}


def _check_choices_of(bad: Refusals, path: Path, option: JSON) -> None:
    choices = bad.count((*path, "choices"), option.get("choices"), 0, 25)
    for number, choice in enumerate(choices):
        bad.length((*path, "choices", number, "name"), choice.get("name"), 1, 100)
        _check_localised(bad, (*path, "choices", number), choice, "name", 100)
        if isinstance(choice.get("value"), str):
            bad.length((*path, "choices", number, "value"), choice["value"], 0, 100)
    if choices and option.get("autocomplete"):
        bad.add(
            (*path, "autocomplete"),
            "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE_EXCLUSIVE",
            "autocomplete and choices are mutually exclusive",
        )


def _check_options(bad: Refusals, path: Path, options: Any, depth: int) -> None:
    optional_seen = False
    names: set[tuple[str, str]] = set()
    for number, option in enumerate(bad.count((*path, "options"), options, 0, 25)):
        here = (*path, "options", number)
        if not _is_command_name(option.get("name")):
            bad.add((*here, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
        _check_localised(bad, here, option, "name", 32, slash=True)
        if _names(option) & names:
            bad.add((*here, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option names must be unique")
        names |= _names(option)
        bad.length((*here, "description"), option.get("description"), 1, 100)
        _check_localised(bad, here, option, "description", 100)
        kind = option.get("type")
        if kind in (SUBCOMMAND, SUBCOMMAND_GROUP):
            if depth >= 2 or (kind == SUBCOMMAND_GROUP and depth >= 1):
                bad.add(
                    (*here, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Subcommands are nested too deeply"
                )
            _check_options(bad, here, option.get("options"), depth + 1 if kind == SUBCOMMAND_GROUP else 2)
            continue
        if kind not in range(3, 12):
            bad.add((*here, "type"), "BASE_TYPE_CHOICES", "Value must be one of {1, ..., 11}.")
        if option.get("required") and optional_seen:
            bad.add(
                (*here, "required"),
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            )
        optional_seen = optional_seen or not option.get("required")
        _check_choices_of(bad, here, option)


def _check_command(bad: Refusals, path: Path, command: JSON) -> None:
    kind = command.get("type", 1)
    if kind == 1:
        if not _is_command_name(command.get("name")):
            bad.add((*path, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
        bad.length((*path, "description"), command.get("description"), 1, 100)
        _check_localised(bad, path, command, "description", 100)
        _check_options(bad, path, command.get("options"), 0)
    else:
        bad.length((*path, "name"), command.get("name"), 1, 32)
        if command.get("description") or command.get("options"):
            bad.add(
                (*path, "description"),
                "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION",
                "Context menu commands cannot have description or options",
            )
    _check_localised(bad, path, command, "name", 32, slash=kind == 1)
    if command_size(command) > 8000:
        bad.add(path, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")


def check_commands(commands: Any) -> None:
    """Refuse a bulk overwrite that holds a bad command, twins, or too many of a kind (100 slash, 15 menu)."""
    if not isinstance(commands, list):
        raise refuse((), "BASE_TYPE_BAD_TYPE", "Only lists are allowed.")
    bad = Refusals()
    seen: set[tuple[int, str, str]] = set()
    for number, command in enumerate(commands):
        _check_command(bad, (number,), command)
        known = {(command.get("type", 1), *name) for name in _names(command)}
        if known & seen:
            bad.add((number, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
        seen |= known
    bad.done()
    for kind, most in ((1, 100), (2, 15), (3, 15)):
        if sum(1 for one in commands if one.get("type", 1) == kind) > most:
            raise ApiError(400, 30032, f"Maximum number of application commands reached ({most})")


MENTION = re.compile(r"<@!?(\d+)>")
ROLE_MENTION = re.compile(r"<@&(\d+)>")
