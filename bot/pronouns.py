"""Where a text says "it" and means a paper that was spoken of: "its results", 这篇论文, "which datasets do they use?".

A pronoun whose noun stands before it in the same sentence ("how do robots learn when they …") means that noun.

Owns: the pronouns of both languages, and what looks like one: 文本模型, "is it possible to".
Does not own: which paper is meant, and what of it (followup).
"""

import re

_THING = "(?:one|work|method|model|approach)"
_OTHER = r"(?!\s+(?:of|for|behind|on|about|with|that|which|where|to|called|titled)\s+\w)"
_IT_EN = (
    r"\b(?:it['’]s|its?(?! own\b)|this(?=\W*$)|"
    rf"(?:this (?:paper|study|{_THING})|(?:that|the) paper{_OTHER})(?:['’]s)?|"
    rf"(?P<they>they|them|theirs?)|(?P<thing>(?:that|the) {_THING}(?:['’]s)?{_OTHER}))\b"
)
_IT_ZH = (
    "(?<![其吉])它(?!们)的?|(?P<zh>它们的?)|这篇(?:论文|文章|文献|文|工作|研究)?的?|"
    "(?:(?<!应)该|(?<![因如彼从由])此)(?:论文|文章|文(?![本件字献化学])|工作|方法|模型|研究)的?|"
    "(?<![文样成日基版剧脚课根原标副])本(?:论文|文章|工作|方法|模型|研究)的?|"
    "(?:^|(?<=[\\s,，。?？!！:：在那问对]))本文(?![本件字])的?|"
    "这[个项](?:论文|工作|方法|模型|研究)的?|这[个项](?:的|(?=怎么|如何|是|有什么|有没有|可以|呢|吗|[\\s,，。?？!！]|$))"
)
_IT = re.compile(f"{_IT_EN}|{_IT_ZH}", re.IGNORECASE)
_AUXILIARY = r"(?:do|does|did|is|are|was|were|can|could|will|would|should|have|has|had)\b"
_ASKING = re.compile(
    r"(?:(?:and|but|so|ok|okay|then|now|please|can|could|you|i|tell|show|give|explain|describe|compare|summari[sz]e|me|"
    r"about|more|what|which|how|when|where|why|who|whose|is|are|was|were|do|does|did|have|has|of|for|in|on|with|from|by|"
    r"to|all|both|one|much|many|well|use|used)\b\W*)*"
    rf"|(?:(?!{_AUXILIARY})[\w'’-]+\W+){{0,6}}{_AUXILIARY}\W*",
    re.IGNORECASE,
)
"""What comes before a "they" that means nothing in the question: "which datasets do", not "robots, when"."""

_DEFINED = re.compile(
    r"(?:so|and|ok)?\W*what(?:['’]s| is| are) "
    r"(?!(?:the|its?|it['’]s|this|that|their|new)\b)[\w-]+(?: [\w-]+){0,3},? and\b|"
    "什么是[^?,。它这该本]+[?,。].",
    re.IGNORECASE,
)
"""A question that says itself what "it" is: "what is LoRA and how does it work?"."""

_EXPLETIVE = re.compile(
    r"\b(?:(?:is|was|makes?|made|find) it|it is|it['’]s|it takes)"
    r" (?:possible|hard|easy|true|better|worth|useful|necessary|safe|to|that)\b|\bit takes? to \w+ (?:an?|\d\w*)\b",
    re.IGNORECASE,
)
MAX_BEFORE = 5
"""Characters before 它们 among which nothing is named that it could mean."""


def find(text: str) -> list[re.Match[str]]:
    """Where `text` says "it" and means a paper, not something that it names itself."""
    if _EXPLETIVE.search(text) or _DEFINED.match(text):
        return []
    return [match for match in _IT.finditer(text) if _outside(match)]


def _outside(match: re.Match[str]) -> bool:
    """Whether what is meant by "they", "the model" or 它们 is outside of the sentence: inside, it comes before."""
    before, after = match.string[: match.start()], match.string[match.end() :].strip(" ?？.。!！吗呢")
    if match["zh"]:
        return len(before) <= MAX_BEFORE or not after
    if match["they"] or match["thing"]:
        return bool(_ASKING.fullmatch(before)) or (match["thing"] is not None and not after)
    return True


def without(text: str) -> str:
    """`text` without its "it"."""
    for match in reversed(find(text)):
        text = f"{text[: match.start()]} {text[match.end() :]}"
    return " ".join(text.split())
