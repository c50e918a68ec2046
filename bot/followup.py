"""Understand what is said of what was said: "and the second one?", 它的实验结果呢, "3", "how do I use it?".

Rules alone, in both languages: a follow-up becomes a command with an id, or a question about a known paper. What is no
follow-up is left alone; a question that names its own subject never becomes one.

Owns: when a text is a follow-up, and which paper and what of it is meant.
Does not own: what is in mind (store.talks), answering (respond, commands).
"""

import re
import unicodedata
from dataclasses import dataclass, replace

from bot import aspects, ordinals, pronouns, smalltalk
from store import find, question
from store.db import Db
from store.talks import Talk
from store.words import is_chinese, phrase

_LISTS = re.compile(
    r"\b(?:papers|works|articles|studies)\b|[哪几]篇|有(?:没有|什么)[^？?]*(?:论文|文章)|"
    "哪些[^？?]*(?:论文|文章|工作)|(?:论文|文章|工作)[^？?]*哪些",
    re.IGNORECASE,
)
_DAYS = re.compile(r"\b(?:today|yesterday|this week)\b|今天|今日|昨天|本周|这周", re.IGNORECASE)
_FILLERS_EN = re.compile(
    "and|so|ok|okay|then|what|what['’]?s|how|how['’]?s|about|is|are|was|were|be|the|a|of|in|on|for|do|does|did|i|can|"
    "could|you|we|one|show|me|tell|give|please|more|say|explain|open|go|now|s"
)
_FILLERS_ZH = re.compile(
    "那么|那|请问|请|说说|讲讲|看看|介绍|一下|是什么|有什么|有哪些|什么|怎么样|如何|哪些|的|呢|吗|了|讲|说|是|有|都|看|打开|论文"
)
_TOPICS_EN = {
    "/guide": re.compile("use|used|using|usage|guide|run|apply|try|inputs?|outputs?"),
    "/innovations": re.compile("innovations?|innovative|novel|novelty|new|contributions?"),
    "/results": re.compile("results?|experiments?|experimental|evaluation|measured|performance|perform|well"),
    "/similar": re.compile("similar|related|like|close|papers|there|any|other|works"),
}
_TOPICS_ZH = {
    "/guide": re.compile("怎么用|怎么使用|使用|使用指南|使用方法|用法|指南"),
    "/innovations": re.compile("创新点?|创新之处|新意|新在哪里?|亮点|贡献"),
    "/results": re.compile("实验结果|实验效果|实验|结果|效果|性能|表现"),
    "/similar": re.compile("相似|类似|相近|相关"),
}
_DOUBTS_EN = re.compile(
    r"(?:but |hmm,? |no,? |wait,? )*(?:are you (?:really )?sure|really\b\s*\?"
    r"|is that (?:really )?(?:right|true|correct)"
    r"|(?:that|this|it)(?:['’]s| is| can['’]?t be| isn['’]t| is not) (?:\w+ )?(?:wrong|right|true|correct|so)\b"
    r"|(?:i|we) (?:\w+ )?(?:read|heard|thought|saw) (?:that|it|otherwise|differently|elsewhere|somewhere)\b"
    r"|i (?:don['’]t|do not) (?:think so|believe)|you(?:['’]re| are) (?:wrong|mistaken)|i doubt)",
    re.IGNORECASE,
)
_DOUBTS_ZH = re.compile(
    "(?:但是?|可是?|嗯|不[，,]|等等|[，,]|\\s)*(?:你?(?:真的)?确定(?:吗|么|[？?])|真的[吗么]|真的假的|不对|不是吧|错了|说错|搞错"
    "|[对是][吗么][？?]|我(?:明明|刚|在[^，。]{0,12})?(?:读到|看到|听说|记得|以为)|我不(?:信|相信|这么认为))"
)
_LEANS_EN = re.compile(r"(?:and|but|what about|how about|or|also|then)\b", re.IGNORECASE)
_LEANS_ZH = re.compile("(?:那么?|还有|再|以及|另外|换成)|.{1,30}呢[？?]?$")
_NAME = re.compile(r"\b[A-Za-z][A-Za-z0-9-]*[A-Z0-9][A-Za-z0-9-]*")
_AND = re.compile("(?:and|or|那么?|还有|换成)\\s*", re.IGNORECASE)

MAX_NAMES = 5
"""Names of one text that are looked up."""

MAX_UNCLEAR = 60
"""Characters of a text whose "it" is asked back about; a longer one is taken as it stands."""


@dataclass(frozen=True, slots=True)
class Followup:
    """What a text means. `text` is a command with its argument, or a question about the paper `about`.

    `which`: several papers may be meant, and `text` is what is asked of one: a command without its argument, a
    question, or "". `beyond`: a line was named that isn't in the list. `lost`: "it" is said, or "the last one", and
    nothing is in mind.
    """

    text: str
    about: str = ""
    which: tuple[str, ...] = ()
    beyond: int = 0
    lost: bool = False


def resolve(text: str, talk: Talk, replied: bool = False) -> Followup | None:
    """What `text` means after `talk`; None when it stands by itself. `replied`: it answers a message showing `talk`."""
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    if not text or text.startswith("/") or find.ids(text):
        return None
    its = pronouns.find(text)
    if ordinal := ordinals.find(text[: its[0].start()] if its else text):  # "is it the first?" names no line
        after = pronouns.without(text[its[0].end() :]) if its else ""
        return _of_list(replace(ordinal, rest=f"{ordinal.rest} {after}".strip(" ,，:：")), talk)
    rest = pronouns.without(text)
    asks = topic(rest)
    alone = bool(talk.about) and (aspects.only(text) or aspects.more(text))
    if not its and not asks and not alone and not (replied and talk.about and not _stands_alone(text)):
        return None
    if asks is None and _LISTS.search(text):
        return None
    if talk.about:
        return asked_of(rest if asks is None or aspects.fact(rest) else asks, talk.about)
    if its and len(talk.shown) > 1 and len(text) <= MAX_UNCLEAR:
        return Followup(asks if asks is not None else rest, which=talk.shown)
    return Followup("", lost=True) if its and asks is not None and not talk.shown else None


def doubts(text: str) -> bool:
    """Whether `text` only doubts the answer before it: "are you sure? I read that …", 你确定吗."""
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    return not text.startswith("/") and not find.ids(text) and bool(_DOUBTS_EN.match(text) or _DOUBTS_ZH.match(text))


def lists(text: str) -> bool:
    """Whether `text` asks for papers, not for something about one."""
    return bool(_LISTS.search(text))


def leans(text: str) -> bool:
    """Whether `text` is a short one that goes on from the question before it: "and for images?", 图像的呢."""
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    return len(text) <= MAX_UNCLEAR and bool(_LEANS_EN.match(text) or _LEANS_ZH.match(text))


def names_another(db: Db, text: str, arxiv_id: str) -> bool:
    """Whether `text` names a stored paper other than `arxiv_id`: "what about SplatGarden?", 那 SplatGarden 呢.

    Names are spelled as no word is ("HyTRec", "Qwen3"), or are all that is said.
    """
    alone = _AND.sub("", question.read(text).topic).strip(" ?？!！。")
    named = [one for one in find.by_title(db, alone) if phrase(find.name(one.paper.title)) == phrase(alone)]
    for said in list(dict.fromkeys(_NAME.findall(text)))[:MAX_NAMES]:
        named += [one for one in find.by_title(db, said) if _begins(find.name(one.paper.title), said)]
    return bool(named) and all(one.paper.arxiv_id != arxiv_id for one in named)


def named(argument: str, talk: Talk) -> str | None:
    """The paper that a command's argument means by its place in the conversation: nothing, "it", a number; or None."""
    argument = argument.strip()
    if not argument or (pronouns.find(argument) and not pronouns.without(argument).strip(" ?？")):
        return talk.about or None
    ordinal = ordinals.find(argument)
    return _line(ordinal.number, talk.shown) if ordinal and not ordinal.rest else None


def asked_of(asked: str, arxiv_id: str) -> Followup:
    """A command, a question, or "" (all of it) about one paper."""
    if asked and not asked.startswith("/"):
        return Followup(asked, about=arxiv_id)
    return Followup(f"{asked or '/paper'} {arxiv_id}")


def _of_list(ordinal: ordinals.Ordinal, talk: Talk) -> Followup | None:
    """A line of the list, and what of it: all, what was asked before ("and the second one?"), or what is asked now."""
    if not talk.shown:
        if topic(ordinal.rest) is None or not ordinal.number:
            return None
        return Followup("", beyond=ordinal.number) if ordinal.number > 0 else Followup("", lost=True)
    arxiv_id = _line(ordinal.number, talk.shown)
    if arxiv_id is None:
        return Followup("", beyond=abs(ordinal.number))
    if not ordinal.rest:
        return asked_of("" if talk.about else talk.asked, arxiv_id)
    asks = topic(ordinal.rest)
    if asks == "":
        return asked_of(talk.asked, arxiv_id)
    return asked_of(asks or ordinal.rest, arxiv_id)


def _line(number: int, shown: tuple[str, ...]) -> str | None:
    if not shown:
        return None
    if number < 0:
        return shown[number] if -number <= len(shown) else None
    return shown[number - 1] if 1 <= number <= len(shown) else None


def _stands_alone(text: str) -> bool:
    """Whether a text isn't about the paper whose message it answers: a thank-you, a smile, today's papers."""
    return smalltalk.kind(text) is not None or bool(_DAYS.search(text))


def _begins(name: str, said: str) -> bool:
    return f"{phrase(name)} ".startswith(f"{phrase(said)} ")


def topic(text: str) -> str | None:
    """The command that `text` asks for and nothing else; "" where it asks for nothing; None for a real question."""
    if is_chinese(text):
        bare = text.strip(" ?？。，,!！")
        whole = next((name for name, form in _TOPICS_ZH.items() if form.fullmatch(bare)), None)
        rest = _FILLERS_ZH.sub("", bare).strip(" ,，")
        return whole or next((name for name, form in _TOPICS_ZH.items() if form.fullmatch(rest)), None if rest else "")
    tokens = [token for token in re.findall(r"[\w'’-]+", text.lower()) if not _FILLERS_EN.fullmatch(token)]
    if not tokens:
        return ""
    return next((name for name, form in _TOPICS_EN.items() if all(map(form.fullmatch, tokens))), None)
