"""Papers and their summaries: saved whole, read back whole.

Saving what is already there changes nothing, so a run that was killed is simply run again. Along with a paper go the
rows that searching needs: its words (FTS5) and the passages that wait for an embedding.

Owns: the papers, summaries, sections and words tables, and which texts are embedded.
Does not own: vectors (vectors), Chroma (index), searching (search).
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from store import categories, facts
from store.db import Db, Row
from store.errors import NotStored
from store.types import SECTIONS, Entry, Lang, Paper, Sections, Source, Summary
from store.words import inner, tokens

CUT = "3"
"""Names the way in which papers are cut into words; another one cuts them anew."""


def save(db: Db, entries: Iterable[Entry]) -> None:
    """Store `entries`, all or none.

    A paper that is there already keeps what the new one doesn't know, and the earlier of two days: a paper belongs to
    the day that listed it first; one that was never listed gives up its day to a list. A summary replaces the one in
    its language.
    """
    with db.write() as connection:
        for entry in entries:
            old = get(db, entry.paper.arxiv_id)
            merged = entry if old is None else _merge(old, entry)
            if merged != old:
                _put(connection, merged)


def get(db: Db, arxiv_id: str) -> Entry | None:
    """The paper of that canonical id with its summaries, or None."""
    return next(iter(_entries(db, "arxiv_id = ?", [arxiv_id])), None)


def need(db: Db, arxiv_id: str) -> Entry:
    """As `get`, but a paper that isn't stored is an error.

    Raises:
        NotStored: there is no such paper.
    """
    if (entry := get(db, arxiv_id)) is None:
        raise NotStored(f"No paper {arxiv_id} is stored.")
    return entry


def by_rowid(db: Db, rowids: Iterable[int]) -> dict[int, Entry]:
    """The papers of these row ids; unknown ones are left out."""
    wanted = list(dict.fromkeys(rowids))
    found: dict[int, Entry] = {}
    with db.reading():
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            rows = db.read(f"SELECT arxiv_id, id FROM papers WHERE id IN ({_marks(part)})", part)  # noqa: S608
            numbers = {row["arxiv_id"]: row["id"] for row in rows}
            entries = _entries(db, f"papers.id IN ({_marks(part)})", part)
            found |= {numbers[entry.paper.arxiv_id]: entry for entry in entries}
    return found


def known(db: Db, arxiv_ids: Sequence[str]) -> frozenset[str]:
    """Which of these canonical ids are stored."""
    rows = db.read("SELECT arxiv_id FROM papers WHERE arxiv_id IN (SELECT value FROM json_each(?))", [_json(arxiv_ids)])
    return frozenset(row["arxiv_id"] for row in rows)


def rows(db: Db, arxiv_ids: Sequence[str]) -> NDArray[np.int64]:
    """The rows of the papers of these canonical ids, ascending; those that aren't stored are left out."""
    sql = "SELECT id FROM papers WHERE arxiv_id IN (SELECT value FROM json_each(?)) ORDER BY id"
    return np.array([row["id"] for row in db.read(sql, [_json(arxiv_ids)])], np.int64)


def rows_without(db: Db, arxiv_id: str) -> NDArray[np.int64]:
    """The rows of all papers but one, ascending: to ask what would be found if it weren't stored."""
    rows = db.read("SELECT id FROM papers WHERE arxiv_id != ? ORDER BY id", [arxiv_id])
    return np.array([row["id"] for row in rows], np.int64)


def of_day(db: Db, day: date) -> list[Entry]:
    """The papers that the day listed, most voted first (those without a count last), then as they were stored."""
    return _entries(db, "day = ? AND listed = 1", [day.isoformat()])


def everything(db: Db, since: date | None = None, until: date | None = None) -> list[Entry]:
    """All papers of the days `since` to `until` (both included; None: no bound), day by day; unlisted ones too."""
    bounds = [(since or date.min).isoformat(), (until or date.max).isoformat()]
    return _entries(db, "day BETWEEN ? AND ?", bounds)


def unlisted(db: Db) -> list[Entry]:
    """The papers that no day listed."""
    return _entries(db, "listed = 0", [])


def days(db: Db, *, unlisted: bool = False) -> list[tuple[date, int]]:
    """The days on which papers were listed with their number of papers, oldest first; with `unlisted` all papers."""
    which = "" if unlisted else "WHERE listed = 1"
    rows = db.read(f"SELECT day, count(*) AS n FROM papers {which} GROUP BY day ORDER BY day")  # noqa: S608
    return [(date.fromisoformat(row["day"]), row["n"]) for row in rows]


def count(db: Db, day: date) -> int:
    """How many papers the day has."""
    return int(db.value("SELECT count(*) FROM papers WHERE day = ?", [day.isoformat()]))


def unfinished(db: Db, day: date) -> int:
    """How many of the day's papers have no summary yet, and didn't fail to get one."""
    return int(db.value(
        """SELECT count(*) FROM papers WHERE day = ? AND id NOT IN (SELECT paper FROM summaries)
           AND id NOT IN (SELECT paper FROM failures WHERE times > 0)""",
        [day.isoformat()],
    ))  # fmt: skip


def unwritten(db: Db) -> int:
    """How many papers have no summary."""
    return int(db.value("SELECT count(*) FROM papers WHERE id NOT IN (SELECT paper FROM summaries)"))


def summarised_at(db: Db, day: date) -> datetime | None:
    """When the last summary of the day's papers was made; None where none says when."""
    sql = "SELECT max(made_at) FROM summaries JOIN papers ON papers.id = summaries.paper WHERE papers.day = ?"
    value = db.value(sql, [day.isoformat()])
    return datetime.fromisoformat(value) if value else None


def passages(entry: Entry) -> dict[Lang, str]:
    """What is embedded of a paper: title and sections in each language; title and abstract where English has none.

    One vector over all five sections retrieves as well as one a section, at a sixth of the cost.
    """
    title = entry.paper.title
    texts: dict[Lang, str] = {
        summary.lang: "\n".join([title, *(text for _, text in summary.sections.items())]) for summary in entry.summaries
    }
    if "en" not in texts and (entry.paper.abstract or not texts):
        texts["en"] = f"{title}\n{entry.paper.abstract}".strip()
    return texts


def _merge(old: Entry, new: Entry) -> Entry:
    known = {name: getattr(new.paper, name) for name in Paper.__dataclass_fields__}
    known = {name: value for name, value in known.items() if value not in ("", (), None)}
    days = [one.paper.day for one in (old, new) if one.paper.listed] or [old.paper.day, new.paper.day]
    known |= {"day": min(days), "listed": old.paper.listed or new.paper.listed}
    summaries = {summary.lang: summary for summary in old.summaries} | {s.lang: s for s in new.summaries}
    return Entry(replace(old.paper, **known), tuple(summaries[lang] for lang in sorted(summaries)), old.failed)


def _put(db: Database, entry: Entry) -> None:
    paper = entry.paper
    row: dict[str, Any] = {name: getattr(paper, name) for name in Paper.__dataclass_fields__}
    row |= {"day": paper.day.isoformat(), "authors": _json(paper.authors), "keywords": _json(paper.keywords)}
    day = db.execute("SELECT day FROM papers WHERE arxiv_id = ?", [paper.arxiv_id]).fetchone()
    names = list(row)
    sets = ", ".join(f"{name} = excluded.{name}" for name in names)
    statement = f"INSERT INTO papers ({', '.join(names)}) VALUES ({_marks(names)})"  # noqa: S608 - our own field names
    db.execute(f"{statement} ON CONFLICT (arxiv_id) DO UPDATE SET {sets}", list(row.values()))
    rowid = db.execute("SELECT id FROM papers WHERE arxiv_id = ?", [paper.arxiv_id]).fetchone()[0]
    # The index filters by day: a paper whose day has changed is given to it again.
    if day is not None and day[0] != row["day"]:
        db.execute("UPDATE passages SET indexed = 0 WHERE paper = ?", [rowid])
    db.execute("DELETE FROM summaries WHERE paper = ?", [rowid])
    for summary in entry.summaries:
        _put_summary(db, rowid, summary)
    _put_words(db, rowid, entry)
    _put_passages(db, rowid, entry)


def _put_summary(db: Database, rowid: int, summary: Summary) -> None:
    made_at = summary.made_at.isoformat() if summary.made_at else None
    values: list[object] = [rowid, summary.lang, summary.source, summary.model, summary.prompt_version, made_at]
    values += [summary.tokens, summary.cost_usd]
    names = "paper, lang, source, model, prompt_version, made_at, tokens, cost_usd"
    cursor = db.execute(f"INSERT INTO summaries ({names}) VALUES ({_marks(values)})", values)  # noqa: S608 - our names
    db.conn.executemany(
        "INSERT INTO sections (summary, name, text) VALUES (?, ?, ?)",
        [(cursor.lastrowid, name, text) for name, text in summary.sections.items()],
    )


def recut(db: Db, *, anew: bool = False) -> None:
    """Cut the words of all papers anew where another version of `store.words` cut them, or (`anew`) in any case."""
    if facts.get(db, "words") == CUT and not anew:
        return
    rowids = [row["id"] for row in db.read("SELECT id FROM papers ORDER BY id")]
    for start in range(0, len(rowids), 100):
        entries = by_rowid(db, rowids[start : start + 100])
        with db.write() as connection:
            for rowid, entry in entries.items():
                _put_words(connection, rowid, entry)
    facts.put(db, "words", CUT)


def _put_words(db: Database, rowid: int, entry: Entry) -> None:
    core = [keyword for keyword in entry.paper.keywords if not categories.is_code(keyword)]
    rest: list[str] = []
    # Without a summary the abstract is where a paper says what it is about.
    (rest if entry.summaries else core).append(entry.paper.abstract)
    for summary in entry.summaries:
        for name, text in summary.sections.items():
            (core if name in ("application", "contribution") else rest).append(text)
    columns = []
    for texts in ([entry.paper.title], core, rest):
        text = "\n".join(texts)
        columns.append(" ".join([*tokens(text), *tokens(inner(text))]))
    db.execute("DELETE FROM words WHERE rowid = ?", [rowid])
    db.execute("INSERT INTO words (rowid, title, core, rest) VALUES (?, ?, ?, ?)", [rowid, *columns])


def _put_passages(db: Database, rowid: int, entry: Entry) -> None:
    """Make the passages fit the texts; one whose text has changed loses its vector and waits for a new one."""
    texts = passages(entry)
    db.execute(f"DELETE FROM passages WHERE paper = ? AND lang NOT IN ({_marks(list(texts))})", [rowid, *texts])  # noqa: S608
    for lang, text in texts.items():
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        db.execute(
            """INSERT INTO passages (paper, lang, digest) VALUES (?, ?, ?) ON CONFLICT (paper, lang) DO UPDATE
               SET digest = excluded.digest, vector = NULL, staged = NULL, indexed = 0
               WHERE digest != excluded.digest""",
            [rowid, lang, digest],
        )


def _entries(db: Db, where: str, params: list[Any]) -> list[Entry]:
    with db.reading():
        return _read_entries(db, where, params)


def _read_entries(db: Db, where: str, params: list[Any]) -> list[Entry]:
    order = "day, coalesce(upvotes, -1) DESC, papers.id"
    failed = "EXISTS (SELECT 1 FROM failures WHERE paper = papers.id AND times > 0) AS failed"
    papers = db.read(f"SELECT papers.*, {failed} FROM papers WHERE {where} ORDER BY {order}", params)  # noqa: S608
    texts = db.read(
        f"""SELECT paper, lang, source, model, prompt_version, made_at, tokens, cost_usd, name, text
            FROM summaries JOIN sections ON summary = summaries.id
            WHERE paper IN (SELECT papers.id FROM papers WHERE {where})""",  # noqa: S608 - where is ours
        params,
    )
    grouped: dict[int, dict[str, list[Row]]] = {}
    for row in texts:
        grouped.setdefault(row["paper"], {}).setdefault(row["lang"], []).append(row)
    return [_entry(row, grouped.get(row["id"], {})) for row in papers]


def _entry(row: Row, by_lang: dict[str, list[Row]]) -> Entry:
    values = {name: row[name] for name in Paper.__dataclass_fields__}
    values |= {"day": date.fromisoformat(row["day"]), "listed": bool(row["listed"])}
    values |= {name: tuple(json.loads(row[name])) for name in ("authors", "keywords")}
    paper = Paper(**values)
    summaries = tuple(_summary(paper.arxiv_id, by_lang[lang]) for lang in sorted(by_lang))
    return Entry(paper, summaries, bool(row["failed"]))


def _summary(arxiv_id: str, rows: list[Row]) -> Summary:
    first, texts = rows[0], {row["name"]: row["text"] for row in rows}
    made_at = datetime.fromisoformat(first["made_at"]) if first["made_at"] else None
    sections = Sections(**{name: texts[name] for name in SECTIONS})
    lang, source = cast(Lang, first["lang"]), cast(Source, first["source"])
    cost = (first["tokens"], first["cost_usd"])
    return Summary(arxiv_id, lang, sections, source, first["model"], first["prompt_version"], made_at, *cost)


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _json(values: Iterable[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)
