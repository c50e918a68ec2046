"""Number words in English text: "three" and "twenty-five" are numbers that a summary may write as digits."""

import re
from collections.abc import Iterator
from decimal import Decimal

_WORDS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen
twenty thirty forty fifty sixty seventy eighty ninety
first second third fourth fifth sixth seventh eighth ninth tenth"""
_ONES, _TENS, _ORDINALS = (line.split() for line in _WORDS.replace("sixteen\n", "sixteen ").splitlines())
_VALUES = {
    **{word: Decimal(at) for at, word in enumerate(_ONES)},
    **{word: Decimal(10 * at) for at, word in enumerate(_TENS, 2)},
    **{word: Decimal(at) for at, word in enumerate(_ORDINALS, 1)},
    **{"single": Decimal(1), "once": Decimal(1), "both": Decimal(2), "pair": Decimal(2), "dual": Decimal(2)},
    **{"twice": Decimal(2), "double": Decimal(2), "doubles": Decimal(2), "doubled": Decimal(2), "dozen": Decimal(12)},
    **{"triple": Decimal(3), "triples": Decimal(3), "half": Decimal("0.5"), "halves": Decimal("0.5")},
    **{"halved": Decimal("0.5"), "quarter": Decimal("0.25"), "quarters": Decimal("0.25")},
}
_SCALES = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_WORD = re.compile(
    rf"\b(?P<tens>{'|'.join(_TENS)})[\s-](?P<ones>{'|'.join(_ONES[1:10])})\b"
    rf"|\b(?P<word>{'|'.join(_VALUES)})(?:-?fold)?\b(?:[\s-](?P<scale>{'|'.join(_SCALES)})s?\b)?"
    rf"|\b(?P<a>{'|'.join(_SCALES)})s?\b",
    re.IGNORECASE,
)


def number_words(text: str) -> Iterator[Decimal]:
    """Yield what the number words of `text` stand for; "half" is 0.5 and 50 (per cent)."""
    for found in _WORD.finditer(text):
        if found["tens"]:
            yield _VALUES[found["tens"].lower()] + _VALUES[found["ones"].lower()]
            yield _VALUES[found["tens"].lower()]
        elif found["a"]:
            yield Decimal(1).scaleb(_SCALES[found["a"].lower()])
        else:
            value = _VALUES[found["word"].lower()]
            yield value
            if found["scale"]:
                yield value.scaleb(_SCALES[found["scale"].lower()])
            if 0 < value < 1:
                yield value * 100
