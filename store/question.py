"""What a question asks for, read from its form alone: the topic without its shell, and whether a list is wanted.

"which papers are about X?", 哪些论文与 X 有关 → X. No model, no store: the same text always reads the same.

Owns: whether one paper is meant or a list, greetings, sentences, alternatives.
Does not own: the words of the shell (shell), what the topic's words mean (lexicon), or answering (search).
"""

import re
from dataclasses import dataclass

from store.shell import Order, peel
from store.types import Lang
from store.words import is_chinese

MAX_CHARACTERS = 2000
"""What is read of a question; more is no question but a document."""

STATEMENT = 6
"""Words that a text has at least to be a sentence (or thrice as many Chinese characters)."""

_ASKS_ONE = re.compile(
    r"\s*(?:how|why|when|where|who|does|do|is|can|what|which)\b(?!.*\b(?:papers|works|articles|studies|any)\b)", re.I
)
_ZH_ASKS_ONE = re.compile(
    r"怎么|如何|多少(?!\s*(?:篇|论文|文章|关于|和|与))|几[个种倍步帧次张块层]|为何|哪[个篇]|(?<!有)什么(?!.*(?:论文|文章|工作|研究))"
)
_COMPARES = re.compile(
    r"(?:please |can you )*(?:compare|contrast|"
    r"(?:what(?:['’]s| is| are) )?(?:the )?differences? between|how do(?:es)?)\s+"
    r"(?P<en>.{1,80}?\b(?:and|with|from|vs\.?|versus|to|differ from)\b.{1,80}?)(?: differ)?[\s?.]*|"
    r"(?P<vs>.{1,80}? (?:vs\.?|versus) .{1,80}?)[\s?.]*|"
    r"(?:请|帮我)?(?:比较|对比(?!学习|损失|解码|度|式|预训练))(?:一下)?\s*"
    r"(?P<both>.{1,40}?[和与跟、].{1,40}?)(?:的区别|的差异)?[\s？?。]*|"
    r"(?P<zh>.{1,40}?[和与跟、].{1,40}?)(?:之间)?(?:的|有什么|有何|有哪些)(?:区别|不同|差别|差异|异同)(?:是什么|在哪里?)?[\s？?。]*",
    re.I,
)
"""Two things side by side: a question about them, not a list of papers with both."""

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

    `is_bare`: there is nothing but shell ("which papers?"); the topic is then the text itself. A list comes in `order`,
    and has `most` papers (0: all). `is_plain`: the topic can stand in a sentence of ours, as in "papers about TOPIC".
    """

    text: str
    lang: Lang
    topic: str
    asks_one: bool
    is_bare: bool = False
    order: Order = ""
    most: int = 0
    is_plain: bool = True

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
    lang: Lang = "zh" if is_chinese(text) else "en"
    one = bool(_ASKS_ONE.match(text) or (lang == "zh" and _ZH_ASKS_ONE.search(text)))
    shell = peel(text, lang, one=one)
    one = one and not shell.lists
    if shell.lists:
        shell = peel(text, lang, one=False)
    topic = shell.topic
    if compared := _compared(text):
        return Question(text, lang, compared, asks_one=True, is_plain=False)
    return Question(text, lang, topic or text, one, not topic, shell.order, shell.most, shell.plain)


def _compared(text: str) -> str:
    """The things that a question asks to be compared; "" where it asks for something else."""
    found = _COMPARES.fullmatch(text)
    if found is None or (found["en"] and re.match(r"how do", text, re.I) and not re.search(r"differ", text, re.I)):
        return ""
    return next(part for part in found.groups() if part).strip()
