"""What of a paper a text asks for without naming any: "is the code available?", 作者是谁, 数据集呢, "tell me more".

Some of it is stored beside the paper's text, and told from there: authors, code, links, votes, the day, one line.

Owns: the words that ask for a part of a paper and for nothing else, the sentences made of what is stored beside it.
Does not own: which paper is meant (followup, called), what its text says (within).
"""

import re
from collections.abc import Mapping
from typing import Literal, TypeAlias

from bot import pages
from bot.doc import Doc, Note, Para
from bot.lang import Words
from store.types import Entry, Lang
from store.words import is_chinese

Fact: TypeAlias = Literal["authors", "code", "link", "votes", "day", "line"]

MAX_READ = 80
"""Characters of a text that can do without a subject."""

MAX_AUTHORS = 30
"""Authors that are named."""

_SMALL_EN = (
    "so|and|ok|okay|please|what|what's|which|where|where's|where|how|is|are|was|were|do|does|did|has|have|had|can|"
    "could|"
    "you|i|we|me|us|they|the|a|an|any|some|there|in|on|of|for|to|at|by|with|it|its|this|that|paper|paper's|about|"
    "tell|"
    "give|show|send|get|find|see|say|here|"
)
_FACTS_EN: tuple[tuple[Fact, str, str], ...] = (
    ("authors", "who|who's|authors?|whose|wrote|written|affiliations?|institutions?", "made|makes?|proposed|did|"
    "list|work|team"),
    ("code", "code|source|repo|repository|github|implementation|open-source|open-sourced|opensource|sourced",
     "open|available|public|publicly|released?|download|link|project|page|yet|out|online"),
    ("link", "link|links|url|pdf|arxiv|bibtex|cite|citation", "original|full|text|download|read|open|source|page"),
    ("votes", "votes?|upvotes?|likes?", "many|number|got|received"),
    ("day", "when|date|published|submitted", "publication|released?|come|came|out|appear|appeared|day|listed|"
    "posted|made|work"),
    ("line", "sentence|tldr|tl|nutshell|briefly", "one|single|short|dr|summari[sz]e|summary|sum|up|just|describe|"
    "explain|words|few"),
)  # fmt: skip
_ASPECT_EN = (
    "code|datasets?|data|baselines?|limitations?|weaknesses|drawbacks|parameters?|size|hardware|gpus?|memory|cost|"
    "speed|"
    "licen[sc]e|loss|architecture|backbone|metrics?|benchmarks?|tasks?|motivation|conclusions?|ablations?|method|"
    "abstract|latency|training|trained|evaluated|evaluation|compared|against|tested|used|use|uses|many|much|big|"
    "large|"
    "long|fast|model|future|work|main|idea|problem|solve|solves"
)
_MORE_EN = re.compile(
    r"(?:(?:please|can you|could you) )?(?:(?:tell|show|give|say)(?: me)? )?(?:some |a bit |a little )?"
    r"(?:more|more details|details|the details|everything)(?: please)?|go on|continue|elaborate|in more detail"
)
_SMALL_ZH = (
    "请问|请|那么|那|能不能|可以|能|帮我|给我|发给我|发我|发|把|我想要|我想|我要|要|它的?|这篇论文的?|这篇的?|"
    "^论文的?|^文章的?|有没有|有|是不是|是|"
    "哪些|哪个|哪里|哪儿|在哪|什么|怎么|多少|几个|用到|用了|使用了?|采用了?|用|的|了|呢|吗|么|吧|啊|都|在|下|一下|"
    "公开|发布|谁|看|找|告诉我|说说|个|和|"
)
_FACTS_ZH: tuple[tuple[Fact, str], ...] = (
    ("authors", "作者|谁写|谁做|谁提出|谁发|团队|机构|单位|写"),
    ("code", "代码|源码|开源|仓库|github"),
    ("link", "链接|原文|pdf|bibtex|引用|网址|地址|全文|arxiv|下载"),
    ("votes", "票数?|点赞|赞|得"),
    ("day", "什么时候|何时|日期|哪天|哪一天|时间|发表|出来|上线"),
    ("line", "一句话|简单|简短|简要|总结|概括|介绍"),
)
_CORE_ZH = re.compile(
    "bibtex|引用|作者|谁[写做提发]|团队|机构|单位|码|开源|仓库|github|链接|原文|pdf|网址|地址|全文|arxiv|票|赞|时候|何时|"
    "日期|哪一?天|一句话|简[单短要]"
)
_ASPECT_ZH = (
    "代码|数据集?|训练数据|训练|测试集?|基线|对比方法|对比|局限性?|缺点|不足|参数量?|参数|规模|模型大小|模型|大小|"
    "硬件|显卡|gpu|显存|成本|速度|"
    "许可证?|协议|损失函数|损失|架构|结构|骨干网络|指标|基准|任务|动机|结论|消融实验?|方法|原理|思路|核心|主要|"
    "延迟|问题|解决|多大|多快|摘要"
)
_MORE_ZH = re.compile(
    "(?:请|再)*(?:详细|具体|多|继续|展开)(?:地|的)?(?:说|讲|介绍|解释)*(?:一些|一下|一点|点|些)?(?:吧|呢)?|"
    "更多细节|细节呢?"
)


def fact(text: str) -> Fact | None:
    """What all of `text` asks for of that which is stored beside a paper's text: "who wrote it?"; or None."""
    plain = _plain(text)
    if len(plain) > MAX_READ:
        return None
    if is_chinese(plain):
        if not _CORE_ZH.search(plain):
            return None
        return next((name for name, words in _FACTS_ZH if _made_of(plain, f"{words}|{_SMALL_ZH}")), None)
    said = plain.split()
    for name, core, also in _FACTS_EN:
        if any(re.fullmatch(core, word) for word in said) and _all(said, f"{core}|{also}|{_SMALL_EN}"):
            return name
    return None


def more(text: str) -> bool:
    """Whether `text` asks for more of what was shown: "tell me more", 详细说说."""
    return bool(_MORE_EN.fullmatch(_plain(text)) or _MORE_ZH.fullmatch(_plain(text)))


def only(text: str) -> bool:
    """Whether `text` asks for parts of a paper and says nothing else, so that it must mean the paper in mind."""
    plain = _plain(text)
    if not plain or len(plain) > MAX_READ:
        return False
    if fact(plain):
        return True
    if is_chinese(plain):
        return bool(re.search(_ASPECT_ZH, plain)) and _made_of(plain, f"{_ASPECT_ZH}|{_SMALL_ZH}")
    said = plain.split()
    return any(re.fullmatch(_ASPECT_EN, word) for word in said) and _all(said, f"{_ASPECT_EN}|{_SMALL_EN}")


def told(name: Fact, entry: Entry, words: Words, langs: tuple[Lang, ...]) -> Doc:
    """That fact of the paper, in a sentence; that it isn't known, where it isn't."""
    paper, title = entry.paper, pages.label(entry.paper)
    said: Mapping[Fact, str] = {
        "authors": words("fact.authors", title=title, authors=_authors(entry, words)) if paper.authors else "",
        "code": words("fact.code", title=title, url=paper.repository) if paper.repository else "",
        "link": words("fact.link", title=title, url=paper.arxiv_url, pdf=paper.arxiv_url.replace("/abs/", "/pdf/")),
        "votes": words("fact.votes", n=paper.upvotes, title=title) if paper.upvotes is not None else "",
        "day": words("fact.day", title=title, day=words.date(paper.day)),
        "line": pages.one_line(entry, langs),
    }
    missing = words(f"fact.no_{name}", title=title) if not said[name] else ""
    return Doc(Para(said[name] or missing), Note(pages.linked(paper)))


def _authors(entry: Entry, words: Words) -> str:
    names, rest = entry.paper.authors[:MAX_AUTHORS], len(entry.paper.authors) - MAX_AUTHORS
    listed = words("settings.joint").join(names)
    listed = words("fact.and_others", authors=listed, n=rest) if rest > 0 else listed
    return f"{listed} ({entry.paper.organisation})" if entry.paper.organisation else listed


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w'’-]", " ", text.lower().replace("’", "'")).split())


def _all(said: list[str], words: str) -> bool:
    return all(re.fullmatch(words, word) for word in said)


def _made_of(text: str, words: str) -> bool:
    """Whether nothing but these words, and spaces, makes the text. Longer words are tried first."""
    longest = "|".join(sorted((word for word in words.split("|") if word), key=len, reverse=True))
    return not re.sub(longest, "", text.replace(" ", "")).strip()
