"""The table of commands: their rows, how a text is read as one of them, help and menus made of it.

Owns: which commands there are, under which names, for whom, in which order.
Does not own: what they do.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date

from bot import buttons, dates, ordinals
from bot import lang as languages
from bot.commands.asking import ask, compare, page, search, sources
from bot.commands.base import Call, Row, doors
from bot.commands.days import day, report_, today, top
from bot.commands.feedback import not_for_me, useful, why
from bot.commands.intents import meant
from bot.commands.papers import fetch, paper, section, similar_
from bot.commands.rights import doctor
from bot.commands.rounds import month, week
from bot.commands.settings import language, settings
from bot.commands.subscribed import listed
from bot.commands.subscribing import subscribe, unsubscribe
from bot.commands.talking import about, admin, forget, new, start, status
from bot.doc import Block, Doc, Item, Para, Title
from bot.request import Reply
from store import find
from store.simplified import simplified
from store.types import Lang

_COMMAND = re.compile(r"/(\w{1,32})(?:@\w+)?(?:\s+|$)")
_PAGED = re.compile(r"/(?:today|day|week|top)(?: (?P<argument>(?!p\d).*?))??(?: p(?P<page>\d{1,3}))?")
"""What makes a list that comes in pages, and the page of it."""

_ASKS = re.compile(r"[?？]|哪|什么|多少|怎么|怎样|谁|吗$|几[个人篇]|为何")
"""What asks: no choice of a subscription."""

_END = " 。.！!？?"


@dataclass(frozen=True, slots=True)
class Read:
    """A text, read: the row it means (None: there is no command called `name`), and its argument."""

    row: Row | None
    name: str
    argument: str


async def help_(call: Call) -> Reply:
    """What there is, for who asks."""
    names = [name for name, _ in menu(call.words.lang, operator=call.request.is_operator, front=call.request.front)]
    items: list[Block] = [
        Item(f"{call.words(f'help.{name}.usage')} — {call.words(f'help.{name}.what')}")  # as code nobody could tap it
        for name in names
    ]
    doc = Doc(Title(call.words("help.title")), *items, Para(call.words("help.question")))
    return Reply(doc, doors(call, "today", "week", "top", "settings"))


async def back(call: Call) -> Reply:
    """The list again that the message, or the conversation, came from."""
    listed = call.talk.listed
    if not listed:
        return replace(call.say("back.none"), buttons=doors(call, "today", "help"))
    text = read(listed)
    if text is None or text.row is None:
        return await ask(call.with_(listed), call.talk.page)
    return await text.row.run(call.with_(text.argument))


async def next_(call: Call) -> Reply:
    """The next page of the list in mind; the last one is told to be."""
    listed, n = call.talk.listed, len(call.talk.shown)
    if not listed:
        return call.say("back.none")
    text = read(listed)
    of_list = _PAGED.fullmatch(listed)
    at = int(of_list["page"] or 1) if of_list and text else call.talk.page
    if at * buttons.PAGE >= n or not call.request.paged or (text and not of_list):
        return call.say("followup.all", n=n)
    if text is None or text.row is None or of_list is None:
        return await ask(call.with_(listed), at + 1)
    return await text.row.run(call.with_(f"{of_list['argument'] or ''} p{at + 1}".strip()))


SUBSCRIBE = ("time", "zone", "days", "language", "topics", "style")
"""The parts of what a subscription is asked to be."""

ROWS: tuple[Row, ...] = (
    Row("today", today, ("今日", "今天", "今日论文", "今天的论文", "今天有什么论文", "今天有什么新论文")),
    Row("day", day, ("日期",), "day", options=("date",)),
    Row("week", week, ("本周", "这周", "周报", "一周"), options=("week",)),
    Row("month", month, ("本月", "这个月", "月报"), options=("month",)),
    Row("top", top, ("热门", "排行", "最热"), "day", options=("number",)),
    Row("paper", paper, ("论文",), "paper", options=("paper",)),
    Row("guide", section("usage", "guide"), ("使用指南", "用法"), "paper", options=("paper",)),
    Row("innovations", section("innovations", "innovations"), ("创新点", "创新"), "paper", options=("paper",)),
    Row("results", section("results", "results"), ("实验结果", "结果"), "paper", options=("paper",)),
    Row("search", search, ("搜索", "查找", "搜"), "text", options=("words",)),
    Row("similar", similar_, ("相似", "类似", "相似论文"), "paper", options=("paper",)),
    Row("report", report_, ("报告", "日报"), "day", options=("date",)),
    Row("ask", ask, ("提问", "问"), "text", options=("question",)),
    Row("compare", compare, ("比较", "对比"), "text", options=("first", "second")),
    Row("sources", sources, ("出处", "来源", "依据")),
    Row("why", why, ("推送理由", "推荐理由"), "paper", options=("paper",)),
    Row("subscribe", subscribe, ("订阅",), "terms", who="admin", options=SUBSCRIBE, whose="chat"),
    Row("unsubscribe", unsubscribe, ("退订", "取消订阅"), who="admin", whose="chat"),
    Row("subscriptions", listed, ("全部订阅", "我的订阅"), ranked=True, whose="chat"),
    Row("settings", settings, ("设置",), ranked=True, options=("setting", "value"), whose="chat"),
    Row("language", language, ("语言",), ranked=True, options=("language",), whose="chat"),
    Row("doctor", doctor, ("检查权限", "权限"), whose="chat", fronts=("discord",)),
    Row("status", status, ("状态",), whose="asker"),
    Row("new", new, ("新对话", "重新开始"), whose="asker"),
    Row("forget", forget, ("忘记我", "忘掉我"), whose="asker"),
    Row("about", about, ("关于",)),
    Row("help", help_, ("帮助", "命令"), "text", whose="asker"),
    Row("admin", admin, ("管理",), who="operator", whose="asker"),
    Row("start", start, ("开始",), shown=False),
    Row("fetch", fetch, takes="paper", shown=False),
    Row("useful", useful, ("有用",), "paper", shown=False),
    Row("notforme", not_for_me, ("不感兴趣",), "paper", shown=False),
    Row("back", back, ("返回",), shown=False),
    Row("page", page, shown=False),
    Row("next", next_, shown=False),
)
"""The commands in the order in which /help lists them."""

TABLE: dict[str, Row] = {row.name: row for row in ROWS}

_ALIASES = {alias: row for row in ROWS for alias in row.aliases}


def known(name: str) -> bool:
    """Whether a command is called so, in any language: "today", 今日."""
    found = read(f"/{name}")
    return found is not None and found.row is not None


def asks_rank(text: str) -> bool:
    """Whether it makes a difference to what is sent whether an administrator sends it."""
    found = read(text)
    return found is not None and found.row is not None and (found.row.ranked or found.row.who == "admin")


def menu(lang: Lang, *, admin: bool = True, operator: bool = False, front: str = "") -> tuple[tuple[str, str], ...]:
    """(name, what it does) of every command for a front's menu, those for operators only if asked for."""
    words = languages.load(lang)
    hidden = {who for who, wanted in (("admin", admin), ("operator", operator)) if not wanted}
    rows = (row for row in ROWS if row.shown and row.on(front) and row.who not in hidden)
    return tuple((row.name, words(f"help.{row.name}.what")) for row in rows)


def read(text: str) -> Read | None:
    """The command that `text` is: "/guide 2602.15030", 使用指南 2602.15030, "what's new?"; None when it is none."""
    plain = simplified(unicodedata.normalize("NFKC", text)).strip()
    if match := _COMMAND.match(plain):
        name = match[1].lower()
        row = TABLE.get(name) or _ALIASES.get(name)
        return Read(row, row.name if row else name, plain[match.end() :].strip())
    alias, _, argument = plain.partition(" ")
    if (
        (row := TABLE.get(alias.lower()))
        and row.takes == "paper"
        and find.ids(argument)
        and not find.without_ids(argument)
    ):
        return Read(row, row.name, argument.strip())
    row = _ALIASES.get(plain.strip(_END)) or (_ALIASES.get(alias) if _fits(_ALIASES.get(alias), argument) else None)
    if row is None:
        command = meant(plain)
        return read(command) if command else None
    return Read(row, row.name, "" if plain.strip(_END) in _ALIASES else argument.strip())


def _fits(row: Row | None, argument: str) -> bool:
    """Whether what follows a command's name in plain text is its argument, and not a sentence that begins so."""
    if row is None or row.takes == "nothing":
        return False
    if row.takes in ("text", "terms"):
        return row.takes == "text" or _ASKS.search(argument) is None
    if row.takes == "day" and dates.read(argument, date.max) is not None:
        return True
    line = ordinals.find(argument)
    return (
        bool(find.ids(argument))
        or any(map(str.isdigit, argument))
        or bool(line and not line.rest)
        or (row.takes == "paper" and argument.strip().isascii())
    )
