"""What a question asks for beside its topic: days, an author, an organisation.

A name is a filter where papers of that name are stored, else it stays in the topic, and is searched for as words.

Owns: finding names in a question, and the papers that a filter leaves.
Does not own: days in words (when), the topic (question).
"""

import re
from dataclasses import dataclass
from datetime import date

import numpy as np

from store import question, when
from store.cover import Rows, numbers
from store.db import Db

_NAME = r"\b[A-Z][\w.'’-]{0,30}(?:\s+(?:(?:de|van|von|der|di|al)\s+)?[A-Z][\w.'’-]{0,30}){0,4}"
_EN = re.compile(
    rf"\b(?i:(?:written |authored |published |released |co-?authored )?(?:by|from|of|at))\s+(?P<name>{_NAME})"
)
_EN_OWN = re.compile(rf"(?P<name>{_NAME})['’]s?\s+(?i:(?:new |latest |recent )?(?:papers?|works?|articles?))\b")
_ZH = re.compile(
    rf"(?:作者(?:是|为|有)?|来自|由)?\s*(?P<name>{_NAME}|[\u4e00-\u9fff]{{2,8}}?)\s*(?:团队|实验室|等人?|公司)?(?:发表|发布|写|做|出)?的"
    r"(?:新|最新)?(?:论文|文章|工作|研究)"
)
_FORMS = (_EN, _EN_OWN, _ZH)


@dataclass(frozen=True, slots=True)
class Filters:
    """`text` is the question without its filters; empty strings and the widest days filter nothing."""

    text: str
    since: date = date.min
    until: date = date.max
    author: str = ""
    organisation: str = ""

    @property
    def days(self) -> bool:
        """Whether days are asked for."""
        return (self.since, self.until) != (date.min, date.max)

    @property
    def any(self) -> bool:
        """Whether anything is."""
        return self.days or bool(self.author or self.organisation)


def read(db: Db, text: str, today: date) -> Filters:
    """The filters of a question; a plain sentence has none, whatever dates and names stand in it."""
    if question.read(text).is_statement:
        return Filters(text)
    rest, span = when.read(text, today)
    since, until = span or (date.min, date.max)
    for form in _FORMS:
        for match in form.finditer(rest):
            name = match["name"].strip(" .")
            for kind in ("author", "organisation"):
                if found := _stored(db, kind, name):
                    left = f"{rest[: match.start()]} {rest[match.end() :]}".strip()
                    return Filters(left, since, until, **{kind: found})
    return Filters(rest, since, until)


def among(db: Db, wanted: Filters) -> Rows | None:
    """The papers (rows, ascending) of the author or organisation asked for; None: any."""
    if wanted.author:
        where, name = "authors LIKE ? ESCAPE '!'", f'%"{_literal(wanted.author)}"%'
    elif wanted.organisation:
        where, name = "organisation = ?", wanted.organisation
    else:
        return None
    return np.sort(numbers(db.value(f"SELECT group_concat(id) FROM papers WHERE {where}", [name])))  # noqa: S608 - ours


def _stored(db: Db, kind: str, name: str) -> str:
    """The name as it is stored: of an author in full or by family name, of an organisation as it is; "" for none."""
    if len(name) < 2:
        return ""
    if kind == "organisation":
        return str(db.value("SELECT max(organisation) FROM papers WHERE organisation = ? COLLATE NOCASE", [name]) or "")
    sql = """SELECT value FROM papers, json_each(authors) WHERE authors LIKE ? ESCAPE '!' AND value LIKE ? ESCAPE '!'
             GROUP BY value ORDER BY count(*) DESC LIMIT 1"""
    literal = _literal(name)
    forms = [literal] if " " in name or not name.isascii() else [f"% {literal}"]
    return next((row["value"] for form in forms for row in db.read(sql, [f"%{literal}%", form])), "")


def _literal(name: str) -> str:
    """`name` for LIKE, its own wildcards taken as they are."""
    return re.sub(r"([!%_])", r"!\1", name)
