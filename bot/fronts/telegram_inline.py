"""Inline mode: `@bot video generation`, written in any chat, offers papers to send there.

Owns: an offer's form as Telegram's result. Does not own: which papers are offered (offers).

Source: https://core.telegram.org/bots/api#inline-mode
"""

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode

from bot import lang as languages
from bot.app import App
from bot.fronts.base import language
from bot.fronts.telegram_dialect import HTML
from bot.fronts.telegram_updates import FRONT
from bot.lang import Words
from bot.offers import Offer, offers
from bot.render import render
from bot.request import Request
from bot.respond import language_of

INLINE = "telegram inline"
"""What is asked while writing is counted for itself: it must not use up what may be asked in earnest."""

REFUSED_S = 5
"""How long Telegram may go on showing nothing to who asked too much."""

CACHED_S = 60
"""How long Telegram may answer the same words by itself."""

_LINE = 200
"""Characters of an offer's description that a client shows at most."""


async def offer(app: App, bot: Bot, query: InlineQuery) -> None:
    """Answer an inline query; no paper found is an empty list.

    Raises:
        AppError: the store or the embedder can't be used.
        TelegramError: it couldn't be answered; who writes on asks again.
    """
    user = query.from_user
    counted = Request(query.query, front=INLINE, user=str(user.id))
    if app.limiter.refusal(counted, app.now()) is not None:
        await bot.answer_inline_query(query.id, [], cache_time=REFUSED_S, is_personal=True)
        return
    app.limiter.count(counted, app.now())
    asker = Request(query.query, language(user.language_code), FRONT, chat=str(user.id), user=str(user.id))
    spoken = language_of(app, asker)
    found = await offers(app, query.query, spoken)
    words = languages.load(spoken)
    results = [made for one in found if (made := _result(one, words, bot.username)) is not None]
    await bot.answer_inline_query(query.id, results, cache_time=CACHED_S, is_personal=True)


def _result(one: Offer, words: Words, username: str) -> InlineQueryResultArticle | None:
    texts = render(one.doc, HTML)
    if len(texts) > 1:
        texts = render(one.brief, HTML)
    if not texts or not one.title.strip():
        return None
    content = InputTextMessageContent(
        texts[0], parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
    )
    url = f"https://t.me/{username}?start=p{one.id.replace('.', '_')}"
    ask = InlineKeyboardMarkup.from_button(InlineKeyboardButton(words("button.ask"), url=url))
    return InlineQueryResultArticle(one.id, one.title, content, description=one.line[:_LINE] or None, reply_markup=ask)
