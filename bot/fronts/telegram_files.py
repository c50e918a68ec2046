"""Files and pictures as Telegram's calls, each tried once.

Owns: how a file or a picture is sent. Does not own: what follows from a refusal, or when (telegram_send).

Source: https://core.telegram.org/bots/api#sendphoto
"""

from telegram import Bot, InlineKeyboardMarkup, ReplyParameters
from telegram.constants import ParseMode

from bot.fronts.base import PICTURE_NAME
from bot.fronts.telegram_updates import Place
from bot.request import File


async def photo(
    bot: Bot, place: Place, picture: bytes, caption: str, mode: ParseMode | None, buttons: InlineKeyboardMarkup | None,
    silent: bool,
) -> int:  # fmt: skip
    """Send a picture with its caption; return the message's id.

    Raises:
        TelegramError: it wasn't sent, or nobody knows.
    """
    message = await bot.send_photo(
        place.chat,
        picture,
        caption,
        parse_mode=mode,
        message_thread_id=place.thread,
        reply_parameters=answering(place),
        reply_markup=buttons,
        disable_notification=silent,
        filename=PICTURE_NAME,
    )
    return message.message_id


async def document(bot: Bot, place: Place, file: File) -> int:
    """Send a file, one of pictures as a picture; return the message's id.

    Raises:
        TelegramError: it wasn't sent, or nobody knows.
    """
    if file.name.endswith(".png"):
        return await photo(bot, place, file.content, "", None, None, False)
    message = await bot.send_document(
        place.chat,
        file.content,
        filename=file.name,
        message_thread_id=place.thread,
        reply_parameters=answering(place),
    )
    return message.message_id


def answering(place: Place) -> ReplyParameters | None:
    """What the message answers, if it answers one."""
    return ReplyParameters(place.answers, allow_sending_without_reply=True) if place.answers else None
