"""What a summary must pass before it is stored, each check a small function of its own.

    language   every section in its language        numbers   every number stands in the text that was read
    identity   it is this paper                      filler    no section empty, a placeholder, a copy
    links      no link but the paper's own, no mention, no tag, no order

They read, and change nothing; a check knows nothing of the others.
"""

from collections.abc import Mapping

from ingest.summaries.checks import filler, identity, language, links, numbers
from ingest.summaries.checks.problem import Problem
from store.types import Lang, Paper, SectionName, Sections

__all__ = ["CUTTABLE", "Checks", "Problem", "run_all"]

CUTTABLE = frozenset({"language", "links", "numbers"})
"""The checks whose fault stands in a sentence, which may be cut out; the others' fault is the whole section's."""


class Checks:
    """All checks for one paper; `text` is what was read of it, with which numbers and names are compared.

    `abstract` is the one on the page, where that may differ from the list's: its links are the paper's own.
    """

    def __init__(self, paper: Paper, text: str, abstract: str = "") -> None:
        self._paper, self._text = paper, text
        self._known = numbers.known(f"{paper.arxiv_id}\n{paper.title}\n{paper.abstract}\n{text}")
        self._own = links.own(paper, f"{paper.abstract}\n{abstract}")

    def run(self, answer: Mapping[Lang, Sections]) -> list[Problem]:
        """Return what is wrong with `answer`, language by language.

        A section that is far too long is not looked into: the patterns were made for a page, not for a flood.
        """
        return [problem for lang, sections in answer.items() for problem in self._run(sections, lang)]

    def _run(self, sections: Sections, lang: Lang) -> list[Problem]:
        found = filler.check(sections, lang)
        if any(len(text) > filler.MOST[name] for name, text in sections.items()):
            return found
        return [
            *found,
            *language.check(sections, lang),
            *identity.check(sections, lang, self._paper, self._text),
            *numbers.check(sections, lang, self._known),
            *links.check(sections, lang, self._own),
        ]

    def bad(self, sentence: str, lang: Lang) -> bool:
        """Whether a sentence, or a few, has a fault of the CUTTABLE kinds."""
        return bool(
            language.foreign(sentence, lang)
            or numbers.strange(sentence, self._known)
            or links.foreign(sentence, self._own)
        )

    @staticmethod
    def enough(name: SectionName, text: str, lang: Lang) -> bool:
        """Whether `text` still says something as the section `name`."""
        return not filler.empty(name, text, lang)


def run_all(answer: Mapping[Lang, Sections], paper: Paper, text: str) -> list[Problem]:
    """Return what is wrong with `answer`, a summary of `paper` by language, `text` being what was read of the paper."""
    return Checks(paper, text).run(answer)
