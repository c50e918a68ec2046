"""A thousand answers from a model that lies: `python -m tests.bench.answers [--json]`, some two minutes.

Questions in both languages are put to the bot as in a chat: over made-up papers, and over the real day where it lies
beside the checkout. The server tells sound sentences of the passages, and lies among them of every kind that the fake
knows (tests/fakes/answer_server.py); when sentences are to be written again it lies again half of the time; streams
break off, answers are cut, calls fail. What reaches the chat, drafts included, is then read by simple rules of its own:
what was told as a lie must not stand there, and numbers are looked for in the stored sections that are cited.
"""

import asyncio
import random
import re
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any

import structlog

from bot import evaluate
from bot.app import App
from bot.config import Settings
from bot.doc import Doc, Note
from bot.render import PLAIN, render
from bot.request import Reply, Request
from bot.respond import respond
from ingest import passages
from store import exchange, papers
from store.types import Entry, Paper, Sections, Summary
from tests.bench.figures import SHARED, Figure, main
from tests.fakes.answer_server import LIES, AnswerServer
from tests.fakes.llm_answers import Prompt
from tests.makers.papers import DAY

ANSWERS, AT_ONCE = 1000, 4
CHEATED = ("citations", "numbers", "links", "mentions", "other lies")

_CITED = re.compile(r"\[(\d+)\]")
_DIGITS = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_LINK = re.compile(r"https?://[^\s)\]，。]+|\b[\w-]+\.(?:com|net|org|io)\b")
_MENTION = re.compile(r"(?<!\w)@\w+|<[@#!]|tg://")
_SENTENCE = re.compile(r"(?<=\]\.) |(?<=\]。)")
_FIELDS = (
    ("paper folding", "折纸", "cranes", "纸鹤"),
    ("weather forecasting", "天气预报", "storms", "风暴"),
    ("robot manipulation", "机器人操作", "soft fruit", "软水果"),
    ("protein structure", "蛋白质结构", "helices", "螺旋"),
    ("speech recognition", "语音识别", "dialects", "方言"),
    ("video generation", "视频生成", "long clips", "长片段"),
)


class Liar(AnswerServer):
    """Lies and breaks off at random."""

    def __init__(self) -> None:
        super().__init__()
        self.chance = random.Random(7)

    def _answer(self, prompt: Prompt) -> str:
        kinds = self.chance.sample(list(LIES), self.chance.choice((0, 1, 2, 3)))
        self.lie(*kinds, stubborn=self.chance.random() < 0.5)
        return super()._answer(prompt)

    def _mend(self, prompt: Prompt) -> dict[str, Any]:
        if not self.lies:
            self.stubborn = False
        return super()._mend(prompt)

    def _fault_for(self, prompt: Prompt) -> str:
        return self.chance.choices(("", "drop", "truncate", "empty", "fenced"), (80, 6, 6, 4, 4))[0]


@dataclass
class Found:
    """What reached the chat."""

    answers: int = 0
    written: int = 0
    sentences: int = 0
    unsupported: int = 0
    cheated: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)


def made() -> Iterator[Entry]:
    """Papers of six fields, summarised in both languages, each with names and numbers of its own."""
    for n in range(36):
        en, zh, thing, things = _FIELDS[n % len(_FIELDS)]
        name, rival, test = f"Orri{n}Net", f"Vael{n}Former", f"Bench-{chr(65 + n % 26)}{n}"
        score, gain, hours = f"{50 + n}.{n % 9 + 1}", f"{n % 7 + 2}.{n % 5 + 1}", 11 + 3 * n
        paper = Paper(f"3105.{n:05}", f"{name}: {en.title()} for {thing.title()}", DAY)
        english = Sections(
            f"{en.capitalize()} of {thing}.",
            f"{name} is a model for {en} that plans {thing} jointly with a graph of parts.",
            f"- In: a photo of {thing}.\n- Out: a plan of steps for {thing}.\n1. Run {name} on a single machine.",
            f"- **Joint planning**: {name} plans {thing} jointly, so that fewer steps of {en} fail.",
            f"- On {test}, {name} reaches an accuracy of {score}%, {gain} points above {rival}.\n"
            f"- Training {name} for {en} takes {hours} hours.",
        )
        chinese = Sections(
            f"{things}的{zh}。",
            f"{name} 是用于{zh}的模型，用部件图联合规划{things}。",
            f"- 输入：{things}的照片。\n- 输出：{things}的步骤方案。\n1. 在一台机器上运行 {name}。",
            f"- **联合规划**：{name} 联合规划{things}，使{zh}的失败步骤更少。",
            f"- 在 {test} 上，{name} 的准确率达到 {score}%，比 {rival} 高 {gain} 个百分点。\n"
            f"- 训练用于{zh}的 {name} 需要 {hours} 小时。",
        )
        yield Entry(
            paper,
            (Summary(paper.arxiv_id, "en", english, "HTML"), Summary(paper.arxiv_id, "zh", chinese, "HTML")),
        )


def questions() -> list[str]:
    """Questions of fact, of lists, about one paper and about two, in both languages."""
    asked: list[str] = []
    for n in range(36):
        en, zh, thing, things = _FIELDS[n % len(_FIELDS)]
        name, test = f"Orri{n}Net", f"Bench-{chr(65 + n % 26)}{n}"
        asked += [
            f"What accuracy does {name} reach on {test}?",
            f"{name} 在 {test} 上的准确率是多少？",
            f"How many hours does training {name} for {en} take?",
            f"训练用于{zh}的 {name} 需要多少小时？",
            f"3105.{n:05} how does it plan {thing} jointly?",
            f"3105.{n:05} 怎么规划{things}？",
            f"/compare 3105.{n:05} 3105.{(n + 6) % 36:05}",
            f"which papers are about {en}?",
        ]
    return asked


async def one(app: App, question: str, at: int, server: Liar, found: Found) -> None:
    """One question, and what of its reply and its drafts stands where it must not."""
    drafts: list[Doc] = []
    told = len(server.told)
    began = time.perf_counter()
    reply = await respond(app, Request(question, front="bench", chat=str(at), user=str(at)), drafts.append)
    found.seconds.append(time.perf_counter() - began)
    found.answers += 1
    text = "\n".join(render(reply.doc, PLAIN))
    found.shown.append(text)
    stored = [entry.paper for entry in papers.everything(app.folder.db)]
    urls = {url for paper in stored for url in (paper.url, paper.arxiv_url, paper.repository, paper.project_page)}
    for shown in (text, *("\n".join(render(draft, PLAIN)) for draft in drafts)):
        found.cheated["links"] += sum(link not in urls for link in _LINK.findall(shown))
        found.cheated["mentions"] += len(_MENTION.findall(shown))
        lies = server.told[max(0, told - 50) :]  # other questions are answered meanwhile
        found.cheated["other lies"] += sum(core in shown for lie in lies if len(core := _core(lie)) > 8)
    if drafts:
        _read(app, reply, found)


def _read(app: App, reply: Reply, found: Found) -> None:
    """A written answer: each citation leads somewhere, each number stands in what is cited."""
    assert reply.talk is not None
    found.written += 1
    sources = {cited.n: _section(app, cited.arxiv_id, cited.section) for cited in reply.talk.cited}
    body = "\n".join(render(Doc(*(block for block in reply.doc.blocks if not isinstance(block, Note))), PLAIN))
    for sentence in filter(None, map(str.strip, _SENTENCE.split(body))):
        found.sentences += 1
        numbers = [int(n) for n in _CITED.findall(sentence)]
        found.cheated["citations"] += sum(n not in sources for n in numbers) + (not numbers)
        known = "\n".join(sources.get(n, "") for n in numbers)
        said = _CITED.sub("", sentence)
        known_numbers = {digits.replace(",", "") for digits in _DIGITS.findall(known)}
        found.cheated["numbers"] += sum(n.replace(",", "") not in known_numbers for n in _DIGITS.findall(said))
        found.unsupported += _plain(said) not in _plain(known) and not _crossed(said, known)


def _section(app: App, arxiv_id: str, section: str) -> str:
    """A cited section in every language that is stored, with its paper's title."""
    entry = papers.need(app.folder.db, arxiv_id)
    texts = [dict(summary.sections.items()).get(section, "") for summary in entry.summaries]
    return "\n".join([entry.paper.title, entry.paper.abstract if section == "abstract" else "", *texts])


def _crossed(said: str, known: str) -> bool:
    """What the fake says of a passage in the other language: a name and a number of it, or that it is a method."""
    name = re.split(r"[:!] ", known.split("\n", 1)[0])[0 if ": " in known.split("\n", 1)[0] else -1]
    return said.startswith(name) and len(said) < len(name) + 30


def _core(lie: str) -> str:
    return lie.rpartition("[")[0].strip()


def _plain(text: str) -> str:
    """Letters and digits alone: a formula reads otherwise than it is stored."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", re.sub(r"\\\\[a-zA-Z]+|[αβ]", "", text))))


async def asked(app: App, texts: list[str], server: Liar, count: int, found: Found) -> None:
    """Put `count` questions, AT_ONCE at a time."""
    numbers = iter(range(count))

    async def worker() -> None:
        for at in numbers:
            app.restated.forget()
            await one(app, texts[at % len(texts)], at, server, found)

    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    await app.aclose()


async def corpus(entries: list[Entry], texts: list[str], count: int, found: Found) -> set[str]:
    """Answers over one corpus; returns the sentences that the server meant."""
    with tempfile.TemporaryDirectory() as folder:
        async with Liar() as server:
            llm = {"base_url": server.base_url, "model": "fake-small"}
            settings = Settings(data=Path(folder), llm=llm, limits={"per_user_day": 0})
            with App(settings, own=True) as app:
                papers.save(app.folder.db, entries)
                passages.embed_lacking(app.folder, app.vectors)
                await asked(app, texts, server, count, found)
            return server.meant


def measure() -> list[Figure]:
    """Three quarters of the answers over made-up papers, the rest over the real day where there is one."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr), wrapper_class=_quiet())
    found = Found()
    real = SHARED / "report-2026-02-26.md"
    count = ANSWERS * 3 // 4 if real.exists() else ANSWERS
    sound = asyncio.run(corpus(list(made()), questions(), count, found))
    if real.exists():
        texts = [case.question for case in evaluate.read(SHARED / "questions-dev.jsonl")]
        sound |= asyncio.run(corpus(list(exchange.read(real)), texts, ANSWERS - count, found))
    seen = "\n".join(map(_plain, (_CITED.sub("", text) for text in found.shown)))
    kept = sum(_plain(_CITED.sub("", one)) in seen for one in sound)
    times = quantiles(found.seconds, n=100, method="inclusive")
    return [
        Figure("answers", found.answers),
        Figure("written by the model, share", found.written / found.answers),
        *(Figure(f"invented {kind} that reached the chat", found.cheated[kind], 0) for kind in CHEATED),
        Figure("sentences shown", found.sentences),
        Figure("sentences shown that no cited passage holds, share", found.unsupported / max(found.sentences, 1), 0.01),
        Figure("sound sentences that were kept, share", kept / max(len(sound), 1), 0.9, least=True),
        Figure("an answer, the model's own time not counted, p50, ms", 1000 * times[49]),
        Figure("an answer, the model's own time not counted, p95, ms", 1000 * times[94]),
    ]


def _quiet() -> Any:
    return structlog.make_filtering_bound_logger(50)


if __name__ == "__main__":
    main(measure)
