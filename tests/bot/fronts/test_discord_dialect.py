"""Discord's Markdown: whatever a text holds, a client shows it as it is, and nothing in it becomes a mark."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.dialect import UNLIMITED
from bot.doc import (
    Block,
    Doc,
    Fold,
    Item,
    Moment,
    Note,
    Para,
    Pre,
    Quote,
    Shown,
    Span,
    Title,
    bold,
    link,
    merged,
    moment,
    plain,
)
from bot.fronts.discord_dialect import MARKDOWN, escaped, label, leads_somewhere
from bot.markdown import from_markdown
from bot.render import render
from tests.fakes.discord_markdown import Run, read, read_label, seen
from tests.makers.docs import URL, docs, lines, narrow, spans, texts

AT = datetime(2031, 5, 4, 7, tzinfo=UTC)
OURS = {"bold", "italic", "code", "block", "quote", "small"}


def styled(line: tuple[Span, ...]) -> Iterator[tuple[str, frozenset[str], str]]:
    """Each character to be seen, in the style that it is to have."""
    for span in line:
        url = span.url if leads_somewhere(span.url) else ""
        for text in span.text.split("\n"):
            if url and url == span.text:
                styles = {"address"}
            elif url:
                styles = {"bold"} if span.bold else set()
            elif span.code and not any(mark in text for mark in ("`", "**", "](")):
                styles = {"code"}
            else:
                styles = {name for name, wanted in (("bold", span.bold), ("italic", span.italic)) if wanted}
            yield from ((one, frozenset(styles), url.replace("*", "%2A")) for one in narrow(text))


def shown(runs: list[Run]) -> list[tuple[str, frozenset[str], str]]:
    return [(one, run.styles, run.url) for run in runs for one in narrow(run.text)]


@given(texts)
@settings(max_examples=1000, deadline=None)
def test_escaped_text_is_seen_as_it_is(text: str) -> None:
    clean = Span(text).text
    runs = read(escaped(clean))
    assert narrow(seen(runs)) == narrow(clean)
    assert not any(run.styles for run in runs)


@given(texts)
@settings(max_examples=1000, deadline=None)
def test_a_label_is_seen_as_it_is(text: str) -> None:
    clean = Span(text).text.replace("\n", " ")
    runs = read_label(label(clean))
    assert narrow(seen(runs)) == narrow(clean)
    assert not any(run.styles for run in runs)


@given(st.lists(spans, max_size=6).map(tuple))
@example((Span("a", bold=True), Span("b", bold=True, italic=True), Span("c", italic=True), Span("d")))
@example((Span("a", code=True), Span("b", code=True, bold=True), Span("`c", code=True)))
@example((Span("a", url=URL), Span("](https://x.y)")))
@example((Span("a", url=URL), Span("](https://x.y)", code=True)))
@example((Span("12"), Span(". x", code=True), Span("- y")))
@settings(max_examples=600, deadline=None)
def test_every_character_is_seen_in_its_own_style(line: tuple[Span, ...]) -> None:
    messages = render(Doc(Para(line)), replace(MARKDOWN, limit=UNLIMITED))
    assert [one for message in messages for one in shown(read(message))] == [
        *styled(merged(span for span in line if span.text))
    ]


@given(docs)
@settings(max_examples=200, deadline=None)
def test_nothing_in_a_document_becomes_a_mention_or_a_mark_that_is_not_ours(doc: Doc) -> None:
    for message in render(doc, MARKDOWN):
        for run in read(message):
            assert run.styles <= OURS or ("address" in run.styles and run.url == run.text)
            assert not run.url or leads_somewhere(run.url)


@given(lines)
@settings(max_examples=200, deadline=None)
def test_small_print_and_quotes_are_so_to_their_end(line: tuple[Span, ...]) -> None:
    for block, style in ((Note(line), "small"), (Quote(line), "quote")):
        for message in render(Doc(block), MARKDOWN):
            assert all(style in run.styles for run in read(message) if narrow(run.text))


@given(docs)
@settings(max_examples=100, deadline=None)
def test_no_measure_of_a_whole_is_above_its_parts(doc: Doc) -> None:
    messages = render(doc, MARKDOWN)
    assert MARKDOWN.measure("".join(messages)) <= sum(map(MARKDOWN.measure, messages))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("2*3*4 and snake_case", r"2\*3\*4 and snake\_case", id="emphasis"),
        pytest.param("x_1 ~ 5 | y", r"x\_1 \~ 5 \| y", id="strikes and spoilers"),
        pytest.param("# h\n> q\n- l\n-# s\n12. l", "\\# h\n\\> q\n\\- l\n\\-\\# s\n12\\. l", id="what begins a line"),
        pytest.param("a well-known 0.95", "a well-known 0.95", id="what doesn't"),
        pytest.param("[x](https://y.z)", r"\[x]\(https\://y.z)", id="a masked link"),
        pytest.param("<@1> <#2> <:e:3> <t:4:R>", r"\<\@1\> \<\#2\> \<\:e\:3\> \<t\:4\:R\>", id="mentions"),
        pytest.param("@everyone, @here, me@x.y", "@\u200beveryone, @\u200bhere, me\\@x.y", id="everybody"),
        pytest.param("a :b: c: d", r"a \:b: c: d", id="emoji names"),
        pytest.param("discord.gg/x", r"discord\.gg/x", id="an invitation"),
        pytest.param("¯\\_(ツ)_/¯", r"¯\\\_(ツ)\_/¯", id="a shrug"),
    ],
)
def test_text_is_escaped(text: str, message: str) -> None:
    assert escaped(text) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("JavisDiT++: A Well-Known Way", "JavisDiT++: A Well-Known Way", id="a title"),
        pytest.param("A* [Re] x_1 τ_", "A＊ ［Re］ x_1 τ＿", id="marks"),
        pytest.param("https://a.b", "https：//a.b", id="an address"),
        pytest.param("<@1>", "＜@1>", id="a mention"),
    ],
)
def test_a_label_has_marks_in_full_width(text: str, message: str) -> None:
    assert label(text) == message


@pytest.mark.parametrize(
    ("block", "message"),
    [
        pytest.param(Title("A_B"), r"**A\_B**", id="a title"),
        pytest.param(Para(bold("x")), "**x**\u200b", id="bold"),
        pytest.param(Para((Span("x", bold=True, italic=True),)), "_**x**_\u200b", id="bold and italic"),
        pytest.param(Para((Span("a_b", code=True),)), "`a_b`\u200b", id="code"),
        pytest.param(Para((Span("a`b", code=True),)), r"a\`b", id="code that holds a tick is text"),
        pytest.param(Para(link("a_b c", URL)), f"[a_b c]({URL})", id="a link"),
        pytest.param(Para((Span("x", bold=True, url=URL),)), f"[**x**]({URL})", id="a bold link"),
        pytest.param(Para(link(URL, URL)), f"<{URL}>", id="an address that shows itself"),
        pytest.param(Para(link("x", "http://x")), "x", id="an address that leads nowhere"),
        pytest.param(Para(link("x", "https://a.b/*c*")), "[x](https://a.b/%2Ac%2A)", id="an address with marks"),
        pytest.param(Para(bold("a\nb")), "**a**\u200b\n**b**\u200b", id="no style over the end of a line"),
        pytest.param(Quote("a\nb"), "> a\n> b", id="a quote"),
        pytest.param(Note("a\n\nb"), "-# a\n\n-# b", id="small print"),
        pytest.param(Pre("a ``` b"), "```\na `\u200b`\u200b` b\n```", id="code in lines"),
        pytest.param(Item("x", 2, note="n"), "2  x\n   n", id="a line of a list"),
        pytest.param(Fold("More", (Para("p"), Quote("q"))), "> **More**\u200b\n> p\n> \n> q", id="a fold"),
    ],
)
def test_a_block_looks_like_this(block: Block, message: str) -> None:
    assert render(Doc(block), MARKDOWN) == [message]


def test_a_character_beyond_the_basic_plane_counts_twice() -> None:
    assert [len(message) for message in render(Doc(Para("🙂" * 2049)), MARKDOWN)] == [2048, 1]


def test_every_part_of_a_long_link_still_leads_somewhere() -> None:
    messages = render(Doc(Para(link("word " * 2000, URL))), MARKDOWN)
    assert len(messages) > 1
    assert all(run.url == URL for message in messages for run in read(message))


def test_a_formula_is_unicode() -> None:
    (message,) = render(Doc(*from_markdown(r"It takes $O(T^2)$ and $\alpha_i \leq 3$.")), MARKDOWN)
    assert seen(read(message)) == "It takes O(T²) and αᵢ ≤ 3."


@pytest.mark.parametrize(
    ("how", "shown"),
    [
        pytest.param("full", "<t:1935644400:f>", id="date and time"),
        pytest.param("day", "<t:1935644400:D>", id="the date"),
        pytest.param("time", "<t:1935644400:t>", id="the time"),
        pytest.param("distance", "<t:1935644400:R>", id="how far it is"),
    ],
)
def test_a_moment_is_shown_in_each_readers_own_zone(how: Shown, shown: str) -> None:
    line = (*plain("Comes "), *moment("at 09:00", AT, how), *plain(" UTC"))
    assert render(Doc(Para(line)), MARKDOWN) == [f"Comes {shown} UTC"]
    assert [run.styles for run in read(f"Comes {shown} UTC")][1] == {"moment"}


@pytest.mark.parametrize(
    "span",
    [
        pytest.param(Span("09:00", url=URL, moment=Moment(AT)), id="in a link"),
        pytest.param(Span("09:00", code=True, moment=Moment(AT)), id="in code"),
        pytest.param(Span("09:\n00", moment=Moment(AT)), id="on two lines"),
    ],
)
def test_where_discord_shows_no_moment_its_words_stay(span: Span) -> None:
    (text,) = render(Doc(Para((span,))), MARKDOWN)
    assert "<t:" not in text
    assert narrow(seen(read(text))).startswith("09:")


def test_a_moment_that_is_cut_is_its_words() -> None:
    messages = render(Doc(Para(moment("ab " * 20, AT))), replace(MARKDOWN, limit=30))
    assert len(messages) > 1
    assert not any("<t:" in one for one in messages)


@pytest.mark.parametrize("text", ["<t:1:R>", "<t:1935644400>", "<t:-1:F>", "\\<t:1:R>", "<<t:1:R>>"])
@pytest.mark.parametrize("style", [{}, {"bold": True}, {"code": True}, {"url": URL}])
def test_a_papers_text_is_never_a_moment(text: str, style: dict[str, Any]) -> None:
    (dressed,) = render(Doc(Title(text), Para((*moment("now", AT), Span(text, **style)))), MARKDOWN)
    runs = read(dressed)
    assert [run.text for run in runs if "moment" in run.styles] == ["<t:1935644400:f>"]
    assert narrow(seen(runs)).count(text) == 2
    assert not any("moment" in run.styles for run in read_label(label(text)))
