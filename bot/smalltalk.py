"""What people say that asks for nothing: a hello, a thank-you, a thumb up. It gets one warm line and no search.

Owns: which texts are such.
Does not own: what is said back (lang), sentences that mean a command (commands.intents).
"""

import unicodedata
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["hello", "thanks", "bye", "stop", "fine", "nothing"]
"""`fine`: an "ok", a smile, a laugh; `nothing`: no words at all, as of a sticker."""

_SAYINGS: dict[Kind, str] = {
    "hello": "hi|hello|hey|hey there|hi there|hello there|good morning|good afternoon|good evening|yo|你好|您好|"
    "嗨|哈喽|哈啰|"
    "早|早安|早上好|上午好|中午好|下午好|晚上好|大家好|在吗|在么|在不在",
    "thanks": "thanks|thank you|thx|ty|cheers|many thanks|thanks a lot|thank you so much|thank you very much|"
    "thanks so much|"
    "thanks a million|much appreciated|谢谢|谢谢你|谢谢您|谢谢啦|谢了|谢啦|多谢|感谢|非常感谢|十分感谢|太感谢了|"
    "辛苦了|谢谢大家",
    "bye": "bye|bye bye|goodbye|good bye|good night|see you|see you later|see ya|cu|later|再见|拜拜|拜|晚安|"
    "回头见|明天见|下次见",
    "stop": "stop|cancel|quit|exit|stop it|enough|abort|停|停止|停下|取消|别说了|够了|算了|退出",
    "fine": "ok|okay|k|kk|yes|yep|yeah|yup|no|nope|nah|sure|fine|great|nice|cool|good|perfect|awesome|amazing|wow|"
    "lol|haha|"
    "hahaha|hmm|hm|oh|ah|aha|i see|got it|understood|makes sense|alright|all right|never mind|nevermind|interesting|"
    "very interesting|not bad|well done|good bot|test|testing|ping|please|wait|go|go on|well|right|"
    "好|好的|好吧|好啊|行|可以|嗯|嗯嗯|哦|噢|是|是的|对|对的|不|不是|不用|不用了|没事|没事了|收到|明白|明白了|"
    "知道了|了解|懂了|"
    "太好了|太棒了|很好|不错|真棒|厉害|牛|哈哈|哈哈哈|呵呵|有意思|测试|加油",
}
_KINDS: dict[str, Kind] = {said: kind for kind, sayings in _SAYINGS.items() for said in sayings.split("|")}
MAX_READ = 60
"""Characters; a longer text says more than a greeting."""


def kind(text: str) -> Kind | None:
    """Which kind of small talk all of `text` is; None where it says anything else.

    Of several ("ok, thanks") it is the last that is more than an "ok".
    """
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    if len(plain) > MAX_READ:
        return None
    if not any(map(str.isalnum, plain)):
        return "fine" if any(unicodedata.category(one) == "So" for one in plain) else "nothing"
    words = "".join(" " if unicodedata.category(one)[0] in "PSZMC" and one != "'" else one for one in plain).split()
    kinds = [_KINDS.get(one) for one in _sayings(words)]
    if None in kinds:
        return None
    return next((one for one in reversed(kinds) if one != "fine"), "fine")


def _sayings(words: list[str]) -> list[str]:
    """The longest known sayings that the words make, from the left; a word of none stands for itself."""
    made: list[str] = []
    at = 0
    while at < len(words):
        to = next((to for to in range(len(words), at, -1) if " ".join(words[at:to]) in _KINDS), at + 1)
        made.append(" ".join(words[at:to]))
        at = to
    return made
