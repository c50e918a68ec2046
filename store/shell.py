"""The shells of questions in both languages: the words around a topic that only ask, "show me the latest papers on X".

A shell is peeled word by word from both ends until nothing more comes off. What comes off may say more than that a list
is wanted: the newest first, the most voted, three of them. Some words are shell only where another follows: "top papers
on X" begins with three of them, "top k sampling" with none.

Owns: the words of the shells, and what they say.
Does not own: whether a list is wanted at all (question), days and names in a question (when, filters).
"""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from store.types import Lang

Order: TypeAlias = Literal["", "newest", "votes"]
"""How a list is to be sorted; "": the best first."""

Kind: TypeAlias = Literal["lists", "asks", "noun", "about", "verb", "small", "newest", "votes", "count"]
"""What a word of a shell is. `lists` begins like a question of fact, and wants a list ("what came out about"); `asks`
asks, `noun` is "papers", `about` comes before a topic, `verb` between papers and what they do, `newest` sorts. The
others are shell only before another word of it: `small` ("the", "good"), `votes`, a `count`."""

_OPEN: frozenset[Kind] = frozenset(("small", "votes", "count"))
"""Kinds that are shell only where another word of it follows."""

_PAPERS = "papers?|articles?|publications?|preprints?"
_NUMBER_EN = r"\d{1,3}|two|three|four|five|six|seven|eight|nine|ten"
_HEADS_EN: tuple[tuple[Kind, str], ...] = (
    (
        "lists",
        r"what(?:['’]s| is| has| have| was| were)? (?:(?:been )?(?:published|released|announced)|"
        r"(?:came|come|coming) out|out there|out|new|hot|trending|there|the (?:latest|newest)|popular)|"
        r"what (?:do|did) you (?:have|hold|know|get)|"
        r"what have you got|what (?:should|can|could|shall) (?:i|we) read|what to read|"
        r"(?:do you have |is there |have you got )?anything(?: new)?|what about|how about|"
        r"and (?:what about|how about|for|about|on|in)|"
        rf"(?:how many|the number of)(?= (?:\w+ )?(?:{_PAPERS}|works|studies)\b| (?:are|is) (?:about|on)\b)|"
        r"who (?:works|is working|are working|worked) on",
    ),
    (
        "asks",
        r"(?:i|we)(?:['’]m| am|['’]re| are)? (?:looking|searching) for|(?:i|we)(?:['’]d| would)? (?:want|need|like)"
        r"(?: to (?:read|see|know|find|learn))?|(?:search|look|looking|searching) for|(?:i['’]m )?interested in|"
        r"get me|give me|show me|tell me|send me|bring me|let me see|recommend(?: me| us)?|suggest(?: me| us)?|"
        r"please|can you|could you|would you|show|find|list|give|tell|me|is|are|was|were|there|do|does|you|have|any|"
        r"all|some|which|what['’]s|what|today['’]?s|explain|say|and also|as well as",
    ),
    ("noun", f"{_PAPERS}|works|studies"),
    ("small", "work|study|research(?! (?:agents?|assistants?))|literature"),
    (
        "about",
        r"(?:related|relating|relevant|dedicated|devoted|similar) to|"
        r"(?:that |which )?(?:talks?|talking|speaks?|writes?) (?:about|of|on)|"
        r"(?:deals?|dealing) with|focus(?:es|ed|ing)? on|on the (?:topic|subject|theme) of|about|on|regarding|"
        r"concerning|covers?|covering|around",
    ),
    (
        "verb",
        r"that|which|who|is|are|was|were|uses?|used|using|discuss(?:es|ing)?|address(?:es|ing)?|propos(?:es?|ing)|"
        r"stud(?:y|ies)|explor(?:es?|ing)|investigat(?:es?|ing)|tackl(?:es?|ing)|involv(?:es?|ing)|says?|mentions?|"
        r"mentioning|in|for|with|of|topic|the|these|related|from|published|released|out",
    ),
    ("newest", r"latest|newest|most recent|recent"),
    (
        "votes",
        r"top(?! [a-z]\b)|best|hottest|"
        r"(?:most|highest)[ -](?:voted|popular|upvoted|liked|rated)|popular|trending|hot",
    ),
    ("count", _NUMBER_EN),
    ("small", r"the|an?|few|more|other|new|good|great|interesting|important|relevant|notable|current|these|of|to|your"),
)
_TAILS_EN: tuple[tuple[Kind, str], ...] = (
    ("noun", r"(?:based |related )?(?:" + _PAPERS + ")"),
    ("newest", r"(?:(?:sorted|ordered|listed|ranked) )?by (?:date|day|time)|(?:newest|latest|most recent) first|"
     r"recently|lately"),
    ("votes", r"(?:(?:sorted|ordered|ranked) )?by (?:up)?(?:votes|popularity)|with (?:the )?most (?:up)?votes"),
    ("asks",
     r"please|pls|thanks|thank you|for me(?: to read)?|to read|today|right now|so far|these days|(?:that |do )?you "
     r"(?:have|hold|know(?: of)?|store)|(?:are|is) there|there (?:are|is)|out there|if any|"
     r"(?:are|is) (?:available|stored)|(?:have |has )?(?:came|come|comes) out|"
     r"(?:were|was|have been|has been) (?:published|released)"),
)  # fmt: skip

_ZH_PAPERS = "论文|文章|文献"
_NUMBER_ZH = r"前?(?:\d{1,3}|[一二两三四五六七八九十]{1,2})(?=\s*篇)"
_HEADS_ZH: tuple[tuple[Kind, str], ...] = (
    (
        "asks",
        "请问|请(?!求)|麻烦你?|能不能|能否|可不可以|你(?:能|可以)|帮我|帮忙|给我|我(?:现在|正)?(?:在找|想找|想看看?|想了解|"
        "想知道|想读|要找|要看|想要|需要|想|要)|想(?:找|看看?|了解|知道|读)|找(?:一下|找|出|到)?|查(?:一下|查|找)|搜索?(?:一下|(?=关于|论文|文章))|"
        "列(?:出|一下|举)|推荐(?:一下|几篇|一些|一篇|点|些|(?=关于|论文|文章|[0-9两三四五]))|介绍(?:一下|几篇)|看看|看一下|一下|展示|"
        "讲讲|说说|聊聊|告诉我|来(?:几|一)篇|有没有|有哪些|有无|有什么|有啥|有多少篇?|还有(?:哪些|没有|什么)?|多少篇|几篇|"
        "哪几篇|哪些|哪篇|什么|一些|所有|全部|其[他它]|都(?!市)|今天|昨天|目前|现在|篇",
    ),
    ("noun", f"{_ZH_PAPERS}|papers?|工作(?!记忆|流|负载|空间|站)|成果"),
    ("about", "关于了?|有关(?!于)|针对|涉及(?:到|了)?|与|和(?!谐|声)|跟(?!踪|随)"),
    (
        "verb",
        "致力于|聚焦于?|关注(?:了|于|到)?|专注于|讨论(?:了|到)?|探讨了?|提到[了过]?|谈到|讲(?:的是|到|了)|用到[了过]?|"
        "用了|使用(?:了|到|过)?|采用了?|基于|做(?:了|的是)?(?![饭菜题梦出])|提出了?|研究(?:了|的是|的)?(?!助手|智能体|报告|生|员)|"
        "是|在(?![线环轨场])|里(?!程)|中(?![文国医间英药])|的|了(?!解)|有(?=用|使|采|关于|涉及|讨论|提)|讲(?![话解座义师])|用(?![户例途语法])",
    ),
    ("newest", f"最新(?:发布|发表|出)?|最近(?!邻)|近期|近来|新(?=的?(?:{_ZH_PAPERS}))"),
    ("votes", "热门|最热门?|最火|最受欢迎|得?票数?最[高多]|最好|最佳|最值得[读看]"),
    ("count", _NUMBER_ZH),
    ("small", "(?:比较|一些)?(?:好|有趣|重要)(?=的?(?:论文|文章))|有(?![监限效向序害偏损机界意无源条标])"),
)
_TAILS_ZH: tuple[tuple[Kind, str], ...] = (
    ("noun", f"{_ZH_PAPERS}|(?<!深度)研究|工作|成果|(?<![A-Za-z])(?:papers?|works?)"),
    ("newest", "按(?:时间|日期)(?:排序?|排列)?|最近|近期|最新"),
    ("votes", "按(?:票数|得票|热度)(?:排序?|排列)?"),
    ("about", "(?<![自互])相关|有关|方面|方向|(?<!跨)领域|主题|话题|的"),
    ("asks",
     "有哪些|有没有|有[吗么]|有什么|有啥|都有|有?多少篇?|有?几篇|哪些|哪几篇|是什么|是|吗|么|呢|吧|什么|今天|目前|"
     "谢谢|一下"),
)  # fmt: skip


_Words: TypeAlias = tuple[tuple[Kind, str], ...]


def _forms(parts: _Words, lang: Lang, end: str = "") -> list[tuple[Kind, re.Pattern[str]]]:
    """Each kind's words, as whole words (Chinese has no spaces to go by), at the `end` of a text if so."""
    before, after = (r"(?<![\w'’-])", r"(?![\w'’-])") if lang == "en" else ("", "")
    return [(kind, re.compile(f"{before}(?:{words}){after}{end}", re.I)) for kind, words in parts]


_HEADS = {"en": _forms(_HEADS_EN, "en"), "zh": _forms(_HEADS_ZH, "zh")}
_TAILS = {"en": _forms(_TAILS_EN, "en", "$"), "zh": _forms(_TAILS_ZH, "zh", "$")}
_LEFT: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:papers?|works|articles|which|what|how|who|does|do|did|you|me|i|is|are|was|were|please|from|since|until|"
        r"vs|versus|compare)\b|\d\s*[-–/]\s*\d|\d[-–]$",
        re.I,
    ),
    "zh": re.compile(
        "论文|文章|哪|什么|怎|吗|呢|有没有|[我你他它这那]|了(?!解)|区别|比较|对比|[月日号年]|work|paper", re.I
    ),
}
"""What is left of a shell, or of a day, in a topic: such a topic is quoted, not said as ours."""

_NUMBERS = {word: at for at, word in enumerate(_NUMBER_EN.split("|")[1:], 2)}
_NUMBERS |= {word: at for at, word in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_MARKS_HEAD, _MARKS_TAIL = " \t,，:：、", " \t,，:：;；?？.。!！~～"

TAIL = 60
"""Characters at the end in which a word of the tail is looked for; each is a few words long."""


@dataclass(frozen=True, slots=True)
class Peeled:
    """A topic without its shell, "" where there was nothing else; and what the shell said.

    `lists`: a list is wanted though it begins like a question of fact. `most`: so many papers, 0 for all. `plain`: the
    topic reads as a part of a sentence of ours ("papers about X"); it does not where a verb is left, as in "papers
    that improve X".
    """

    topic: str
    order: Order = ""
    most: int = 0
    lists: bool = False
    plain: bool = True


def peel(text: str, lang: Lang, *, one: bool) -> Peeled:
    """`text` without its shell; of a question about one paper (`one`) only "paper" comes off at the end."""
    topic, at_end = _without_tail(text, lang, one=one)
    topic, at_start = _without_head(topic, lang, closed="noun" in dict(at_end))
    said = dict([*at_end, *at_start])
    newest = "newest" in said or ("small", "new") in at_start
    order: Order = "newest" if newest else "votes" if "votes" in said and not one else ""
    last = next((kind for kind, word in reversed(at_start) if kind not in _OPEN or kind == "small"), None)
    papers_that = len(at_start) > 1 and at_start[-1][1].lower() in ("that", "which", "who")
    bare = papers_that or (last == "noun" and "noun" not in dict(at_end))
    plain = not bare and not _LEFT[lang].search(topic)
    return Peeled(topic, order, _number(said.get("count", "")), "lists" in said, plain)


def _without_head(text: str, lang: Lang, *, closed: bool) -> tuple[str, list[tuple[Kind, str]]]:
    """What is left behind the shell's head, and its words. `closed`: a noun at the end makes any word of it shell."""
    words: list[tuple[Kind, str]] = []
    at = end = kept = 0
    while True:
        at += len(text[at:]) - len(text[at:].lstrip(_MARKS_HEAD))
        found = next(((kind, hit) for kind, form in _HEADS[lang] if (hit := form.match(text, at)) and hit[0]), None)
        if found is None or (found[0] == "verb" and not words and not closed):
            break
        kind, hit = found
        words.append((kind, hit[0]))
        at = hit.end()
        if closed or kind not in _OPEN:
            end, kept = at, len(words)
        if kind == "about" and lang == "zh":  # 关于做饭: what follows is the topic, whatever it begins with
            break
    return text[end:].strip(_MARKS_HEAD), words[:kept]


def _without_tail(text: str, lang: Lang, *, one: bool) -> tuple[str, list[tuple[Kind, str]]]:
    words: list[tuple[Kind, str]] = []
    text = text.rstrip(_MARKS_TAIL)
    while True:
        edge = max(0, len(text) - TAIL)
        found = next(((kind, hit) for kind, form in _TAILS[lang] if (hit := form.search(text[edge:]))), None)
        if found is None or (one and lang == "en" and found[0] != "noun"):
            return text, words
        words.append((found[0], found[1][0]))
        text = text[: edge + found[1].start()].rstrip(_MARKS_TAIL)


def _number(text: str) -> int:
    text = text.lower().removeprefix("前")
    return int(text) if text.isdecimal() else _NUMBERS.get(text, 0)
