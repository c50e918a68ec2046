"""What a question asks for, read from its form alone: the topic without its shell, and whether a list is wanted.

"which papers are about X?", 哪些论文与 X 有关 → X. No model, no store: the same text always reads the same.

Owns: the shells of questions in both languages.
Does not own: what the topic's words mean (lexicon), or answering (search).
"""

import re
from dataclasses import dataclass

from store.types import Lang
from store.words import is_chinese

MAX_CHARACTERS = 2000
"""What is read of a question; more is no question but a document."""

STATEMENT = 6
"""Words that a text has at least to be a sentence (or thrice as many Chinese characters)."""

_EN_HEAD = re.compile(
    r"\s*(?:(?:please|can you|could you|show|find|list|give|tell|me|is|are|was|were|there|do|does|you|have|any|all|"
    r"some|recent|new|which|what|papers?|works?|articles?|study|studies|research|that|deals?|dealing|with|about|on|related|"
    r"relating|to|covers?|covering|uses?|using|concerning|regarding|discuss(?:es)?|address(?:es)?|proposes?|in|"
    r"for|involv(?:es?|ing)|says?|mentions?|focus(?:es)?|topic|of|the|these|today'?s)\b\s*)+",
    re.I,
)
_EN_TAIL = re.compile(r"\s*(?:based |related )?(?:papers?)?(?: today)?[\s?.!]*$", re.I)
_ZH_HEAD = re.compile(
    r"\s*(?:请问|请|帮我|给我|找|列出|推荐(?:一下|几篇|一些)|一下|今天|昨天|最近|有没有|有哪些|有无|哪几篇|哪些|哪篇|什么|论文|文章|"
    "工作|研究|是|里|中|的|在|致力于|涉及|关于|有关|关注|讨论|探讨|用到|使用|采用|基于|和|跟|与|做)+"
)
_ZH_TAIL = re.compile(
    "(?:相关|有关|方面|方向|领域|主题|话题|的|论文|文章|工作|研究|有哪些|有没有|有吗|都有|哪些|哪几篇|是|吗|呢|什么|今天|"
    "[？?。.!！ ])+$"
)
_ASKS_ONE = re.compile(
    r"\s*(?:how|why|when|where|who|does|do|is|can|what|which)\b(?!.*\b(?:papers|works|articles|studies|any)\b)", re.I
)
_ZH_ASKS_ONE = re.compile(
    "怎么|如何|多少|几[个种倍步帧次张块层]|为何|哪[个篇]|(?<!有)什么(?!.*(?:论文|文章|工作|研究))"
)
_EN_GOVERNED = re.compile(r"\b(?:across|between|for|from|in|on|with|under|by|that|which|via|using)\b", re.I)
_EN_AND = re.compile(r"\band\b|\bor\b|,", re.I)
_ZH_AND = re.compile("、|,|/|以及|与|或|和")


_GREETING = re.compile(
    r"(?:(?:hi|hello|hey|(?:many )?(?:thanks?|thank you|thx)(?: a lot| so much| very much)?|ok(?:ay)?|great|nice|cool|"
    r"got it|good (?:morning|evening)|help|who are you|what (?:can|do) you do|你好|您好|嗨|"
    r"(?:谢谢|多谢|感谢)[你您啦了]?|好的?|收到|明白了?|知道了|太好了|早上好|晚上好|在吗|帮助|你是谁|你能做什么|你会什么)[\s!！。.,，?？~～]*)+",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question, read. `topic` is its text without the shell; `asks_one`: one paper is meant, not a list.

    `is_bare`: there is nothing but shell ("which papers?"); the topic is then the text itself.
    """

    text: str
    lang: Lang
    topic: str
    asks_one: bool
    is_bare: bool = False

    @property
    def is_greeting(self) -> bool:
        """Whether it is a hello, a thank-you or a look around: nothing that papers answer."""
        return _GREETING.fullmatch(self.text) is not None

    @property
    def is_statement(self) -> bool:
        """Whether it is a plain sentence, as if out of a paper: nothing in it asks."""
        if self.asks_one or self.topic.rstrip(".。") != self.text.rstrip(".。") or re.search("[?？]", self.text):
            return False
        return len(self.text.split()) >= STATEMENT or (self.lang == "zh" and len(self.text) >= 3 * STATEMENT)

    @property
    def alternatives(self) -> tuple[str, ...]:
        """'A and B' as (A, B), for a paper about either is wanted; whole where a preposition governs both."""
        if self.lang == "zh":
            parts = _ZH_AND.split(self.topic)
        elif _EN_GOVERNED.search(_EN_AND.split(self.topic)[0]):
            parts = [self.topic]
        else:
            parts = _EN_AND.split(self.topic)
        return tuple(part.strip() for part in parts if part.strip()) or (self.topic,)


def read(text: str) -> Question:
    """Read a question; control characters are spaces, and what is beyond MAX_CHARACTERS is not read."""
    text = "".join(character if character.isprintable() else " " for character in text[:MAX_CHARACTERS]).strip()
    if is_chinese(text):
        topic = _without(text, _ZH_HEAD, _ZH_TAIL)
        one = bool(_ASKS_ONE.match(text) or _ZH_ASKS_ONE.search(text))
        return Question(text, "zh", topic or text, one, not topic)
    topic = _without(text, _EN_HEAD, _EN_TAIL)
    return Question(text, "en", topic or text, bool(_ASKS_ONE.match(text)), not topic)


def _without(text: str, head: re.Pattern[str], tail: re.Pattern[str]) -> str:
    found = head.match(text)
    rest = text[found.end() :] if found else text
    # A tail is at most a few words long: searching only the end keeps a hostile question linear.
    edge = max(0, len(rest) - 60)
    return rest[:edge] + tail.sub("", rest[edge:], count=1)
