"""Formulas as a chat shows them."""

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.tex import LONGEST, readable

PIECES = [r"\frac", r"\sqrt", "{", "}", "^", "_", "x", "[", "]", r"\begin{cases}", r"\end{cases}", "&", r"\\", "$", "%"]
PIECES += [
    "'",
    r"\text",
    r"\left(",
    r"\right)",
    " ",
    "-",
    r"\verb|",
    r"\item",
    r"\begin{",
    r"\input",
    "~",
    "#1",
    r"\hat",
]


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        pytest.param(r"\alpha", "α", id="a symbol"),
        pytest.param("O(T^2)", "O(T²)", id="a power"),
        pytest.param(r"O(n \log n)", "O(n log n)", id="a function"),
        pytest.param(
            r"l_{final} = l_m + \alpha (l_m - l_u)", "l_final = lₘ + α (lₘ − lᵤ)", id="subscripts, f has none"
        ),
        pytest.param(r"x_i^{(t)}", "xᵢ⁽ᵗ⁾", id="both scripts"),
        pytest.param(r"\sum_{i=1}^N x_i", "∑ᵢ₌₁ᴺ xᵢ", id="a sum and its bounds"),
        pytest.param(r"\pi_\theta(a|s)", "π_θ(a|s)", id="no subscript theta"),
        pytest.param(r"\mathbb{R}^{d \times k}", "ℝ^(d × k)", id="a compound script keeps together"),
        pytest.param(r"\frac{a}{b+c}", "a/(b+c)", id="a compound denominator keeps together"),
        pytest.param(r"\dfrac{1}{2}", "1/2", id="a display fraction"),
        pytest.param(r"QK^\top/\sqrt{d_k}", "QKᵀ/√dₖ", id="attention"),
        pytest.param(r"\sqrt[3]{x}", "³√x", id="a cube root"),
        pytest.param(r"D_{\mathrm{KL}}(p\|q)", "D_KL(p‖q)", id="a divergence"),
        pytest.param(r"\softmax(x)", "softmax(x)", id="an unknown function is said"),
        pytest.param(r"\bm{x}", "x", id="an unknown dress is not"),
        pytest.param(r"\{a, b\}", "{a, b}", id="braces that are meant"),
        pytest.param("95\\%", "95%", id="a per cent sign"),
        pytest.param(r"90^\circ", "90°", id="degrees"),
        pytest.param("f'(x)", "f′(x)", id="a prime"),
        pytest.param(r"10^{-3}", "10⁻³", id="a negative power"),
        pytest.param(r"\text{cross-entropy}", "cross-entropy", id="a hyphen is no minus"),
        pytest.param(r"a \le 3", "a ≤ 3", id="a relation keeps its spaces"),
    ],
)
def test_a_formula_reads_as_text(tex: str, shown: str) -> None:
    assert readable(tex) == shown


@pytest.mark.parametrize(
    "tex",
    [
        pytest.param("{" * 500, id="only openings"),
        pytest.param("x" * (LONGEST + 1), id="too long"),
        pytest.param("% a comment", id="nothing but a comment"),
        pytest.param(r"\input{/etc/passwd}", id="a file is not read"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_cannot_be_read_comes_back_as_it_came(tex: str) -> None:
    assert readable(tex) == tex


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
@settings(deadline=None)
def test_no_formula_fails_or_breaks_its_line(tex: str) -> None:
    shown = readable(tex)
    assert "\n" not in shown
    assert bool(shown) == bool(tex)


def test_an_odd_formula_leaves_no_trace_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        readable(r"\input")
    assert not caplog.records
