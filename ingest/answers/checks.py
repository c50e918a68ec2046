"""What a sentence of an answer must pass before anybody sees it.

    citations   it cites, and every passage that it cites exists      language   it is in the answer's language
    numbers     every number, in digits or words, stands in a cited passage   names   so does every name
    links       no link but a cited paper's own, no mention, no command, no order   meaning   it is close to a passage
    polarity    it doesn't turn a passage round: not for yes, worse for better, rivals for the paper, another unit

Stricter than a summary's checks, whose parts these are: a summary is compared with the whole paper, a sentence with the
few lines that it cites.

Owns: the order of these, and what is said to the model of a fault.
Does not own: each of them (summaries.checks, names, numerals, polarity, meaning), what a bad sentence becomes (write).
"""

import re
from collections.abc import Sequence

from ingest.answers import names, numerals, polarity
from ingest.answers.evidence import Passage
from ingest.answers.meaning import Meaning
from ingest.answers.sentences import Sentence
from ingest.summaries.checks import filler, language, links, numbers
from ingest.summaries.fence import MARK
from store.lexicon import Lexicon
from store.types import Lang
from store.words import HAN

MAX_CHARS = 700
"""A longer "sentence" is a flood, and is not looked into."""

MOST_CITES = 6
"""Passages that one sentence may lean on: who cites them all has cited none."""

_COMMAND = re.compile(r"(?<![\w/.:~])/[A-Za-z]\w{2,31}(?![\w/]|\.\w)")
_DOTTED = re.compile(r"(?<![\w@./-])(?:[a-z0-9-]+\.)+[a-z]{2,12}(?![\w-])", re.IGNORECASE)
_SHORT = frozenset({"e.g", "i.e", "et.al", "a.k.a", "w.r.t", "i.i.d"})
_LURE = re.compile(
    r"\b(?:passwords?|passcodes?|whatsapp|wechat|wallets?|credit cards?|phone|call me|contact (?:me|us)|gift cards?)\b"
    r"|微信|密码|验证码|红包|转账|邮箱|加群|扫码|客服",
    re.IGNORECASE,
)
"""What lures people away from the chat; no answer about a paper needs it unless the paper speaks of it."""
_WORDS = re.compile(rf"[^\W\d_{HAN}]|[{HAN}]")
_HOME = re.compile(rf"[A-Za-z\u00c0-\u024f\u0370-\u03ff{HAN}]")
_MIN_LETTERS = 2


class Checker:
    """Checks the sentences of one answer, which is written in `lang` from `passages`. It blocks (see Meaning)."""

    def __init__(self, passages: Sequence[Passage], lang: Lang, meaning: Meaning, lexicon: Lexicon) -> None:
        self._passages = {one.n: one for one in passages}
        self._lang, self._meaning, self._lexicon = lang, meaning, lexicon

    def faults(self, sentence: Sentence) -> list[str]:
        """What is wrong with the sentence, in words for the model; nothing when it may be shown.

        Raises:
            EmbedderError: its meaning could not be compared.
        """
        if len(sentence.text) > MAX_CHARS:
            return [f"it is too long: {MAX_CHARS} characters at most"]
        cites, bare = sentence.cites, sentence.bare
        unknown = [one for one in cites if one not in self._passages]
        if unknown:
            return [f"there is no passage {', '.join(f'[{one}]' for one in unknown)}"]
        if not cites:
            return ["it cites no passage"]
        if len(cites) > MOST_CITES:
            return [f"it cites more than {MOST_CITES} passages"]
        cited = [self._passages[one] for one in cites]
        found = [*self._wording(bare), *self._foreign(bare, cited), *self._taken(bare, cited)]
        if not found and not self._meaning.near(bare, self._lang, cited):
            found.append("the cited passage says nothing of the kind")
        return found

    def _wording(self, bare: str) -> list[str]:
        """Faults of the sentence by itself."""
        letters = _WORDS.findall(bare)
        found = [why] if (why := language.foreign(bare, self._lang)) else []
        if len(letters) < _MIN_LETTERS:
            found.append("it says nothing")
        elif sum(_HOME.fullmatch(letter) is None for letter in letters) > len(letters) / 10:
            found.append("it is in another language")
        if filler.speaks_of_itself(bare) or MARK.search(bare):
            found.append("it speaks of itself or of the request")
        return found

    @staticmethod
    def _foreign(bare: str, cited: Sequence[Passage]) -> list[str]:
        own = frozenset(link for one in cited for link in links.own(one.paper, one.paper.abstract))
        known = "\n".join(one.known for one in cited).lower()
        found = [f"take out {odd}" for odd in links.foreign(bare, own)]
        found += [f"take out the command {one}" for one in _COMMAND.findall(bare)]
        # What one chat makes a link of and another doesn't; a file's name that the passage has is none.
        dotted = [one for one in _DOTTED.findall(bare) if one.lower() not in known and one.lower() not in _SHORT]
        lured = [one for one in _LURE.findall(bare) if one.lower() not in known]
        return found + [f"take out {one}" for one in (*dotted, *lured)]

    def _taken(self, bare: str, cited: Sequence[Passage]) -> list[str]:
        """Numbers and names that stand in no cited passage."""
        known_text = "\n".join(one.known for one in cited)
        known = numbers.known(known_text)
        spelled = frozenset(value for _, value in numerals.chinese(known_text))
        every = numbers.Known(known.every | spelled, known.bare | spelled)
        odd = [*numbers.strange(bare, every), *numerals.strange(bare, every)]
        found = [f"not in the cited passage, in these digits: {', '.join(odd[:5])}"] if odd else []
        if named := names.strange(bare, known_text, self._lexicon):
            found.append(f"not named in the cited passage: {', '.join(named[:5])}")
        return found + polarity.strange(bare, cited, self._lexicon)
