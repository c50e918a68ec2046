"""Documents and buttons as a hostile paper or person could make them, as hypothesis strategies; and what they say.

Owns: what they are made of. Does not own: what must hold for them (the tests, the benches).
"""

from collections.abc import Iterable, Iterator

from hypothesis import strategies as st

from bot.breaks import is_visible
from bot.doc import Block, Doc, Fold, Item, Line, Note, Para, Pre, Quote, Span, Title
from bot.doc import spans as doc_spans
from bot.request import MAX_ACTION, Button

URL = "https://arxiv.org/abs/2602.15030"

SNIPPETS = (
    *("$O(T^2)$", r"\alpha_{i}^*", "**b**", "*i*", "__u__", "_i_", "~~s~~", "||s||", "`c`", "```py\nx\n```", "***"),
    *("# h", "\n# h", "\n-# s", "\n- l", "\n1. l", "12", ". ", "> q", "\n>>> q", "\n  * l", "\\", "\\*", "``"),
    *("<@1>", "<@!123>", "<@&4>", "<#5>", "<:e:6>", "<a:e:7>", "<t:1:R>", "</ask:8>", "<id:guide>", ":tada:", "@"),
    *("@everyone", "@here", "everyone", "discord.gg/abc", "discord.com/invite/x", "https://a_b.c/d_e*f", "http:"),
    *("[x](https://evil.example)", "[", "](", "https://x.y)", "<https://x.y>", "¯\\_(ツ)_/¯", "steam://run/1"),
    *("<b>", "&lt;", "\u202e", "\u05e9\u05dc\u05d5\u05dd", "\u0645\u0631\u062d\u0628\u0627", "\u200b", "\u200d"),
    *("👩‍🔬", "🇩🇪", "👍🏽", "e\u0301", "中文，。", "＊＜［", "1\ufe0f\u20e3", "\x00", "\u2028", "\t"),
)
alphabet = st.characters() | st.sampled_from("*_`~|\\[]()<>#@:.+- \n\nab1中🙂")
long = st.text("xy z*字🙂", min_size=9, max_size=10).map(lambda part: part * 1_000)
texts = st.lists(alphabet | st.sampled_from(SNIPPETS), max_size=40).map("".join)
"""Short ones; `long` are of 10,000 characters."""

urls = st.sampled_from(
    [
        "",
        "",
        URL,
        "http://x",
        f"{URL}?a=1&b=%22<>\"'",
        "https://a.b/*_x_*(y)",
        f"https://a.b/{'c' * 1900}",
        "ftp://a.b/c",
    ]
)
spans = st.builds(Span, texts, bold=st.booleans(), code=st.booleans(), italic=st.booleans(), url=urls)
lines = st.lists(spans, max_size=4).map(tuple)
flat = st.one_of(
    st.builds(Title, lines),
    st.builds(Para, lines | long),
    st.builds(Item, lines, st.none() | st.integers(0, 120), st.integers(0, 3), lines),
    st.builds(Quote, lines),
    st.builds(Note, lines),
    st.builds(Pre, texts),
)
folds = st.builds(Fold, lines, st.lists(flat, max_size=4).map(tuple))
docs = st.builds(lambda blocks, picture: Doc(*blocks, picture=picture), st.lists(flat | folds, max_size=8), urls)

labels = st.sampled_from([*map(str, range(12)), "next 10 ▸", "‹ back", "", " ", "\u200b"]) | texts
actions = st.builds(
    lambda text: text.encode("utf-8", "replace")[:MAX_ACTION].decode("utf-8", "ignore") or "/today",
    st.sampled_from(["/paper 2602.15030", "/day", "3"]) | texts,
)
button = st.builds(Button, labels, actions) | st.builds(
    lambda label, url: Button(label, url=url), labels, urls.filter(bool) | st.just("https://a.b/" + "d" * 600)
)
buttons = st.lists(st.lists(button, max_size=9).map(tuple), max_size=9).map(tuple)
"""Rows of them, more than any platform takes."""


def said(blocks: Iterable[Block], bullet: str = "•") -> Iterator[str]:
    """What the blocks say, in order, with the marks of lists."""
    for block in blocks:
        if isinstance(block, Fold):
            yield words(block.title)
            yield from said(block.blocks, bullet)
        elif isinstance(block, Item):
            mark = bullet if block.number is None else str(block.number)
            yield mark + words(block.text) if visible(words(block.text)) else ""
            yield words(block.note)
        else:
            yield words(block.text)


def words(line: Line) -> str:
    """The text of a line."""
    return "".join(span.text for span in doc_spans(line))


def visible(text: str) -> str:
    """What is to be seen of a text."""
    return "".join(char for char in text if is_visible(char))


def narrow(text: str) -> str:
    """What is to be seen of a text, full-width forms as the others."""
    return "".join(chr(ord(one) - 0xFEE0) if "！" <= one <= "～" else one for one in visible(text))
