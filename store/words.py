"""Text as search tokens: stemmed Latin words and overlapping pairs of Chinese characters.

Pairs need no segmenter and find every Chinese substring of two characters or more as a phrase; on this data they beat
jieba and SQLite's trigrams (which find no two-character word). The same function cuts papers and questions.

Owns: tokens, stems, the words that carry no topic.
Does not own: which spellings mean one idea (lexicon), or finding tokens in papers (search).
"""

import re

HAN = "\u3400-\u4dbf\u4e00-\u9fff"

_WORD = re.compile(f"[{HAN}]+|[a-z0-9]+(?:\\.[0-9]+)?")
_HAN = re.compile(f"[{HAN}]")
_LATIN_WORD = re.compile("[A-Za-z]+")
_NAME = re.compile("[A-Za-z0-9]+")
MAX_NAME = 40
"""Characters of a name; what is longer is none."""
# Before a capital that follows a small letter, or precedes one: Javis|DiT, MM|Di|T.
_SEAM = re.compile("[a-z0-9](?=[A-Z])|[A-Z](?=[A-Z][a-z])")
MIN_PART = 3
"""Letters of a part of a name; shorter ones mean nothing."""

_ENDINGS = ("ization", "ations", "ation", "ings", "ing", "ies", "ers", "er", "ed", "es", "s")

# What only asks, or only binds; as a space, so that no pair of characters crosses it.
_ZH_SHELL = re.compile(
    "哪些|哪篇|哪个|什么|怎么|如何|多少|论文|有没有|相关|关于|提出了?|使用|出自|发现|上?达到|[那这]篇|能|需要|目前|现在|已经|还没有?|以及|但是?|"
    "[吗呢是的了把在从到用和与或及中上里对为以并而其]"
)

_STOP = """a about add adds after all already also an and any anything are as at based be been before being both but by
call called can collect collected could cover deal did do does during each far for from get give given gives good had
has have how i if in into is it its keep keeps kind like made make makes many may me more most much my need needs new no
not of on one only or other our out over own paper papers per propose proposed proposes rank ranked report reported
reports reach say says second see several she should show shows so some still such take takes than that the their
them then there these they third this those three to two under until use used uses using very via want was way we
well were what when where whether which while who whose why will with within without work works would yet you
your
https http www com org github however therefore thus thereby hence moreover furthermore additionally meanwhile although
though despite whereas nevertheless consequently accordingly across through throughout towards toward upon onto along
among amongst beyond behind below above against around even often sometimes always never almost quite rather instead
especially particularly specifically notably finally first recently recent remains remain due versus via
further just together again since because once later now here typically generally usually commonly primarily mainly
largely highly greatly merely simply solely namely et al eg ie etc vs aims aim aiming achieve achieves achieved
achieving consist consists comprise comprises include includes including involve involves regarding concerning given
certain following follows according seen know known need become becomes became come comes remain whose able these itself
themselves others another every either neither nor few less least enough well good better best great different same
main total full overall above
s t d ll re ve don doesn didn isn aren wasn won couldn shouldn"""
STOP = frozenset(_STOP.split())
"""English words of a question that no topic hangs on; they are in the index all the same."""


def is_chinese(text: str) -> bool:
    """Whether `text` reads as Chinese: one character per three Latin words is enough, as terms stay English."""
    characters = len(_HAN.findall(text))
    return characters > 0 and 3 * characters >= len(_LATIN_WORD.findall(text))


def stem(word: str) -> str:
    """`word` (lower case) without its English ending. Crude on purpose: it only has to be the same on both sides."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    if len(word) == 4 and word.endswith("s") and word[2] not in "aeiousy":  # LLMs, GANs; not "bias"
        return word[:-1]
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def without_shell(text: str) -> str:
    """A question with the Chinese words that carry no topic turned into spaces (STOP are the English ones)."""
    return _ZH_SHELL.sub(" ", text)


def atoms(text: str) -> list[str]:
    """`text` as lower-case Latin words and numbers ("7.21" is one) and single Chinese characters."""
    found: list[str] = []
    for word in _WORD.findall(text.lower()):
        found += word if _HAN.match(word) else [word]
    return found


def tokens(text: str) -> list[str]:
    """Cut `text` as the index is cut: stems, and pairs of Chinese characters (a lone one is itself).

    Words without a topic stay in: a phrase such as "out of distribution" must not match every "distribution".
    """
    found: list[str] = []
    for word in _WORD.findall(text.lower()):
        if _HAN.match(word):
            found += [word[at : at + 2] for at in range(len(word) - 1)] or [word]
        else:
            found.append(stem(word))
    return found


def inner(text: str) -> str:
    """The parts of names that are written together: JavisDiT++ holds "Javis" and "DiT", MMDiT "DiT"."""
    found: list[str] = []
    for name in _NAME.findall(text):
        seams = [match.start() + 1 for match in _SEAM.finditer(name)] if len(name) <= MAX_NAME else []
        cuts = [0, *(seam for seam in seams if seam < len(name)), len(name)]
        parts = [name[start:end] for at, start in enumerate(cuts) for end in cuts[at + 1 :]]
        found += [part for part in parts if len(part) >= MIN_PART and part != name]
    return " ".join(dict.fromkeys(found))


def phrase(text: str) -> str:
    """`text` as a run of tokens with spaces between, as it stands in a cut text; "" where it has none."""
    return " ".join(tokens(text))
