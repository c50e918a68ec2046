"""The neutral message: harmless by construction, and what light Markdown becomes."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialect import ANSI, PLAIN, Dialect
from bot.doc import Block, Doc, Item, Para, Pre, Span, bold, link, merged, moment, plain, spans
from bot.fronts.telegram_dialect import HTML
from bot.markdown import FORMULAS, from_markdown
from bot.render import render

NOON = datetime(2031, 5, 7, 12, tzinfo=UTC)


def words(block: Block) -> str:
    """What a block says, its style aside."""
    assert isinstance(block, Item | Para | Pre)
    return "".join(span.text for span in spans(block.text))


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        pytest.param("a\x1b[31mb\x00\x07", "a[31mb", id="control characters"),
        pytest.param("abc\u202edcba\u2066", "abcdcba", id="bidi overrides"),
        pytest.param("a\ud800b", "ab", id="half a surrogate pair"),
        pytest.param("a\r\nb\u2028c\x0bd", "a\nb\nc\nd", id="every kind of line end"),
        pytest.param("a\tb", "a    b", id="a tab"),
        pytest.param("👨\u200d👩", "👨\u200d👩", id="the joiner inside an emoji stays"),
    ],
)
def test_a_span_holds_nothing_harmful(given_: str, kept: str) -> None:
    assert Span(given_).text == kept


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        pytest.param("https://arxiv.org/abs/2602.15030", "https://arxiv.org/abs/2602.15030", id="https"),
        pytest.param("HTTP://a.b/c?d=e&f#g", "HTTP://a.b/c?d=e&f#g", id="http in capitals"),
        pytest.param("https://a.b/c_(d)\"'<>", "https://a.b/c_%28d%29%22%27%3C%3E", id="what markup would trip over"),
        pytest.param("javascript:alert(1)", "", id="a script"),
        pytest.param("file:///etc/passwd", "", id="a file"),
        pytest.param("https://", "", id="no host"),
        pytest.param("https://a b", "", id="a space"),
        pytest.param("https://a.b/\x1b\\x", "", id="an escape"),
        pytest.param("https://a.b/" + "x" * 3000, "", id="too long for any message"),
    ],
)
def test_a_link_leads_to_the_web_or_nowhere(url: str, kept: str) -> None:
    assert Span("x", url=url).url == kept


def test_a_document_is_its_blocks_in_order() -> None:
    assert Doc(Para("a"), Para("b")).blocks == (Para("a"), Para("b"))


def test_a_moment_is_never_made_one_with_its_neighbour() -> None:
    line = (*plain("a"), *moment("b", NOON), *moment("b", NOON), *plain("c"), *plain("d"))
    assert [span.text for span in merged(line)] == ["a", "b", "b", "cd"]


@pytest.mark.parametrize("dialect", [PLAIN, ANSI, HTML], ids=lambda one: one.name)
def test_a_platform_without_moments_of_its_own_says_the_words(dialect: Dialect) -> None:
    assert render(Doc(Para((*plain("at "), *moment("12:00", NOON, "time")))), dialect) == ["at 12:00"]


def test_neighbours_of_one_style_become_one() -> None:
    assert merged([*plain("a"), *plain("b"), *bold("c"), *link("d", "https://e.f")]) == (
        Span("ab"),
        Span("c", bold=True),
        Span("d", url="https://e.f"),
    )


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        pytest.param("one\n\ntwo", (Para(plain("one")), Para(plain("two"))), id="an empty line parts paragraphs"),
        pytest.param("one\ntwo", (Para(plain("one\ntwo")),), id="a line break stays"),
        pytest.param("### Head", (Para(bold("Head")),), id="a heading"),
        pytest.param("* a\n- b\n+ c", tuple(Item(plain(x)) for x in "abc"), id="three bullets"),
        pytest.param("3. a\n4) b", (Item(plain("a"), 3), Item(plain("b"), 4)), id="numbers stay as written"),
        pytest.param(
            "*   a\n    1.  b\n* c", (Item(plain("a")), Item(plain("b"), 1, 1), Item(plain("c"))), id="nested"
        ),
        pytest.param("1. a\n   more", (Item(plain("a\nmore"), 1),), id="an indented line belongs to its item"),
        pytest.param("1. a\nafter", (Item(plain("a"), 1), Para(plain("after"))), id="a flush line does not"),
        pytest.param("a\n\n---\n\nb", (Para(plain("a")), Para(plain("b"))), id="a rule says nothing"),
        pytest.param("```py\na  *b*\n```", (Pre("a  *b*"),), id="code"),
        pytest.param("```\na", (Pre("a"),), id="code that never ends"),
        pytest.param("2026. x", (Para(plain("2026. x")),), id="a year is no number of a list"),
        pytest.param("-5% and 3.5 x", (Para(plain("-5% and 3.5 x")),), id="a minus is no bullet"),
        pytest.param(" \n\n", (), id="nothing"),
    ],
)
def test_markdown_becomes_blocks(text: str, blocks: tuple[Block, ...]) -> None:
    assert from_markdown(text) == blocks


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("a **b** c", (Span("a "), Span("b", bold=True), Span(" c")), id="bold"),
        pytest.param("a *b*", (Span("a "), Span("b", italic=True)), id="italic"),
        pytest.param("***b***", (Span("b", bold=True, italic=True),), id="both"),
        pytest.param("**a：**b", (Span("a：", bold=True), Span("b")), id="a mark before Chinese punctuation"),
        pytest.param("LoRA**微调**好", (Span("LoRA"), Span("微调", bold=True), Span("好")), id="a mark without spaces"),
        pytest.param("`a*b*`", (Span("a*b*", code=True),), id="code holds no marks"),
        pytest.param("2*3*4, 2 * 3 * 4", plain("2*3*4, 2 * 3 * 4"), id="multiplication"),
        pytest.param("**a *b", plain("**a *b"), id="marks without partners"),
        pytest.param("**** a_b_c __init__", plain("**** a_b_c __init__"), id="marks that mean nothing"),
        pytest.param(r"\*a\* \$5", plain("*a* $5"), id="escaped marks"),
        pytest.param("[a](https://b.c)", link("a", "https://b.c"), id="a link"),
        pytest.param("[**a**](https://b.c)", (Span("a", bold=True, url="https://b.c"),), id="a bold link"),
        pytest.param("[a](javascript:b)", plain("[a](javascript:b)"), id="no link"),
        pytest.param("[1] and [a][b]", plain("[1] and [a][b]"), id="brackets"),
        pytest.param("`a", plain("`a"), id="a lone backtick"),
    ],
)
def test_marks_become_style(text: str, parts: tuple[Span, ...]) -> None:
    assert from_markdown(text) == (Para(parts),)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("从 $O(T^2)$ 到 $O(T)$", "从 O(T²) 到 O(T)", id="inline"),
        pytest.param("$$\nx_1\n$$", "x₁", id="display, over three lines"),
        pytest.param(r"\(x_1\) \[x_2\]", "x₁ x₂", id="TeX's own brackets"),
        pytest.param("$k$-NN costs $5", "k-NN costs $5", id="a formula, then a price"),
        pytest.param("$5 and $10", "$5 and $10", id="two prices"),
        pytest.param("$5-$10, $1,000–$2,000", "$5-$10, $1,000–$2,000", id="ranges of prices"),
        pytest.param("$5 or 10$ a day", "$5 or 10$ a day", id="a price on either side"),
        pytest.param(r"$5 and $x^2$", "$5 and x²", id="a price, then a formula"),
        pytest.param(r"$3 \times 3$", "3 × 3", id="a formula that begins with a number"),
        pytest.param("`$x_1$`", "$x_1$", id="code"),
    ],
)
def test_formulas_are_read_and_prices_left_alone(text: str, shown: str) -> None:
    assert [words(block) for block in from_markdown(text)] == [shown]


@given(st.text(st.characters() | st.sampled_from("*`$[]()\\#-1. \n")))
@settings(deadline=None)
def test_any_text_becomes_blocks(text: str) -> None:
    assert isinstance(from_markdown(text), tuple)


@given(st.text(st.sampled_from("abc 字，_~<>&|\n"), max_size=300))
def test_text_without_marks_loses_nothing(text: str) -> None:
    shown = "".join(words(block) for block in from_markdown(text))
    dropped = {"_", "\n", " "}  # a line of underscores is a rule
    assert [c for c in shown if c not in dropped] == [c for c in text if c not in dropped]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 1_000_000, id="brackets"),
        pytest.param("[a](https://x(" * 70_000, id="links that never close"),
        pytest.param("`" * 1_000_000, id="backticks"),
        pytest.param("- " * 500_000, id="dashes"),
        pytest.param("$5 " * 330_000, id="prices"),
        pytest.param("**a" * 330_000, id="stars"),
        pytest.param("\\(" * 500_000, id="formulas that never close"),
        pytest.param("\n".join(" " * n + "* a" for n in range(1400)), id="a list 1,400 levels deep"),
        pytest.param("\x00\u202e" * 500_000, id="nothing visible"),
    ],
)
def test_a_megabyte_of_one_mark_takes_seconds_at_most(text: str) -> None:
    begun = time.process_time()
    from_markdown(text)
    assert time.process_time() - begun < 20


def test_only_so_many_formulas_of_a_text_are_read() -> None:
    (block,) = from_markdown("$x_1$ " * FORMULAS + "$x_2$")
    assert words(block).endswith("x₁ x_2")
