"""The console's two dialects: plain text, and a terminal's."""

import pytest

from bot.doc import Doc, Fold, Item, Note, Para, Pre, Quote, Title, bold, link, plain
from bot.render import ANSI, PLAIN, render

URL = "https://arxiv.org/abs/2602.15030"


@pytest.mark.parametrize(
    ("doc", "message"),
    [
        pytest.param(Doc(Title("T"), Para("p"), Item("a"), Item("b")), "T\np\n• a\n• b", id="what belongs together"),
        pytest.param(Doc(Para("p"), Para("q"), Quote("r")), "p\n\nq\n\n> r", id="what doesn't"),
        pytest.param(Doc(Para("p"), Note("n")), "p\nn", id="small print under its paragraph"),
        pytest.param(Doc(Item("a", 1), Item("b\nc", 2, 1)), "1  a\n  2  b\n     c", id="a line break in an item"),
        pytest.param(Doc(Item("a", 12, note="n")), "12  a\n    n", id="a note under its item"),
        pytest.param(Doc(Fold("F", (Para("p"), Quote("q")))), "F\np\n\nq", id="a fold"),
        pytest.param(Doc(Pre("a\n  b")), "    a\n      b", id="code"),
        pytest.param(Doc(Para(link("arXiv", URL))), f"arXiv ({URL})", id="a link"),
        pytest.param(Doc(Para(link(URL, URL))), URL, id="a link that shows its address"),
        pytest.param(Doc(Para((*bold("a"), *plain(" *b*")))), "a *b*", id="no marks"),
    ],
)
def test_plain_text_is_laid_out_for_reading(doc: Doc, message: str) -> None:
    assert render(doc, PLAIN) == [message]


def test_a_terminal_gets_no_foreign_escape_sequence() -> None:
    (message,) = render(Doc(Title("a\x1b[2Jb"), Para(link("c", URL))), ANSI)
    assert message == f"\x1b[1ma[2Jb\x1b[22m\n\x1b]8;;{URL}\x1b\\\x1b[4mc\x1b[24m\x1b]8;;\x1b\\"
