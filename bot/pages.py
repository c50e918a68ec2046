"""One paper as a message: all of it, or the section that was asked for.

Owns: how a paper and its sections are laid out, and what is said when a summary is lacking.
Does not own: finding the paper (store.find), the sections' names (store.report).
"""

import re
from collections.abc import Iterable

from bot import doc, markdown
from bot.doc import Block, Doc, Fold, Item, Note, Para, Span, Text, Title, link
from bot.lang import Words
from store import find, report
from store.question import Question
from store.types import EXTRACTIVE, Entry, Lang, Paper, SectionName, Summary

MAX_LINE = 160
"""Columns of a one-line description; a Chinese character takes two."""

MAX_GLOSS, MIN_GLOSS = 96, 32
"""Columns of a line in the list that answers a question, and columns that say enough."""

MAX_LABEL = 70
"""Columns of a paper's name in a list."""

NAMED, LONG = 3, 40
"""Words and characters of a topic that reads as a name in a sentence of ours."""

_ENUMERATED = re.compile(r",\s*(?:and |or )?[\w-]+(?:\s[\w-]+){0,2}(?=,|\s(?:and|or)\b|\.?$)")
"""A comma within a list of things: what is cut there is no whole clause."""
_CLAUSE = re.compile(r"[，；：,;]|: ")
_SENTENCE_END = re.compile(r"(?<=[。！？])|(?<=[.!?])\s+(?=[A-Z\u4e00-\u9fff])")


def paper(entry: Entry, words: Words, langs: tuple[Lang, ...]) -> Doc:
    """The whole paper: its heading, the contribution, the other sections as folds, and where they come from."""
    summary = entry.summary(*langs)
    if summary is None:
        return _page(entry, words, *_abstract(entry, words))
    names = report.SECTION_NAMES[words.lang]
    parts: list[Block] = [Para((Span(names["application"], bold=True),)), *_text(summary, "application")]
    parts += [Para((Span(names["contribution"], bold=True),)), *_text(summary, "contribution")]
    folds = [Fold(names[name], _text(summary, name)) for name in ("usage", "innovations", "results")]
    return _page(entry, words, *parts, *folds, *origin(summary, words), _links(entry.paper, words))


def section(entry: Entry, name: SectionName, words: Words, langs: tuple[Lang, ...]) -> Doc:
    """One section of a paper, with the paper's heading and where the section comes from."""
    summary = entry.summary(*langs)
    if summary is None:
        return _page(entry, words, *_abstract(entry, words))
    title = Para((Span(report.SECTION_NAMES[words.lang][name], bold=True),))
    body = (title, *_text(summary, name), *origin(summary, words), _links(entry.paper, words))
    return _page(entry, words, *body)


def brief(entry: Entry, words: Words, langs: tuple[Lang, ...]) -> Doc:
    """The paper in a line under its heading, with its links."""
    line = one_line(entry, langs)
    return Doc(*heading(entry.paper, words), *((Para(line),) if line else ()), _links(entry.paper, words))


def more(entry: Entry, words: Words, langs: tuple[Lang, ...]) -> tuple[Block, ...]:
    """A paper's contribution and guide as folds, for below its line in a list; nothing without a summary."""
    summary = entry.summary(*langs)
    if summary is None:
        return ()
    names = report.SECTION_NAMES[words.lang]
    return tuple(Fold(names[name], _text(summary, name)) for name in ("contribution", "usage"))


def choice(entries: list[Entry], text: str, words: Words, command: str) -> Doc:
    """Several papers fit what was written: which one is meant?"""
    items = [
        Item((Span(f"{entry.paper.title} · {entry.paper.arxiv_id}"),), number=at, note=words.date(entry.paper.day))
        for at, entry in enumerate(entries, 1)
    ]
    hint = words("paper.which_hint", command=command, id=entries[0].paper.arxiv_id)
    return Doc(Para(words("paper.which", n=len(entries), words=text)), *items, Note(hint))


def heading(paper: Paper, words: Words) -> tuple[Block, ...]:
    """Title, id, day, votes."""
    facts = words("paper.published", id=paper.arxiv_id, day=words.date(paper.day))
    if paper.upvotes is not None:
        facts += " " + words("paper.votes", n=paper.upvotes)
    blocks: list[Block] = [Title(paper.title), Note(facts)]
    if paper.authors:
        several = len(paper.authors) > 4
        authors = (
            words("paper.et_al", first=paper.authors[0], n=len(paper.authors) - 1)
            if several
            else words("paper.by", authors=", ".join(paper.authors))
        )
        blocks.append(Note(authors))
    return tuple(blocks)


def origin(summary: Summary, words: Words) -> tuple[Block, ...]:
    """What was read, who wrote the summary and when; and that it is in another language, if it is."""
    source = words({"HTML": "source.html", "PDF": "source.pdf", "ArXiv Abs": "source.abstract"}[summary.source])
    if summary.model == EXTRACTIVE:
        text = words("paper.quoted", source=source)
    elif summary.model == "unknown":
        text = words("paper.read_from_unknown", source=source)
    elif summary.made_at is None:
        text = words("paper.read_from_undated", source=source, model=summary.model)
    else:
        day = words.short(summary.made_at.date())
        text = words("paper.read_from", source=source, model=summary.model, day=day)
    notes: list[Block] = [Note(text)]
    if summary.lang != words.lang:
        notes.append(Note(words("paper.other_language")))
    return tuple(notes)


def label(paper: Paper) -> str:
    """What people call the paper, short enough for a line with more on it."""
    return shortened(find.name(paper.title), MAX_LABEL)


def section_name(section: str, words: Words) -> str:
    """What a section is called: of a summary, "abstract" or "title"; of a full text, its heading as it stands there."""
    names: dict[str, str] = dict(report.SECTION_NAMES[words.lang].items())
    own = f"section.{section}"
    return names.get(section) or (words(own) if own in words.texts else shortened(section, MAX_LABEL))


def linked(paper: Paper) -> Text:
    """The paper's short name, leading to its page."""
    return link(label(paper), paper.url)


def one_line(entry: Entry, langs: tuple[Lang, ...]) -> str:
    """What a paper does in one line: the first sentence of its contribution, or of its abstract; "" where both lack."""
    whole = "".join(span.text for span in flat(_said(entry, langs)))
    return shortened(_SENTENCE_END.split(" ".join(whole.split()), maxsplit=1)[0])


def gloss(entry: Entry, langs: tuple[Lang, ...]) -> str:
    """`one_line` in fewer words: as many whole clauses of it as fit; all of it where one alone would say too little."""
    line = one_line(entry, langs)
    if _columns(line) <= MAX_GLOSS:
        return line
    ends = [
        match.start()
        for match in _CLAUSE.finditer(line)
        if _columns(line[: match.start()]) <= MAX_GLOSS and not _ENUMERATED.match(line, match.start())
    ]
    return line[: ends[-1]] if ends and _columns(line[: ends[-1]]) >= MIN_GLOSS else line


def first_sentence(entry: Entry, langs: tuple[Lang, ...]) -> str:
    """What `one_line` is made of, as it is stored."""
    return _SENTENCE_END.split(_said(entry, langs).strip(), maxsplit=1)[0]


def flat(text: str) -> Text:
    """Light Markdown as one run of text: its blocks one below the other."""
    spans: list[Span] = []
    for block in markdown.from_markdown(text):
        if not isinstance(block, Fold):
            spans += [Span("\n")] if spans else []
            spans += doc.spans(block.text)
    return tuple(spans)


def shortened(text: str, most: int = MAX_LINE) -> str:
    """`text` within `most` columns, cut after a clause or word if it must be."""
    width = 0
    for at, character in enumerate(text):
        width += _columns(character)
        if width > most:
            head = text[:at]
            stop = max(head.rfind(mark) for mark in "，；,; ")
            return (head[:stop] if stop > at // 2 else head).rstrip("，；,; ") + "…"
    return text


def _columns(text: str) -> int:
    return sum(1 if character.isascii() else 2 for character in text)


def _page(entry: Entry, words: Words, *body: Block) -> Doc:
    return Doc(*heading(entry.paper, words), *body, picture=entry.paper.thumbnail)


def as_topic(asked: Question, words: Words) -> str:
    """What a question is about as a part of our own sentence; in quotation marks where it doesn't read as one."""
    shown = shortened(asked.topic)
    fits = asked.is_plain and len(shown.split()) <= NAMED and len(shown) <= LONG
    return shown if fits else words("listing.phrase", topic=shown)


def _said(entry: Entry, langs: tuple[Lang, ...]) -> str:
    summary = entry.summary(*langs)
    return summary.sections.contribution if summary else entry.paper.abstract


def _text(summary: Summary, name: SectionName) -> tuple[Block, ...]:
    return markdown.from_markdown(summary.sections[name])


def quoted(entries: Iterable[Entry], words: Words, langs: tuple[Lang, ...]) -> tuple[Block, ...]:
    """The note that lines are quoted from the papers, if one of these is."""
    shown = (entry.summary(*langs) for entry in entries)
    return (Note(words("listing.quoted")),) if any(one and one.model == EXTRACTIVE for one in shown) else ()


def _abstract(entry: Entry, words: Words) -> tuple[Block, ...]:
    """The paper's own abstract, and why that is all."""
    paper = entry.paper
    why = "paper.failed" if entry.failed else "paper.no_summary"
    shown = Para(flat(" ".join(paper.abstract.split()))) if paper.abstract else Note(words("paper.no_text"))
    return shown, Note(words(why)), _links(paper, words)


def _links(paper: Paper, words: Words) -> Note:
    spans = [*link("arXiv", paper.arxiv_url)]
    if paper.listed:
        spans += [Span(" · "), *link("Hugging Face", paper.url)]
    for key, url in (("paper.code", paper.repository), ("paper.project", paper.project_page)):
        if url:
            spans += [Span(" · "), *link(words(key), url)]
    return Note(tuple(spans))
