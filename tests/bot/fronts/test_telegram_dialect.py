"""Telegram's HTML: whatever a document holds, the strict server's own parser takes every message of it."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.breaks import is_visible
from bot.doc import Block, Doc, Fold, Item, Line, Note, Para, Pre, Quote, Span, Title, bold, link, plain
from bot.fronts import telegram_dialect
from bot.fronts.telegram_dialect import HTML, LIMIT
from bot.render import render
from tests.fakes.telegram_server import ENTITY_LIMIT, HtmlParser, Params, parse_text, utf16_len

URL = "https://arxiv.org/abs/2602.15030"

alphabet = st.one_of(
    st.characters(),
    st.sampled_from("<>&\"'/=@#\n\t `*_$\\{}[]()|~中文，。🙂👩‍🔬🇩🇪é\u0301\u200d\u202e\u05d0\u0627\u200f\u2028"),
    st.sampled_from(["&lt;", "</b>", "<a href=", "$O(T^2)$", "&#60;", "<!--"]),
)
texts = st.lists(alphabet, max_size=40).map("".join) | st.text("xy z", min_size=9, max_size=10).map(
    lambda part: part * 900
)
urls = st.sampled_from(["", "", URL, "http://x", f"{URL}?a=1&b=%22<>\"'", f"https://a.b/{'c' * 1500}"])
styled = st.builds(Span, texts, bold=st.booleans(), code=st.booleans(), italic=st.booleans(), url=urls)
lines = st.lists(styled, max_size=4).map(tuple)
flat = st.one_of(
    st.builds(Title, lines),
    st.builds(Para, lines),
    st.builds(Item, lines, st.none() | st.integers(0, 120), st.integers(0, 3), lines),
    st.builds(Quote, lines),
    st.builds(Note, lines),
    st.builds(Pre, texts),
)
blocks = flat | st.builds(Fold, lines, st.lists(flat, max_size=4).map(tuple))
docs = st.lists(blocks, max_size=6).map(lambda found: Doc(*found))


def accepted(message: str) -> tuple[str, list[dict[str, Any]]]:
    """What the strict server makes of a message; raises ApiError if it refuses it."""
    return parse_text(Params({"text": message, "parse_mode": "HTML"}, {}), "text")


def visible(text: str) -> str:
    return "".join(char for char in text if is_visible(char))


@given(docs)
@settings(max_examples=400, deadline=None)
def test_every_message_is_accepted_within_the_limits(doc: Doc) -> None:
    for message in render(doc, HTML):
        text, _ = accepted(message)
        _, ours = HtmlParser(message).parse()
        assert text
        assert utf16_len(text) <= LIMIT
        assert len(ours) <= telegram_dialect.ENTITIES


@given(docs)
@settings(max_examples=200, deadline=None)
def test_plain_text_is_what_the_server_would_show(doc: Doc) -> None:
    for message in render(doc, HTML):
        assert telegram_dialect.plain(message) == HtmlParser(message).parse()[0]


@given(docs)
@settings(max_examples=100, deadline=None)
def test_no_measure_of_a_whole_is_above_its_parts(doc: Doc) -> None:
    messages = render(doc, HTML)
    assert HTML.measure("".join(messages)) <= sum(map(HTML.measure, messages))


def around(name: str) -> Callable[[str], str]:
    return lambda text: f"<{name}>{text}</{name.split()[0]}>"


QUOTE = around("blockquote expandable")


@pytest.mark.parametrize(
    ("block", "message"),
    [
        pytest.param(Para(plain('a < b & "c" > d')), "a &lt; b &amp; &quot;c&quot; &gt; d", id="text is escaped"),
        pytest.param(Title("A & B"), "<b>A &amp; B</b>", id="a title"),
        pytest.param(Para(bold("x")), "<b>x</b>", id="bold"),
        pytest.param(Para((Span("x", bold=True, italic=True),)), "<b><i>x</i></b>", id="bold and italic"),
        pytest.param(Para((Span("<T>", code=True),)), "<code>&lt;T&gt;</code>", id="code"),
        pytest.param(Para((Span("T", code=True, bold=True),)), "<code>T</code>", id="code holds no style"),
        pytest.param(
            Para(link("a&b", URL + "?x=1&y=2")), f'<a href="{URL}?x=1&amp;y=2">a&amp;b</a>', id="a link's address"
        ),
        pytest.param(Para((Span("x", code=True, url=URL),)), f'<a href="{URL}">x</a>', id="a link holds no code"),
        pytest.param(Quote("said"), QUOTE("said"), id="a quote"),
        pytest.param(Pre("if a < b:\n    c"), "<pre>if a &lt; b:\n    c</pre>", id="code in lines"),
        pytest.param(
            Fold("More", (Para("p"), Quote("q"))), QUOTE("<b>More</b>\np\n\nq"), id="a fold, no quote within it"
        ),
    ],
)
def test_a_block_looks_like_this(block: Block, message: str) -> None:
    assert render(Doc(block), HTML) == [message]


def items(n: int, text: Line) -> Doc:
    return Doc(*(Item(text, number) for number in range(n)))


@pytest.mark.parametrize(
    "doc",
    [
        pytest.param(items(300, link("p", URL)), id="300 short links"),
        pytest.param(items(300, (*link("p", URL), *bold("b"), Span("c", code=True))), id="300 lines of three styles"),
        pytest.param(Doc(Fold("F", items(300, link("p", URL)).blocks)), id="300 short links in a fold"),
    ],
)
def test_no_message_has_more_entities_than_telegram_keeps(doc: Doc) -> None:
    counts = [len(HtmlParser(message).parse()[1]) for message in render(doc, HTML)]
    assert max(counts) <= ENTITY_LIMIT
    assert sum(counts) >= 300


def test_a_digest_of_thirty_papers_is_one_message() -> None:
    text = (*link("SkyLark-2: Longer Clips", URL), Span("  ▲ 52"))
    doc = Doc(
        Title("Daily Papers"), *(Item(text, n, note="Makes and repairs video with sound. " * 2) for n in range(30))
    )
    assert len(render(doc, HTML)) == 1


def test_a_long_text_fills_its_messages() -> None:
    messages = render(Doc(Para("word " * 5000)), HTML)
    assert all(utf16_len(message) > LIMIT * 0.9 for message in messages[:-1])
    assert "".join(messages).replace(" ", "") == "word" * 5000


def test_a_character_beyond_the_basic_plane_counts_twice() -> None:
    messages = render(Doc(Para("🙂" * 4096)), HTML)
    assert [utf16_len(message) for message in messages] == [4096, 4096]


def test_every_part_of_a_long_link_still_leads_somewhere() -> None:
    messages = render(Doc(Para(link("word " * 2000, URL))), HTML)
    assert len(messages) > 1
    for message in messages:
        (entity,) = accepted(message)[1]
        assert entity["url"] == URL
