"""The round-up of a week or a month: the most voted papers, those whose votes rose, themes over time with a chart.

The same for all who speak one language.

Owns: what is in it, its parts.
Does not own: weeks and months (periods), how the chart looks (chart), to whom it goes and when (rounds).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot import buttons, chart, digest, pages, periods
from bot import lang as languages
from bot.app import App
from bot.chart import Chart, Row
from bot.doc import Block, Doc, Item, Para, Span, Title
from bot.fronts.base import Dresser
from bot.lang import Words
from bot.outgoing import Part
from bot.periods import Period
from bot.request import Reply
from store import papers, votes
from store.db import Db
from store.talks import Talk
from store.types import Entry, Lang

VOTED, ROSE = 7, 3
"""Papers that are named: the most voted, and of the others those whose votes grew most."""

CHANGES = 3
"""Themes that are named for having more papers than the time before, and as many for having fewer."""


@dataclass(frozen=True, slots=True)
class Roundup:
    """What happened in `period`: its listed papers, how many of each theme there were on each day, and how many the
    time before (empty: nothing is stored of that); `rose` are papers with what their votes grew by."""

    period: Period
    entries: tuple[Entry, ...]
    themes: dict[date, Counter[str]]
    before: Counter[str]
    rose: tuple[tuple[Entry, int], ...]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """Papers by theme, most first, "other" last."""
        total = sum(self.themes.values(), Counter[str]())
        return sorted(total.items(), key=lambda one: (one[0] == "other", -one[1], one[0]))

    @property
    def counted(self) -> bool:
        """Whether votes are known at all."""
        return any(entry.paper.upvotes is not None for entry in self.entries)

    @property
    def voted(self) -> tuple[Entry, ...]:
        """The most voted papers; where no votes are known, the newest."""
        key = (lambda entry: -_votes(entry)) if self.counted else (lambda entry: -entry.paper.day.toordinal())
        return tuple(sorted(self.entries, key=key)[:VOTED])

    def change(self, theme: str) -> int | None:
        """How many more papers of a theme there are than the time before; None where that isn't known."""
        return dict(self.counts).get(theme, 0) - self.before[theme] if self.before else None


def of(db: Db, period: Period) -> Roundup | None:
    """The round-up of `period`; None when it listed no papers."""
    entries = _listed(db, period)
    if not entries:
        return None
    themes: dict[date, Counter[str]] = {day: Counter() for day in period.days}
    for entry in entries:
        themes[entry.paper.day][digest.topic(entry)] += 1
    made = Roundup(period, entries, themes, Counter(map(digest.topic, _listed(db, period.before))), ())
    shown = {entry.paper.arxiv_id for entry in made.voted}
    grown = [(one, more) for one, more in votes.grown(db, period.first, period.last).items() if one not in shown]
    return replace(made, rose=tuple((papers.need(db, one), more) for one, more in grown[:ROSE]))


def head(found: Roundup, words: Words) -> Doc:
    """What is said below the chart: which days, how many papers of which themes, what there was more and less of."""
    period, counts = found.period, found.counts
    topics = " · ".join(words("digest.topic", topic=words(f"topic.{name}"), n=n) for name, n in counts)
    blocks: list[Block] = [
        Title(words(f"roundup.{period.kind}", days=spoken(period, words))),
        Para(words("digest.counts", n=len(found.entries), topics=topics)),
    ]
    names = [name for name, _ in counts] + [name for name in found.before if name not in dict(counts)]
    changes = {name: found.change(name) or 0 for name in names if name != "other"}
    ranked = sorted(changes, key=lambda name: -changes[name])
    for key, some in (("more", ranked[:CHANGES]), ("fewer", ranked[::-1][:CHANGES])):
        named = [name for name in some if (changes[name] > 0 if key == "more" else changes[name] < 0)]
        if named:
            shown = (words("digest.topic", topic=words(f"topic.{name}"), n=_signed(changes[name])) for name in named)
            blocks.append(Para(words(f"roundup.{key}.{period.kind}", topics=" · ".join(shown))))
    return Doc(*blocks)


def reply(found: Roundup, words: Words, langs: tuple[Lang, ...]) -> Reply:
    """The papers, numbered through, with their buttons, and the ways to the days of a week, or the weeks of a month."""
    blocks: list[Block] = []
    shown = [*((entry, None) for entry in found.voted), *found.rose]
    for n, (entry, more) in enumerate(shown, 1):
        if n == 1:
            blocks.append(Para((Span(words("roundup.voted" if found.counted else "roundup.newest"), bold=True),)))
        elif n == len(found.voted) + 1:
            blocks.append(Para((Span(words("roundup.rose"), bold=True),)))
        blocks.append(_item(entry, more, n, words, langs))
    ids = tuple(entry.paper.arxiv_id for entry, _ in shown)
    rows = buttons.numbers(ids) + buttons.row(*_ways(found, words))
    quoted = pages.quoted((entry for entry, _ in shown), words, langs)
    return Reply(Doc(*blocks, *quoted), rows, talk=Talk(ids, listed=_command(found.period)))


def picture(found: Roundup, words: Words) -> bytes:
    """The themes over time as a PNG; in English where no font can write the language."""
    drawn = chart.png(charted(found, words))
    if drawn is None:
        drawn = chart.png(charted(found, languages.load("en")))
    return drawn or b""


def parts(app: App, front: Dresser, found: Roundup, lang: Lang) -> list[Part]:
    """The messages of a round-up: the chart with what it shows, then the papers."""
    words = languages.load(lang)
    listed = reply(found, words, app.prefer(lang))
    talk = replace(listed.talk, lang=lang) if listed.talk else None
    first = front.parts(head(found, words), (), talk, words)
    return [
        replace(first[0], picture=picture(found, words)),
        *first[1:],
        *front.parts(listed.doc, listed.buttons, talk, words, below=True),
    ]


def _listed(db: Db, period: Period) -> tuple[Entry, ...]:
    return tuple(entry for entry in papers.everything(db, period.first, period.last) if entry.paper.listed)


def charted(found: Roundup, words: Words) -> Chart:
    """The themes over time: of a week by day, of a month by week."""
    kind, days = found.period.kind, found.period.days
    columns = _by_day(found, words) if kind == "weekly" else _by_week(days, words)
    rows = [
        Row(
            words(f"topic.{name}"),
            tuple(sum(found.themes[day][name] for day in some) for _, some in columns),
            found.change(name),
        )
        for name, _ in found.counts
    ]
    note = f"roundup.chart.{kind}" if found.before else f"roundup.chart.{kind}_alone"
    subtitle = words("roundup.chart.subtitle", n=len(found.entries), days=spoken(found.period, words))
    return Chart(
        words(f"roundup.chart.title_{kind}"), subtitle, tuple(name for name, _ in columns), tuple(rows), words(note)
    )


def _by_day(found: Roundup, words: Words) -> list[tuple[str, tuple[date, ...]]]:
    """The days of a week; of its end only those with papers."""
    shown = [day for day in found.period.days if day.weekday() < 5 or found.themes[day]]
    return [(f"{words.weekday(day)}\n{day.day}", (day,)) for day in shown]


def _by_week(days: Sequence[date], words: Words) -> list[tuple[str, tuple[date, ...]]]:
    """The weeks of a month, as far as they are in it."""
    weeks: dict[tuple[int, int], list[date]] = {}
    for day in days:
        weeks.setdefault(day.isocalendar()[:2], []).append(day)
    return [
        (f"{some[0].day}–{some[-1].day}" if len(some) > 1 else str(some[0].day), tuple(some)) for some in weeks.values()
    ]


def _votes(entry: Entry) -> int:
    return -1 if entry.paper.upvotes is None else entry.paper.upvotes


def _item(entry: Entry, more: int | None, number: int, words: Words, langs: tuple[Lang, ...]) -> Item:
    paper, votes_ = entry.paper, entry.paper.upvotes
    facts = [words("digest.votes", n=votes_)] if votes_ is not None else []
    facts += [words("roundup.grown", n=more)] if more else []
    said = pages.one_line(entry, langs)
    note = f"{said} · {words.short(paper.day)}".removeprefix(" · ")
    return Item((*pages.linked(paper), *((Span("  " + " · ".join(facts)),) if facts else ())), number=number, note=note)


def _ways(found: Roundup, words: Words) -> list[tuple[str, str]]:
    """Buttons of what it is made of."""
    if found.period.kind == "weekly":
        return [(words.short(day), f"/day {day}") for day in found.period.days if found.themes[day]]
    weeks = dict.fromkeys(periods.containing("weekly", day) for day in found.period.days if found.themes[day])
    return [(words("button.week_of", day=words.short(week.first)), _command(week)) for week in weeks]


def spoken(period: Period, words: Words) -> str:
    """What people call it: "23 Feb – 1 Mar 2026", "Feb 2026"."""
    return words.month(period.first) if period.kind == "monthly" else words.days(period.first, period.last)


def _command(period: Period) -> str:
    return f"/{'week' if period.kind == 'weekly' else 'month'} {period.name}"


def _signed(n: int) -> str:
    return f"{n:+}".replace("-", "−")
