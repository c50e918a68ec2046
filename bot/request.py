"""What a person sends, and what is sent back: the two values that every front and the core share.

    front: update → Request → respond.respond → Reply → render(doc, dialect) + buttons + files → front: messages

A button's action is a text that could have been typed: a press is a Request whose text is the action, `pressed` set.
While slow work lasts, drafts show how far it is; the reply takes their place.

Owns: the form of a request, of a draft, of a reply and of its buttons.
Does not own: any platform's wire (fronts), what is answered (respond).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from bot.doc import Doc
from store.talks import Place, Talk
from store.types import Lang

MAX_ACTION = 64
"""Bytes of a button's action: Telegram's callback_data (https://core.telegram.org/bots/api#inlinekeyboardbutton)."""

Draft: TypeAlias = Callable[[Doc], None]
"""Shows how far an answer is: each draft is the whole message as it stands, and takes the place of the one before it.

It returns at once and never raises. A front shows what its platform has room for, the newest first, or none at all.
"""


def unseen(_: Doc) -> None:
    """A draft that nobody sees."""


@dataclass(frozen=True, slots=True)
class Right:
    """Something that a platform lets the bot do in a chat, or not; `needed`: without it nothing can be sent there.

    It is told by the sentences `right.NAME.name` and `right.NAME.what`; what is no right, but as needed as one, by
    `right.NAME.grant` too.
    """

    name: str
    held: bool
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Access:
    """What the bot may do in a chat, which people there call `place`."""

    place: str
    rights: tuple[Right, ...]

    @property
    def lacking(self) -> tuple[str, ...]:
        """The names of the rights without which nothing can be sent."""
        return tuple(right.name for right in self.rights if right.needed and not right.held)


@dataclass(frozen=True, slots=True)
class Request:
    """Something that a person sent to the bot.

    `lang` is what the front knows of the person's language (a language code), None where it knows nothing: a hint, for
    text in a language of its own is answered in that; `chosen` is the language that every answer is to be in.
    `chat`, `thread`, `user`, `message` and `reply_to` are the platform's ids as text, stable, "" where there is none;
    `message` is this message, `reply_to` the one that it answers, whose text is `above`. `is_admin`: the person may
    change this chat's settings (an administrator, a channel's post); `is_operator`: the person runs this Paperboy.
    `private`: nobody else is in the chat. `pressed`: a button was pressed, so the reply should take the place of the
    message `message`. `alone`: the person can be told what nobody else sees. `paged`: long lists come in pages, with
    buttons. `may_fetch`: a paper that isn't stored may be
    fetched for this person, if it can be (`App.fetching`). `access`: what the bot may do in the chat; None where there
    is nothing to know.
    """

    text: str
    lang: Lang | None = None
    front: str = "console"
    chat: str = ""
    thread: str = ""
    user: str = ""
    message: str = ""
    reply_to: str = ""
    above: str = ""
    is_admin: bool = False
    is_operator: bool = False
    private: bool = True
    pressed: bool = False
    alone: bool = False
    paged: bool = False
    may_fetch: bool = False
    chosen: Lang | None = None
    access: Access | None = None

    @property
    def place(self) -> Place:
        """Whose conversation this is, and where."""
        return self.front, self.chat, self.thread, self.user

    @property
    def may_change(self) -> bool:
        """Whether the person may change the chat's settings: their own chat, or as an administrator."""
        return self.private or self.is_admin or self.is_operator

    def saying(self, text: str) -> "Request":
        """The same request with another text."""
        return replace(self, text=text)


@dataclass(frozen=True, slots=True)
class Button:
    """A button: pressing it sends `action` (1 to 64 bytes of UTF-8), or opens `url` where that is given."""

    label: str
    action: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        size = len(self.action.encode())
        if bool(self.action) == bool(self.url) or size > MAX_ACTION:
            raise ValueError(f"the button {self.label!r} needs one of a url and an action of 1 to {MAX_ACTION} bytes")


Buttons: TypeAlias = tuple[tuple[Button, ...], ...]
"""Rows of buttons."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to send: its name and its content."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent back. An empty `doc` without files is no message at all: nothing is to be said.

    `talk` is what is in mind once the message is read (None: as before); fronts hand it back (`respond.remember`).
    `aside`: it is for this person alone, and never takes the place of the message whose button was pressed.

    With `later` this is no reply yet: a minute's work is left to do, which would hold up the chat's other messages. The
    front awaits it beside them, and what it returns is the reply. It never raises, and shows drafts where `respond`
    was told to.
    """

    doc: Doc
    buttons: Buttons = ()
    files: tuple[File, ...] = ()
    talk: Talk | None = None
    aside: bool = False
    later: "Later | None" = None

    @property
    def silent(self) -> bool:
        """Whether there is nothing to send."""
        return not self.doc.blocks and not self.files


Later: TypeAlias = Callable[[], Awaitable[Reply]]
"""Work that ends in a reply."""
