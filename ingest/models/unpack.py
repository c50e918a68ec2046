"""Get a shape out of what a model wrote: JSON, as models write it.

Accepted beside plain JSON: prose and fences around it, thoughts before it, LaTeX whose backslashes nobody escaped,
line breaks in strings, trailing commas, brackets left open at the end. Not accepted: a string left open (it was cut).

Owns: finding the JSON, mending it, checking it, one line on what is wrong.
Does not own: asking again (chat_model).
"""

import json
import re
from collections.abc import Iterator

from pydantic import ValidationError

from ingest.models.chat import T

_MOST_STARTS = 20
_THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_DECODER = json.JSONDecoder(strict=False)  # line breaks inside strings are let through

_TOKEN = re.compile(r'\\(?:u[0-9a-fA-F]{4}|[A-Za-z]+|.|\Z)|\$\$?|"', re.DOTALL)
_LATEX = re.compile(  # after a tab, a line break or a return, no text goes on like these
    "nabla|natural|nearrow|newline|nleq|ngeq|not|notin|nsubseteq|nonumber|"
    "rho|right|rightarrow|rangle|rceil|rfloor|rbrace|rbrack|rm|r[vV]ert|"
    "tag|tanh|tau|text(?:bf|it|tt|rm|sc|sf|style)?|tfrac|theta|therefore|tilde|times|top|triangle|triangleq"
)
_LATEX_IN_FORMULAS = re.compile("ne|neq|neg|nu|ni|nmid|nless|nexists|nparallel|root|tan|to")
"""Elsewhere "\\ne.g." is a line that begins with "e.g."."""


class ShapeError(ValueError):
    """The text holds nothing that the shape accepts; `str` is one line that a model, too, can act on."""


def unpack(text: str, shape: type[T]) -> T:
    """Return the first JSON object in `text` that `shape` accepts.

    Raises:
        ShapeError: there is none.
    """
    problem = ""
    for found in _objects(_escaped(_THOUGHT.sub("", text))):
        if shape.model_fields and not found.keys() & _names(shape):
            problem = problem or f"the JSON object lacks {', '.join(sorted(_names(shape)))}"
            continue
        try:
            return shape.model_validate(found)
        except ValidationError as error:
            problem = _line(error)  # nearer than any before: some of its keys are right
    raise ShapeError(problem or "there is no valid JSON object in it")


def _names(shape: type[T]) -> set[str]:
    return {field.alias or name for name, field in shape.model_fields.items()}


def _objects(text: str) -> Iterator[dict[str, object]]:
    """The JSON objects in `text` by where they begin, those inside others too; mended where that is what it takes."""
    for brace in [found.start() for found in re.finditer(r"\{", text)][:_MOST_STARTS]:
        for mend in (False, True):
            try:
                found = _DECODER.raw_decode(_mended(text[brace:]) if mend else text, 0 if mend else brace)[0]
            except (ValueError, RecursionError):
                continue
            if isinstance(found, dict):
                yield found
                break


def _mended(text: str) -> str:
    """JSON that begins at the start of `text`, without trailing commas, and with what it left open closed.

    It ends where its first bracket closes, or before a fence.

    Raises:
        ValueError: a string is left open.
    """
    kept: list[str] = []
    closers: list[str] = []
    for piece in re.findall(r'"(?:[^"\\]|\\.)*"|[^"]|"', text, re.DOTALL):
        if piece == '"':
            raise ValueError("a string is left open")
        if piece == "`":
            break
        if piece in "{[":
            closers.append("}" if piece == "{" else "]")
        elif piece in "}]":
            _drop_comma(kept)
            if not closers or closers.pop() != piece:
                raise ValueError("brackets cross")
        kept.append(piece)
        if not closers:
            return "".join(kept)
    _drop_comma(kept)
    return "".join([*kept, *reversed(closers)])


def _drop_comma(pieces: list[str]) -> None:
    while pieces and pieces[-1].isspace():
        pieces.pop()
    if pieces and pieces[-1] == ",":
        pieces.pop()


def _escaped(text: str) -> str:
    """`text` with the backslashes of LaTeX doubled, where JSON would lose them or refuse them.

    To JSON some letters mean something after a backslash. "\\frac" and "\\beta" are never a form feed or a backspace;
    "\\nabla" and "\\theta" are told from a line break and a tab by their names; "\\ne", only inside $…$, and only
    where the writer doubles no backslash elsewhere.
    """
    careful = re.search(r"(?<!\\)\\\\[A-Za-z]", text) is not None
    formula = False

    def double(match: re.Match[str]) -> str:
        nonlocal formula
        found = match[0]
        if found[0] != "\\":
            formula = found[0] == "$" and not formula
            return found
        return "\\" + found if _is_latex(found[1:], formula and not careful) else found

    return _TOKEN.sub(double, text)


def _is_latex(word: str, formula: bool) -> bool:
    """Whether what follows a backslash makes it one of LaTeX's, and none of JSON's."""
    if not word or word[0] not in 'bfnrtu"\\/':
        return True
    if word[0] == "u":
        return len(word) != 5 or re.fullmatch("[0-9a-fA-F]{4}", word[1:]) is None
    if word[0] in "bf":
        return len(word) > 1
    return _LATEX.fullmatch(word) is not None or (formula and _LATEX_IN_FORMULAS.fullmatch(word) is not None)


def _line(error: ValidationError) -> str:
    """The first problems as one line; what the model wrote is left out."""
    said = [f"{'.'.join(map(str, one['loc'])) or 'the whole'}: {one['msg']}" for one in error.errors()[:3]]
    return " ".join("; ".join(said).split())[:300]
