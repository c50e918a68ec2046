"""What was written about each day as a whole: one short paragraph a language.

Owns: the overviews table, and when a paragraph that could not be had is tried again.
Does not own: writing one (ingest.overviews), showing it (bot.digest).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from store.db import Db
from store.types import LANGS, Lang

TRIES = 3
"""A paragraph that could not be had so often is done without."""

AGAIN = timedelta(minutes=15)
"""How long after one try the next one may be."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What one try at a day's paragraph came to. Without a `text` there is none, and `reason` says why.

    `final`: another try would come to the same.
    """

    day: date
    lang: Lang
    text: str
    model: str
    version: str
    at: datetime
    reason: str = ""
    final: bool = True


def save(db: Db, made: Overview) -> None:
    """Keep it; a paragraph that is there already stays."""
    tries = TRIES if made.final else 1
    with db.write() as connection:
        connection.execute(
            """INSERT INTO overviews (day, lang, text, model, version, reason, tries, at)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT (day, lang) DO UPDATE
               SET text = excluded.text, model = excluded.model, version = excluded.version, reason = excluded.reason,
                   tries = overviews.tries + excluded.tries, at = excluded.at
               WHERE overviews.text = ''""",
            [made.day.isoformat(), made.lang, made.text, made.model, made.version, made.reason, tries,
             made.at.isoformat()],
        )  # fmt: skip


def of_day(db: Db, day: date) -> dict[Lang, str]:
    """The paragraphs about a day."""
    rows = db.read("SELECT lang, text FROM overviews WHERE day = ? AND text != ''", [day.isoformat()])
    found = {row["lang"]: row["text"] for row in rows}
    return {lang: found[lang] for lang in LANGS if lang in found}


def lacking(db: Db, day: date, langs: Sequence[Lang], now: datetime) -> tuple[Lang, ...]:
    """Those of `langs` in which the day has no paragraph, and may be tried now."""
    rows = db.read("SELECT lang, text, tries, at FROM overviews WHERE day = ?", [day.isoformat()])
    waits = {
        row["lang"]
        for row in rows
        if row["text"] or row["tries"] >= TRIES or now - datetime.fromisoformat(row["at"]) < AGAIN
    }
    return tuple(lang for lang in langs if lang not in waits)
