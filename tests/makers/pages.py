"""Synthetic papers: pages in the shape that LaTeXML gives them, and PDFs of plain lines. All text is made up."""

from collections.abc import Sequence
from html import escape

FILLER = " ".join(
    f"Sentence {n} says little, at some length, so that the page has the body of a paper." for n in range(30)
)


def para(inner: str) -> str:
    """A paragraph of LaTeXML's."""
    return f'<div class="ltx_para"><p class="ltx_p">{inner}</p></div>'


def section(heading: str, inner: str, kind: str = "section", number: str = "") -> str:
    """A section of the given kind with its title."""
    tag = f'<span class="ltx_tag ltx_tag_{kind}">{number} </span>' if number else ""
    return (
        f'<section class="ltx_{kind}"><h2 class="ltx_title ltx_title_{kind}">{tag}{heading}</h2>\n{inner}</section>\n'
    )


def math(tex: str, shown: str = "x") -> str:
    """An inline formula."""
    return f'<math class="ltx_Math" alttext="{escape(tex)}" display="inline"><mi>{shown}</mi></math>'


def table(rows: Sequence[Sequence[str]], caption: str = "Table 1: Scores.") -> str:
    """A floating table; a cell that begins with `<` is its own element."""
    cells = ["".join(c if c.startswith("<") else f'<td class="ltx_td">{c}</td>' for c in row) for row in rows]
    body = "".join(f'<tr class="ltx_tr">{row}</tr>' for row in cells)
    return (
        f'<figure class="ltx_table"><figcaption class="ltx_caption">{caption}</figcaption>'
        f'<table class="ltx_tabular"><tbody class="ltx_tbody">{body}</tbody></table></figure>'
    )


def page(
    *inner: str, arxiv_id: str = "2601.00001", title: str = "PaperNet: Folding Papers", filler: str = FILLER
) -> str:
    """A whole page of arXiv's around the inner parts, with enough text to be a paper."""
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><base href="/html/{arxiv_id}v2/"></head><body>
<header class="arxiv-html-header"><nav><a href="/abs/{arxiv_id}v2">Back to Abstract</a></nav></header>
<nav class="ltx_page_navbar"><ol class="ltx_toclist"><li><a href="#S1">In the contents</a></li></ol></nav>
<div class="ltx_page_main"><div id="watermark-tr">arXiv:{arxiv_id}v2 [cs.LG] 1 Jan 2026</div>
<article class="ltx_document"><h1 class="ltx_title ltx_title_document">{title}</h1>
<div class="ltx_authors"><span class="ltx_personname">A. Author<br>author@example.org</span>
<span class="ltx_author_notes">Equal contribution.</span></div>
<div class="ltx_abstract"><h6 class="ltx_title ltx_title_abstract">Abstract</h6>
<p class="ltx_p">We fold papers.</p></div>
{section("Introduction", para(filler), number="1")}{"".join(inner)}
<section class="ltx_bibliography"><h2 class="ltx_title ltx_title_bibliography">References</h2><ul class="ltx_biblist">
<li class="ltx_bibitem"><span class="ltx_bibblock">C. Writer. An earlier work.</span></li></ul></section>
</article></div><footer>We thank our funders</footer></body></html>"""


def pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """A PDF whose pages show the lines, in Helvetica; a page without lines is blank, as a scan is to a reader."""
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for at, lines in enumerate(pages):
        shown = (line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in lines)
        body = f"BT /F1 10 Tf 50 750 Td 14 TL {' '.join(f'({line}) Tj T*' for line in shown)} ET".encode("cp1252")
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> "
            b"/Contents %d 0 R >>" % (5 + 2 * at)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(body), body))
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    listed = b"".join(b"%010d 00000 n \n" % place for place in places)
    size, start = len(objects) + 1, len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n" % (size, listed, size)
    return out + b"startxref\n%d\n%%%%EOF\n" % start
