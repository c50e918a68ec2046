"""What is sent to Telegram and changed there, as its calls, each tried once; a text is read as HTML, or shown as it is.

Owns: the calls' parameters.
Does not own: what follows from a refusal (telegram_send), the trail that a send leaves, when.

Source: https://core.telegram.org/bots/api#sendmessage, #sendphoto, #editmessagetext
"""

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode

from bot.fronts.base import PICTURE_NAME
from bot.fronts.telegram_updates import Place
from bot.request import File

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


async def text(
    bot: Bot, place: Place, said: str, mode: ParseMode | None, buttons: InlineKeyboardMarkup | None, silent: bool
) -> Message:
    """Send a text.

    Raises:
        TelegramError: it wasn't sent, or nobody knows.
    """
    return await bot.send_message(
        place.chat,
        said,
        parse_mode=mode,
        message_thread_id=place.thread,
        reply_parameters=answering(place),
        reply_markup=buttons,
        disable_notification=silent,
        link_preview_options=NO_PREVIEW,
    )


async def photo(
    bot: Bot, place: Place, picture: bytes, caption: str, mode: ParseMode | None, buttons: InlineKeyboardMarkup | None,
    silent: bool,
) -> Message:  # fmt: skip
    """Send a picture with its caption.

    Raises:
        TelegramError: it wasn't sent, or nobody knows.
    """
    return await bot.send_photo(
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


async def change(
    bot: Bot, place: Place, message: int, said: str, mode: ParseMode | None, buttons: InlineKeyboardMarkup | None,
    caption: bool,
) -> None:  # fmt: skip
    """Make a message, or the `caption` of a picture, say something.

    Raises:
        TelegramError: it doesn't, or nobody knows; "message is not modified": it did already.
    """
    if caption:
        await bot.edit_message_caption(place.chat, message, caption=said, parse_mode=mode, reply_markup=buttons)
        return
    await bot.edit_message_text(
        said, place.chat, message, parse_mode=mode, reply_markup=buttons, link_preview_options=NO_PREVIEW
    )


async def document(bot: Bot, place: Place, file: File) -> Message:
    """Send a file, one of pictures as a picture.

    Raises:
        TelegramError: it wasn't sent, or nobody knows.
    """
    if file.name.endswith(".png"):
        return await photo(bot, place, file.content, "", None, None, False)
    return await bot.send_document(
        place.chat,
        file.content,
        filename=file.name,
        message_thread_id=place.thread,
        reply_parameters=answering(place),
    )


def answering(place: Place) -> ReplyParameters | None:
    """What the message answers, if it answers one."""
    return ReplyParameters(place.answers, allow_sending_without_reply=True) if place.answers else None
