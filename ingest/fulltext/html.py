"""Read arXiv's HTML page of a paper. Pure: bytes in, `Text` out; hostile bytes may take for ever, so use a worker.

Parsers mend what is broken without a word, so half a page would pass for a short paper: what a page must have is
checked here, and one that lacks it is refused with a reason (the next form of the paper is read instead).

Owns: whether bytes are the whole page of this paper, and their encoding.
Does not own: what the page says (latexml), or fetching it.
"""

import codecs
import re
from itertools import chain

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from ingest.fulltext.latexml import Walk
from ingest.fulltext.text import Text, arrange
from store.errors import SourceError

MAX_BYTES = 8_000_000
MAX_CHARS = 2_000_000
MIN_CHARS = 1_500
"""Fewer characters in the sections are no paper: a stub, or images of pages."""

_ID = r"(\d{4}\.\d{4,5})"
# LaTeXML's own words when it gave up half way, on a page that is otherwise complete:
# https://github.com/arXiv/html_feedback/issues/6941
_FATAL = "Conversion to HTML had a Fatal error"


def parse_html(body: bytes, charset: str | None = None, arxiv_id: str | None = None) -> Text:
    """Return the paper that an arXiv HTML page holds.

    `charset` is what the header said, believed only where the bytes are not UTF-8. With `arxiv_id` a page that calls
    itself another paper's is refused; one that names no id passes.

    Raises:
        SourceError: (retry=False) the page is cut, a stub, a list of files, too large or not text, another paper's,
            or has hardly any text or far too much. The reason is the error's text.
    """
    if len(body) > MAX_BYTES:
        raise _refused(f"{len(body) / 1e6:.0f} MB is more than a page of text")
    page = _decode(body, charset)
    if _FATAL in page:
        raise _refused("arXiv's conversion broke off")
    article = _article(page, arxiv_id)
    try:
        walk = Walk(article)
    except RecursionError:
        raise _refused("elements are nested too deep") from None
    text = Text("HTML", walk.title, walk.abstract, arrange(walk.drafts))
    if len(text) < MIN_CHARS:
        raise _refused(f"only {len(text)} characters of text")
    if len(text) > MAX_CHARS:  # a table can claim to be far larger than its page
        raise _refused(f"{len(text)} characters are more than a paper")
    return text


def _refused(reason: str) -> SourceError:
    return SourceError(f"the HTML page can't be read: {reason}", retry=False)


def _decode(body: bytes, charset: str | None) -> str:
    """Bytes that are UTF-8 are UTF-8, whatever the header says; else the header is believed, else Windows' Latin.

    UTF-8 with a bad byte here and there is still that: one cut character must not spell all the others wrong.
    """
    if b"\0" not in body:
        mended = body.decode("utf-8-sig", errors="replace")
        bad = mended.count("\ufffd")
        if bad * 10 <= sum(letter > "\x7f" for letter in mended) - bad:
            return mended
    marks = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
    marked = next((name for mark, name in marks.items() if body.startswith(mark)), None)
    for guess in filter(None, (marked, charset, "cp1252")):
        try:
            text = body.decode(guess)
        except (UnicodeDecodeError, LookupError):
            continue
        if "\0" not in text:
            return text
    raise _refused("the bytes are no text in any encoding that fits")


def _article(page: str, arxiv_id: str | None) -> HtmlElement:
    """Return the page's article, or refuse the page."""
    if "ltx_document" not in page:
        files = re.findall(r"href=[\"'][^\"']*/html/[^\"']+\.html?[\"']", page)
        raise _refused("a list of files to choose from" if files else "it is no paper converted by LaTeXML")
    if "</article>" not in page:
        raise _refused("it is cut off: its article never ends")
    try:
        tree = document_fromstring(page.encode(errors="replace"), parser=HTMLParser(encoding="utf-8", huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise _refused(f"no HTML: {error}") from None
    article = next((one for one in tree.iter("article") if "ltx_document" in (one.get("class") or "")), None)
    if article is None:
        raise _refused("it holds no article")
    shown = _ids(tree)
    if arxiv_id and shown and re.sub(r"v\d+$", "", arxiv_id) not in shown:
        raise _refused(f"it is about {', '.join(sorted(shown))}, not {arxiv_id}")
    return article


def _ids(tree: HtmlElement) -> set[str]:
    """Return the ids that the page gives itself: in its base, its watermark, and the links of its own head."""
    head = (one for header in tree.iter("header") for one in header.iter("a"))
    links = (one.get("href") or "" for one in chain(tree.iter("base"), head))
    found = (re.search(rf"(?:^|arxiv\.org)/(?:abs|html|pdf)/{_ID}", link) for link in links)
    marks = (one.text_content() for one in tree.iter("div") if one.get("id") == "watermark-tr")
    return {match[1] for match in chain(found, (re.search(rf"arXiv:{_ID}", mark) for mark in marks)) if match}
