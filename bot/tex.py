r"""TeX formulas as text that a chat can show: `O(T^2)` → O(T²), `\alpha (l_m - l_u)` → α (lₘ − lᵤ).

Super- and subscripts are ours: a script becomes Unicode when every character of it has such a form, else it
stays behind `^` or `_`. The names of symbols are pylatexenc's, which is imported at the first formula that needs it.

Owns: what a formula reads like.
Does not own: where a formula begins and ends in a text, nor whether a `$` is money (doc).
"""

import logging
import re
from functools import cache
from typing import Any

LONGEST = 600
"""Characters; a longer formula is given back as it came."""

_UP = dict(zip("0123456789+−=()abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True))
_UP |= dict(zip("ABDEGHIJKLMNOPRTUVWβγδθφχ", "ᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡ", strict=True))
_UP |= {"′": "′", "″": "″", "∘": "°", "*": "*", "∗": "*", "†": "†", "‡": "‡", "⊤": "ᵀ"}
_DOWN = dict(zip("0123456789+−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))

# What TeX would read as a command travels through pylatexenc in disguise, in the private use area.
_SPECIAL = "\\{}$%&#_^~"
_HIDE = {ord(char): chr(0xE000 + n) for n, char in enumerate(_SPECIAL)}
_SHOW = {0xE000 + n: char for n, char in enumerate(_SPECIAL)}

_SAME_AS = {r"\dfrac": r"\frac", r"\tfrac": r"\frac", r"\|": "‖"}
_COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)", re.DOTALL)
_SILENT = ("displaystyle", "textstyle", "limits", "nolimits", "left", "right", "middle")
_SIZES = ("big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr")
_ARGUMENT = re.compile(r"\s*(\\(?:[A-Za-z]+|.)|[^\s{])?", re.DOTALL)
_HYPHEN = re.compile(r"(?<![A-Za-z]{2})-(?![A-Za-z]{2})")
_RELATION = re.compile(r"(?<=\S)( ?)([=<>≤≥≈≠≡∼∝∈∉⊂⊆→←↔⇒⇔×·±])( ?)(?=\S)")
_COMPOUND = re.compile(r"[\s+−/=<>,;:|×·-]")


def readable(tex: str) -> str:
    """Return `tex`, a formula without its dollar signs, as one line of plain text.

    Never fails: what can't be read comes back as it came. Reads no file, whatever the formula says.
    """
    if len(tex) > LONGEST:
        return tex
    try:
        shown = _text(tex.translate(dict.fromkeys(_SHOW))).translate(_SHOW)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):  # pylatexenc on a hostile formula
        return tex
    return shown if shown.strip() else tex


def _text(tex: str) -> str:
    """`tex` in Unicode, on one line, its special characters still in disguise."""
    text = _scripts(tex)
    if any(char in text for char in _SPECIAL):
        text = _converter().latex_to_text(text)
    text = _HYPHEN.sub("−", " ".join(text.split()))
    return _RELATION.sub(lambda m: f" {m[2]} " if m[1] or m[3] else m[2], text)


def _scripts(tex: str) -> str:
    """`tex` with every super- and subscript, and every prime, already turned into characters."""
    out: list[str] = []
    at = 0
    while at < len(tex):
        char = tex[at]
        if char == "\\" and (command := _COMMAND.match(tex, at)):
            out.append(_SAME_AS.get(command[0], command[0]))
            at = command.end()
            continue
        if out and len(out[-1]) > 2:
            out.append("{}" if char in "^_'" else "")  # the script's letters are none of the command's name
        if char in "^_":
            argument, at = _argument(tex, at + 1)
            out.append(_script(char, _text(argument).translate(_HIDE)))
        else:
            out.append("′" if char == "'" else char)
            at += 1
    return "".join(out)


def _argument(tex: str, at: int) -> tuple[str, int]:
    """What the script at `at` applies to, and where it ends: one character, a command with its groups, or a group."""
    match = _ARGUMENT.match(tex, at)
    head, end = (match[1] or "", match.end()) if match else ("", at)
    if not head or (head.startswith("\\") and len(head) > 2):
        while tex[end : end + 1] == "{":
            closing = _closing(tex, end)
            head, end = head + tex[end:closing], closing
            if not head.startswith("\\"):
                return head[1:].removesuffix("}"), end
    return head, end


def _closing(tex: str, at: int) -> int:
    """Where the group opened at `at` ends; the end of the formula when it never does."""
    depth = 0
    while at < len(tex):
        depth += {"{": 1, "}": -1}.get(tex[at], 0)
        at += 2 if tex[at] == "\\" else 1
        if depth == 0:
            return at
    return len(tex)


def _script(sign: str, text: str) -> str:
    form = _UP if sign == "^" else _DOWN
    if text and all(char in form for char in text):
        return "".join(form[char] for char in text)
    return sign.translate(_HIDE) + _atom(text)


def _atom(text: str) -> str:
    """`text`, in parentheses where it would otherwise fall apart beside its neighbours."""
    enclosed = text.startswith("(") and text.endswith(")") and text.count("(") == 1
    return f"({text})" if _COMPOUND.search(text) and not enclosed else text


@cache
def _converter() -> Any:
    from pylatexenc import latex2text

    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)  # it reports every odd formula; ours to fall back from

    def fraction(node: Any, l2tobj: Any) -> str:
        above, below = (" ".join(l2tobj.node_arg_to_text(node, n).split()) for n in (0, 1))
        return f"{_atom(above)}/{_atom(below)}"

    def root(node: Any, l2tobj: Any) -> str:
        index, of = (l2tobj.node_arg_to_text(node, n) for n in (0, 1))
        return f"{_script('^', index) if index else ''}√{_atom(of)}"

    def unknown(node: Any) -> str:
        """A function's name is said (`\\softmax(x)`); a dress around a group is not (`\\bm{x}`)."""
        return "" if node.parsing_state.s[node.pos + node.len :][:1] == "{" else str(node.macroname)

    spec = latex2text.MacroTextSpec
    ours = [
        spec("frac", fraction),
        spec("sqrt", root),
        spec("\\", "; "),
        *(spec(name, "") for name in _SILENT + _SIZES),
    ]
    symbols = latex2text.get_default_latex_context_db()
    symbols.add_context_category("paperboy", macros=ours, prepend=True)
    symbols.set_unknown_macro_spec(spec("", unknown))
    return latex2text.LatexNodes2Text(latex_context=symbols, math_mode="text", strict_latex_spaces="based-on-source")
