"""How much of real papers the readers keep: `python -m tests.bench.extraction [--json]`, on ../shared/data/arxiv.

What should be found is read from the same files in another way: by XPath over LaTeXML's classes, and from the outline
that the PDF carries (the reader doesn't look at it). Texts are compared by their letters and figures alone. A formula
in a sentence must be there as often as on the page, one on its own line may be part of a longer one. Parenthesised
citations are left out on both sides, since dropping them is a decision and not a loss.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from html import escape
from pathlib import Path
from time import perf_counter
from typing import Any

from lxml import html
from pypdf import PdfReader

from ingest.fulltext.html import parse_html
from ingest.fulltext.pdf import parse_pdf
from ingest.fulltext.text import Text
from store.errors import SourceError
from tests.bench.figures import SHARED, Figure, main

PAPERS = SHARED / "arxiv"
PDF = "semifa_arxiv.pdf"
PAGES = ("1706.03762.latexml-local.html", "2407.16314.html", "2510.11260.html")
REFUSED = ("2308.16190v1.pdf", "2609-shell-skeleton.html", "abs-2508.16190.html")
DISPLAYED = "ancestor::*[contains(@class, 'ltx_eqn_table')]"
NUMBER = re.compile(r"\d+(?:\.\d+)?")


LEAST = {"headings": 1.0, "table numbers": 0.95, "captions": 1.0, "formulas as $tex$": None, "paragraphs whole": None}
"""Of what is found in pages, the shares that must be."""


def measure() -> list[Figure]:
    """The shares found in all pages together, what must not be there, and the seconds of the slowest."""
    if not PAPERS.is_dir():
        sys.exit(f"no recorded papers at {PAPERS}")
    pages, pdf = [measure_page(PAPERS / name) for name in PAGES], measure_pdf(PAPERS / PDF)
    refused = [refusal(PAPERS / name) for name in REFUSED]
    halves = [refusal(PAPERS / name, half=True) for name in (*PAGES, PDF)]
    return [
        *(Figure(f"HTML: {name}, share", share(pages, name), least, least=True) for name, least in LEAST.items()),
        Figure("HTML: bibliography entries", sum(page["bibliography entries"] for page in pages), 0),
        Figure("HTML: e-mail addresses", sum(page["e-mail addresses"] for page in pages), 0),
        Figure("HTML: a page at most, s", max(page["seconds"] for page in pages)),
        Figure("PDF: headings, share", share([pdf], "headings"), 1, least=True),
        Figure("PDF: references", pdf["references"], 0),
        Figure("PDF: s", pdf["seconds"]),
        Figure("pages that are no paper, but were read", refused.count(""), 0),
        Figure("halves that were read", halves.count(""), 0),
    ]


def share(measured: list[dict[str, Any]], name: str) -> float:
    """What was found of what there is, over all papers."""
    found, there = (sum(one[name][at] for one in measured) for at in (0, 1))
    return found / there


def measure_page(path: Path) -> dict[str, Any]:
    """Return (found, of) pairs for one HTML page."""
    body = path.read_bytes()
    begun = perf_counter()
    text = parse_html(body)
    seconds = perf_counter() - begun
    shown = text.markdown()
    plain, formulas = bare(shown), [squeezed(tex) for tex in re.findall(r"\$([^$]*)\$", shown)]
    article = html.fromstring(body).xpath("//article")[0]
    headings = [one.text_content() for one in article.xpath(f".//section/*[{is_('ltx_title')}]") if kept(one)]
    read = {bare(part.heading) for part in text.blocks}
    tabular = Counter(NUMBER.findall("\n".join(line for line in shown.split("\n") if " | " in line)))
    numbers = Counter(number for cell in cells(article) for number in NUMBER.findall(cell))
    maths = [one for one in article.iter("math") if kept(one) and one.get("alttext")]
    inline = Counter(squeezed(one.get("alttext")) for one in maths if not one.xpath(DISPLAYED))
    display = [squeezed(one.get("alttext")) for one in maths if one.xpath(DISPLAYED)]
    tex_found = (inline & Counter(formulas)).total() + sum(one in "\n".join(formulas) for one in display)
    captions = [spoken(one) for one in article.xpath(f".//*[{is_('ltx_caption')}]")]
    in_captions = bare("\n".join(caption for part in text.blocks for caption in part.captions))
    prose = [spoken(one) for one in article.xpath(f".//*[{is_('ltx_p')}]") if kept(one)]
    entries = [bare(one.text_content()) for one in article.xpath(f".//*[{is_('ltx_bibblock')}]")]
    return {
        "headings": (sum(bare(one) in read for one in headings), len(headings)),
        "table numbers": ((numbers & tabular).total(), numbers.total()),
        "captions": (sum(one in in_captions for one in captions), len(captions)),
        "formulas as $tex$": (tex_found, len(maths)),
        "paragraphs whole": (sum(one in plain for one in prose), len(prose)),
        "bibliography entries": sum(len(one) > 25 and one in plain for one in entries),
        "e-mail addresses": len(re.findall(r"\w@[a-z][\w.]*\.[a-z]{2}", shown)),
        "characters": len(text),
        "seconds": round(seconds, 3),
    }


def measure_pdf(path: Path) -> dict[str, Any]:
    """Return the figures of a PDF that carries an outline."""
    begun = perf_counter()
    text = parse_pdf(path.read_bytes())
    seconds = perf_counter() - begun
    titles = [bare(title) for title in outline(PdfReader(path).outline) if bare(title) != "references"]
    found = [bare(re.sub(r"^(?:[IVXL]+\.|[A-Z]\.|[\d.]+) ", "", part.heading)) for part in text.blocks if part.heading]
    return {
        "headings": (sum(title in found for title in titles), len(titles)),
        "headings not in the outline": sorted(set(found) - set(titles)),
        "references": len(re.findall(r"^\[\d+\] [A-Z]", text.markdown(), re.MULTILINE)) + cited(text),
        "arXiv's stamp": len(re.findall(r"arXiv:\d{4}", text.markdown())),
        "characters": len(text),
        "seconds": round(seconds, 3),
    }


def cited(text: Text) -> int:
    """How many phrases there are that only a list of references has."""
    return len(re.findall(r"arXiv preprint|, in Proc\.|\[Online\]", text.markdown()))


def refusal(path: Path, *, half: bool = False) -> str:
    """Return why a file was refused, "" when it was read."""
    body = path.read_bytes()
    try:
        (parse_pdf if path.suffix == ".pdf" else parse_html)(body[: len(body) // 2] if half else body)
    except SourceError as error:
        return str(error)
    return ""


def is_(name: str) -> str:
    """XPath for "has this class"."""
    return f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"


def kept(element: html.HtmlElement) -> bool:
    """Whether an element belongs to the paper's own text."""
    aside = ("ltx_bibliography", "ltx_authors", "ltx_pagination")
    above = " or ".join(is_(name) for name in aside)
    title = f"following::*[{is_('ltx_title_document')}]"  # a notice above the title
    return not element.xpath(f"ancestor-or-self::*[{above}] | {title}")


def spoken(element: html.HtmlElement) -> str:
    """Return the letters and figures of an element without formulas, parenthesised citations and notes."""
    copy = deepcopy(element)
    cites = [one for one in copy.iter("cite") if one.text_content().strip().startswith(("(", "["))]
    for one in (*cites, *copy.xpath(f".//math | .//*[{is_('ltx_note')}] | .//*[{is_('ltx_tag_item')}]")):
        one.drop_tree()
    return bare(copy.text_content())


def cells(article: html.HtmlElement) -> Iterator[str]:
    """Yield what the cells of all tables show, of formulas their TeX."""
    for cell in article.xpath(f".//*[{is_('ltx_tabular')}]//*[self::td or self::th][not(.//td)]"):
        copy = deepcopy(cell)
        for one in copy.xpath(".//cite"):
            one.drop_tree()
        for formula in copy.xpath(".//math"):
            formula.addprevious(html.fragment_fromstring(f"<i>{escape(formula.get('alttext', ''))}</i>"))
            formula.drop_tree()
        yield copy.text_content()


def outline(entries: list[Any]) -> Iterator[str]:
    """Yield the titles of a PDF's outline in order."""
    for entry in entries:
        if isinstance(entry, list):
            yield from outline(entry)
        else:
            yield str(entry.title)


def bare(text: str) -> str:
    """Return the letters and figures alone, formulas left out."""
    return re.sub(r"[\W_]+", "", re.sub(r"\$[^$]*\$", "", text)).lower()


def squeezed(tex: str) -> str:
    """Return TeX without spaces and without what only lays it out."""
    return re.sub(r"(?<!\\)%\s*\n|\\displaystyle|\s|(?<!\\)\$", "", tex)


if __name__ == "__main__":
    main(measure)
