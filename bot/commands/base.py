"""What the commands share: the call that they get, the rows they stand in, and finding the paper that is meant.

Owns: the form of a command and of its row, papers by argument, permissions.
Does not own: any one command.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from bot import buttons, followup, ordinals, overrun, pages
from bot.app import App
from bot.doc import Doc, Item, Para
from bot.lang import Words
from bot.limits import Refusal
from bot.request import Buttons, Draft, Reply, Request, unseen
from store import find, papers, subscriptions
from store.chats import Chat
from store.subscriptions import Subscription
from store.talks import NOTHING, Talk
from store.types import Entry, Lang


@dataclass(frozen=True, slots=True)
class Call:
    """One use of a command: what was sent, its `argument`, the language it is answered in, the chat's choices, what is
    in mind, and where to show how far slow work is, or an answer while it is written."""

    app: App
    request: Request
    argument: str
    words: Words
    chat: Chat
    talk: Talk = NOTHING
    draft: Draft = unseen

    @property
    def langs(self) -> tuple[Lang, ...]:
        """The languages of summaries, the answer's first."""
        return self.app.prefer(self.words.lang)

    @property
    def host(self) -> str:
        """The host's time zone."""
        return self.app.settings.ingest.timezone

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the chat, else of the host."""
        return ZoneInfo(self.chat.zone or self.host)

    @property
    def subscriptions(self) -> list[Subscription]:
        """What the chat is sent, by number."""
        return subscriptions.of_chat(self.app.folder.db, self.chat)

    @property
    def may_fetch(self) -> bool:
        """Whether a paper that isn't stored can be fetched, and may be."""
        return self.request.may_fetch and self.app.fetching is not None

    @property
    def today(self) -> date:
        """Today in that time zone."""
        return self.app.now().astimezone(self.zone).date()

    def with_(self, argument: str) -> "Call":
        """The same call with another argument."""
        return replace(self, argument=argument)

    def say(self, key: str, **fields: object) -> Reply:
        """One sentence as the reply."""
        return Reply(Doc(Para(self.words(key, **fields))))

    def refused(self, refusal: Refusal) -> Reply:
        """Which limit is reached, and when it ends: in the chat's time zone, and in how long. For the asker alone."""
        return Reply(Doc(Para(overrun.told(refusal, self.app.now(), self.zone, self.words))), aside=True)


PAGES = ("paper", "guide", "innovations", "results", "similar")
"""The commands that show a paper, in the order of their buttons."""

OFFERED = 20
"""Papers to choose from where a command names none."""

Command: TypeAlias = Callable[[Call], Awaitable[Reply]]

Who: TypeAlias = Literal["everyone", "admin", "operator"]
"""Who may use a command: in groups only administrators ("admin"), only who runs this Paperboy ("operator")."""


@dataclass(frozen=True, slots=True)
class Row:
    """A command: the names it has as text (`aliases`), who may use it, what it `takes`, whether menus show it.

    `ranked`: what it shows depends on whether the asker administers the chat, as it does for `who` "admin". `options`
    are the parts of its argument, in their order, where a platform has a form for it; one that takes "text" can't do
    without, one that takes "terms" can. `whose` the reply is: everybody's, the asker's alone, or of those who choose
    for the chat. `fronts` are those that have the command; none named: all.

    What it does is said by the sentences `help.NAME.usage` and `help.NAME.what`, an option by `option.NAME`.
    """

    name: str
    run: Command
    aliases: tuple[str, ...] = ()
    takes: Literal["nothing", "text", "terms", "paper", "day"] = "nothing"
    who: Who = "everyone"
    shown: bool = True
    ranked: bool = False
    options: tuple[str, ...] = ()
    whose: Literal["everyone", "asker", "chat"] = "everyone"
    fronts: tuple[str, ...] = ()

    def on(self, front: str) -> bool:
        """Whether a front has it."""
        return not self.fronts or front in self.fronts


def found(call: Call) -> list[Entry]:
    """The papers that the argument means: by its place in the conversation, by id, or by title."""
    db = call.app.folder.db
    arxiv_id = followup.named(call.argument, call.talk)
    if arxiv_id is not None:
        entry = papers.get(db, arxiv_id)
        return [entry] if entry else []
    return find.papers_called(db, call.argument) if call.argument else []


def one(call: Call, command: str, page: Callable[[Entry], Doc]) -> Reply:
    """`page` of the paper that is meant; or why there is none, or which ones it may be."""
    entries = found(call)
    if not entries:
        return unknown(call, command)
    if len(entries) > 1:
        return choice(call, entries, f"/{command}")
    entry = entries[0]
    arxiv_id = entry.paper.arxiv_id
    asked = "" if command == "paper" else f"/{command}"
    talk = Talk((arxiv_id,), arxiv_id, asked=asked)
    return Reply(page(entry), of_paper(call, arxiv_id, command), talk=talk)


def unknown(call: Call, command: str) -> Reply:
    """No paper fits: which one is meant, or it isn't stored, and whether it may be fetched."""
    line = ordinals.find(call.argument)
    if not call.argument or (line is not None and not line.rest):
        return which(call, command)
    ids = find.ids(call.argument)
    shown = pages.shortened(ids[0] if ids else call.argument)
    said = call.say("paper.unknown", id=shown)
    if not ids or not call.may_fetch:
        return replace(said, buttons=doors(call, "today", "help"))
    offer = Para(call.words("fetch.offer"))
    return Reply(Doc(*said.doc.blocks, offer), fetchable(call, ids[0]))


def which(call: Call, command: str) -> Reply:
    """Which paper, of the list in mind, or else of the newest day: a number, or its button, asks `command` of it."""
    db, listed = call.app.folder.db, len(call.talk.shown) > 1
    days = papers.days(db)
    newest = [entry.paper.arxiv_id for entry in papers.of_day(db, days[-1][0])] if days else []
    shown = call.talk.shown if listed else newest
    entries = [entry for one in shown[:OFFERED] if (entry := papers.get(db, one)) is not None]
    if not entries:
        return call.say("mistake.no_id", command=command)
    ids = tuple(entry.paper.arxiv_id for entry in entries)
    lines = (Item(pages.label(entry.paper), number=at) for at, entry in enumerate(entries, 1))
    first, others = (buttons.numbers(ids, f"/{command}", buttons.lines(page)) for page in (1, 2))
    again = call.talk if listed else Talk(listed=f"/day {days[-1][0]}")
    talk = Talk(ids, listed=again.listed, page=again.page, asked="" if command == "paper" else f"/{command}")
    return Reply(Doc(Para(call.words("followup.which")), *lines), first + others, talk=talk)


def doors(call: Call, *names: str) -> Buttons:
    """Buttons that lead on, from where there is nothing more to press: commands without an argument."""
    return buttons.row(*((call.words(f"button.{name}"), f"/{name}") for name in names))


def fetchable(call: Call, arxiv_id: str) -> Buttons:
    """The button that fetches a paper."""
    return buttons.row((call.words("button.fetch"), f"/fetch {arxiv_id}"))


def choice(call: Call, entries: list[Entry], asked: str) -> Reply:
    """Several papers fit: a list of them, where a number, or its button, asks `asked` of that one."""
    ids = tuple(entry.paper.arxiv_id for entry in entries)
    command = asked.removeprefix("/") or "paper"
    doc = pages.choice(entries, pages.shortened(call.argument), call.words, command)
    return Reply(doc, buttons.numbers(ids, asked), talk=Talk(ids, asked=asked.removesuffix("/paper")))


def of_paper(call: Call, arxiv_id: str, command: str) -> Buttons:
    """The buttons under a paper: its other pages, what is similar, and the way back to the list."""
    entry = papers.get(call.app.folder.db, arxiv_id)
    names = [name for name in PAGES if name != command]
    if entry is not None and not entry.summaries:  # each of its pages is the abstract
        names = ["paper"] if command == "similar" else ["similar"]
    first = buttons.row(*((call.words(f"button.{name}"), f"/{name} {arxiv_id}") for name in names))
    said = ("useful", "notforme", "why") if command == "paper" else ()
    last = [(call.words(f"button.{name}"), f"/{name} {arxiv_id}") for name in said]
    last += [(call.words("button.back"), "/back")] if call.talk.listed else []
    return first + buttons.row(*last)
