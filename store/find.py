"""A paper by what people call it: its id in any form, or a part of its title.

Owns: recognising ids (`2602.15030v2`, `arXiv:…`, a URL of arXiv, Hugging Face or alphaXiv) and matching titles.
Does not own: topics (search).
"""

import re
import unicodedata

from store import papers
from store.db import Db
from store.types import Entry
from store.words import phrase

MAX_MATCHES = 10
"""Papers returned for a part of a title; more are no choice but a list."""

TYPOS = 2
"""Letters by which a name may be misspelled."""

NAME = 4
"""Characters of a name that nobody says by chance."""

# Since April 2007: year, month, number; the version isn't part of the id (https://info.arxiv.org/help/arxiv_identifier.html).
_ID = re.compile(r"(?:(?<![\d.])|(?<=arxiv\.))(\d{4}\.\d{4,5})(?:v\d+)?(?!\d)", re.I)
_BEGINNING = re.compile(r"\d{2,4}(?:\.\d{0,4})?")
_AROUND_ID = re.compile(
    r"(?:https?://)?(?:[\w.-]{0,40}\b(?:arxiv|huggingface|alphaxiv|hf)\.(?:org|co)/(?:[\w-]+/){0,8}|(?:(?:dx\.)?doi\.org/)?10\.48550/arxiv\.|arxiv:\s*)?"
    + _ID.pattern
    + r"(?:\.pdf)?",
    re.I,
)


def ids(text: str) -> list[str]:
    """The canonical arXiv ids in `text`, each once, in their order."""
    return list(dict.fromkeys(_ID.findall(unicodedata.normalize("NFKC", text))))


def without_ids(text: str) -> str:
    """`text` without its ids and the URLs around them."""
    return _AROUND_ID.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def by_title(db: Db, text: str) -> list[Entry]:
    """Papers whose title holds the words of `text` in a row (the last may be cut short), newest first.

    A paper whose name (the title up to its colon) is exactly `text` comes alone.
    """
    tokens = phrase(text)
    if not tokens:
        return []
    rows = db.read(
        """SELECT words.rowid AS id FROM words JOIN papers ON papers.id = words.rowid
           WHERE words MATCH ? ORDER BY day DESC, words.rowid LIMIT ?""",
        [f'title : "{tokens}" *', MAX_MATCHES],
    )
    entries = list(papers.by_rowid(db, [row["id"] for row in rows]).values())
    named = [entry for entry in entries if phrase(name(entry.paper.title)) == tokens]
    return named or sorted(entries, key=lambda entry: entry.paper.day, reverse=True)


def beginning(db: Db, text: str, limit: int) -> list[Entry]:
    """Papers whose id begins as `text` does ("2602.15"), newest first; none where `text` begins no id."""
    text = unicodedata.normalize("NFKC", text).strip()
    if not _BEGINNING.fullmatch(text):
        return []
    rows = db.read("SELECT id FROM papers WHERE arxiv_id GLOB ? || '*' ORDER BY day DESC, id LIMIT ?", [text, limit])
    entries = papers.by_rowid(db, [row["id"] for row in rows])
    return [entries[row["id"]] for row in rows]


def ids_stored(db: Db, text: str) -> list[Entry]:
    """The stored papers whose ids stand in `text`, in their order."""
    return [entry for arxiv_id in ids(text) if (entry := papers.get(db, arxiv_id)) is not None]


def papers_called(db: Db, text: str) -> list[Entry]:
    """The papers that `text` names: those of its ids, else those with such a title; none when nothing fits."""
    return ids_stored(db, text) if ids(text) else by_title(db, text)


def is_called(text: str, title: str) -> bool:
    """Whether `text` says the name, such as "SkyReels-V4", of the paper with this title; not all titles have one."""
    called = name(title)
    return called != title and len(called) >= NAME and f" {phrase(called)} " in f" {phrase(text)} "


def nearly(db: Db, text: str) -> Entry | None:
    """The paper whose name is at most two letters away from `text` (five letters or more), if one alone is the nearest;
    signs count nothing."""
    said = _plain(text)
    if not 5 <= len(said) <= 40:
        return None
    letters = set(said)
    near: dict[int, list[str]] = {}
    for row in db.read("SELECT arxiv_id, title FROM papers"):
        called = _plain(name(row["title"]))
        # What is cheap to see first: of 20,000 names a few hundred are left.
        if abs(len(called) - len(said)) <= TYPOS and len(letters ^ set(called)) <= 2 * TYPOS:
            near.setdefault(_apart(called, said), []).append(row["arxiv_id"])
    best = near.get(min(near, default=TYPOS + 1), [])
    return papers.get(db, best[0]) if len(best) == 1 and min(near) <= TYPOS else None


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _apart(one: str, other: str) -> int:
    """How many letters must be put in, left out or changed to make one of the other (Levenshtein)."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        last, row[0] = row[0], at
        for to, mark in enumerate(other, 1):
            last, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, last + (letter != mark))
    return row[-1]


def without_name(text: str, title: str) -> str:
    """`text` without the name of the paper with this title, where it is said."""
    words = [re.escape(word) for word in re.findall(r"\w+", name(title))]
    if not words:
        return text
    said = r"[^\w]?".join(words)
    return re.sub(rf"(?<![A-Za-z0-9]){said}[+'’]*(?:s\b)?(?![A-Za-z0-9])", " ", text, flags=re.I)


def name(title: str) -> str:
    """What people call a paper: its title up to the colon ("SkyReels-V4: …"), else the whole title."""
    head, colon, _ = title.partition(":")
    return head.strip() if colon and 2 <= len(head.strip()) <= 40 else title
