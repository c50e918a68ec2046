"""What the bot says: the languages hold the same sentences, and dates read as people write them."""

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from string import Formatter

import pytest

from bot import lang
from bot.doc import moment, plain
from bot.lang import Words
from store.types import LANGS, Lang

BOT = Path(lang.__file__).parent.parent


def forms(lang_: Lang) -> dict[str, list[str]]:
    """Every sentence by its key, plural forms together."""
    found: dict[str, list[str]] = {}
    texts = lang.load(lang_).texts
    for key, text in texts.items():
        stem, _, form = key.rpartition(".")
        found.setdefault(stem if form in ("one", "other") and f"{stem}.one" in texts else key, []).append(text)
    return found


def fields(texts: list[str]) -> set[str]:
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}


def sentences_used() -> Iterator[tuple[str, str, set[str] | None]]:
    """(file, key, fields) of every `words("key", …)` and `words.line("key", …)` in the bot's own code; None where a
    `**` hides the fields."""
    for path in sorted(BOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            key = node.args[0]
            if called in ("words", "_words", "line") and isinstance(key, ast.Constant) and isinstance(key.value, str):
                given = {keyword.arg for keyword in node.keywords if keyword.arg}
                yield path.relative_to(BOT).as_posix(), key.value, given if len(given) == len(node.keywords) else None


def texts_in_code() -> tuple[set[str], set[str]]:
    """The texts that stand in the bot's code, and the beginnings of those with a field in them (f"topic.{name}")."""
    whole, begun = set(), set()
    for path in BOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                begun.add(str(node.values[0].value))
    return whole, {text for text in begun if "." in text}


def test_every_language_says_the_same_things() -> None:
    assert forms("zh").keys() == forms("en").keys()


@pytest.mark.parametrize("key", [pytest.param(key, id=key) for key in forms("en")])
def test_a_sentence_has_the_same_fields_in_every_language(key: str) -> None:
    assert fields(forms("zh")[key]) == fields(forms("en")[key])


@pytest.mark.parametrize("code", LANGS)
def test_every_sentence_can_be_filled_in(code: Lang) -> None:
    words = lang.load(code)
    for key, texts in forms(code).items():
        given = dict.fromkeys(fields(texts), "x") | {"n": 2, "limit": 2000, "number": 1}
        assert "{" not in words(key, **given)


@pytest.mark.parametrize("code", LANGS)
def test_nothing_shouts(code: Lang) -> None:
    assert not [text for text in lang.load(code).texts.values() if "!" in text or "！" in text or "您" in text]


def test_every_sentence_that_the_code_names_exists() -> None:
    known = forms("en")
    assert [(path, key) for path, key, _ in sentences_used() if key not in known] == []


def test_every_sentence_is_said_somewhere() -> None:
    whole, begun = texts_in_code()
    assert [key for key in forms("en") if key not in whole and not key.startswith(tuple(begun))] == []


def test_every_sentence_that_the_code_names_gets_its_fields() -> None:
    known = {key: fields(texts) for key, texts in forms("en").items()}
    used = [(path, key, known.get(key, set()) - given) for path, key, given in sentences_used() if given is not None]
    assert [(path, key, lacking) for path, key, lacking in used if lacking] == []


def test_a_sentence_keeps_the_moment_that_it_names_and_the_space_around_it() -> None:
    at = datetime(2031, 5, 8, 7, 30, tzinfo=UTC)
    line = lang.load("zh").line("limit.user_day", n=20, time=moment("15:30", at, "time"), wait=moment("3 小时后", at))
    assert "".join(span.text for span in line) == "今天的 20 条消息已用完，15:30 恢复（3 小时后）。"
    assert [span.text for span in line if span.moment] == ["15:30", "3 小时后"]
    nested = lang.load("en").line("subscribe.done", when="soon", first=(*plain("On "), *moment("Sunday", at)))
    assert [span.text for span in nested] == ["Subscribed. The digest comes soon. On ", "Sunday"]
    spaced = lang.load("zh").line("subscribe.again", when=moment("Sunday", at))
    assert "".join(span.text for span in spaced) == "这个聊天已经订阅，Sunday 发送摘要。"


def test_an_unknown_sentence_is_an_error_that_names_it() -> None:
    with pytest.raises(KeyError, match="no_such"):
        lang.load("en")("no_such", n=1)


def test_a_forgotten_field_is_an_error_that_names_it() -> None:
    with pytest.raises(KeyError, match="day"):
        lang.load("zh")("digest.title")


@pytest.mark.parametrize(
    ("code", "n", "said"),
    [
        pytest.param("en", 1, "1 paper, 26 Feb", id="one in English"),
        pytest.param("en", 0, "0 papers, 26 Feb", id="none in English"),
        pytest.param("en", 1412, "1,412 papers, 26 Feb", id="many in English"),
        pytest.param("zh", 1, "26 Feb，1 篇论文", id="one in Chinese"),
    ],
)
def test_the_number_chooses_the_form(code: Lang, n: int, said: str) -> None:
    assert lang.load(code)("console.holdings", n=n, days="26 Feb") == said


@pytest.mark.parametrize(
    ("code", "day", "short"),
    [
        pytest.param("en", "Thu 26 Feb 2026", "26 Feb", id="English"),
        pytest.param("zh", "2026 年 2 月 26 日 周四", "2 月 26 日", id="Chinese"),
    ],
)
def test_a_date_reads_as_people_write_it(code: Lang, day: str, short: str) -> None:
    words = lang.load(code)
    assert (words.day(date(2026, 2, 26)), words.short(date(2026, 2, 26))) == (day, short)


@pytest.mark.parametrize(
    ("first", "en", "zh"),
    [
        pytest.param(date(2026, 2, 26), "26 Feb 2026", "2026 年 2 月 26 日", id="one day"),
        pytest.param(date(2026, 2, 2), "2–26 Feb 2026", "2026 年 2 月 2–26 日", id="one month"),
        pytest.param(date(2026, 1, 28), "28 Jan – 26 Feb 2026", "2026 年 1 月 28 日至 2 月 26 日", id="two months"),
        pytest.param(
            date(2025, 2, 28), "28 Feb 2025 – 26 Feb 2026", "2025 年 2 月 28 日至 2026 年 2 月 26 日", id="two years"
        ),
    ],
)
def test_a_stretch_of_days_says_nothing_twice(first: date, en: str, zh: str) -> None:
    last = date(2026, 2, 26)
    assert (lang.load("en").days(first, last), lang.load("zh").days(first, last)) == (en, zh)


def test_chinese_and_latin_are_parted_where_a_field_joins_them() -> None:
    words: Words = lang.load("zh")
    said = words("nothing.topic", topic="LoRA", n=3, days=words.date(date(2026, 2, 2)))
    assert said == "没有找到关于 LoRA 的论文。目前收录 2026 年 2 月 2 日的 3 篇。"
