"""Every section says something: none is empty, a placeholder, a refusal, a copy of another, too short or too long."""

import re
from collections import Counter

from ingest.summaries.checks.problem import Problem
from ingest.summaries.checks.prose import plain
from ingest.summaries.fence import MARK
from store.report import SECTION_NAMES
from store.types import Lang, SectionName, Sections
from store.words import HAN

LEAST: dict[Lang, dict[SectionName, int]] = {
    "zh": {"application": 2, "contribution": 8, "usage": 10, "innovations": 10, "results": 8},
    "en": {"application": 1, "contribution": 5, "usage": 5, "innovations": 5, "results": 4},
}
"""Chinese characters and Latin words together; real Chinese sections have from 14."""

MOST: dict[SectionName, int] = {
    "application": 800, "contribution": 1000, "usage": 5000, "innovations": 6000, "results": 5000,
}  # fmt: skip
"""Characters: six times and more what real Chinese sections have, for English takes three times the room."""

SHARED = 250
"""Characters of a long sentence."""

_UNIT = re.compile(f"[{HAN}]|[A-Za-z0-9][A-Za-z0-9_.+-]*")
_NOTHING = re.compile(
    r"(?:n/?a|none|null|nil|unknown|tbd|todo|pending|not (?:available|applicable|provided|specified|stated|mentioned|"
    r"reported|found|known)|no (?:information|data|content|summary|details?)\b.{0,30}|(?:to be|coming) .{0,15}|section|"
    r"text|summary|string|content|placeholder|\W*|暂无.{0,8}|无|没有|未知|待(?:定|补充|更新|填写)|不(?:适用|详)|未(?:提及|提供|"
    r"说明|给出|报告).{0,4}|空|略|内容|摘要|同上|见(?:上|原)文)[\W_]*",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"\bas an? (?:ai|artificial intelligence|(?:large )?language model)\b[ ,]|"
    r"\bI(?:'m| am|’m) (?:sorry|unable|not able)\b|"
    r"\bI (?:can(?:no|['’])t|could not|couldn['’]t|do not have|don['’]t have) (?:help|assist|access|provide|"
    r"summari[sz]e|comply|continue|find|read)\b|"
    r"\b(?:generation|summari[sz]ation|summary|request) (?:has )?failed\b|\blorem ipsum\b|"
    r"\[(?:insert|your|placeholder|todo)\b[^\]]*\]|"
    r"\bhere(?:'s| is| are) (?:the|a|your) (?:\w+ )?(?:summary|sections)\b|"
    r"(?:抱歉|对不起)[，,]|作为(?:一个|一名)?(?:大型)?(?:AI|人工智能|语言)(?:语言)?(?:模型|助手)[，,我]|"
    r"(?:我|目前)?无法(?:生成|提供|完成|访问|读取|获取|总结)(?:该|此|这篇|本)?(?:论文|摘要|总结|内容|全文|文章|请求)|"
    r"(?:摘要|总结|内容)?生成失败|以下是(?:对)?(?:该|这篇|本)?(?:论文)?的?(?:摘要|总结)",
    re.IGNORECASE,
)
_REMAINS = re.compile(r"```\s*json|^\s*[{\[]\s*\"\w+\"\s*[:,]|^={5,}$|<\|[a-z_]+\|>", re.MULTILINE | re.IGNORECASE)
_HEADINGS = re.compile(
    r"^[\s#>*_\d.、()（）-]*(?:{})[\s*_]*[:：]?[\s*_]*$".format(
        "|".join(re.escape(name) for names in SECTION_NAMES.values() for name in names.values())
    ),
    re.MULTILINE | re.IGNORECASE,
)


def speaks_of_itself(text: str) -> str:
    """The words with which `text` speaks of its writer or refuses ("as an AI", 我无法), or nothing."""
    found = _REFUSAL.search(text)
    return found[0][:60] if found else ""


def empty(name: SectionName, text: str, lang: Lang) -> str:
    """Say why the section's `text` says nothing, or nothing."""
    if len(text) > MOST[name]:
        return f"it is too long: {len(text)} characters, {MOST[name]} at most"
    bare = " ".join(plain(text).split())
    if _NOTHING.fullmatch(bare):
        return "it is empty or a placeholder"
    if found := speaks_of_itself(text):
        return f"it speaks of itself instead of the paper: {found!r}"
    if MARK.search(text) or _REMAINS.search(text):
        return "it repeats marks of the request or of the answer's form"
    if _HEADINGS.search(text):
        return "it has a section's heading in it"
    if len(_UNIT.findall(bare)) < LEAST[lang][name]:
        return "it is too short to say anything"
    lines = Counter(line.strip() for line in text.splitlines() if len(line.strip()) > 20)
    return "it says the same again and again" if lines and max(lines.values()) >= 3 else ""


def check(sections: Sections, lang: Lang) -> list[Problem]:
    """Return a problem for each section that says nothing, or what others say.

    Two may share a text of up to SHARED characters: an abstract that was all that could be read holds little more.
    """
    problems: list[Problem] = []
    same: dict[str, list[SectionName]] = {}
    for name, text in sections.items():
        others = same.setdefault("".join(_UNIT.findall(text)).lower(), [])
        why = empty(name, text, lang)
        if not why and len(others) >= (1 if len(text) > SHARED else 2):
            why = f"it is the same as {others[0]}"
        if why:
            problems.append(Problem("filler", lang, name, why))
        others.append(name)
    return problems
