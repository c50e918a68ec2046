"""Text that grows into paragraphs while a page is walked: pieces are written, and ended where a block ends.

Owns: where paragraphs end, where footnotes go, and the space that a citation leaves behind.
Does not own: which element is a block (latexml).
"""

import re

from ingest.fulltext.text import clean

CITED = "\x00"
"""Stands where a citation was, until the space before it is dealt with; `clean` would take it out anyway."""


class Flow:
    """Text on its way to paragraphs. An `inline` one (a cell, a caption) leaves its notes to the flow around it."""

    def __init__(self, *, inline: bool = False) -> None:
        self.inline = inline
        self.paragraphs: list[str] = []
        self.notes: list[str] = []
        self._line: list[str] = []

    def write(self, text: str | None) -> None:
        """Append to the paragraph being written."""
        if text:
            self._line.append(text)

    def end(self) -> None:
        """End the paragraph, if there is one; its notes follow it."""
        pieces = "".join(self._line).split(CITED)
        self._line.clear()
        for at, after in enumerate(pieces[1:]):  # not by one pattern: it would try every space of a page of spaces
            if re.match(r"[\s.,;:!?)\]]|$", after):
                pieces[at] = pieces[at].rstrip()
        self.block(" ".join(clean("".join(pieces)).split()))

    def block(self, paragraph: str) -> None:
        """Append a paragraph as it is."""
        if paragraph:
            self.paragraphs.append(paragraph)
        if not self.inline:
            self.paragraphs.extend(f"Note: {note}" for note in self.notes)
            self.notes.clear()
