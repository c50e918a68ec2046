"""From what a person sent to what is sent back: limits, follow-ups, then a command of the table or a question.

    respond: in the chat's turn → answered within the limits → a follow-up is made plain → command or question → Reply
             → what takes minutes: beside the chat's turns (`Reply.later`)

Never raises: what people did wrong is a sentence; what went wrong here is one too, with the id under which it is
logged.

Owns: the order of these steps, the language of an answer, what is in mind afterwards, incidents.
Does not own: the steps themselves (limits, followup, commands, answer), the wire (fronts).
"""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog
from structlog.contextvars import bound_contextvars

from bot import answer, called, commands, followup, smalltalk
from bot import lang as languages
from bot.app import App
from bot.commands import Call, Row, asking, talking
from bot.doc import Doc, Para
from bot.followup import Followup
from bot.lang import Words
from bot.request import Draft, Later, Reply, Request, unseen
from store import chats, find, question, talks
from store.chats import Chat
from store.errors import AppError, StoreError
from store.simplified import simplified
from store.talks import Talk
from store.types import Lang
from store.words import is_chinese

log = structlog.get_logger()


async def respond(app: App, request: Request, draft: Draft = unseen) -> Reply:
    """The reply to anything a person sends. Nothing to say is an empty Reply (see `Reply.silent`).

    `draft` is shown how far it is, or what there is of an answer while it is written, from now until the reply, also
    that of `Reply.later`.
    """
    named = bound_contextvars(request=secrets.token_hex(4), chat=request.chat)
    with named, app.metrics.answering(request.front):
        async with app.turns.of(request.front, request.chat, request.thread):
            try:
                reply = await _within_limits(app, request, draft)
                app.metrics.answered(request.front, "answer")
                return reply
            except Exception as error:  # noqa: BLE001 - the one boundary: nobody's message may stop the others
                app.metrics.answered(request.front, "incident")
                return _incident(app, request, error)


def remember(app: App, request: Request, reply: Reply, messages: Iterable[str]) -> None:
    """Keep what the `messages` (ids) that carry `reply` show: who answers or presses one of them means its papers.

    A memory that can't be kept is logged, and costs nobody an answer.
    """
    if reply.talk is None:
        return
    front, chat, thread, user = request.place
    try:
        if request.pressed:  # what a button brings stays theirs who asked for the list: they may have it forgotten
            user = talks.owner(app.folder.db, front, chat, request.message) or user
        talks.mark(app.folder.db, (front, chat, thread, user), messages, reply.talk, app.now())
    except StoreError as error:
        log.warning("not remembered", reason=str(error))


async def _within_limits(app: App, request: Request, draft: Draft) -> Reply:
    now = app.now()
    chat = chats.get(app.folder.db, request.front, request.chat, request.thread)
    refusal = app.limiter.refusal(request, now)
    if refusal is not None:
        words = languages.load(language_of(app, request, chat))
        told = app.limiter.first(request, refusal)
        return Call(app, request, "", words, chat).refused(refusal) if told else Reply(Doc())
    if not request.is_operator:
        _count(app, request, now)
    shut = request.access is not None and bool(request.access.lacking)  # a slash command comes through all the same
    if chat.paused and not shut:  # who writes to us can be written to
        chats.resume(app.folder.db, request.front, request.chat)
        chat = replace(chat, paused="")
    mind, replied = _mind(app, request)
    reply, words = await _answered(Call(app, request, "", languages.load(app.langs[0]), chat, mind, draft), replied)
    if reply.later is not None:
        return replace(reply, later=partial(_later, app, request, reply.later, words))
    return _kept(app, request, reply, mind, words)


def _count(app: App, request: Request, now: datetime) -> None:
    """Count the message. One that can't be counted is answered all the same: the minute's limit needs no store."""
    try:
        app.limiter.count(request, now)
    except StoreError as error:
        log.warning("not counted", reason=str(error))


async def _later(app: App, request: Request, work: Later, words: Words) -> Reply:
    """What comes of the work: kept in a turn of its own, among whatever the chat has spoken of meanwhile."""
    try:
        reply = await work()
        async with app.turns.of(request.front, request.chat, request.thread):
            return _kept(app, request, reply, _mind(app, request)[0], words)
    except Exception as error:  # noqa: BLE001 - as in `respond`
        return _incident(app, request, error)


async def _answered(call: Call, replied: bool) -> tuple[Reply, Words]:
    """The reply, and the sentences of its language."""
    request, mind = call.request, call.talk
    text = request.text.strip()
    read = commands.read(text)
    if read and read.argument and read.row is commands.TABLE["ask"]:
        text, read = read.argument, None  # asked so or plainly, in reply to a paper or not: the same question
    doubted = read is None and bool(mind.cited or (mind.about and mind.question)) and followup.doubts(simplified(text))
    named = None if read or doubted else called.read(call.app.folder.db, text)
    meant = named if named or read or doubted else _follows(call, text, replied)
    goes_on = (meant and not named) or doubted or request.pressed
    # A sign or a name has no language: where the front doesn't know the asker's, that of the conversation is meant.
    last = mind.lang if goes_on or (request.lang is None and not named) else None
    words = languages.load(language_of(call.app, request, call.chat, last))
    call = replace(call, request=request.saying(text), argument=text, words=words)
    if doubted:
        return await asking.stand(call), words
    if read is None and (small := smalltalk.kind(text)) is not None:
        return talking.small_talk(call, small), words
    if read is None and not named and (together := await asking.compared(call)) is not None:
        return together, words
    if meant is not None and (settled := await _settled(call, meant)) is not None:
        return settled, words
    read = commands.read(meant.text) if meant else read
    if read is None:
        return await asking.ask(call), words
    if read.row is None or not _known(read.row, request):
        return call.say("mistake.command", command=read.name), words
    if not _may(read.row, request):
        return replace(call.say("mistake.not_admin"), aside=True), words
    return await read.row.run(call.with_(read.argument)), words


def _known(row: Row, request: Request) -> bool:
    """Whether the command is there for this asker."""
    return row.on(request.front) and (row.who != "operator" or request.is_operator)


def _follows(call: Call, text: str, replied: bool) -> Followup | None:
    """What the text means after what is in mind; small talk means nothing."""
    if smalltalk.kind(text) is not None:
        return None
    pinned = replied and not followup.names_another(call.app.folder.db, text, call.talk.about)
    return followup.resolve(simplified(text), call.talk, pinned)


async def _settled(call: Call, meant: Followup) -> Reply | None:
    """The reply to what is no command: a question about a paper, or one that has to be asked back."""
    if meant.beyond:
        return asking.beyond(call, meant.beyond)
    if meant.lost:
        return asking.which_paper(call)
    if meant.which:
        return asking.which(call, meant)
    return await asking.ask_about(call.with_(meant.text), meant.about) if meant.about else None


def _may(row: Row, request: Request) -> bool:
    return row.who != "admin" or request.may_change


def language_of(app: App, request: Request, chat: Chat | None = None, last: Lang | None = None) -> Lang:
    """The language of an answer: the chosen one, the text's own, a follow-up's `last` one, the asker's, the host's.

    A choice for this front alone (`--lang`) is newer than the chat's. Never raises: where the store can't be read, the
    chat chose nothing.
    """
    chosen = request.chosen or (chat.lang if chat else _chosen(app, request))
    return chosen or answer.spoken(app, question.read(_said(request.text.strip())), last or request.lang)


def _chosen(app: App, request: Request) -> Lang | None:
    try:
        return chats.get(app.folder.db, request.front, request.chat, request.thread).lang
    except StoreError as error:
        log.warning("no choice known", reason=str(error))
        return None


def _said(text: str) -> str:
    """What of `text` is in the asker's own words. A command isn't, nor a paper's title; an argument is where it is
    Chinese: "video generation" and "yesterday" are what everybody types after a command."""
    read = commands.read(text)
    if read is None or not text.startswith(("/", "／")):
        return text
    own = read.row is not None and read.row.takes != "paper" and is_chinese(read.argument)
    return read.argument if own or read.name == "ask" else ""


def _mind(app: App, request: Request) -> tuple[Talk, bool]:
    """What is in mind: what the message shows that is answered or whose button is pressed, else the papers whose links
    stand in it, else the conversation; and whether it is such a message."""
    db, message = app.folder.db, request.message if request.pressed else request.reply_to
    shown = talks.of_message(db, request.front, request.chat, message)
    if shown is not None:
        return shown, not request.pressed
    if ids := tuple(find.ids(request.above)):
        return Talk(ids, ids[0] if len(ids) == 1 else ""), True
    since = app.now() - timedelta(minutes=app.settings.chat.follow_up_minutes)
    return talks.get(db, request.place, since), False


def _kept(app: App, request: Request, reply: Reply, mind: Talk, words: Words) -> Reply:
    """The reply with all that is in mind after it, which is kept for the conversation."""
    if reply.talk is None:
        return reply
    talk = replace(mind.then(reply.talk), lang=reply.talk.lang or words.lang)
    # What somebody else said stays with their message, where they may have it forgotten.
    kept = talk.apart(mind) if _anothers(app, request) else talk
    try:
        talks.put(app.folder.db, request.place, kept, app.now())
    except StoreError as error:
        log.warning("not remembered", reason=str(error))
    return replace(reply, talk=talk if request.pressed else kept)


def _anothers(app: App, request: Request) -> bool:
    """Whether the message that is answered, or whose button is pressed, was an answer to somebody else."""
    message = request.message if request.pressed else request.reply_to
    return talks.owner(app.folder.db, request.front, request.chat, message) not in ("", request.user)


def _incident(app: App, request: Request, error: Exception) -> Reply:
    """A polite sentence with an id; what happened is logged under it. Who runs this is told what it was."""
    number = secrets.token_hex(4)
    chat = {"front": request.front, "chat": request.chat}
    if isinstance(error, AppError):
        log.warning("incident", id=number, reason=str(error), **chat)
    else:
        log.error("incident", id=number, exc_info=error, **chat)
    words = languages.load(language_of(app, request))
    if request.is_operator and request.private and isinstance(error, AppError):
        return Reply(Doc(Para(words("mistake.reason", reason=error))), aside=True)
    return Reply(Doc(Para(words("mistake.incident", id=number))), aside=True)
