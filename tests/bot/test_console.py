"""The console: a piped conversation, line by line."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import StringIO

import pytest

from bot.app import App
from bot.commands import TABLE, Call
from bot.config import Llm
from bot.dialect import PLAIN
from bot.doc import Doc, Note, Para
from bot.fronts.console import LEAVE, Console, Live
from bot.request import Reply
from store.errors import EmbedderError
from store.types import Lang, Vectors
from tests.fakes.answer_server import AnswerServer
from tests.makers.hash_embedder import HashEmbedder
from tests.makers.papers import LIBRARY

AppOf = Callable[..., App]

HELP, LISTING = "What I do", "2 papers about video generation"


class Unreachable(HashEmbedder):
    """An embedder whose server has gone since the papers were stored."""

    gone = False

    def queries(self, texts: Sequence[str]) -> Vectors:
        if self.gone:
            raise EmbedderError("The embedding server can't be reached.", retry=True)
        return super().queries(texts)


def conversation(app: App, *lines: str, lang: Lang | None = "en") -> str:
    sink = StringIO()
    asyncio.run(Console(StringIO("".join(line + "\n" for line in lines)), sink, lang).run(app))
    return sink.getvalue()


def test_each_line_is_answered_in_its_turn(app_of: AppOf) -> None:
    told = conversation(app_of(LIBRARY), "/help", "which papers are about video generation?", "/paper 3105.00003")
    assert 0 <= told.find(HELP) < told.find(LISTING) < told.find("TouchPilot\n3105.00003")


def test_a_pipe_gets_no_banner_no_prompt_and_no_goodbye(app_of: AppOf) -> None:
    assert conversation(app_of(LIBRARY)) == ""


def test_a_pipe_gets_no_colours(app_of: AppOf) -> None:
    assert Console(StringIO(), StringIO()).dialect is PLAIN
    assert "\033" not in conversation(app_of(LIBRARY), "/today")


def test_an_empty_line_is_passed_over(app_of: AppOf) -> None:
    assert conversation(app_of(LIBRARY), "", "   ", "\t") == ""


def test_a_last_line_without_an_end_is_answered(app_of: AppOf) -> None:
    sink = StringIO()
    asyncio.run(Console(StringIO("/help"), sink, "en").run(app_of(LIBRARY)))
    assert sink.getvalue().startswith(HELP)


@pytest.mark.parametrize("word", [*sorted(LEAVE), " /QUIT "])
def test_who_leaves_is_not_answered_any_more(app_of: AppOf, word: str) -> None:
    assert conversation(app_of(LIBRARY), word, "/help") == ""


def test_what_fails_is_said_and_the_conversation_goes_on(app_of: AppOf) -> None:
    embedder = Unreachable()
    app = app_of(LIBRARY, embedder=embedder)
    conversation(app, "video generation")
    embedder.gone = True
    told = conversation(app, "video generation", "/help")
    assert told.startswith(f"paperboy: The embedding server can't be reached.\n\n{HELP}")


def test_what_takes_long_is_shown_when_it_is_there_and_its_drafts_are_not(
    app_of: AppOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(call: Call) -> Reply:
        async def later() -> Reply:
            call.draft(call.say("fetch.look", id="3105.00009").doc)
            return call.say("goodbye")

        return Reply(Doc(), later=later)

    monkeypatch.setitem(TABLE, "today", replace(TABLE["today"], run=slow))
    assert conversation(app_of(), "/today", "/help").startswith(f"Until tomorrow.\n\n{HELP}")


def test_without_a_language_each_line_is_answered_in_its_own(app_of: AppOf) -> None:
    told = conversation(app_of(LIBRARY), "papers about video generation", "哪些论文与视频生成有关", lang=None)
    assert (LISTING in told, "关于视频生成的论文有 2 篇" in told) == (True, True)


def test_a_language_holds_for_every_line(app_of: AppOf) -> None:
    assert LISTING.split(" about")[0] in conversation(app_of(LIBRARY), "哪些论文与视频生成有关", lang="en")


def test_a_tour_shows_what_is_said_and_what_is_answered(app_of: AppOf) -> None:
    sink = StringIO()
    asyncio.run(Console(StringIO(), sink, "en").tour(app_of(LIBRARY), [("Help, please:", "/help")]))
    assert sink.getvalue().startswith(f"Help, please:\n\nyou> /help\n\n{HELP}")


class Terminal(StringIO):
    """A stream that somebody watches."""

    def isatty(self) -> bool:
        return True


def live(*docs: Doc, shown: bool = True) -> str:
    """What is on the screen when all but the last of `docs` were drafts."""
    sink = Terminal()
    one = Live(sink, PLAIN, shown=shown)
    for doc in docs[:-1]:
        one.show(doc)
    one.end(docs[-1])
    return sink.getvalue()


ONE, TWO, WHOLE = Doc(Para("One.")), Doc(Para("One. Two.")), Doc(Para("One. Two."), Note("[1] Source"))


def test_on_a_terminal_an_answer_grows() -> None:
    sink = Terminal()
    one = Live(sink, PLAIN, shown=True)
    one.show(ONE)
    assert sink.getvalue() == "One."
    one.show(TWO)
    assert sink.getvalue() == "One. Two."


@pytest.mark.parametrize("shown", [True, False])
def test_what_was_shown_meanwhile_is_not_said_twice(shown: bool) -> None:
    assert live(ONE, TWO, WHOLE, shown=shown) == "One. Two.\n[1] Source\n"


def test_a_whole_that_differs_from_its_draft_stands_below_it() -> None:
    assert live(ONE, Doc(Para("Nought. One."))) == "One.\n\nNought. One.\n"


async def test_an_answer_of_a_model_is_shown_in_a_conversation(app_of: AppOf) -> None:
    async with AnswerServer() as llm:
        app = app_of(LIBRARY, languages=("en", "zh"))
        app.settings = app.settings.model_copy(update={"llm": Llm(base_url=llm.base_url, model="fake-small")})
        sink = StringIO()
        await Console(StringIO("How does ReelForge edit its drafts?\n"), sink, "en").run(app)
        await app.aclose()
    assert sink.getvalue().startswith("A video generation model that edits its own drafts [1].\n[1] ReelForge · ")
