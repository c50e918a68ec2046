"""Whether a sentence says the opposite of what it cites: not, worse, the best; who beats whom; 15 seconds at 32 FPS.

A passage bears out a claim of such a kind only where the part of it that the sentence speaks of says one too, in either
language. A comparison is turned round when the paper's own name stands where its rivals do. A number keeps the unit
that it has in the passage. What no cue shows is not looked into: "on new users" for "on old ones" passes.

Owns: the cues in both languages, and which part of a passage a sentence speaks of.
Does not own: whether names and numbers stand there at all (names, numbers).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.answers.evidence import Passage
from ingest.summaries.sentences import split
from store.lexicon import Lexicon
from store.words import phrase


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of claim: what it is called to the model, and what shows it in either language."""

    fault: str
    cue: re.Pattern[str]


_NOT = _Kind(
    "the cited passage denies nothing of the kind",
    re.compile(
        r"\b(?:not|never|no|none|neither|nor|without|cannot|lacks?|lacking|absent|fails?|failed|unable|free|zero|"
        r"eliminat\w+|avoid\w*|remov\w+|un(?:like|available|necessary|seen|supervised|trained)|"
        r"hardly|rarely|dispens\w+|miss\w*|omit\w*|skip\w*|exclud\w+)\b|n['’]t\b"
        r"|不|没|未|无|非|免|零|缺|难以|并未|避免|去除|移除|而非|省去|摆脱|失败|忽略|消除",
        re.IGNORECASE,
    ),
)
_WORSE = _Kind(
    "the cited passage doesn't say that anything is worse, lower or slower",
    re.compile(
        r"\b(?:worse|worst|lower\w*|below|under(?:perform\w*|neath)?|behind|slower|smaller|fewer|less|least|weaker|"
        r"inferior|short of|fall\w*|fell|drop\w*|declin\w+|decreas\w+|reduc\w+|los(?:es?|t|ing|s|ses)|degrad\w+|"
        r"lag\w*|trail\w*|fail\w*|poor\w*|suffer\w*|cut\w*|shrink\w*|sav\w+|deteriorat\w+|beaten by|"
        r"outperformed by|surpassed by|limit\w*|harm\w*|hurt\w*|collaps\w+)\b"
        r"|低|差|劣|落后|不如|不及|逊|慢|少|减|降|损失|弱|退化|下滑|失败|不足|局限|缩|输给|崩",
        re.IGNORECASE,
    ),
)
_NEVER = _Kind(
    _NOT.fault, re.compile(r"\b(?:never|not|no|none|nothing|without)\b|n['’]t\b|从未|从不|未|没有|毫无", re.IGNORECASE)
)
_LOSES = _Kind(
    "the cited passage doesn't say that it loses to others",
    re.compile(
        r"\b(?:behind|underperform\w*|inferior|short of|lags?|lagging|trails?|trailing|worse|weaker|slower|below|"
        r"(?:outperformed|beaten|surpassed|exceeded) by|less \w+ than|lower than)\b"
        r"|落后|不如|不及|逊|输给|劣|差于|更差|较差|弱于|低于|慢于|更慢|更弱",
        re.IGNORECASE,
    ),
)
_RANKS = (
    (re.compile(r"\bthe first\b|首个|首次|第一个", re.IGNORECASE), re.compile(r"\bfirst\b|首|第一", re.IGNORECASE)),
    (re.compile(r"\bthe only\b|唯一", re.IGNORECASE), re.compile(r"\b(?:only|unique)\b|唯一|独有", re.IGNORECASE)),
    (
        re.compile(
            r"\b(?:the best|state[- ]of[- ]the[- ]art|sota|unmatched|unrivall?ed|perfect)\b"
            r"|最好|最佳|最优|最强|最先进|榜首",
            re.IGNORECASE,
        ),
        re.compile(
            r"\b(?:best|state[- ]of[- ]the[- ]art|sota|top|leads?|leading|first|perfect)\b"
            r"|最好|最佳|最优|最强|最先进|榜首|第一|领先|SOTA",
            re.IGNORECASE,
        ),
    ),
)
"""What claims a rank, and what bears it out."""
_NO_RANK = "the cited passage doesn't say that it is the best, the first or the only one"

_SAID_NOT = re.compile(
    r"\b(?:not(?! only)|never|no(?! (?:longer|more|less))|none|neither|cannot|fails? to|failed to|unable)\b|n['’]t\b"
    r"|(?:并未|并不|没有|未能|从未|从不|无法|不能|不会|不再|未曾|不支持|不使用|不需要|毫无|并非)",
    re.IGNORECASE,
)
_SAID_NEVER = re.compile(r"\bnever\b|从未|从不|未曾|从来没有", re.IGNORECASE)
_SAID_LOSES = re.compile(
    r"\b(?:behind|underperform\w*|inferior|short of|lags?|trails?|worse than|(?:outperformed|beaten|surpassed) by)\b"
    r"|落后|不如|不及|逊于|逊色|输给|劣于|差于|弱于",
    re.IGNORECASE,
)
_SAID_WORSE = re.compile(
    r"\b(?:worse|worst|lower than|below|underperform\w*|behind|slower|weaker|inferior|short of|falls?|fell|drops?|"
    r"dropped|declin\w+|decreas\w+|loses|lost|degrad\w+|lags?|trails?|poor(?:ly|er|est)?|suffers?|beaten by|"
    r"outperformed by|surpassed by|less \w+ than)\b"
    r"|比[^，。；]{1,40}(?:低|差|慢|少|弱)|低于|差于|劣于|落后|不如|不及|逊于|逊色|更慢|慢于|更差|很差|较差|更低|下降|降低|减少|损失|退化|下滑|少于|弱于|输给",
    re.IGNORECASE,
)
_BEATS = re.compile(
    r"\b(?:beats?|outperform\w*|surpass\w*|exceed\w*|better than|faster than|higher than|ahead of|superior to|"
    r"wins? (?:over|against)|stronger than|overtak\w+)\b|优于|超过|超越|胜过|高于|领先于?|快于|好于|强于|击败",
    re.IGNORECASE,
)
_BY = re.compile(r"\s*by\b")
_PASSIVE = re.compile(r"(?:被|由)[^，。；]{0,40}$")

_UNITS = {
    "s": "s|sec|secs|seconds?|秒", "ms": "ms|milliseconds?|毫秒", "min": "min|mins|minutes?|分钟", "h": "h|hours?|小时",
    "day": "days?|天", "fps": "fps|帧/秒|帧每秒", "p": "p", "%": "%|percent|％", "x": "x|×|times|fold|倍",
    "gb": "gb|gib", "mb": "mb|mib", "token/s": "tokens?/s(?:ec)?", "step": "steps?|步",
    "layer": "layers?|层", "gpu": "gpus?",
}  # fmt: skip
_NUMBERED = re.compile(
    r"(?<![\d.])(\d[\d,]*(?:\.\d+)?)\s?(?:[-–]\s?)?(?:[KMBT]\s)?("
    + "|".join(sorted((one for unit in _UNITS.values() for one in unit.split("|")), key=len, reverse=True))
    + r")(?![a-z])",
    re.IGNORECASE,
)
_UNIT_OF = {unit: re.compile(f"(?:{form})", re.IGNORECASE) for unit, form in _UNITS.items()}
_NAME = re.compile(r"[A-Z][\w+-]*[A-Z\d][\w+-]*|[A-Z][\w+-]+")
_NUMBER = re.compile(r"(?<![\d.])\d[\d,]*(?:\.\d+)?")
_CLAUSE = re.compile(r"[;，；。\n]|,(?!\d{3})|\b(?:and|while|whereas|but|which)\b|而|并|且|但")


def strange(sentence: str, cited: Sequence[Passage], lexicon: Lexicon) -> list[str]:
    """What `sentence` turns round of the passages that it cites, in words for the model; nothing where none is seen."""
    text = "\n".join(one.known for one in cited)
    pieces = [piece for one in cited for line in one.text.splitlines() for piece in split(line)]
    near = "\n".join(_spoken_of(sentence, pieces, lexicon)) or text
    found = []
    denial = _NEVER if _SAID_NEVER.search(sentence) else _NOT
    if _SAID_NOT.search(sentence) and not denial.cue.search(near):
        found.append(denial.fault)
    turned = any(_turned(sentence, _own_name(one)) for one in cited)
    worse = any(_worse(sentence, _own_name(one)) for one in cited)
    loss = _LOSES if turned or _SAID_LOSES.search(sentence) else _WORSE
    if (turned or worse) and not loss.cue.search(near):
        found.append(loss.fault)
    if any(said.search(sentence) and not cue.search(text) for said, cue in _RANKS):
        found.append(_NO_RANK)
    if odd := [name for one in cited for name in _misplaced(sentence, _own_name(one), one.text)]:
        found.append(f"that is not said of {', '.join(dict.fromkeys(odd))} in the cited passage")
    if odd := _units(sentence, text):
        found.append(f"other units than in the cited passage: {', '.join(odd[:5])}")
    return found


def _spoken_of(sentence: str, pieces: Sequence[str], lexicon: Lexicon) -> Iterable[str]:
    """The sentences of the passages that share most with `sentence`: numbers before words."""
    numbers = set(_NUMBER.findall(sentence))
    units = lexicon.units(sentence)
    scored = []
    for piece in pieces:
        cut = f" {phrase(piece)} "
        words = sum(any(f" {found} " in cut for found in map(phrase, unit) if found) for unit in units)
        scored.append((len(numbers & set(_NUMBER.findall(piece))), words, piece))
    best = max(((n, words) for n, words, _ in scored), default=(0, 0))
    if best == (0, 0):
        return []
    return [piece for n, words, piece in scored if (n, words) == best]


def _own_name(passage: Passage) -> str:
    """What the passage's paper calls its method: the title's part before the colon, or all of it."""
    return passage.paper.title.partition(":")[0].partition("：")[0].strip()


def _worse(sentence: str, own: str) -> bool:
    """Whether anything is said to be worse, but for what the paper's own method beats."""
    said = _SAID_WORSE.search(sentence)
    beaten = said is not None and said[0].endswith("by") and own and own in sentence[said.end() :]
    return said is not None and not beaten


def _turned(sentence: str, own: str) -> bool:
    """Whether somebody else is said to beat the paper's own method."""
    at = _BEATS.search(sentence)
    if not own or at is None:
        return False
    before, after = sentence[: at.start()], sentence[at.end() :]
    if _BY.match(after) or _PASSIVE.search(before):
        before, after = after, before
    mine = re.compile(rf"(?<![A-Za-z0-9]){re.escape(own)}(?![A-Za-z0-9])", re.IGNORECASE)
    return mine.search(after) is not None and mine.search(before) is None and _NAME.search(before) is not None


def _misplaced(sentence: str, own: str, text: str) -> list[str]:
    """Rivals of the paper's own method that are given what the passage says of another: a number that stands in none of
    their clauses there, or the better place where they alone are said to be worse."""
    clauses = _CLAUSE.split(text)
    odd = []
    for clause in _CLAUSE.split(sentence):
        number = _NUMBER.search(clause)
        before = [one for one in _NAME.findall(clause[: number.start()]) if one != own] if number else []
        name = before[-1] if before and own not in clause else ""
        theirs = [one for one in clauses if name and name in one and _NUMBER.search(one)]
        if number and theirs and not any(number[0] in _NUMBER.findall(one) for one in theirs):
            odd.append(name)
        worse = _SAID_WORSE.search(clause)
        if worse and own and own in clause[: worse.start()]:
            for rival in _NAME.findall(clause[worse.end() :]):
                said = [one for one in clauses if _WORSE.cue.search(one)]
                if said and all(rival in one and own not in one for one in said):
                    odd.append(own)
    return odd


def _units(sentence: str, known: str) -> list[str]:
    """The numbers of `sentence` whose unit is another one than each that they have in `known`."""
    there: dict[str, set[str]] = {}
    for number, unit in _numbered(known):
        there.setdefault(number, set()).add(unit)
    return [f"{number} {unit}" for number, unit in _numbered(sentence) if there.get(number, {unit}).isdisjoint({unit})]


def _numbered(text: str) -> Iterable[tuple[str, str]]:
    for found in _NUMBERED.finditer(text):
        unit = next(name for name, form in _UNIT_OF.items() if form.fullmatch(found[2]))
        yield found[1].replace(",", ""), unit
