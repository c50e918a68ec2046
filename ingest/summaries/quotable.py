"""Which sentences of a paper may be quoted alone.

A paper is foreign text: a sentence that addresses its reader's machine, calls people or sends them somewhere unknown
is not repeated, however well it scores.

Owns: whether a sentence is whole, short and harmless.
Does not own: how well it reads where it may be quoted (cues), or escaping it for a platform.
"""

import re

from ingest.summaries.checks import links
from store.words import HAN

LENGTHS = (40, 420)
"""Characters of a sentence; a Chinese one has a third."""

_MATH = re.compile(r"\$([^$]+)\$")
_CLOSERS = {")": "(", "]": "[", "}": "{", "）": "（"}
_COUNTED = re.compile(r"(?:^|[\s,;:])(?:\d{1,2}|[ivx]{1,4}|[a-e])$")
_START = re.compile(rf"[\"'“‘]?(?:[A-Z{HAN}]|[a-z]+[A-Z\d]|\d+[A-Za-z-])")
_REFERRING = re.compile(
    r"(?:(?:as|see|note) (?:shown|seen|noted|in|that)|(?:in|from|from the)?\s*(?:figs?\.|figures?|tables?|tab\.|eqs?\.|"
    r"equations?|sec\.|sections?|appendix|algorithms?|rows?)\s*~?[\d(A-Z]|figure|table|left:|right:|top:|bottom:|"
    r"如图|如表|见图|见表|图\s*\d|表\s*\d)",
    re.IGNORECASE,
)
# What is left where a page's citations were links without words: "models such as and."
_HOLE = re.compile(
    r"\b(?:such as|like|of|by|in|and|with|from|to|as|see|or|the)\s?[.,;:)]|\b(?:as|from|by) (?:and|with)\b"
)
_URL = re.compile(r"https?://\S*|\bwww\.\S+", re.IGNORECASE)
_MENTION = re.compile(r"(?<![\w.])@\w{2,}|[\w.]@[a-z][\w-]*\.[a-z]|<[@!#/a-z]|\]\(|javascript:", re.IGNORECASE)
_ORDER = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instruction|prompt|previous|prior|above|rule|guide)|"
    r"\b(?:previous|prior|above|following|these|new) (?:instructions?|prompts?)\b|system prompt|developer message|"
    r"\b(?:as|you are) an? (?:ai|llm|language model|assistant|chatbot|reviewer)\b|\byou are now\b|"
    r"\b(?:you|models?|assistants?|llms?|reviewers?|summari[sz]ers?) (?:must|should|are to|have to) "
    r"(?:always |now |only )*(?:output|say|write|"
    r"answer|respond|reply|recommend|give|print|state|tell|accept|praise|include|mention|reveal)\b|"
    r"\b(?:positive|favou?rable) review\b|\bdo not (?:mention|reveal|highlight|tell|summari[sz]e)\b|"
    r"\bplease (?!refer|see|note)\w+|\b(?:click|subscribe|follow us|sign up|download now|buy|visit)\b|"
    r"\b(?:your|you'll|you will|you must|you should)\b|<\||\[INST|"
    r"忽略.{0,12}(?:指令|提示|说明|要求)|系统提示|请(?:访问|点击|关注|回复|输出|给出)|你(?:现在|必须|应该|是一)",
    re.IGNORECASE,
)


def quotable(sentence: str, own: frozenset[str]) -> bool:
    """Whether `sentence` can be shown without its neighbours; `own` are the paper's addresses."""
    return _whole(sentence) and _plain(sentence) and harmless(sentence, own)


def harmless(text: str, own: frozenset[str]) -> bool:
    """Whether `text` calls nobody, gives no orders, and leads nowhere but to the paper's `own` addresses."""
    return not (_MENTION.search(text) or _ORDER.search(text) or links.foreign(text, own))


def _whole(sentence: str) -> bool:
    """Begins like a sentence, ends like one, is neither a heading nor a page; every bracket has its other half."""
    least, most = (size // 3 if re.search(f"[{HAN}]{{6}}", sentence) else size for size in LENGTHS)
    if len(sentence) > most:
        return False
    if _URL.search(sentence):
        least = least // 2
    if len(sentence) < least or not _START.match(sentence) or _REFERRING.match(sentence):
        return False
    ends = re.search(r"[.!?。！？][\"'”’)\]]*$|https?://\S+$", sentence)
    return ends is not None and _balanced(_MATH.sub("", sentence))


def _balanced(text: str) -> bool:
    """Brackets and quotation marks; "1)" opens nothing and is let through."""
    expected: list[str] = []
    for at, letter in enumerate(text):
        if letter in _CLOSERS.values():
            expected.append(letter)
        elif letter in _CLOSERS and not expected:
            if not _COUNTED.search(text, max(0, at - 6), at):
                return False
        elif letter in _CLOSERS and expected.pop() != _CLOSERS[letter]:
            return False
    return not expected and text.count('"') % 2 == 0 and "$" not in text


def _plain(sentence: str) -> bool:
    """Mostly words: formulas few, short and whole, no holes where citations were, no table in disguise."""
    formulas = _MATH.findall(sentence)
    long = any(len(one) > 40 or one.count("{") != one.count("}") for one in formulas)
    if long or len(formulas) > 3 or sum(map(len, formulas)) > 0.25 * len(sentence):
        return False
    words = _MATH.sub("", _URL.sub("", sentence))
    prose = sum(letter.isalpha() or letter.isspace() for letter in words) > 0.65 * len(words)
    cited = len(re.findall(r"\[\d[\d, –-]*\]|\(\d{4}[a-z]?\)|, \d{4}[a-z]?[;)]", words))
    odd = re.search(r"[∑∫∈←⊙≜∥∗]\s\S*\s?[=+−(]|\b\w+ = [\w(]+ [+·*/]|\.\s?\.\s?\.", words)
    return prose and cited <= 3 and not odd and not _HOLE.search(words)
