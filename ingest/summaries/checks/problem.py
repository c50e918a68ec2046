"""What a check finds: which one, in which language and section, and what exactly."""

from dataclasses import dataclass

from store.types import Lang, SectionName


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a summary; `section` is None when the whole language is at fault.

    `detail` says to the model, and in the log, what is wrong: "the number 41.37% is not in the text".
    """

    check: str
    lang: Lang
    section: SectionName | None
    detail: str

    def __str__(self) -> str:
        return f"{self.lang}{f' {self.section}' if self.section else ''}: {self.detail}"
