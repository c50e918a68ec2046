"""Values from outside: what is kept of them and what becomes nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import clean

ANYTHING = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text()))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        pytest.param("A Title\n  on two lines ", "A Title on two lines", id="wrapped"),
        pytest.param("a\u00a0b\u2028c\td", "a b c d", id="other kinds of space"),
        pytest.param("a\x00b\x1b[31mc\x7f", "ab[31mc", id="control"),
        pytest.param("in\u202everted\u2066 \u200f", "inverted", id="bidi"),
        pytest.param("a\u200bb\ufeff\U000e0041", "ab", id="zero width and tags"),
        pytest.param("\ud800x", "x", id="half a character"),
        pytest.param("می\u200cخواهم 👩\u200d🔬", "می\u200cخواهم 👩\u200d🔬", id="joiners that spelling needs"),
        pytest.param("Bérénice 张三 $x_{1}$ <b>", "Bérénice 张三 $x_{1}$ <b>", id="ordinary"),
        pytest.param(None, "", id="nothing"),
        pytest.param(5, "", id="a number"),
    ],
)
def test_text_holds_only_what_can_be_seen(given: object, kept: str) -> None:
    assert clean.text(given) == kept


@given(ANYTHING)
def test_text_is_one_line_that_utf8_can_hold_and_cleaning_is_done_once(value: object) -> None:
    text = clean.text(value, 50)
    assert text.encode().decode() == text == " ".join(text.split())
    assert clean.text(text, 50) == text
    assert len(text) <= 50


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/a/b",
        " https://example.org/x?y=1&z=(2)#part ",
        "https://例子.org/路",
        "http://127.0.0.1:8080/x",
        "http://localhost/x",
        "http://[::1]/x",
    ],
)
def test_a_link_that_people_may_follow_is_kept(url: str) -> None:
    assert clean.link(url) == url.strip()


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://example.org/", id="not encrypted"),
        pytest.param("javascript:alert(1)", id="a script"),
        pytest.param("data:text/html,x", id="data"),
        pytest.param("file:///etc/passwd", id="a file"),
        pytest.param("//example.org/x", id="no scheme"),
        pytest.param("github.com/a/b", id="no scheme at all"),
        pytest.param("https://", id="no host"),
        pytest.param("https://huggingface.co@evil.example/", id="a user's name that looks like a host"),
        pytest.param("https://a.example/ b", id="a space"),
        pytest.param("https://a.example/\u202egpj.exe", id="bidi"),
        pytest.param('https://a.example/"onclick="', id="a quote"),
        pytest.param("https://a.example/<b>", id="a tag"),
        pytest.param("https://a.example:99999/", id="no port"),
        pytest.param("https://[a/", id="half an address"),
        pytest.param("https://a.example/" + "x" * 2000, id="endless"),
        pytest.param("http://127.0.0.1.evil.example/", id="a host that begins like loopback"),
        pytest.param(["https://a.example/"], id="a list"),
        pytest.param(None, id="nothing"),
    ],
)
def test_any_other_link_is_dropped(url: object) -> None:
    assert clean.link(url) == ""


@given(ANYTHING)
def test_no_value_is_too_odd(value: object) -> None:
    assert clean.link(value) == "" or str(value).strip().startswith(("https://", "http://"))
    assert clean.arxiv_id(value) == "" or isinstance(value, str)


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("2602.15030", "2602.15030"),
        ("2602.15030v12", "2602.15030"),
        (" 0704.0001v1\n", "0704.0001"),
        ("2602.15030v", ""),
        ("x2602.15030", ""),
        ("2602.150301", ""),
        ("../2602.15030", ""),
        ("٢٦٠٢.15030", ""),
        (2602.1503, ""),
        (None, ""),
    ],
)
def test_an_id_is_canonical_or_none(given: object, canonical: str) -> None:
    assert clean.arxiv_id(given) == canonical


@pytest.mark.parametrize(
    ("given", "kept"),
    [(0, 0), (17, 17), (-1, None), (True, None), ("17", None), (1.0, None), (2**63, None), (None, None)],
)
def test_a_count_is_a_whole_number_that_a_database_holds(given: object, kept: int | None) -> None:
    assert clean.count(given) == kept
