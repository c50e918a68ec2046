"""Numbers: however they are written they are found again, and another one is not."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.summaries.checks import numbers
from store.types import Sections


def strange(summary: str, text: str) -> list[str]:
    return numbers.strange(summary, numbers.known(text))


@pytest.mark.parametrize(
    ("summary", "text"),
    [
        pytest.param("95%", "an accuracy of 0.95", id="percent and share"),
        pytest.param("0.95", r"an accuracy of $95\%$", id="share and percent, in TeX"),
        pytest.param("提升 5.85 个百分点", "by 5.85 percentage points", id="percentage points"),
        pytest.param("百分之 95", "95 percent", id="Chinese percent"),
        pytest.param("95％", "| Accuracy (%) | 95.0 |", id="full width, a table's cell"),
        pytest.param("1264 帧", "1,264 frames", id="thousands"),
        pytest.param("12,640,000", r"12{,}640{,}000 frames", id="thousands in TeX"),
        pytest.param("1264 万帧", "12.64M frames", id="wan and M"),
        pytest.param("1264 万帧", "12.64 million frames", id="wan and million"),
        pytest.param("6.4 万亿", "6.4T tokens", id="wan yi and T"),
        pytest.param("30 亿参数", "a 3B model", id="yi and B"),
        pytest.param("70 亿", "Qwen2.5-7B", id="the size in a model's name"),
        pytest.param("65.3 K token/s", "65.3K tokens/s", id="a space before K"),
        pytest.param("5k", "sequences of 5,000", id="k and thousands"),
        pytest.param("1.26×、1.5 倍、1.8x", "1.26x, 1.5 times, 1.8$\\times$", id="times"),
        pytest.param("下降 3.5", "changes by −3.5", id="a minus sign"),
        pytest.param("１２．５", "12.5", id="full width digits"),
        pytest.param("10⁵", "$10^{5}$", id="raised digits"),
        pytest.param("100,000", "$10^5$", id="a power of ten, written out"),
        pytest.param("学习率 1e-4", r"$1\times 10^{-4}$", id="an exponent"),
        pytest.param("1–8 步", "from 1 to 8 steps", id="a range"),
        pytest.param("51次以上", "51+ times", id="glued to Chinese"),
        pytest.param("3 个数据集", "on three datasets", id="a number word"),
        pytest.param("25 项", "twenty-five tasks", id="a number word of two"),
        pytest.param("50%", "half of them", id="half"),
        pytest.param("两倍、三个", "nothing", id="Chinese numerals are not looked at"),
        pytest.param("1. 第一点\n2. 第二点\n- 3）第三点\n**4.** x", "nothing", id="marks of a list"),
        pytest.param("GPT-4o、Qwen2.5-7B、COCO 2017", "GPT-4o and Qwen2.5-7B on COCO 2017", id="names"),
        pytest.param("24 GB", "a 24GB card", id="other units are not read"),
        pytest.param("256x256", "256×256", id="sides of a picture"),
        pytest.param("见 https://arxiv.org/abs/2602.99999", "", id="an address (links looks at it)"),
    ],
)
def test_the_same_number_written_otherwise_is_known(summary, text):
    assert strange(summary, text) == []


@pytest.mark.parametrize(
    ("summary", "text"),
    [
        pytest.param("5.9", "5.85", id="rounded"),
        pytest.param("12.64B", "12.64M", id="another unit"),
        pytest.param("1264 亿", "1264万", id="another Chinese unit"),
        pytest.param("9.5%", "0.95", id="a shifted point"),
        pytest.param("41.37%", "41.3% and 7", id="a digit more"),
        pytest.param("1.5 倍", "1. Introduction. 5 runs", id="no mark of a list"),
        pytest.param("12", "1 and 2", id="digits from elsewhere"),
        pytest.param("1,264", "1 and 26", id="thousands from elsewhere"),
        pytest.param("10⁶", "$10^{5}$", id="another power"),
        pytest.param("4 个数据集", "three datasets", id="another word"),
    ],
)
def test_another_number_is_strange(summary, text):
    assert len(strange(summary, text)) == 1


numbers_ = st.decimals(Decimal("1"), Decimal("999999"), places=2) | st.integers(1, 10**7).map(Decimal)


def plain(value: Decimal) -> str:
    return f"{value:f}"


WAYS = {
    "as it is": plain,
    "with thousands": lambda value: f"{value:,f}",
    "with zeros": lambda value: plain(value) + ("00" if "." in plain(value) else ".0"),
    "in wan": lambda value: f"{plain(value.scaleb(-4))} 万",
    "in thousands": lambda value: f"{plain(value.scaleb(-3))}K",
    "in millions": lambda value: f"{plain(value.scaleb(-6))} million",
    "in billions": lambda value: f"{plain(value.scaleb(-9))}B",
    "by a power": lambda value: rf"${plain(value.scaleb(-3))}\times 10^{{3}}$",
    "with an exponent": lambda value: f"{plain(value.scaleb(-2))}e2",
    "full width": lambda value: plain(value).translate(str.maketrans("0123456789.", "０１２３４５６７８９．")),
}
ways = st.sampled_from(sorted(WAYS)).map(WAYS.__getitem__)


@given(numbers_, ways, ways)
def test_any_number_is_found_in_any_form(value, one, other):
    assert strange(f"达到 {one(value)}。", f"It reaches {other(value)}.") == []


@given(numbers_, ways, ways, st.data())
def test_a_changed_digit_is_found_in_any_form(value, one, other, data):
    digits = plain(value)
    at = data.draw(st.sampled_from([at for at, digit in enumerate(digits) if digit.isdigit()]))
    changed = data.draw(st.sampled_from([digit for digit in "123456789" if digit != digits[at]]))
    wrong = Decimal(digits[:at] + changed + digits[at + 1 :])
    assert strange(f"达到 {plain(wrong)}。", f"It reaches {other(value)}.")
    assert strange(f"达到 {WAYS['in thousands'](wrong)}。", f"It reaches {plain(value)}.")


@given(st.decimals(Decimal("0.01"), Decimal("99.99"), places=2))
def test_percent_and_share_are_one(value):
    assert strange(f"{value}%", f"of {plain(value / 100)}") == []
    assert strange(plain(value / 100), f"of {value} percent") == []


def test_the_problem_names_the_section_and_the_number():
    (problem,) = numbers.check(Sections("a", "b", "c", "d", "It gains 41.37%."), "en", numbers.known("41.3%"))
    assert (problem.section, "41.37%" in problem.detail) == ("results", True)
