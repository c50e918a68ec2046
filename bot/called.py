"""A stored paper that is called by its name, and what of it: "NoLan results", HyTRec 的创新点, "papers like X".

The name must be all that the text says besides what is asked: "video generation results" calls no paper.

Owns: finding the name in a text, what is left of the text for.
Does not own: the words of what is asked (followup, aspects), matching titles (store.find).
"""

import re
import unicodedata
from collections.abc import Iterator

from bot import aspects, followup
from bot.followup import Followup
from store import find
from store.db import Db
from store.types import Entry
from store.words import is_chinese, phrase

MAX_READ = 200
"""Characters: a title, and what is asked of it."""

MAX_LOOKED_UP = 12
"""Names that are looked up for one text."""

_LATIN = re.compile(r"[A-Za-z0-9](?:[\w .,:+()'&/-]*[A-Za-z0-9+)])?", re.ASCII)
_NAME = re.compile(r"[A-Za-z][\w-]*[A-Z0-9][\w-]*", re.ASCII)
"""Spelled as no word is; such a name may be cut short ("SkyReels")."""

_SPELLED = re.compile(r"(?<![\w-])[A-Za-z][\w.-]*[A-Z0-9][\w-]*", re.ASCII)

_SHELL_EN = re.compile(
    r"\b(?:to|summary|summari[sz]e|summari[sz]ation|overview|introduce|introduction|describe|called|named|paper|details|"
    r"page|brief|find|this|with)\b",
    re.IGNORECASE,
)
_SHELL_ZH = re.compile(
    "这篇|论文|文章|总结|概括|概述|摘要|主要|内容|给我|帮我|和|与|跟|像|一样|干什么|做什么|干嘛|干啥|做了"
)
_MARKS = " \"'“”‘’《》〈〉「」?？.。!！,，:："


def read(db: Db, text: str) -> Followup | None:
    """What `text` asks of the paper that it calls by its name; None where it calls none, or says something besides."""
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    if len(text) > MAX_READ or text.startswith("/") or find.ids(text):
        return None
    looked_up = 0
    for name, rest in _parts(text):
        asked = _asked(rest)
        if asked is None or not phrase(name):
            continue
        looked_up += 1
        if ids := _stored(db, name):
            if not rest.strip(_MARKS):  # the name alone is a question that answers itself
                return None
            return followup.asked_of(asked, ids[0]) if len(ids) == 1 else Followup(asked, which=ids)
        if looked_up == MAX_LOOKED_UP:
            return None
    return None


def about(db: Db, text: str) -> Entry | None:
    """The one stored paper that the text names exactly, whatever it says besides; None where it asks for papers.

    Only a name that is spelled as no word is looked for: "explain HyTRec like I'm five".
    """
    if len(text) > MAX_READ or find.ids(text) or followup.lists(text):
        return None
    found: dict[str, Entry] = {}
    for said in list(dict.fromkeys(_SPELLED.findall(text)))[: followup.MAX_NAMES]:
        for one in find.by_title(db, said):
            if phrase(find.name(one.paper.title)) == phrase(said):
                found[one.paper.arxiv_id] = one
    return next(iter(found.values())) if len(found) == 1 else None


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """The text as a name and what is around it, the longest name first."""
    if is_chinese(text):
        for match in _LATIN.finditer(text):
            yield match[0], f"{text[: match.start()]} {text[match.end() :]}"
        return
    words = text.split()
    for size in range(len(words), 0, -1):
        for at in range(len(words) - size + 1):
            name = " ".join(words[at : at + size]).strip(_MARKS)
            yield re.sub(r"['’]s$", "", name), " ".join([*words[:at], *words[at + size :]])


def _asked(rest: str) -> str | None:
    """The command, the fact, or "" (all of it) that is asked; None where it is something else."""
    if aspects.fact(rest):
        return rest
    bare = _SHELL_ZH.sub("", rest) if is_chinese(rest) else _SHELL_EN.sub(" ", rest)
    return followup.topic(bare)


def _stored(db: Db, name: str) -> tuple[str, ...]:
    """The papers of that name or title; of a name spelled as no word is, also those whose names begin so."""
    found = find.by_title(db, name)
    exact = [one for one in found if phrase(name) in (phrase(find.name(one.paper.title)), phrase(one.paper.title))]
    if not exact and _NAME.fullmatch(name):
        exact = [one for one in found if f"{phrase(find.name(one.paper.title))} ".startswith(f"{phrase(name)} ")]
    return tuple(one.paper.arxiv_id for one in exact)
