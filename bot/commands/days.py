"""Commands about days: today, day, week, top, report.

Owns: which papers of which days are shown.
Does not own: reading a day as people write it (dates), how a day is laid out (digest), the report file (store.report).
"""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot import buttons, dates, daystate, digest, ordinals, pages, unstored
from bot import lang as languages
from bot.commands.base import Call
from bot.digest import MINE, VOTES
from bot.doc import Block, Doc, Item, Note, Para, Span, Title, plain
from bot.edition import Shelf
from bot.request import Buttons, File, Reply
from store import papers, report, subscriptions
from store.report import Report
from store.talks import Talk
from store.types import LANGS, Entry, Lang
from store.wishes import ALL, Wish

WEEK = timedelta(days=6)
OF_A_DAY = 3
"""Papers of each day that /week names."""

TOP, TOP_MOST = 10, 50
"""Papers that /top shows, and shows at most."""

TOP_OF = timedelta(days=29)

NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
"""Numbers as words, each at its place."""

_COUNTED = re.compile(r"\s*(?:papers?|篇(?:论文)?)$")
_PAGE = re.compile(r"(?:^|\s+)p(\d{1,3})$")
_VIEW = re.compile(rf"(?:\s+(?P<mine>{MINE}\d{{0,2}}))?(?P<votes>\s+{VOTES})?(?:\s+(?P<lang>{'|'.join(LANGS)}))?$")


async def today(call: Call) -> Reply:
    """The newest day there is; that it isn't today's is said."""
    app, words = call.app, call.words
    days = papers.days(app.folder.db)
    if not days:
        return call.say("nothing.at_all")
    newest = days[-1][0]
    shown = _day(call, newest)
    if newest == call.today:
        return shown
    late = daystate.told(app, call.today, words, call.zone) or words.line(
        "digest.not_today", today=words.day(call.today), day=words.day(newest)
    )
    return replace(shown, doc=Doc(Para(late), *shown.doc.blocks, picture=shown.doc.picture))


async def day(call: Call) -> Reply:
    """The papers of one day, a page of them ("2026-02-26 p2"), those of the chat's topics, by votes, or in a language
    ("2026-02-26 my votes zh p2")."""
    argument, page = _paged(call.argument)
    if not argument:
        return await today(call)
    view = _VIEW.search(argument)
    wanted = dates.read(argument[: view.start()] if view else argument, call.today)
    if wanted is None:
        return call.say("mistake.date", text=pages.shortened(argument))
    return _day(call, wanted, page, view)


async def week(call: Call) -> Reply:
    """The seven days up to the newest: how many papers each had, and the most voted of each."""
    days = papers.days(call.app.folder.db)
    if not days:
        return call.say("nothing.at_all")
    last = days[-1][0]
    counted = [(day, n) for day, n in days if day >= last - WEEK]
    title = Title(call.words("week.title", days=call.words.days(counted[0][0], last)))
    lines: list[tuple[Block, ...]] = []
    shown: list[Entry] = []
    for day, n in counted:
        head: tuple[Block, ...] = (Para((Span(call.words("week.day", n=n, day=call.words.day(day)), bold=True),)),)
        for entry in _most_voted(papers.of_day(call.app.folder.db, day), OF_A_DAY):
            shown.append(entry)
            lines.append((*head, _line(call, entry, len(shown))))
            head = ()
    return _listed(call, title, lines, shown, "/week", _paged(call.argument)[1])


async def top(call: Call) -> Reply:
    """The most voted papers of the last thirty days."""
    argument, page = _paged(call.argument)
    wanted = _count(argument) if argument else TOP
    if not wanted:
        return call.say("mistake.number", text=pages.shortened(argument), most=TOP_MOST)
    most = min(wanted, TOP_MOST)
    days = papers.days(call.app.folder.db)
    if not days:
        return call.say("nothing.at_all")
    last = days[-1][0]
    first = min(day for day, _ in days if day >= last - TOP_OF)
    stored = await asyncio.to_thread(papers.everything, call.app.folder.db, since=first)
    listed = [entry for entry in stored if entry.paper.listed]
    voted = [entry for entry in listed if entry.paper.upvotes is not None]
    stretch = call.words.days(first, last)
    if voted:
        entries = _most_voted(voted, most)
        title: Block = Title(call.words("top.title", n=len(entries), days=stretch))
    else:
        entries = sorted(listed, key=lambda entry: entry.paper.day, reverse=True)[:most]
        title = Para(call.words("top.unvoted", n=len(entries), days=stretch))
    lines = [(_line(call, entry, at, dated=True),) for at, entry in enumerate(entries, 1)]
    return _listed(call, title, lines, entries, f"/top {most}", page)


async def report_(call: Call) -> Reply:
    """A day's report as a Markdown file, with the papers that are summarised in the language of the answer, or in the
    one that is named: "2026-02-26 zh"."""
    days = papers.days(call.app.folder.db)
    if not days:
        return call.say("nothing.at_all")
    argument, lang = _in_language(call.argument, call.words.lang)
    wanted = dates.read(argument, call.today) if argument else days[-1][0]
    if wanted is None:
        return call.say("mistake.date", text=pages.shortened(argument))
    entries = papers.of_day(call.app.folder.db, wanted)
    chosen = _summarised(entries, lang)
    if not chosen:
        none = Doc(Para(unstored.holdings(call.app, call.words, f"report.none_{lang}", day=call.words.day(wanted))))
        others = [other for other in LANGS if _summarised(entries, other)]
        offered = ((call.words(f"button.report_{other}"), f"/report {wanted} {other}") for other in others)
        return Reply(none, buttons.row(*offered) if others else _nearest(call, wanted))
    text = await asyncio.to_thread(report.write, Report(wanted, lang, tuple(chosen)))
    said = call.words("report.sent", n=len(chosen), day=call.words.day(wanted))
    return Reply(Doc(Para(said)), files=(File(f"{wanted.isoformat()}-{lang}.md", text.encode()),))


def _in_language(argument: str, lang: Lang) -> tuple[str, Lang]:
    """The argument without the language at its end, and that language, or else `lang`."""
    head, _, last = argument.rpartition(" ")
    named = next((one for one in LANGS if one == last.lower()), None)
    return (head.strip(), named) if named else (argument, lang)


def _summarised(entries: Iterable[Entry], lang: Lang) -> list[Entry]:
    """Those that are summarised in `lang`, each with that summary alone."""
    return [
        Entry(entry.paper, (summary,))
        for entry in entries
        if (summary := entry.summary(lang)) is not None and summary.lang == lang and entry.paper.title.strip()
    ]


def _day(call: Call, wanted: date, page: int = 1, view: re.Match[str] | None = None) -> Reply:
    """The papers of that day, or a subscription's, as they are to be viewed; in pages where the front has them."""
    told = next((lang for lang in LANGS if view and lang == view["lang"]), None)
    call = replace(call, words=languages.load(told)) if told else call
    shelf = Shelf(call.app)
    whole = shelf.day(wanted)
    state = daystate.told(call.app, wanted, call.words, call.zone)
    if not whole.entries:
        text = unstored.holdings(call.app, call.words, "nothing.day", day=call.words.day(wanted))
        return Reply(Doc(Para(state or plain(text))), _nearest(call, wanted))
    mine = (view["mine"] if view else None) or ""
    some = shelf.wanted(wanted, _wish(call, mine), call.chat) if mine else ()
    shown = digest.some(whole, some, mine if some else "")  # or the chat has chosen other topics since
    full, pages_ = call.chat.style == "full", page if call.request.paged else None
    by_votes = bool(view and view["votes"])
    reply = digest.reply(shown, call.words, call.langs, pages_, full=full, by_votes=by_votes, told=told is not None)
    talk = replace(reply.talk, lang=told) if reply.talk else None
    notes = (Note(state),) if state else ()
    return replace(reply, doc=Doc(*reply.doc.blocks, *notes, picture=reply.doc.picture), talk=talk)


def _wish(call: Call, mine: str) -> Wish:
    """What the chat's subscription of that number wants ("my2"); all, where there is none."""
    had = subscriptions.of_chat(call.app.folder.db, call.chat, ended=True)
    number = int(mine.removeprefix(MINE) or 1)
    return next((one.wish for one in had if one.number == number), ALL)


def _nearest(call: Call, wanted: date) -> Buttons:
    """The button of the newest day before `wanted` that has papers, or else of the first one after it."""
    days = [day for day, _ in papers.days(call.app.folder.db)]
    before = [day for day in days if day < wanted]
    near = before[-1:] or days[:1]
    return buttons.row(*((call.words.short(day), f"/day {day}") for day in near))


def _listed(
    call: Call, title: Block, lines: Sequence[tuple[Block, ...]], entries: list[Entry], listed: str, page: int
) -> Reply:
    """A list under its title, a page of it where the front has them; `lines` has the blocks of each entry's line."""
    ids = tuple(entry.paper.arxiv_id for entry in entries)
    page = max(1, min(page, -(-len(ids) // buttons.PAGE)))
    numbers = buttons.lines(page)
    blocks = [block for at, line in enumerate(lines, 1) if not call.request.paged or at in numbers for block in line]
    quoted = pages.quoted(entries, call.words, call.langs)
    rows = buttons.numbers(ids, shown=numbers) + buttons.pages(page, len(ids), f"{listed} p{{}}", call.words)
    return Reply(Doc(title, *blocks, *quoted), rows, talk=Talk(ids, listed=_at(listed, page)))


def _count(text: str) -> int:
    """How many papers: "10", "ten", 十, "10 papers"; 0 for what is no such number."""
    counted = _COUNTED.sub("", text.strip().lower())
    return NUMBERS.index(counted) if counted in NUMBERS else ordinals.number(counted[:4])


def _paged(argument: str) -> tuple[str, int]:
    """The argument without its page, and the page: "2026-02-26 p2"."""
    match = _PAGE.search(argument)
    return (argument[: match.start()], max(1, int(match[1]))) if match else (argument, 1)


def _at(listed: str, page: int) -> str:
    return f"{listed} p{page}" if page > 1 else listed


def _line(call: Call, entry: Entry, at: int, *, dated: bool = False) -> Item:
    votes = entry.paper.upvotes
    text = pages.linked(entry.paper)
    text += () if votes is None else (Span("  " + call.words("digest.votes", n=votes)),)
    line = pages.one_line(entry, call.langs)
    note = f"{line} · {call.words.short(entry.paper.day)}".removeprefix(" · ") if dated else line
    return Item(text, number=at, note=note)


def _most_voted(entries: list[Entry], most: int) -> list[Entry]:
    return sorted(entries, key=lambda entry: -(entry.paper.upvotes or 0))[:most]
