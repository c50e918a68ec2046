"""Ordinary sentences that mean a command: "what's new?", 今天的论文有哪些, "in English please", "help".

A sentence means one only if all of it does: whatever it says besides is a topic, and a question like others ("what's
new in video generation?"). So each word is looked at, and no word is guessed.

Owns: which sentences of both languages mean which command.
Does not own: the commands and their one-word names (table), what is said of a paper (followup, called).
"""

import re
import unicodedata
from datetime import date

from bot import dates
from store import find
from store.types import Lang
from store.words import is_chinese

MAX_READ = 80
"""Characters of the longest sentence that is looked at: these are short."""

_SENTENCES = {
    "/help": "help|help me|menu|commands|what can you do|what do you do|how does this work|how do i use you|"
    "how do i use "
    "this bot|你能做什么|你会什么|你可以做什么|能做什么|有什么功能|有哪些功能|怎么用你|怎么使用你|菜单|功能",
    "/about": "about|about you|who are you|what are you|who made you|你是谁|你是什么|介绍一下你自己|介绍你自己|"
    "自我介绍",
    "/start": "start|begin",
    "/new": "start over|start again|reset|new chat|new conversation|重来|重新来",
    "/settings": "settings|options|preferences|change settings|打开设置|修改设置|更改设置",
    "/subscribe": "subscribe|subscribe me|please subscribe|subscribe please|i want to subscribe|我要订阅|我想订阅|"
    "订阅一下",
    "/unsubscribe": "unsubscribe|unsubscribe me|stop the digest|stop sending me papers|no more digests|不再订阅|"
    "我要退订|"
    "取消每日摘要|停止订阅",
    "/language": "language|change language|change the language|switch language|切换语言|换语言|改语言",
    "/status": "status|how many papers are stored|how many papers do you have|"
    "how many papers do you hold|"
    "how many papers do you know|how many papers are there|how many papers|"
    "收录了多少篇论文|收录了多少论文|有多少篇论文|"
    "一共有多少篇论文|总共有多少篇论文|一共收录了多少篇论文|你有多少篇论文|有多少论文|收录了几篇论文",
    "/sources": "sources|source|why|why is that|how do you know|how do you know that|where is that from|says who|"
    "为什么|为啥|"
    "为何|你怎么知道|根据是什么|哪里说的|出自哪里",
    "/next": "next|more|next page|next ones|more papers|more results|any more|anything else|are there more|show more|"
    "what else|"
    "还有吗|还有呢|还有别的吗|还有其他的吗|还有其他论文吗|还有更多吗|更多|下一页|下页",
    "/back": "back|go back|back to the list|返回列表|回到列表",
    "/forget": "forget me|delete my data|erase my data|删除我的数据|清除我的数据",
    "/top": "top|top papers|best papers|the best papers|hot papers|trending|trending papers|popular papers|"
    "most popular "
    "papers|most voted papers|the most voted papers|热门论文|最热论文|最热的论文|最火的论文|最受欢迎的论文|"
    "得票最多的论文|票数最多的论文",
}
_TOP_EN = re.compile(
    r"(?:(?:please|can you|could you|which|what|show|give|tell|list|recommend|suggest|me|us|is|are|the|a|an|some|any|"
    r"of|this|papers?|one|ones|articles?|has|have|got|with|"
    r"to read|for me|should i read|i should read|worth reading)\s*)*",
)
_MOST_EN = re.compile(
    r"\b(?:(?:top|best|hottest|most (?:voted|popular|upvoted|liked)|highest[ -](?:voted|rated)|trending|popular)"
    r"(?: (?P<n>\d{1,2}|three|five|ten))?|(?:the )?most (?:up)?votes|the most popular)\b",
)
_RECOMMEND_EN = re.compile(
    r"(?:please |can you |could you )?(?:recommend|suggest)(?: me| us)? (?:a|one|some|any|something|(?P<n>\d{1,2}))"
    r"(?: (?:good|interesting))?(?: papers?| articles?)?(?: (?:for me )?to read| for me)?|"
    r"what (?:should|can) i read(?: next)?"
)
_TOP_ZH = re.compile(
    r"(?:请|帮我|给我|我想看)?(?:推荐(?:一下|给我)?(?:[几一]|(?P<n>\d{1,2}|[三五十]))?[篇些]?(?:好的?|值得[读看]的)?"
    r"(?:论文|文章)(?:[给让]我(?:[看读])?)?|(?:哪[一几]?[篇个些]?(?:论文|文章)?(?:是)?)?(?:得?票数?|点赞|赞)?(?:是)?"
    r"最(?:[高多好火]|热门?|受欢迎|值得[读看])的?(?P<m>\d{1,2}|[三五十])?(?:是)?(?:哪?[一几]?[篇些个])?(?:论文|文章)?"
    r"(?:是哪[一几]?[篇些个]|有哪些|是什么)?)"
)
_EXACT = {sentence: command for command, sentences in _SENTENCES.items() for sentence in sentences.split("|")}

_LANGUAGE_EN = re.compile(
    r"(?:(?:please|can|could|you|switch|change|set|speak|answer|reply|write|talk|use|language|to|in|into|me)\s+)*"
    r"(?P<lang>english|chinese|mandarin|中文|英文)(?:\s+(?:please|now|instead|only))*",
    re.IGNORECASE,
)
_LANGUAGE_ZH = re.compile(
    "(?:请|麻烦|你|能不能|能|可以|都|以后)*(?:切换|换|改|设置|调)?(?:成|为|到|回)?(?:用|说|讲)?"
    "(?P<lang>英文|英语|中文|汉语|简体中文|普通话|English)(?:来)?(?:回答|回复|说|讲|交流|显示)?(?:我)?(?:吧|吗|么)?",
    re.IGNORECASE,
)
_LANGS: dict[Lang, tuple[str, ...]] = {
    "en": ("english", "英文", "英语"),
    "zh": ("chinese", "mandarin", "中文", "汉语", "简体中文", "普通话"),
}

_SHELL_WORDS = (
    "so hey hi ok okay please can could you i i'd we want would like to see show list find give send tell get read "
    "open me us what what's whats which anything something any some is are was were there there's do does did have "
    "came come got had the all a of from for on in out now here every each new newest latest recent fresh today "
    "today's todays current daily paper papers article articles list lists ones news digest digests hugging face "
    "summarize "
    "summarise summary overview main "
    "trend trends theme themes topics highlights highlight best"
)
_SHELL_EN = frozenset(_SHELL_WORDS.split())
_NEW_EN = frozenset(
    ("new", "newest", "latest", "today", "today's", "todays", "daily", "digest", "digests", "news", "papers")
)
_WEEK_EN = re.compile(r"\b(?:this week(?:['’]s)?|of the week|the week|the last (?:seven|7) days|recent(?:ly)?)\b", re.I)
_SHELL_ZH = (
    "请问|请|帮我|给我|我想|我要|想|要|看看|看一下|看|列出|列一下|列|展示|显示|推荐|发|来|一下|查|最新一天|最新|"
    "新出|新|所有|全部|今天|今日|"
    "今儿|当天|发布|上线|更新|收录|出|了|的|有没有|有哪些|有什么|有啥|都有|有|是|什么|啥|哪些|哪几篇|几篇|论文|"
    "文章|列表|目录|内容|东西|总结|概括|概览|主要|趋势|主题|亮点|"
    "消息|动态|都|吗|呢|么|吧|啊|在|上"
)
_HEAD_ZH, _TAIL_ZH = re.compile(f"(?:{_SHELL_ZH}|\\s)+"), re.compile(f"(?:{_SHELL_ZH}|\\s)+$")
_NEW_ZH = re.compile("今天|今日|今儿|最新|新论文|新文章|新的|有什么新|有啥新|所有|全部|论文列表")
_WEEK_ZH = re.compile("本周|这周|这一周|这个星期|最近一周|最近(?!一天)|近期|近来")
_DAILY_ZH = re.compile("论文|文章|新|什么|啥|哪些|列表")


def meant(text: str) -> str:
    """The command with its argument that all of `text` means; "" where it is none, or says something besides."""
    plain = " ".join(unicodedata.normalize("NFKC", text).replace("’", "'").split())
    plain = plain.strip(" 。.！!？?~～,，、").lower()
    if not plain or len(plain) > MAX_READ or plain.startswith("/") or find.ids(plain):
        return ""
    if found := _EXACT.get(plain):
        return found
    if language := _LANGUAGE_EN.fullmatch(plain) or _LANGUAGE_ZH.fullmatch(plain):
        return next(f"/language {lang}" for lang, names in _LANGS.items() if language["lang"].lower() in names)
    if is_chinese(plain):
        return _top(_TOP_ZH.fullmatch(plain)) or _day_zh(plain)
    if (most := _MOST_EN.search(plain)) and _TOP_EN.fullmatch(f"{plain[: most.start()]} {plain[most.end() :]}".strip()):
        return _top(most)
    return _top(_RECOMMEND_EN.fullmatch(plain)) or _day_en(plain)


def _top(match: re.Match[str] | None) -> str:
    """The most voted papers, as many as are asked for."""
    if match is None:
        return ""
    n = next((n for name in ("n", "m") if (n := match.groupdict().get(name))), "")
    return f"/top {n}".strip()


def _day_en(plain: str) -> str:
    """The list that is asked for: the newest day's, a day's, the week's."""
    if week := _WEEK_EN.search(plain):
        rest = f"{plain[: week.start()]} {plain[week.end() :]}".split()
        return "/week" if set(rest) <= _SHELL_EN else ""
    words = plain.replace(",", " ").split()
    first = next((at for at, word in enumerate(words) if word not in _SHELL_EN), len(words))
    last = next((at for at in range(len(words), first, -1) if words[at - 1] not in _SHELL_EN), first)
    if first == last:
        return "/today" if _NEW_EN & set(words) and words != ["new"] else ""
    if _day(plain):
        return f"/day {plain}"
    named = " ".join(words[first:last]).removesuffix("'s")
    asked = _NEW_EN & {*words[:first], *words[last:], "papers" if words[last - 1].endswith("'s") else ""}
    return f"/day {named}" if asked and _day(named) else ""


def _day_zh(plain: str) -> str:
    """As `_day_en`; between Chinese words there are no spaces to go by."""
    if week := _WEEK_ZH.search(plain):
        rest = f"{plain[: week.start()]} {plain[week.end() :]}".strip()
        whole = not rest or (_HEAD_ZH.fullmatch(rest) and _DAILY_ZH.search(rest))
        return "/week" if whole else ""
    if _HEAD_ZH.fullmatch(plain):
        return "/today" if _NEW_ZH.search(plain) else ""
    if _day(plain):
        return f"/day {plain}"
    head = _HEAD_ZH.match(plain)
    named = _TAIL_ZH.sub("", plain[head.end() :] if head else plain)
    return f"/day {named}" if named and _DAILY_ZH.search(plain.replace(named, "")) and _day(named) else ""


def _day(text: str) -> bool:
    return dates.read(text, date.max) is not None
