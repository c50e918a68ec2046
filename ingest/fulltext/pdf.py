"""Read a paper's PDF. Pure: bytes in, `Text` out; slow and greedy on hostile files, so use a worker.

A PDF holds letters at places. Which lines are headings, captions or references is guessed (headings, lines); figures'
own letters stay in the text, tables are rows of words.

Owns: whether the bytes are a whole, readable PDF, and the lines on its pages.
Does not own: what the lines are (headings), how they become paragraphs (lines).
"""

import re
from io import BytesIO

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

from ingest.fulltext.headings import Line, sections
from ingest.fulltext.lines import prose, tidy_pages, words
from ingest.fulltext.text import Text, arrange, clean
from store.errors import SourceError

MAX_BYTES = 50_000_000
MAX_PAGES = 60
MAX_CHARS = 400_000
MIN_CHARS = 1_500
"""Fewer characters in the sections are no paper: a scan, or a notice that it was withdrawn."""

# What pypdf lets through of a file that lies about itself.
_BROKEN = (PyPdfError, ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError)


def parse_pdf(body: bytes) -> Text:
    """Return the paper that a PDF holds: at most its first `MAX_PAGES` pages and about `MAX_CHARS` characters.

    The references are left out, the appendix after them is kept. Without headings that can be told, all is one part.

    Raises:
        SourceError: (retry=False) no PDF, cut off, encrypted, broken inside, or without enough text that can be read
            (images of pages, fonts without a map to letters). The reason is the error's text.
    """
    if b"%PDF-" not in body[:1024]:
        raise _refused("these bytes are no PDF")
    if len(body) > MAX_BYTES:
        raise _refused(f"{len(body) / 1e6:.0f} MB is too large")
    if b"%%EOF" not in body[-2048:]:  # a reader would mend it and show the first pages
        raise _refused("it is cut off")
    try:
        title, pages = _read(body)
    except _BROKEN as error:
        raise _refused(f"it is broken inside ({type(error).__name__}: {str(error)[:100]})") from None
    abstract, drafts = sections([Line(line) for page in tidy_pages(pages) for line in page])
    known = words(pages)
    for draft in drafts:
        draft.paragraphs = prose(draft.paragraphs, known)
    text = Text("PDF", title, " ".join(" ".join(prose(abstract, known)).split()), arrange(drafts))
    if len(text) < MIN_CHARS:
        raise _refused(f"only {len(text)} characters of text: images of pages?")
    sample = "".join(part.text for part in text.blocks)
    if sum(map(str.isalpha, sample)) < len(sample) / 2:
        raise _refused("its fonts don't say which letters they draw")
    return text


def _refused(reason: str) -> SourceError:
    return SourceError(f"the PDF can't be read: {reason}", retry=False)


def _read(body: bytes) -> tuple[str, list[list[str]]]:
    """Return the title and the lines of every page."""
    reader = PdfReader(BytesIO(body))
    if reader.is_encrypted:
        raise _refused("it is encrypted")
    pages: list[list[str]] = []
    left = MAX_CHARS
    for page in reader.pages[:MAX_PAGES]:
        text = clean(page.extract_text().translate(_LIGATURES))
        pages.append(text[:left].split("\n"))
        left -= len(text)
        if left <= 0:
            break
    return _title(reader), pages


_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})


def _title(reader: PdfReader) -> str:
    """Return the title that the file names, if it looks like one, else what is printed largest on the first page."""
    named = clean(str(reader.metadata.get("/Title") or "") if reader.metadata else "")
    if len(named.split()) > 2 and not re.search(r"\.(tex|dvi|docx?|pdf)$|^(microsoft word|untitled)", named, re.I):
        return " ".join(named.split())
    return _largest(reader.pages[0]) if len(reader.pages) else ""


def _largest(page: PageObject) -> str:
    """Return the upright text in the page's largest letters; arXiv's stamp, larger still, runs up the margin."""
    shown: dict[float, list[str]] = {}

    def note(text: str, _: object, matrix: list[float], __: object, size: float) -> None:
        if matrix[0] > 0 and text.strip():
            shown.setdefault(round(size * matrix[0], 1), []).append(text)

    page.extract_text(visitor_text=note)
    if len(shown) < 2:  # all of one size: nothing stands out
        return ""
    return " ".join(clean(" ".join(shown[max(shown)]).translate(_LIGATURES)).split())
