"""Inline mode for the fake Bot API server, which doesn't model it.

Owns: inline queries and the checks of their answers. Everything else is telegram_server's.

Source: https://core.telegram.org/bots/api#answerinlinequery
"""

from typing import Any

from tests.fakes.telegram_server import BotApi, Json, Params, TelegramServer, World, bad_request, parse_text


class InlineApi(BotApi):
    """The Bot API with answerInlineQuery. Results are articles."""

    def __init__(self, world: World):
        super().__init__(world)
        self.offered: dict[str, list[Json]] = {}

    def answer_inline_query(self, params: Params) -> bool:
        results = params.json("results", list) or []
        if len(results) > 50:
            raise bad_request("RESULTS_TOO_MUCH")
        ids = [str(result.get("id", "")) for result in results]
        if len(set(ids)) < len(ids):
            raise bad_request("RESULT_ID_DUPLICATE")
        for result in results:
            if not 1 <= len(str(result.get("id", "")).encode()) <= 64:
                raise bad_request("RESULT_ID_INVALID")
            if result.get("type") != "article" or not result.get("title"):
                raise bad_request("article title is empty")
            content = result["input_message_content"]
            parse_text(
                Params({"text": content["message_text"], "parse_mode": content.get("parse_mode", "")}, {}), "text"
            )
        self.offered[params.text("inline_query_id")] = results
        return True


class InlineServer(TelegramServer):
    """The server with inline mode."""

    def __init__(self, **settings: Any):
        super().__init__(**settings)
        self.api: InlineApi = InlineApi(self)

    def write(self, user: int, query: str, words: str) -> None:
        """Have a person write `@bot words` in some chat."""
        person = self.users.get(user) or self.add_user(user)
        self.push("inline_query", {"id": query, "from": person.json(), "query": words, "offset": ""})
