"""An edition: a day's digest as some subscriptions get it. All that get the same share one.

Owns: which papers of which day are in a subscription's, what tells one edition from another, its message.
Does not own: when it is due (delivery), how a day is laid out (digest), which papers a wish wants (wanted).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot import buttons, digest
from bot import lang as languages
from bot.app import App
from bot.digest import MINE, Digest
from bot.doc import Doc, Note
from bot.fronts.base import Dresser
from bot.outgoing import Part
from bot.request import Reply
from bot.taste import Taste
from bot.wanted import Choice
from store.chats import Chat, Style
from store.subscriptions import Subscription
from store.types import Entry, Lang
from store.wishes import Wish


@dataclass(frozen=True, slots=True)
class Edition:
    """All that tells one digest from another: the `papers` (arXiv ids) of a `day`, in the order of their list.

    `mine` is how its buttons ask for these papers again (see `bot.digest.MINE`), "" where it is the day's own list.
    `missed` are the days that it passes over, which it names.
    """

    day: date
    lang: Lang
    style: Style
    papers: tuple[str, ...]
    mine: str = ""
    missed: tuple[date, ...] = ()


class Shelf:
    """The papers of the days that are asked for, and which of them each wish wants: found out once each."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._days: dict[date, tuple[Digest, Choice]] = {}
        self._tastes: dict[tuple[date, str], Taste] = {}
        self._wanted: dict[tuple[date, Wish], tuple[Entry, ...]] = {}

    def day(self, day: date) -> Digest:
        """All papers of a day."""
        return self._of(day)[0]

    def wanted(self, day: date, wish: Wish, chat: Chat) -> tuple[Entry, ...]:
        """Those of a day that a wish wants, in the order in which the chat is shown them."""
        whole, choice = self._of(day)
        shifts = self._taste(whole, chat.front).shifts(chat.chat) if whole.entries else {}
        if shifts:
            return choice.chosen(wish, shifts)
        key = day, wish
        if key not in self._wanted:
            self._wanted[key] = choice.chosen(wish)
        return self._wanted[key]

    def _of(self, day: date) -> tuple[Digest, Choice]:
        if day not in self._days:
            whole = digest.of_day(self._app.folder.db, day)
            self._days[day] = whole, Choice(self._app, whole.voted)
        return self._days[day]

    def _taste(self, whole: Digest, front: str) -> Taste:
        key = whole.day, front
        if key not in self._tastes:
            self._tastes[key] = Taste(self._app, whole.entries, front)
        return self._tastes[key]


def lang(app: App, one: Subscription) -> Lang:
    """The language that a subscription is written to in."""
    return one.lang or one.chat.lang or one.spoken or app.langs[0]


def of(app: App, shelf: Shelf, one: Subscription, day: date, missed: Sequence[date] = ()) -> Edition | None:
    """What a subscription gets of a day; None where it wants none of its papers."""
    wanted = shelf.wanted(day, one.wish, one.chat)
    if not wanted:
        return None
    mine = MINE + (str(one.number) if one.number > 1 else "") if wanted != shelf.day(day).voted else ""
    return Edition(day, lang(app, one), one.style, tuple(entry.paper.arxiv_id for entry in wanted), mine, tuple(missed))


def due(app: App, shelf: Shelf, one: Subscription, days: Sequence[date], unsent: Sequence[date] = ()) -> Edition | None:
    """The one digest for all `days` (newest first) that a subscription lacks: of the newest that has a paper for it.

    The others that have are named, and so are those `unsent`, whose digests it takes the place of.
    """
    full = [day for day in days if shelf.wanted(day, one.wish, one.chat)]
    if not full:
        return None
    missed = {*full[1:], *(day for day in unsent if day < full[0])}
    return of(app, shelf, one, full[0], sorted(missed))


def reply(app: App, shelf: Shelf, edition: Edition) -> Reply:
    """The digest as a message, with its buttons and what it leaves in mind."""
    words, whole = languages.load(edition.lang), shelf.day(edition.day)
    stored = {entry.paper.arxiv_id: entry for entry in whole.entries}
    shown = digest.some(whole, [stored[one] for one in edition.papers], edition.mine)
    made = digest.reply(shown, words, app.prefer(edition.lang), full=edition.style == "full")
    doc, rows = made.doc, made.buttons
    if edition.missed:
        days = words("settings.joint").join(map(words.day, edition.missed))
        doc = Doc(*doc.blocks, Note(words("digest.missed", days=days)), picture=doc.picture)
        rows += buttons.row(*((words.short(day), f"/day {day}") for day in edition.missed))
    return Reply(doc, rows, talk=replace(made.talk, lang=edition.lang) if made.talk else None)


def parts(app: App, front: Dresser, shelf: Shelf, edition: Edition) -> list[Part]:
    """The messages of the digest, as a front sends them."""
    made = reply(app, shelf, edition)
    return front.parts(made.doc, made.buttons, made.talk, languages.load(edition.lang))
