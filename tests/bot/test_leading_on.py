"""Where an answer leads: no dead ends, no buttons that do nothing."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.app import App
from bot.request import Reply, Request
from bot.respond import respond
from store.types import Lang
from tests.bot.conftest import shown
from tests.makers.papers import LIBRARY, about, entry

AppOf = Callable[..., App]

FOLDS = entry("3105.00001", "zh", "en")


def reply(app: App, text: str, lang: Lang = "en") -> Reply:
    return asyncio.run(respond(app, Request(text, lang, "telegram", chat="5", user="5", is_operator=True)))


def said(app: App, text: str, lang: Lang = "en") -> str:
    return shown(reply(app, text, lang).doc)


def labels(given: Reply) -> list[str]:
    return [button.label for row in given.buttons for button in row]


# Nobody is left without a way on


@pytest.mark.parametrize("name", ["paper", "guide", "innovations", "results", "similar"])
def test_a_command_without_a_paper_asks_which_of_the_list_in_mind(app_of: AppOf, name: str) -> None:
    app = app_of(LIBRARY)
    said(app, "/day 2031-05-06")
    given = reply(app, f"/{name}")
    assert shown(given.doc).startswith("Which one do you mean?\n1  ")
    assert [button.action for row in given.buttons for button in row] == [f"/{name} 3105.0000{n}" for n in (1, 2, 3, 4)]


def test_a_number_after_which_one_asks_what_was_asked(app_of: AppOf) -> None:
    app = app_of([FOLDS])
    assert said(app, "/results 1").startswith("Which one do you mean?")  # of no list
    assert "9.5% fewer creases." in said(app, "1")


def test_without_a_list_in_mind_the_newest_days_papers_are_asked_for(app_of: AppOf) -> None:
    given = reply(app_of(LIBRARY), "/guide")
    assert labels(given) == ["1", "2", "3", "4"]
    assert "Graspable" in shown(given.doc)


def test_every_line_that_may_be_meant_has_its_button(app_of: AppOf) -> None:
    app = app_of([about(n, f"Reel{n}") for n in range(1, 19)])
    assert labels(reply(app, "/guide")) == [str(n) for n in range(1, 19)]


@pytest.mark.parametrize(
    "text",
    [
        "/search",
        "/search qubits",
        "/ask",
        "/sources",
        "/help",
        "/status",
        "/about",
        "/new",
        "/start",
        "/back",
        "/paper 2999.12345",
        "/paper Nonesuch",
        "/day 2020-01-01",
        "hi",
        "any paper on quantum error correction?",
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_answer_leads_on(app_of: AppOf, text: str, lang: Lang) -> None:
    app = app_of(LIBRARY)
    given = reply(app, text, lang)
    assert given.buttons
    assert all(reply(app, button.action, lang).doc.blocks for row in given.buttons for button in row)


def test_a_line_that_is_not_there_leads_back_to_the_list(app_of: AppOf) -> None:
    app = app_of(LIBRARY)
    said(app, "/day 2031-05-06")
    assert labels(reply(app, "9")) == ["‹ back"]


def test_a_group_is_offered_a_subscription_by_who_may_subscribe_it(app_of: AppOf) -> None:
    app = app_of(LIBRARY)
    request = Request("/start", "en", "telegram", chat="-5", user="5", private=False)
    assert labels(asyncio.run(respond(app, request))) == ["newest papers", "help"]
    assert labels(asyncio.run(respond(app, replace(request, is_admin=True)))) == ["newest papers", "subscribe", "help"]


# Buttons that do something


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        pytest.param("FoldNet", "whole paper", id="a name"),
        pytest.param("how do I use FoldNet 3105.00001?", "how to use it", id="a section of an id"),
        pytest.param("3105.00001", "whole paper", id="an id"),
    ],
)
def test_no_button_shows_what_is_shown(app_of: AppOf, text: str, missing: str) -> None:
    given = reply(app_of([FOLDS, *LIBRARY[4:]]), text)
    assert [one for one in ("whole paper", "how to use it", "results") if one not in labels(given)] == [missing]


def test_an_abstract_has_no_buttons_for_sections(app_of: AppOf) -> None:
    app = app_of(LIBRARY)
    assert labels(reply(app, "/paper 3105.00008")) == ["similar", "useful", "not for me", "why?"]
    assert labels(reply(app, "/guide 3105.00008")) == ["similar"]


def test_the_nearest_papers_are_shown_and_said_not_to_be_close(app_of: AppOf) -> None:
    given = reply(app_of(LIBRARY[4:]), "/similar 3105.00005")
    assert shown(given.doc).startswith("Nothing stored is really close to Graspable. The nearest:\n1  ")
    assert labels(given) == ["1", "2", "3"]


# Sentences about a topic


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("有哪些关于蛋白质结构的论文？", "关于蛋白质结构的论文有 1 篇，出自 2031 年", id="one in Chinese"),
        pytest.param(
            "papers about people who weave their own carpets", "about “people who weave their own carpets”.", id="long"
        ),
    ],
)
def test_a_topic_is_spoken_of_as_people_would(app_of: AppOf, text: str, told: str) -> None:
    assert told in said(app_of(LIBRARY), text, "zh" if "论文" in text else "en")
