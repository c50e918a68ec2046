"""Messages within a platform's limit: two strict dialects, made up for it, and the console's."""

import html
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.breaks import is_visible
from bot.doc import Block, Doc, Fold, Item, Line, Note, Para, Pre, Quote, Span, Text, Title, bold, link, plain, spans
from bot.render import ANSI, PLAIN, Dialect, render

TAG = re.compile(r"<(/?)(\w+)([^<>]*)>")
URL = "https://arxiv.org/abs/2602.15030"


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def seen(message: str) -> str:
    """What a reader of the HTML sees."""
    return html.unescape(TAG.sub("", message))


def html_span(span: Span) -> str:
    text = html.escape(span.text)
    for wanted, tag in ((span.code, "code"), (span.italic, "i"), (span.bold, "b")):
        text = f"<{tag}>{text}</{tag}>" if wanted else text
    return f'<a href="{html.escape(span.url)}">{text}</a>' if span.url else text


def around(tag: str) -> Callable[[str], str]:
    return lambda text: f"<{tag}>{text}</{tag}>"


HTML = Dialect(
    name="html",
    limit=60,
    measure=lambda text: utf16(seen(text)),
    escape=html.escape,
    span=html_span,
    title=around("b"),
    quote=around("blockquote"),
    fold=around("blockquote"),
    note=around("i"),
    pre=lambda text: f"<pre>{html.escape(text)}</pre>",
)
"""Counts what is seen, in UTF-16 units, as Telegram does."""


def star(text: str) -> str:
    return re.sub(r"([*`>\\\[\]])", r"\\\1", text).replace("@", "@\u200b")


def star_span(span: Span) -> str:
    text = f"`{span.text}`" if span.code else star(span.text)
    text = f"**{text}**" if span.bold else text
    return f"[{text}]({span.url})" if span.url else text


STARS = Dialect(
    name="stars",
    limit=80,
    measure=len,
    escape=star,
    span=star_span,
    title=lambda text: f"**{text}**",
    quote=lambda text: "> " + text.replace("\n", "\n> "),
    fold=lambda text: "> " + text.replace("\n", "\n> "),
    note=lambda text: f"-# {text}",
    pre=lambda text: f"```\n{text}\n```",
)
"""Counts what is sent, marks and all, as Discord does."""

BOTH = [pytest.param(HTML, id="html"), pytest.param(STARS, id="stars")]

texts = st.text(st.sampled_from('abc  中文，。!?.\n&<>"@*`🙂🇩🇪é\u0301\u200d'), max_size=150)
styled = st.builds(
    Span, texts, bold=st.booleans(), code=st.booleans(), italic=st.booleans(), url=st.sampled_from(["", "", URL])
)
lines = st.lists(styled, max_size=5).map(tuple)
flat = st.one_of(
    st.builds(Title, lines),
    st.builds(Para, lines),
    st.builds(Item, lines, st.none() | st.integers(0, 120), st.integers(0, 4), lines),
    st.builds(Quote, lines),
    st.builds(Note, lines),
    st.builds(Pre, texts),
)
blocks = flat | st.builds(Fold, lines, st.lists(flat, max_size=4).map(tuple))
docs = st.lists(blocks, max_size=6).map(lambda found: Doc(*found))


def visible(text: str) -> str:
    return "".join(char for char in text if is_visible(char))


def said(doc_blocks: Iterable[Block]) -> Iterator[str]:
    """What the blocks say, in order, with the marks of lists."""
    for block in doc_blocks:
        if isinstance(block, Fold):
            yield words(block.title)
            yield from said(block.blocks)
        elif isinstance(block, Item):
            mark = "•" if block.number is None else str(block.number)
            yield mark + words(block.text) if visible(words(block.text)) else ""
            yield words(block.note)
        else:
            yield words(block.text)


def words(line: Line) -> str:
    return "".join(span.text for span in spans(line))


def hrefs(message: str) -> list[tuple[str, str]]:
    return [(html.unescape(url), seen(text)) for url, text in re.findall(r'<a href="([^"]*)">(.*?)</a>', message, re.S)]


@pytest.mark.parametrize("dialect", BOTH)
@given(doc=docs)
@settings(deadline=None)
def test_every_message_fits_and_has_something_to_see(dialect: Dialect, doc: Doc) -> None:
    for message in render(doc, dialect):
        assert dialect.measure(message) <= dialect.limit
        assert is_visible(seen(message))


TAGGED = replace(HTML, limit=400, measure=lambda text: max(utf16(seen(text)), 40 * len(re.findall(r"<\w", text))))
"""Has two costs, of which a message may fill either, as Telegram's."""

short = st.text("ab 字", min_size=1, max_size=15).filter(str.strip)
shorts = st.builds(lambda text, url: (Span(text, url=url),), short, st.sampled_from(["", URL]))
small = st.one_of(
    st.builds(Para, shorts),
    st.builds(Item, shorts, st.integers(1, 9), note=shorts),
    st.builds(Fold, short, st.lists(st.builds(Para, short), min_size=1, max_size=12).map(tuple)),
)


@pytest.mark.parametrize("dialect", [pytest.param(TAGGED, id="html"), pytest.param(replace(STARS, limit=400), id="*")])
@given(found=st.lists(small, min_size=5, max_size=40))
@settings(deadline=None)
def test_a_message_is_half_full_before_the_next_begins(dialect: Dialect, found: list[Block]) -> None:
    for message in render(Doc(*found), dialect)[:-1]:
        assert dialect.measure(message) * 2 >= dialect.limit


def test_a_message_takes_what_text_and_tags_have_room_for() -> None:
    paras = [Para("x" * 90) for _ in range(3)]
    links = [Para(link("a", URL)) for _ in range(8)]
    assert len(render(Doc(*paras, *links, Fold("F", tuple(paras[:1]))), TAGGED)) == 1


@given(docs)
@settings(deadline=None)
def test_nothing_visible_is_lost(doc: Doc) -> None:
    assert visible("".join(map(seen, render(doc, HTML)))) == visible("".join(said(doc.blocks)))


@given(docs)
@settings(deadline=None)
def test_every_tag_is_closed_in_its_own_message(doc: Doc) -> None:
    for message in render(doc, HTML):
        still_open: list[str] = []
        for closing, name, _ in TAG.findall(message):
            if closing:
                assert still_open.pop() == name
            else:
                still_open.append(name)
        assert not still_open
        assert message.count("<") == len(TAG.findall(message))


@given(texts)
@settings(deadline=None)
def test_every_part_of_a_link_leads_to_its_address(text: str) -> None:
    messages = render(Doc(Para(link(text, URL))), HTML)
    parts = [part for message in messages for part in hrefs(message)]
    assert visible("".join(label for url, label in parts if url == URL)) == visible(text) or not visible(text)


@given(docs)
@settings(deadline=None)
def test_a_console_gets_one_message_or_none(doc: Doc) -> None:
    assert [len(render(doc, dialect)) for dialect in (PLAIN, ANSI)] in ([0, 0], [1, 1])


@pytest.mark.parametrize(
    "doc",
    [
        pytest.param(Doc(), id="no blocks"),
        pytest.param(Doc(Para(" \n ")), id="only space"),
        pytest.param(Doc(Item("\u200b\u200d", 1)), id="only joiners"),
        pytest.param(Doc(Para("\u200b" * 500)), id="joiners beyond the limit"),
        pytest.param(Doc(Fold("", ())), id="an empty fold"),
    ],
)
@pytest.mark.parametrize("dialect", BOTH)
def test_nothing_to_see_is_no_message(doc: Doc, dialect: Dialect) -> None:
    assert render(doc, dialect) == []


@pytest.mark.parametrize(
    ("doc", "messages"),
    [
        pytest.param(Doc(Para("a" * 40), Para("b" * 40)), ["a" * 40, "b" * 40], id="between blocks"),
        pytest.param(
            Doc(Para("One two three four five six seven, eight. Nine ten eleven twelve")),
            ["One two three four five six seven, eight.", "Nine ten eleven twelve"],
            id="after a sentence",
        ),
        pytest.param(Doc(Para("word " * 13)), ["word " * 11 + "word", "word"], id="between words"),
        pytest.param(Doc(Para("字" * 59 + "，" + "字")), ["字" * 59 + "，", "字"], id="after a Chinese comma"),
        pytest.param(Doc(Para("字" * 60 + "，字")), ["字" * 59, "字，字"], id="not before a Chinese comma"),
        pytest.param(Doc(Para("x" * 70)), ["x" * 60, "x" * 10], id="inside a word"),
        pytest.param(Doc(Para("🙂" * 31)), ["🙂" * 30, "🙂"], id="what counts twice"),
        pytest.param(Doc(Para("x" * 59 + "e\u0301")), ["x" * 59, "e\u0301"], id="not before an accent"),
        pytest.param(Doc(Para("x" + "🇩🇪" * 15)), ["x" + "🇩🇪" * 14, "🇩🇪"], id="not inside a flag"),
        pytest.param(
            Doc(Para("x" * 55 + "👩\u200d👩\u200d👧")), ["x" * 55, "👩\u200d👩\u200d👧"], id="not inside a family"
        ),
        pytest.param(
            Doc(Para("a" * 50), Title("T"), Para("b" * 20)), ["a" * 50, "T" + "\n" + "b" * 20], id="a title waits"
        ),
        pytest.param(
            Doc(Item("a" * 40, 1), Item("b" * 10, 2, note="c" * 20)),
            ["1  " + "a" * 40, "2  " + "b" * 10 + "\n   " + "c" * 20],
            id="an item waits for its note",
        ),
        pytest.param(Doc(Item("x" * 60, 7)), ["7  " + "x" * 57, "xxx"], id="the number stands once"),
    ],
)
def test_a_message_breaks_where_a_reader_would(doc: Doc, messages: list[str]) -> None:
    assert [seen(message) for message in render(doc, HTML)] == messages


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(bold("a "), "<b>a</b>", id="no space at a message's end"),
        pytest.param((*bold(" a "), *plain("b")), "<b>a</b> b", id="space outside the tag"),
        pytest.param((*bold("a"), *bold("b")), "<b>ab</b>", id="neighbours in one tag"),
        pytest.param(plain("<b>&"), "&lt;b&gt;&amp;", id="what looks like a tag"),
        pytest.param(link("a", "https://b.c/?d=e&f"), '<a href="https://b.c/?d=e&amp;f">a</a>', id="an address"),
        pytest.param(link("a", "javascript:b"), "a", id="no address"),
    ],
)
def test_spans_are_dressed(text: Text, message: str) -> None:
    assert render(Doc(Para(text)), HTML) == [message]


def test_a_fold_over_two_messages_is_a_fold_in_each() -> None:
    messages = render(Doc(Fold("F", (Para("a" * 40), Para("b" * 40)))), HTML)
    assert messages == [
        f"<blockquote><b>F</b>\n{'a' * 40}</blockquote>",
        f"<blockquote>{'b' * 40}</blockquote>",
    ]


def test_a_quote_in_a_fold_is_no_second_quote() -> None:
    (message,) = render(Doc(Fold("F", (Quote("q"),))), HTML)
    assert message.count("<blockquote>") == 1


def test_escaping_is_counted_where_the_platform_counts_it() -> None:
    assert [len(message) for message in render(Doc(Para("*" * 60)), STARS)] == [80, 40]


def test_an_address_that_takes_half_a_message_is_left_out() -> None:
    assert render(Doc(Para(link("a", "https://b.c/" + "d" * 40))), STARS) == ["a"]


def test_a_limit_without_room_for_a_character_is_an_error() -> None:
    with pytest.raises(ValueError, match="stars"):
        render(Doc(Para("*")), replace(STARS, limit=1))


@pytest.mark.parametrize(
    "doc",
    [
        pytest.param(Doc(Para("x" * 1_000_000)), id="one word"),
        pytest.param(Doc(Para("word " * 200_000)), id="many words"),
        pytest.param(Doc(Para("字" * 1_000_000)), id="no spaces"),
        pytest.param(Doc(Para("a" + "\u0301" * 1_000_000)), id="one character, a million accents"),
        pytest.param(Doc(*[Para("a")] * 100_000), id="many blocks"),
        pytest.param(Doc(Para(tuple(Span("ab", bold=n % 2 == 0) for n in range(50_000)))), id="many styles"),
    ],
)
def test_a_megabyte_takes_seconds_at_most(doc: Doc) -> None:
    begun = time.process_time()
    render(doc, replace(HTML, limit=4096))
    assert time.process_time() - begun < 20
