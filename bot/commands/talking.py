"""Commands about the conversation and the bot: start, new, forget, about, status, admin.

Owns: what is said of the bot itself, erasing what is kept of an asker.
Does not own: the texts of /help (table), what is kept (store.talks).
"""

from dataclasses import replace
from datetime import datetime
from importlib.metadata import version

from bot import buttons, daystate, smalltalk, standing, unstored
from bot.commands.base import Call, doors
from bot.commands.papers import linked
from bot.doc import Block, Doc, Item, Line, Note, Para, Span, Text, Title, moment
from bot.request import Reply
from bot.standing import Standing
from store import polls, talks
from store.talks import NOTHING

FAILURES = 5
"""Failures that /admin names, the latest ones."""


async def start(call: Call) -> Reply:
    """A greeting; or the paper that a deep link means."""
    opened = await linked(call)
    if opened is not None:
        return opened
    held = unstored.holdings(call.app, call.words, "console.holdings")
    doc = Doc(Para(call.words("start.hello")), Para(held), Para(call.words("start.how")))
    return Reply(doc, doors(call, "today", *(("subscribe",) if call.request.may_change else ()), "help"))


def small_talk(call: Call, kind: smalltalk.Kind) -> Reply:
    """A line back, and the ways to go on."""
    said = call.say("mistake.empty" if kind == "nothing" else "goodbye" if kind == "bye" else f"small.{kind}")
    wanted = [("today", "/today"), ("help", "/help")]
    wanted += [("unsubscribe", "/unsubscribe")] if kind == "stop" and call.subscriptions else []
    return replace(said, buttons=buttons.row(*((call.words(f"button.{name}"), action) for name, action in wanted)))


async def new(call: Call) -> Reply:
    """The conversation begins anew: "it" and "the second one" mean nothing any more."""
    talks.put(call.app.folder.db, call.request.place, NOTHING, call.app.now())
    return replace(call.say("new.done"), buttons=doors(call, "today", "help"))


async def forget(call: Call) -> Reply:
    """Erase what is kept of the asker."""
    talks.restart(call.app.folder.db, call.request.place)
    if call.request.user:
        talks.forget(call.app.folder.db, call.request.front, call.request.user)
    return call.say("forget.done")


async def about(call: Call) -> Reply:
    """What this is, what it reads, and who writes the summaries."""
    words, model = call.words, call.app.settings.llm.model
    both = call.app.settings.answers.write
    if not model:
        written = words("about.no_model")
    else:
        written = words("about.model_answers", model=model) if both else words("about.model", model=model)
    minutes = call.app.settings.chat.follow_up_minutes
    notes = (
        Note(words("about.kept", n=minutes, days=talks.KEPT_DAYS)),
        Note(words("about.version", version=version("paperboy"))),
    )
    return Reply(Doc(Title("Paperboy"), Para(words("about.what")), Para(written), *notes), doors(call, "today", "help"))


async def status(call: Call) -> Reply:
    """What is held, how the newest list stands, and what this chat chose and used."""
    app, words = call.app, call.words
    blocks: list[Block] = [Para(unstored.holdings(app, words, "status.holdings"))]
    today = daystate.told(app, call.today, words, call.zone)
    blocks += [Para(today)] if today else []
    if (looked := _last_look(call)) is not None:
        blocks.append(Note(words.line("status.looked", when=_moment(call, looked))))
    blocks.append(Note(words("settings.subscribed" if call.subscriptions else "settings.not_subscribed")))
    if call.chat.paused:
        blocks.append(Note(words("status.paused", reason=call.chat.paused)))
    limit = app.settings.limits.per_user_day
    if limit and not call.request.is_operator:
        used = app.limiter.today(call.request, app.now()).asked
        blocks.append(Note(words("status.used", used=used, limit=limit)))
    return Reply(Doc(*blocks), doors(call, "today", "week", "settings"))


async def admin(call: Call) -> Reply:
    """For who runs this: last run, queue, cost, failures, chats."""
    if not call.request.private:
        return replace(call.say("admin.private"), aside=True)
    words, it = call.words, standing.now(call.app)
    lines: list[Line] = [
        words.line("admin.run", when=_moment(call, it.last_look)) if it.last_look else words("admin.no_run"),
        words.line("admin.next_look", when=_moment(call, it.next_look)),
        words("admin.queue", summaries=it.unwritten, vectors=it.unindexed),
        words("admin.cost", usd=f"{it.spent.cost_usd:.2f}", tokens=f"{it.spent.tokens:,}"),
        words("admin.chats", n=it.chats, subscribed=it.subscribed),
        *_digests(call, it),
        words("admin.failures", n=len(it.failed)),
    ]
    blocks: list[Block] = [Title(words("admin.title")), *(Item(line) for line in lines)]
    blocks += [
        Item((Span(one.arxiv_id, code=True), Span(f" {one.stage} ×{one.times}")), indent=1, note=one.reason)
        for one in it.failed[:FAILURES]
    ]
    blocks += [Note(words("admin.paused", chat=f"{one.front} {one.chat}", reason=one.paused)) for one in it.paused]
    return Reply(Doc(*blocks))


def _digests(call: Call, it: Standing) -> list[Line]:
    """The last digest, the next, and what waits to be sent."""
    words, lines = call.words, []
    if it.last_digest is not None:
        day, when = words.short(it.last_digest.day), _moment(call, it.last_digest.at)
        lines.append(words.line("admin.last_digest", day=day, n=it.last_digest.subscriptions, when=when))
    if it.next_digest is not None:
        lines.append(words.line("admin.next_digest", when=_moment(call, it.next_digest)))
    waiting = it.out["pending"] + it.out["sending"]
    lines.append(words.line("admin.deliveries", pending=waiting, parked=it.out["parked"]))
    if it.oldest is not None:
        lines.append(words.line("admin.oldest", when=_moment(call, it.oldest)))
    return [*lines]


def _last_look(call: Call) -> datetime | None:
    return polls.last(call.app.folder.db)


def _moment(call: Call, at: datetime) -> Text:
    """A moment in the chat's zone."""
    local = at.astimezone(call.zone)
    return moment(call.words("moment.at", day=call.words.short(local.date()), time=f"{local:%H:%M}"), at)
