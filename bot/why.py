"""Why a paper is in a digest, or isn't, and why it stands where it does: the reasons in words.

Owns: how reasons are put.
Does not own: the reasons (wanted, topics, taste), whose digest it is (commands).
"""

from collections.abc import Mapping, Sequence

from bot import digest, pages, topics
from bot.app import App
from bot.doc import Block, Item, Para
from bot.lang import Words
from bot.taste import Shift
from bot.wanted import Choice, Verdict
from store import papers
from store.types import Entry
from store.wishes import Wish

WORDS = 4
"""Words of a topic that are named as standing in a paper."""

LIKED = 2
"""Papers that are named as those which move one."""


class Reasons:
    """The reasons for a paper of `entries`, which are all of a day, most voted first. Blocks, as topics do."""

    def __init__(self, app: App, entries: Sequence[Entry], shifts: Mapping[str, Shift], words: Words) -> None:
        self._app, self._entries, self._words = app, entries, words
        self._shifts = shifts
        self._choice = Choice(app, entries)

    def told(self, entry: Entry, wish: Wish) -> tuple[Block, ...]:
        """Whether the wish is given the paper, and why."""
        verdicts = self._choice.verdicts(wish, self._shifts)
        mine = next(one for one in verdicts if one.entry.paper.arxiv_id == entry.paper.arxiv_id)
        shown = self._shown(verdicts)
        said = {"title": pages.label(entry.paper), "day": self._words.date(entry.paper.day)}
        if mine.why_not is None:
            head = self._words("why.in", number=shown.index(entry.paper.arxiv_id) + 1, n=len(shown), **said)
        else:
            head = self._words("why.out", **said)
        before = self._shown(self._choice.verdicts(wish, {})) if self._shifts else shown
        lines = [*self._why(mine, wish), *self._why_not(mine, wish), *self._order(mine, shown, before)]
        return Para(head), *(Item(line) for line in lines)

    def _shown(self, verdicts: Sequence[Verdict]) -> list[str]:
        """The ids of those that are in, in the order of the digest's numbers."""
        entries = [one.entry for one in verdicts if one.why_not is None]
        return [entry.paper.arxiv_id for entry in digest.group(self._entries[0].paper.day, entries).entries]

    def _why(self, mine: Verdict, wish: Wish) -> list[str]:
        if not mine.why and mine.why_not is None:
            return [self._words("why.all_but" if wish.exclude or wish.least_votes else "why.all")]
        lines = []
        for kind, name in mine.why:
            if kind == "topic":
                lines.append(self._by_topic(mine.entry, name, "why.topic", "why.meaning"))
            elif kind == "group":
                lines.append(self._words("why.group", name=self._words(f"topic.{name}")))
            else:
                lines.append(self._words(f"why.{kind}", name=name))
        return lines

    def _why_not(self, mine: Verdict, wish: Wish) -> list[str]:
        if mine.why_not == "nothing":
            nothing = [self._by_topic(mine.entry, one, "why.topic_not", "why.topic_nothing") for one in wish.topics]
            for kind, names in (("include", wish.include), ("author", wish.authors)):
                nothing += [self._words(f"why.{kind}_not", names=self._joined(names))] if names else []
            groups = [self._words(f"topic.{name}") for name in wish.groups]
            own = self._words(f"topic.{digest.topic(mine.entry)}")
            return nothing + ([self._words("why.group_not", own=own, names=self._joined(groups))] if groups else [])
        if mine.why_not == "exclude":
            return [self._words("why.exclude", name=mine.word)]
        if mine.why_not == "votes":
            votes = mine.entry.paper.upvotes
            return [self._words("why.uncounted" if votes is None else "why.votes", n=votes, least=wish.least_votes)]
        return [self._words("why.most", number=mine.place, n=wish.most)] if mine.why_not == "most" else []

    def _by_topic(self, entry: Entry, topic: str, by_words: str, without: str) -> str:
        found = topics.evidence(self._app, self._entries, topic, entry)[:WORDS]
        name = pages.shortened(topic)
        return self._words(by_words, name=name, words=self._joined(found)) if found else self._words(without, name=name)

    def _order(self, mine: Verdict, shown: Sequence[str], before: Sequence[str]) -> list[str]:
        """What moves the paper, and from where to where, if something does."""
        arxiv_id = mine.entry.paper.arxiv_id
        shift = self._shifts.get(arxiv_id)
        if shift is None or not mine.place:
            return []
        votes = mine.entry.paper.upvotes or 0
        up = shift.value > 0
        liked = [one.arxiv_id for one, part in shift.because if (part > 0) == up][:LIKED]
        entries = (papers.get(self._app.folder.db, one) for one in liked)
        titles = self._joined([pages.label(one.paper) for one in entries if one is not None])
        counts = round((votes + 1) * shift.factor) - 1
        line = self._words("why.up" if up else "why.down", votes=votes, n=max(0, counts), titles=titles)
        if arxiv_id not in shown or arxiv_id not in before or shown.index(arxiv_id) == before.index(arxiv_id):
            return [line]
        moved = {"before": before.index(arxiv_id) + 1, "number": shown.index(arxiv_id) + 1}
        return [line, self._words("why.moved", **moved)]

    def _joined(self, names: Sequence[str]) -> str:
        return self._words("why.joint").join(names)
