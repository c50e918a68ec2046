"""Walk over one `article.ltx_document`, the form in which LaTeXML (and so arXiv) writes a paper as HTML.

One pass in document order. What LaTeXML calls things by class decides, since it puts paragraphs and tables into spans
as easily as into blocks; what is unknown is walked through. Parenthesised citations ("[12]", "(Lee, 2024)") are left
out: without the bibliography they lead nowhere. A citation that is part of the sentence ("Lee (2024)") stays.

Owns: what every element of a paper becomes in text.
Does not own: whether the page is one (html), the kinds of sections (text).
"""

import re
from collections.abc import Callable
from typing import TypeAlias

from lxml.html import HtmlElement

from ingest.fulltext.flow import CITED, Flow
from ingest.fulltext.grid import Cell, cells_of, classes, fill, rows_of, spans
from ingest.fulltext.text import CAPTION, Draft, clean

LEVELS = {
    "ltx_part": 1, "ltx_chapter": 1, "ltx_section": 1, "ltx_appendix": 1, "ltx_subsection": 2,
    "ltx_subsubsection": 3, "ltx_paragraph": 4, "ltx_subparagraph": 5,
}  # fmt: skip
_HEADINGS = {f"ltx_title_{name.removeprefix('ltx_')}" for name in LEVELS}
_BIBLIOGRAPHY = {"ltx_bibliography", "ltx_biblist", "ltx_bibitem"}
_DROPPED_CLASSES = _HEADINGS | {
    "ltx_authors", "ltx_author_notes", "ltx_personname", "ltx_contact", "ltx_dates", "ltx_acknowledgements",
    "ltx_classification", "ltx_title_abstract", "ltx_TOC", "ltx_toclist", "ltx_page_navbar", "ltx_page_footer",
    "ltx_pagination", "ltx_index", "ltx_glossary", "ltx_listing_data", "ltx_rule", "ltx_eqn_eqno", "ltx_note_mark",
    "ltx_tag_note", "ltx_note_type", "ltx_tag_item", "ltx_role_thanks", "ltx_role_newpage", "ltx_tag_listingline",
}  # fmt: skip
# The last three: labels of drawings, which hold what people wrote into them in a `foreignObject`.
_DROPPED_TAGS = {
    "script", "style", "nav", "header", "footer", "button", "dialog", "form", "template", "noscript", "text", "title",
    "desc",
}  # fmt: skip
_BLOCK_CLASSES = {"ltx_p", "ltx_para", "ltx_minipage", "ltx_logical-block", "ltx_theorem", "ltx_proof"}
_BLOCK_TAGS = {"p", "div", "section", "article", "figure", "blockquote", "dl", "dt", "dd", "foreignobject"}
_BARE_CITATION = re.compile(r"[\[(].*[\])]|[\d,;–\- ]*", re.DOTALL)

Handler: TypeAlias = Callable[["Walk", HtmlElement], None]


class Walk:
    """The paper that an article element holds: `title`, `abstract`, `drafts`."""

    def __init__(self, article: HtmlElement) -> None:
        self.title = self.abstract = ""
        self.drafts = [Draft("", 1)]
        self._after_bibliography = False
        self._flow = Flow()
        self.drafts[0].paragraphs = self._capture(article).paragraphs

    def _capture(self, element: HtmlElement, *, inline: bool = False) -> Flow:
        """Return what an element holds, read aside from the flow around it."""
        outer, self._flow = self._flow, Flow(inline=inline)
        self._children(element)
        self._flow.end()
        inner, self._flow = self._flow, outer
        return inner

    def _inline(self, element: HtmlElement) -> str:
        inner = self._capture(element, inline=True)
        self._flow.notes += inner.notes
        return " ".join(inner.paragraphs)

    def _children(self, element: HtmlElement) -> None:
        self._flow.write(element.text)
        for child in element:
            if isinstance(child.tag, str):
                self._visit(child)
            self._flow.write(child.tail)

    def _visit(self, element: HtmlElement) -> None:
        names = classes(element)
        if names & _BIBLIOGRAPHY:
            self._after_bibliography = True
        elif names & _DROPPED_CLASSES or element.tag in _DROPPED_TAGS:
            return
        elif handler := next((_BY_CLASS[name] for name in _BY_CLASS if name in names), _BY_TAG.get(element.tag)):
            handler(self, element)
        elif element.tag in _BLOCK_TAGS or names & _BLOCK_CLASSES:
            self._flow.end()
            self._children(element)
            self._flow.end()
        else:
            self._children(element)

    def _add(self, block: str, lines: str = "\n") -> None:
        """Append a block, or what it says in one line where only a line fits."""
        if self._flow.inline:
            self._flow.write(f" {' '.join(block.split(lines))} ")
        else:
            self._flow.end()
            self._flow.block(block)

    def _section(self, element: HtmlElement) -> None:
        names = classes(element)
        name = next(name for name in LEVELS if name in names)
        wanted = f"ltx_title_{name.removeprefix('ltx_')}"
        title = next((one for one in element.iter() if wanted in classes(one)), None)
        heading = self._inline(title) if title is not None else ""
        if re.fullmatch(r"(references|bibliography)\W*", heading, re.IGNORECASE):  # one typed by hand
            self._after_bibliography = True
            return
        self._flow.end()
        if not heading:
            self._children(element)
            return
        draft = Draft(heading, LEVELS[name], appendix=name == "ltx_appendix" or self._after_bibliography)
        self.drafts.append(draft)
        draft.paragraphs = self._capture(element).paragraphs

    def _title(self, element: HtmlElement) -> None:
        self.title = " ".join(self._capture(element, inline=True).paragraphs)
        self._flow.paragraphs.clear()  # what is printed above a title is a notice, not the paper

    def _abstract(self, element: HtmlElement) -> None:
        self.abstract = "\n\n".join(filter(None, (self.abstract, *self._capture(element).paragraphs)))

    def _runin(self, element: HtmlElement) -> None:
        self._flow.end()
        self._flow.write(f"**{self._inline(element)}** ")

    def _caption(self, element: HtmlElement) -> None:
        caption = self._inline(element)
        self._add(CAPTION + caption if caption and not self._flow.inline else caption)

    def _formula(self, element: HtmlElement) -> None:
        tex = _tex(element)
        self._flow.write(f"${tex}$" if tex else "")

    def _equations(self, element: HtmlElement) -> None:
        """A numbered or aligned formula: a line each; the pieces of one row are one formula."""
        rows = [row for row in element.iter() if "ltx_eqn_row" in classes(row)] or [element]
        lines = (re.sub(r"\$ *\$", " ", self._inline(row)) for row in rows)
        self._add("\n".join(filter(None, lines)))

    def _table(self, element: HtmlElement) -> None:
        cells = ([Cell(self._inline(cell), *spans(cell)) for cell in cells_of(row)] for row in rows_of(element))
        self._add("\n".join(" | ".join(row) for row in fill(cells) if any(row)))

    def _list(self, element: HtmlElement) -> None:
        items = []
        for item in element.iterchildren("li"):
            tag = next((one for one in item if "ltx_tag_item" in classes(one)), None)
            label = self._capture(tag, inline=True).paragraphs if tag is not None else []
            marker = label[0] if label and re.search(r"\w", label[0]) else "-"
            inner = "\n".join(self._capture(item).paragraphs).replace("\n", "\n  ")
            items.append(f"{marker} {inner}" if inner else "")
        self._add("\n".join(filter(None, items)))

    def _listing(self, element: HtmlElement) -> None:
        """Code, or an algorithm: a fence around its lines."""
        lines = [one for one in element.iter() if "ltx_listingline" in classes(one)]
        shown = [self._inline(line) for line in lines] or "".join(element.itertext()).strip("\n").split("\n")
        text = "\n".join(clean(line).replace("```", "'''") for line in shown).strip()
        if text:
            self._add(text if self._flow.inline else f"```\n{text}\n```")

    def _note(self, element: HtmlElement) -> None:
        note = self._capture(element, inline=True)
        if note.paragraphs:
            self._flow.notes.append(" ".join(note.paragraphs))

    def _cite(self, element: HtmlElement) -> None:
        text = self._inline(element)
        self._flow.write(CITED if _BARE_CITATION.fullmatch(text) else text)

    def _raised(self, element: HtmlElement) -> None:
        """A superscript or a subscript: 10 to the fifth must not become 105."""
        text = self._inline(element)
        self._flow.write(f"{'^' if element.tag == 'sup' else '_'}{text}" if text.strip(CITED) else CITED)

    def _link(self, element: HtmlElement) -> None:
        """An outside link: its text, and where it leads unless the text says so."""
        text, url = self._inline(element), clean(element.get("href", ""))
        shown = not url.startswith(("http://", "https://")) or not text or url.split("://")[1].rstrip("/") in text
        self._flow.write(text if shown else f"{text} ({url})")

    def _picture(self, element: HtmlElement) -> None:
        """An image: only a formula kept as a picture says anything."""
        if "ltx_Math" in classes(element):
            self._flow.write(f"${tidy(element.get('alt', ''))}$")


_BY_CLASS: dict[str, Handler] = {
    **dict.fromkeys(LEVELS, Walk._section),
    "ltx_title_document": Walk._title,
    "ltx_abstract": Walk._abstract,
    "ltx_runin": Walk._runin,
    "ltx_caption": Walk._caption,
    "ltx_eqn_table": Walk._equations,
    "ltx_tabular": Walk._table,
    "ltx_itemize": Walk._list,
    "ltx_enumerate": Walk._list,
    "ltx_listing": Walk._listing,
    "ltx_note": Walk._note,
    "ltx_cite": Walk._cite,
    "ltx_href": Walk._link,
}
_BY_TAG: dict[str, Handler] = {
    "math": Walk._formula,
    "figcaption": Walk._caption,
    "table": Walk._table,
    "ul": Walk._list,
    "ol": Walk._list,
    "pre": Walk._listing,
    "cite": Walk._cite,
    "sup": Walk._raised,
    "sub": Walk._raised,
    "img": Walk._picture,
}


def _tex(formula: HtmlElement) -> str:
    """Return a formula's TeX: its `alttext`, else the annotation beside it, else what it shows."""
    tex: str = formula.get("alttext", "")
    notes = () if tex else (one for one in formula.iter("annotation") if one.get("encoding") == "application/x-tex")
    return tidy(tex or next((one.text or "" for one in notes), "") or "".join(formula.itertext()))


def tidy(tex: str) -> str:
    """Return TeX on one line, without the line ends that LaTeXML hides behind `%` and without a dollar of its own."""
    tex = re.sub(r"(?<!\\)%\s*\n\s*", "", tex).replace(r"\displaystyle", "")
    return " ".join(clean(re.sub(r"(?<!\\)\$", "", tex)).split())
