"""What a question asks for beside its topic: days, an author, an organisation, that there is code.

A name is a filter where papers of that name are stored, else it stays in the topic, and is searched for as words; but
whom papers are said to be "by" is an author, stored or not.

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
_BY = re.compile(
    r"\b(?:papers?|works?|articles?|written|authored|published) by "
    r"(?!(?:date|day|time|votes|topic|popularity|the|an?)\b|(?-i:[a-z]\w*ing\b))"
    r"(?P<name>[\w.'’-]{2,30}(?: [\w.'’-]{1,30}){0,3}?)"
    r"(?=\s+(?:about|on|in|from|since|of|with)\b|\s*[?.!,]*\s*$)|"
    r"作者(?:是|为|叫)\s*(?P<zh>[\w·]{2,20}?)(?=的|[?？。，,\s]|$)|(?P<wrote>[\u4e00-\u9fff·]{2,4})(?:写|发表)的(?=论文|文章)",
    re.I,
)
_CODE = r"(?:code|github|repo(?:sitor(?:y|ies)|s)?|implementations?)"
_CODE_EN = re.compile(
    r"\b(?:(?:that|which) )?(?:with|have|has|having|includes?|provides?|releas(?:e|es|ed|ing))\s+"
    r"(?:(?:the|their|its|an?|any|public|available|open|source|open-sourced?|official|github|released)\s+)*"
    rf"{_CODE}(?:\s+(?:available|released|links?|repositor(?:y|ies)|on github))*"
    r"(?=\s*(?:[?.!,]|$)|\s+(?:about|on|for)\b)",
    re.I,
)
_CODE_ZH = re.compile(
    r"(?:有|带|附|公开|提供)了?(?:开源|公开)?的?(?:代码|源码|代码仓库)(?:链接)?(?:的|(?=[吗么?？。\s]*$))|"
    r"(?:开源了?代码|代码(?:已经?)?开源)(?:的|(?=[吗么?？。\s]*$))"
)


@dataclass(frozen=True, slots=True)
class Filters:
    """`text` is the question without its filters; empty strings and the widest days filter nothing.

    `code`: only papers with a link to code. `unknown` is the author that is asked for where no paper by them is stored.
    """

    text: str
    since: date = date.min
    until: date = date.max
    author: str = ""
    organisation: str = ""
    code: bool = False
    unknown: str = ""

    @property
    def days(self) -> bool:
        """Whether days are asked for."""
        return (self.since, self.until) != (date.min, date.max)

    @property
    def any(self) -> bool:
        """Whether anything is."""
        return self.days or self.code or bool(self.author or self.organisation or self.unknown)


def read(db: Db, text: str, today: date) -> Filters:
    """The filters of a question; a plain sentence has none, whatever dates and names stand in it."""
    if question.read(text).is_statement:
        return Filters(text)
    rest, span = when.read(text, today)
    since, until = span or (date.min, date.max)
    rest, code = _without_code(rest)
    for form in _FORMS:
        for match in form.finditer(rest):
            name = match["name"].strip(" .")
            for kind in ("author", "organisation"):
                if found := _stored(db, kind, name):
                    left = f"{rest[: match.start()]} {rest[match.end() :]}".strip()
                    return Filters(left, since, until, code=code, **{kind: found})
    by = _BY.search(rest)
    if by is None:
        return Filters(rest, since, until, code=code)
    name = (by["name"] or by["zh"] or by["wrote"]).strip(" .")
    found = _stored(db, "author", name)
    left = f"{rest[: by.start()]} {rest[by.end() :]}".strip()
    return Filters(left, since, until, author=found, code=code, unknown="" if found else name)


def has_authors(db: Db) -> bool:
    """Whether the authors of any paper are stored: a report has none."""
    return bool(db.value("SELECT EXISTS (SELECT 1 FROM papers WHERE authors NOT IN ('', '[]'))"))


def among(db: Db, wanted: Filters) -> Rows | None:
    """The papers (rows, ascending) of the author or organisation asked for, or with code; None: any."""
    where, names = [], []
    if wanted.author:
        where.append("authors LIKE ? ESCAPE '!'")
        names.append(f'%"{_literal(wanted.author)}"%')
    if wanted.organisation:
        where.append("organisation = ?")
        names.append(wanted.organisation)
    if wanted.code:
        where.append("repository != ''")
    if not where:
        return None
    sql = f"SELECT group_concat(id) FROM papers WHERE {' AND '.join(where)}"  # noqa: S608 - our own conditions
    return np.sort(numbers(db.value(sql, names)))


def _without_code(text: str) -> tuple[str, bool]:
    """`text` without its wish for code, and whether it has one."""
    found = _CODE_EN.search(text) or _CODE_ZH.search(text)
    return (f"{text[: found.start()]} {text[found.end() :]}".strip(), True) if found else (text, False)


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
