"""Every sentence that Paperboy says: a TOML file a language, held equal by a test.

Owns: finding a sentence, filling it in, and how dates read.
Does not own: what the report file's sections are called (store.report), the summaries' own words.
"""

import datetime as dt
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

from bot.doc import Span, Text, merged
from store.types import Lang

_MEETING = re.compile("[\u3400-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u3400-\u9fff]")


class Words:
    """The sentences of one language: `words("listing.one_day", n=5, topic="video", day="26 Feb 2026")`."""

    def __init__(self, lang: Lang, table: Mapping[str, Any]) -> None:
        dates = table["date"]
        self.lang = lang
        self.texts: dict[str, str] = dict(_flat({name: part for name, part in table.items() if name != "date"}))
        self._dates: dict[str, str] = {name: form for name, form in dates.items() if isinstance(form, str)}
        self._months: list[str] = dates["months"]
        self._weekdays: list[str] = dates["weekdays"]

    def __call__(self, key: str, **fields: object) -> str:
        """Return the sentence `key`, its {fields} filled in; of a sentence with plural forms, the one for `n`.

        Raises:
            KeyError: no such sentence, or a field of it is not given.
        """
        return _filled(self._form(key, fields), fields)

    def line(self, key: str, **fields: object) -> Text:
        """The same as a line of a `Doc`: a field that is a `Text` stays one.

        Raises:
            KeyError: no such sentence, or a field of it is not given.
        """
        return merged(span for span in _spans(self._form(key, fields), fields) if span.text)

    def _form(self, key: str, fields: Mapping[str, object]) -> str:
        form = self.texts.get(key)
        if form is None and "n" in fields:
            form = self.texts.get(f"{key}.one" if fields["n"] == 1 else f"{key}.other")
        if form is None:
            raise KeyError(f"{self.lang}.toml has no {key!r}")
        return form

    def day(self, day: dt.date) -> str:
        """The date with its weekday: "Thu 26 Feb 2026", "2026 年 2 月 26 日 周四"."""
        return self._date("day", day)

    def date(self, day: dt.date) -> str:
        """The date alone: "26 Feb 2026", "2026 年 2 月 26 日"."""
        return self._date("date", day)

    def month(self, day: dt.date) -> str:
        """The month alone: "Feb 2026", "2026 年 2 月"."""
        return self._date("month", day)

    def weekday(self, day: dt.date | int) -> str:
        """The day of the week alone, of a date or by its number (0 being Monday): "Thu", 周四."""
        return self._weekdays[day if isinstance(day, int) else day.weekday()]

    def short(self, day: dt.date) -> str:
        """The date without its year: "26 Feb", "2 月 26 日"."""
        return self._date("short", day)

    def days(self, first: dt.date, last: dt.date) -> str:
        """The time from `first` to `last`, no part of it said twice: "2–26 Feb 2026", "2026 年 2 月 2–26 日"."""
        if first == last:
            return self.date(first)
        if first.year != last.year:
            return self._dates["across_years"].format(first=self.date(first), last=self.date(last))
        if first.month != last.month:
            return self._date("across_months", last, first=self.short(first), last=self.short(last))
        return self._date("days", last, first=first.day)

    def _date(self, name: str, day: dt.date, **fields: object) -> str:
        month, weekday = self._months[day.month - 1], self._weekdays[day.weekday()]
        return self._dates[name].format(y=day.year, month=month, d=day.day, weekday=weekday, **fields)


def _filled(form: str, fields: Mapping[str, object]) -> str:
    """`form` with its fields, and a space where a field brings Chinese and Latin together ("关于 LoRA 的")."""
    text = ""
    for piece in _pieces(form, fields):
        shown = piece.text if isinstance(piece, Span) else piece
        text += " " + shown if _MEETING.fullmatch(text[-1:] + shown[:1]) else shown
    return text


def _spans(form: str, fields: Mapping[str, object]) -> Iterator[Span]:
    """The same as spans."""
    last = ""
    for piece in _pieces(form, fields):
        span = piece if isinstance(piece, Span) else Span(piece)
        if _MEETING.fullmatch(last + span.text[:1]):
            yield Span(" ")
        last = span.text[-1:] or last
        yield span


def _pieces(form: str, fields: Mapping[str, object]) -> Iterator[str | Span]:
    for literal, name, spec, _ in Formatter().parse(form):
        yield literal
        if name is not None:
            value = fields[name]
            yield from value if isinstance(value, tuple) else (format(value, spec or ""),)


@cache
def load(lang: Lang) -> Words:
    """Return the sentences of `lang`."""
    return Words(lang, tomllib.loads(files(__name__).joinpath(f"{lang}.toml").read_text("utf-8")))


def _flat(table: Mapping[str, Any], above: str = "") -> list[tuple[str, str]]:
    """The sentences of a table and its tables, by dotted name."""
    found: list[tuple[str, str]] = []
    for name, value in table.items():
        found += _flat(value, f"{above}{name}.") if isinstance(value, dict) else [(above + name, value)]
    return found
