"""What Telegram sends, read: an update becomes a Request and the place to answer in, or nothing.

In private everything is meant for the bot; in groups a command, a mention and a reply to it are; in channels commands.

Owns: which updates are meant for the bot, and the Request of each.
Does not own: fetching them (telegram_poll), whether the chat is let in (telegram_gate), answering (telegram).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from telegram import CallbackQuery, Chat, Message, Update

from bot.config_talk import Telegram
from bot.fronts.base import language
from bot.request import Request
from store import find

FRONT = "telegram"

KINDS = ("message", "channel_post", "callback_query", "inline_query", "my_chat_member")
"""The updates that are asked for (https://core.telegram.org/bots/api#update); an edited message is not asked anew."""

GROUPS = (Chat.GROUP, Chat.SUPERGROUP)

_COMMAND = re.compile(r"/(\w{1,32})(?:@(\w+))?(?=\s|$)")
_DEEP_LINK = re.compile(r"/start\s+p(\d{4})_(\d{4,5})$")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes: a chat, a forum's topic, and in a group the message that it answers."""

    chat: int
    thread: int | None = None
    group: bool = False
    answers: int | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request, where its answer goes, and the id of the button's query ("" for a message).

    `asks_role`: whether the person is an administrator is not known yet, and Telegram can be asked.
    """

    request: Request
    place: Place
    query: str = ""
    asks_role: bool = False


def number(identifier: str) -> int:
    """The number that an id is, 0 where it is none."""
    return int(identifier) if identifier.lstrip("-").isdigit() else 0


class Reader:
    """Reads updates for one bot. `is_command` knows the names of commands: in groups others are some other bot's."""

    def __init__(self, bot_id: int, username: str, settings: Telegram, is_command: Callable[[str], bool]):
        self._id, self._name = bot_id, username.lower()
        self._operators, self._fetches = settings.operators, settings.fetch_unknown
        self._is_command = is_command
        self._mention = re.compile(rf"[\s,，:：]*(?<![\w.@])@{re.escape(username)}\b[\s,，:：]*", re.IGNORECASE)

    def read(self, update: Update) -> Incoming | None:
        """The request that an update is, or None if it is none, or not for this bot."""
        if update.callback_query is not None:
            return self._press(update.callback_query)
        message = update.message or update.channel_post
        return self._message(message) if message is not None else None

    def _message(self, message: Message) -> Incoming | None:
        sender, group = message.from_user, message.chat.type in GROUPS
        if message.via_bot is not None or message.is_automatic_forward:
            return None
        if sender is not None and sender.is_bot and message.sender_chat is None:
            return None
        text = self._meant(message, group)
        if text is None:
            return None
        request = self._request(message, text)
        place = self._place(message)
        asks = group and not request.is_admin
        return Incoming(request, replace(place, answers=message.message_id if group else None), asks_role=asks)

    def _request(self, message: Message, text: str) -> Request:
        """A channel, or an administrator who stays anonymous, speaks as a chat and is no person."""
        chat, speaker, sender = message.chat, message.sender_chat, message.from_user
        private = chat.type == Chat.PRIVATE
        person = sender if speaker is None else None
        replied = self._replied(message)
        return Request(
            text=text,
            lang=language(person.language_code) if person else None,
            front=FRONT,
            chat=str(chat.id),
            thread=str(self._place(message).thread or ""),
            user=str(person.id if person else speaker.id if speaker else ""),
            message=str(message.message_id),
            reply_to=str(replied.message_id) if replied else "",
            above=_text(message.reply_to_message) if message.reply_to_message else "",
            is_admin=private or (speaker is not None and speaker.id == chat.id),
            is_operator=person is not None and person.id in self._operators,
            private=private,
            paged=True,
            may_fetch=self._fetches,
        )

    def _press(self, query: CallbackQuery) -> Incoming | None:
        message = query.message
        if message is None or not query.data:
            return None
        whole = message if isinstance(message, Message) else None
        private = message.chat.type == Chat.PRIVATE
        place = self._place(whole) if whole else Place(message.chat.id, group=message.chat.type in GROUPS)
        request = Request(
            text=query.data,
            lang=language(query.from_user.language_code),
            front=FRONT,
            chat=str(message.chat.id),
            thread=str(place.thread or ""),
            user=str(query.from_user.id),
            message=str(message.message_id),
            is_admin=private,
            is_operator=query.from_user.id in self._operators,
            private=private,
            pressed=True,
            paged=True,
            may_fetch=self._fetches,
        )
        return Incoming(request, place, query.id, asks_role=not private)

    def _place(self, message: Message) -> Place:
        thread = message.message_thread_id if message.is_topic_message else None
        return Place(message.chat.id, thread, message.chat.type in GROUPS)

    def _meant(self, message: Message, group: bool) -> str | None:
        """The text that is meant for the bot; None if none is."""
        text = _text(message)
        command = _COMMAND.match(text)
        if command is not None:
            return self._command(command, text, message.chat.type == Chat.PRIVATE)
        if message.chat.type == Chat.PRIVATE:
            return text if text or (message.effective_attachment and not message.media_group_id) else None
        return self._spoken_to(message, text) if group else None

    def _spoken_to(self, message: Message, text: str) -> str | None:
        """In a group: what is said to the bot by a mention or a reply."""
        asked, mentions = self._mention.subn(" ", text)
        asked = asked.strip()
        if not mentions and not (text and self._replied(message)):
            return None
        above = message.reply_to_message
        if not asked and above is not None and not self._replied(message):
            return _text(above)  # "@paperboy" under somebody's link asks about the link
        return asked

    def _command(self, command: re.Match[str], text: str, private: bool) -> str | None:
        name, bot = command[1].lower(), (command[2] or "").lower()
        if bot and bot != self._name:
            return None
        if not private and not bot and not self._is_command(name):
            return None
        text = f"/{name}{text[command.end() :]}"
        link = _DEEP_LINK.match(text)
        return f"/paper {link[1]}.{link[2]}" if link else text

    def _replied(self, message: Message) -> Message | None:
        """The bot's message that this one answers. In a topic, what answers nothing shows the topic's first message."""
        above = message.reply_to_message
        if above is None or above.forum_topic_created:
            return None
        if message.chat.type == Chat.CHANNEL:  # nobody signs there: it may be the bot's
            return above
        if above.via_bot is not None and above.via_bot.id == self._id:  # a paper that somebody sent by inline mode
            return above
        return above if above.from_user is not None and above.from_user.id == self._id else None


def _text(message: Message) -> str:
    """What a message says, and the links under its words that lead to a paper."""
    links = [entity.url or "" for entity in (*message.entities, *message.caption_entities)]
    text = message.text or message.caption or ""
    return " ".join([text.strip(), *(link for link in links if find.ids(link) and link not in text)]).strip()
