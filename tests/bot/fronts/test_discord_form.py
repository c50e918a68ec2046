"""A Doc as Discord's messages: whatever it holds, the strict server takes every message of it, and nothing is lost."""

from typing import Any

import pytest
from hypothesis import given, settings

from bot import lang
from bot.dialect import units
from bot.doc import Doc, Fold, Item, Note, Para, Title, link, plain
from bot.fronts import discord_buttons, discord_form
from bot.fronts.discord_buttons import Choice, Menu
from bot.fronts.discord_deliver import dressed, opened
from bot.fronts.discord_form import Page, pack
from bot.outgoing import decode, encode
from bot.request import Button, Buttons
from tests.fakes.discord_limits import check_message, embed_size
from tests.fakes.discord_markdown import Run, read, read_label, seen
from tests.makers import docs as making
from tests.makers.docs import URL, narrow, said, visible

EN, ZH = lang.load("en"), lang.load("zh")
OURS = {"bold", "italic", "code", "block", "quote", "small"}


def payload(page: Page) -> dict[str, Any]:
    """A page as it goes over the wire, after the strict server's check of it."""
    view = page.view
    message = {
        "content": page.content,
        "embeds": [embed.to_dict() for embed in page.embeds],
        "components": view.to_components() if view else [],
        "allowed_mentions": {"parse": []},
    }
    check_message(message)
    return message


def runs(page: Page) -> list[Run]:
    """What is seen of a page, in its styles."""
    found = []
    for embed in page.embeds:
        found += read_label(embed.title or "") + read(embed.description or "")
    return found


@given(making.docs, making.buttons)
@settings(max_examples=150, deadline=None)
def test_every_message_is_accepted_and_none_is_empty(doc: Doc, buttons: Buttons) -> None:
    pages = pack(doc, buttons, EN)
    for page in pages:
        message = payload(page)
        assert sum(map(embed_size, message["embeds"])) <= discord_form.CHARACTERS
        assert all(
            visible(seen(read_label(one.get("title", "")) + read(one.get("description", ""))))
            for one in message["embeds"]
        )
    assert not any(page.rows for page in pages[:-1])


@given(making.docs)
@settings(max_examples=150, deadline=None)
def test_nothing_visible_is_lost(doc: Doc) -> None:
    text = "".join(seen(runs(page)) for page in pack(doc, (), EN))
    assert narrow(text) == narrow("".join(said(doc.blocks)))


@given(making.docs)
@settings(max_examples=150, deadline=None)
def test_nothing_is_parsed_but_our_own_marks(doc: Doc) -> None:
    for page in pack(doc, (), EN):
        for run in runs(page):
            assert run.styles <= OURS or ("address" in run.styles and run.url == run.text)


@given(making.buttons)
@settings(max_examples=150, deadline=None)
def test_an_action_is_there_once_and_as_it_was(buttons: Buttons) -> None:
    wanted = {button.action for row in buttons for button in row if button.action}
    found = [
        one.action
        for row in discord_buttons.rows(buttons, Doc(), EN)
        for one in (row.choices if isinstance(row, Menu) else row)
        if one.action
    ]
    assert len(found) == len({*found})
    assert {*found} <= wanted


@pytest.mark.parametrize(
    "doc",
    [
        pytest.param(Doc(), id="no blocks"),
        pytest.param(Doc(Title(" \u200b")), id="a title without anything to see"),
        pytest.param(Doc(Title(" "), Para("\u200d"), Fold("", ())), id="only joiners"),
    ],
)
def test_nothing_to_see_is_no_message(doc: Doc) -> None:
    assert pack(doc, ((Button("b", "/today"),),), EN) == []


def test_the_first_title_is_the_embeds() -> None:
    (page,) = pack(Doc(Title("A* [x]"), Para("p"), Title("B")), (), EN)
    assert [(one.title, one.description) for one in page.embeds] == [("A＊ ［x］", "p\n\n**B**")]


def test_a_title_too_long_for_an_embed_is_in_its_text() -> None:
    (page,) = pack(Doc(Title("t" * 257), Para("p")), (), EN)
    assert [(one.title, one.description) for one in page.embeds] == [(None, f"**{'t' * 257}**\np")]


def test_only_the_first_embed_has_an_address_for_those_that_share_one_are_merged() -> None:
    pages = pack(Doc(Title(link("Title", URL)), Para("word " * 3000)), (), EN)
    embeds = [embed for page in pages for embed in page.embeds]
    assert [embed.url for embed in embeds] == [URL] + [None] * (len(embeds) - 1)


@pytest.mark.parametrize(
    ("picture", "shown"),
    [
        pytest.param("https://cdn.example.org/a.png", "https://cdn.example.org/a.png", id="an address"),
        pytest.param("", None, id="none"),
        pytest.param("https://localhost", None, id="one that Discord refuses"),
        pytest.param("file:///etc/passwd", None, id="no web address"),
        pytest.param("https://a.b/" + "c" * 2100, None, id="one that is too long"),
    ],
)
def test_a_papers_picture_is_small_beside_its_first_embed(picture: str, shown: str | None) -> None:
    (page,) = pack(Doc(Title("T"), Fold("F", (Para("f"),)), picture=picture), (), EN)
    assert [embed.thumbnail.url for embed in page.embeds] == [shown, None]


def test_folds_at_the_end_are_embeds_of_their_own() -> None:
    doc = Doc(Title("T"), Para("p"), Fold("F", (Para("f"),)), Fold("G", (Para("g"),)), Note("n"))
    (page,) = pack(doc, (), EN)
    assert [(one.title, one.description) for one in page.embeds] == [("T", "p"), ("F", "f"), ("G", "g\n-# n")]


def test_folds_between_lines_are_quotes() -> None:
    doc = Doc(Item("a", 1), Fold("F", (Para("f"),)), Item("b", 2))
    (page,) = pack(doc, (), EN)
    assert [one.description for one in page.embeds] == ["1  a\n\n> **F**\u200b\n> f\n\n2  b"]


def test_a_long_text_fills_its_messages() -> None:
    pages = pack(Doc(Title("T" * 256), Para("word " * 6000)), (), EN)
    sizes = [sum(units(one.title or "") + units(one.description or "") for one in page.embeds) for page in pages]
    assert all(size > 0.9 * discord_form.CHARACTERS for size in sizes[:-1])


def test_a_digest_of_thirty_papers_is_two_messages() -> None:
    text = (*link("SkyLark-2: Longer Clips", URL), *plain("  ▲ 52"))
    lines = (Item(text, n, note="Makes and repairs video with sound. " * 2) for n in range(30))
    assert len(pack(Doc(Title("Daily Papers"), *lines), (), EN)) <= 2


def numbered(n: int) -> tuple[Doc, Buttons]:
    """A list of so many lines, with a button for each."""
    lines = (Item((*link(f"Paper {at}", URL), *plain("  ▲ 5")), at, note=f"Does {at}.") for at in range(1, n + 1))
    row = tuple(Button(str(at), f"/paper 3105.{at:05}") for at in range(1, n + 1))
    return Doc(*lines), (row[:5], row[5:], (Button("next 10 ▸", "/day 2031-05-07 p2"),))


@pytest.mark.parametrize(("words", "hint"), [(EN, "Choose one"), (ZH, "选一项")])
def test_the_numbers_of_a_list_are_a_menu_of_its_lines(words: lang.Words, hint: str) -> None:
    doc, buttons = numbered(3)
    menu, row = pack(doc, buttons, words)[-1].rows
    assert menu == Menu(hint, tuple(Choice(f"{n} · Paper {n}", f"/paper 3105.{n:05}", f"Does {n}.") for n in (1, 2, 3)))
    assert row == (Button("next 10 ▸", "/day 2031-05-07 p2"),)


def test_one_number_is_a_button() -> None:
    doc, buttons = numbered(1)
    assert pack(doc, buttons, EN)[-1].rows[0] == (Button("1", "/paper 3105.00001"),)


@pytest.mark.parametrize(
    ("n", "wide", "menus", "rows"),
    [
        pytest.param(11, 2, 0, 4, id="rows of two are made wider"),
        pytest.param(20, 5, 0, 5, id="just fitting"),
        pytest.param(25, 6, 1, 2, id="a menu of all"),
        pytest.param(60, 6, 3, 4, id="several menus"),
    ],
)
def test_more_buttons_than_fit_are_a_menu_and_the_way_back_stays(n: int, wide: int, menus: int, rows: int) -> None:
    made = [Button(f"{at:02}:00", f"/settings hour {at}") for at in range(n)]
    buttons = (*(tuple(made[at : at + wide]) for at in range(0, n, wide)), (Button("‹ back", "/settings"),))
    found = discord_buttons.rows(buttons, Doc(), EN)
    assert (sum(isinstance(row, Menu) for row in found), len(found)) == (menus, rows)
    assert found[-1] == (Button("‹ back", "/settings"),)


@pytest.mark.parametrize(
    "button",
    [
        pytest.param(Button(" \u200b", "/today"), id="no label"),
        pytest.param(Button("x", url="http://localhost/x"), id="no address"),
        pytest.param(Button("x", url=f"https://a.b/{'c' * 600}"), id="a long address"),
        pytest.param(Button("again", "/help"), id="an action that is there already"),
    ],
)
def test_a_button_that_would_cost_the_message_is_left_out(button: Button) -> None:
    assert discord_buttons.rows(((Button("help", "/help"), button),), Doc(), EN) == ((Button("help", "/help"),),)


def test_a_long_label_is_cut() -> None:
    ((button,),) = discord_buttons.rows(((Button("词" * 200, "/help"),),), Doc(), EN)
    assert isinstance(button, Button)
    assert button.label.endswith("…")
    payload(Page(rows=((button,),)))


async def test_a_view_is_over_when_it_is_made_so_that_nobody_keeps_it() -> None:
    view = pack(*numbered(3), EN)[-1].view
    assert view is not None
    assert view.is_finished()
    assert [item["custom_id"] for row in view.to_components() for item in row["components"]] == [
        "s:0",
        "p:/day 2031-05-07 p2",
    ]


@given(making.docs, making.buttons)
@settings(max_examples=100, deadline=None)
def test_a_part_waits_in_the_outbox_as_it_will_be_sent(doc: Doc, buttons: Buttons) -> None:
    pages = pack(doc, buttons, ZH)
    parts = [decode(encode(part)) for part in dressed(doc, buttons, None, ZH)]
    assert [payload(opened(part, EN)[0]) for part in parts] == [payload(page) for page in pages]
    assert [bool(opened(part, EN)[1]) for part in parts] == [n == 0 for n in range(len(parts))]
    assert all(part.text for part in parts)


def test_the_same_message_always_waits_in_the_same_form() -> None:
    doc, buttons = numbered(30)
    once, again = (list(map(encode, dressed(doc, buttons, None, EN))) for _ in range(2))
    assert once == again


def test_a_page_alone_is_empty() -> None:
    assert Page() == Page((), "", ())
    assert Page().view is None
