"""Papers that aren't stored and that somebody asks for, from the offer to the page: with the stand-ins for arXiv and a
model, through the whole core."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot import fetching, intake
from bot.app import App
from bot.config import Settings
from bot.doc import Doc
from bot.fetching import Fetching
from bot.request import Reply, Request
from bot.respond import respond
from store import ledger, papers, usage
from tests.bot.conftest import shown
from tests.fakes.llm_server import LlmServer
from tests.fakes.paper_library import make_papers
from tests.fakes.papers_server import PapersServer
from tests.makers.hash_embedder import HashEmbedder
from tests.makers.papers import LIBRARY

NOW = datetime(2031, 5, 7, 21, tzinfo=UTC)
MADE = make_papers(date(2026, 3, 19), 8)
IDS = [paper["id"] for paper in MADE]
TITLE = MADE[0]["title"].split(":")[0]
ADA = Request("", "en", "telegram", chat="5", user="5", may_fetch=True)
BEN = Request("", "zh", "discord", chat="-6", user="6", private=False, may_fetch=True)
UNKNOWN = "2602.99999"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[PapersServer]:
    async with PapersServer(tmp_path, today="2026-03-30", pace_s=0.01) as server:
        server.add_day("2026-03-19", MADE)
        yield server


@pytest.fixture
async def llm() -> AsyncIterator[LlmServer]:
    async with LlmServer() as server:
        yield server


class Bot:
    """The core, and what it works with."""

    def __init__(self, app: App, site: PapersServer, llm: LlmServer) -> None:
        self.app, self.site, self.llm = app, site, llm

    async def begin(self, text: str, request: Request = ADA, drafts: list[str] | None = None) -> Reply:
        """What is said at once."""

        def draft(doc: Doc) -> None:
            if drafts is not None:
                drafts.append(shown(doc))

        return await respond(self.app, request.saying(text), draft)

    async def ask(self, text: str, request: Request = ADA, drafts: list[str] | None = None) -> Reply:
        """What is said in the end."""
        reply = await self.begin(text, request, drafts)
        return await reply.later() if reply.later else reply

    async def said(self, text: str, request: Request = ADA) -> str:
        return shown((await self.ask(text, request)).doc)

    @property
    def lookups(self) -> int:
        return sum("/api/query" in line["path"] for line in self.site.requests)


def settings(path: Path, site: PapersServer, llm: LlmServer, *, model: bool = True, **limits: Any) -> Settings:
    arxiv = {"base_url": site.url, "api_url": f"{site.url}/api/query", "pace_s": 0.012}
    asked = {"base_url": llm.base_url, "model": "fake-small", "price_in": 1.0, "price_out": 2.0} if model else {}
    sources = {"hf_daily": {"base_url": site.url}, "arxiv": arxiv}
    return Settings(data=path / "data", sources=sources, llm=asked, limits={"daily_budget_usd": limits})


@pytest.fixture
def model() -> bool:
    return True


@pytest.fixture
def limits() -> dict[str, float]:
    return {}


@pytest.fixture
def app(tmp_path: Path, site: PapersServer, llm: LlmServer, model: bool, limits: dict[str, float]) -> Iterator[App]:
    chosen = settings(tmp_path, site, llm, model=model, **limits)
    with App(chosen, own=True, embedder=HashEmbedder(), now=lambda: NOW, today=NOW.date) as made:
        papers.save(made.folder.db, LIBRARY)
        yield made


@pytest.fixture
async def bot(app: App, site: PapersServer, llm: LlmServer) -> AsyncIterator[Bot]:
    async with AsyncExitStack() as stack:
        pipeline = await stack.enter_async_context(intake.pipeline(app))
        await stack.enter_async_context(intake.fetching(app, pipeline))
        yield Bot(app, site, llm)


def labels(reply: Reply) -> list[str]:
    return [button.action for row in reply.buttons for button in row]


# --- the offer ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"/paper {UNKNOWN}v2", id="a command"),
        pytest.param(UNKNOWN, id="an id alone"),
        pytest.param(f"https://arxiv.org/abs/{UNKNOWN}", id="a link"),
        pytest.param(f"what does {UNKNOWN} measure?", id="a question"),
        pytest.param(f"/start p{UNKNOWN.replace('.', '_')}", id="a deep link"),
    ],
)
async def test_an_unknown_id_is_offered_where_it_may_be_fetched(bot: Bot, text: str) -> None:
    assert labels(await bot.ask(text)) == [f"/fetch {UNKNOWN}"]
    assert labels(await bot.ask(text, replace(ADA, may_fetch=False))) == ["/today", "/help"]


async def test_where_it_may_not_be_fetched_asking_for_it_fetches_nothing(bot: Bot) -> None:
    assert (await bot.said(f"/fetch {IDS[0]}", replace(ADA, may_fetch=False))).startswith("I don't have")
    assert bot.site.requests == []


async def test_once_nothing_serves_it_nothing_is_offered(bot: Bot) -> None:
    bot.app.fetching = None
    assert labels(await bot.ask(f"/paper {UNKNOWN}")) == ["/today", "/help"]


# --- fetching -------------------------------------------------------------------------------------


async def test_it_is_fetched_summarised_and_shown(bot: Bot) -> None:
    drafts: list[str] = []
    reply = await bot.ask(f"/fetch {IDS[0]}", drafts=drafts)
    told = shown(reply.doc)
    assert told.startswith(MADE[0]["title"])
    assert "summary by fake-small" in told
    assert drafts == [f"Looking up {IDS[0]} on arXiv…", f"Reading {TITLE}…", f"Summarising {TITLE}…"]
    assert labels(reply)[0] == f"/guide {IDS[0]}"


@pytest.mark.parametrize("model", [False])
async def test_without_a_model_it_is_quoted(bot: Bot) -> None:
    assert "quoted from the paper" in await bot.said(f"/fetch {IDS[0]}")
    assert bot.llm.calls == []


async def test_it_is_what_the_conversation_is_about_from_then_on(bot: Bot) -> None:
    first = await bot.begin(f"/fetch {IDS[0]}")
    assert first.later is not None
    await bot.said("/paper 3105.00003")
    await first.later()
    assert (await bot.said("how do I use it?")).startswith(MADE[0]["title"])


async def test_while_it_is_fetched_the_chat_goes_on(bot: Bot) -> None:
    bot.site.set_page(IDS[0], slow_s=30, html="missing", pdf="")
    first = await bot.begin(f"/fetch {IDS[0]}")
    assert first.later is not None
    late = asyncio.ensure_future(first.later())
    assert (await bot.said("/paper 3105.00003")).startswith("TouchPilot")
    assert not late.done()
    late.cancel()


async def test_two_who_ask_at_once_both_get_it_and_it_is_fetched_once(bot: Bot) -> None:
    ours, theirs = await asyncio.gather(bot.said(f"/fetch {IDS[0]}"), bot.said(f"/fetch {IDS[0]}", BEN))
    assert ours.startswith(MADE[0]["title"])
    assert theirs.startswith(MADE[0]["title"])
    assert (bot.lookups, len(bot.llm.calls)) == (1, 1)


async def test_who_asks_second_is_told_how_far_it_is(bot: Bot) -> None:
    bot.llm.behave(latency_s=0.3)
    first: list[str] = []
    begun = asyncio.ensure_future(bot.ask(f"/fetch {IDS[0]}", drafts=first))
    while not first or "Summarising" not in first[-1]:
        await asyncio.sleep(0.01)
    second: list[str] = []
    await bot.ask(f"/fetch {IDS[0]}", BEN, second)
    assert second == [f"正在为 {TITLE} 写摘要……"]
    await begun


async def test_who_gives_up_waiting_ends_it_for_nobody_else(bot: Bot) -> None:
    bot.llm.behave(latency_s=0.3)
    first = asyncio.ensure_future(bot.ask(f"/fetch {IDS[0]}"))
    second = asyncio.ensure_future(bot.said(f"/fetch {IDS[0]}", BEN))
    while not bot.llm.calls:
        await asyncio.sleep(0.01)
    first.cancel()
    assert (await second).startswith(MADE[0]["title"])
    assert len(bot.llm.calls) == 1


async def test_a_paper_that_is_stored_by_now_is_shown_at_once(bot: Bot) -> None:
    reply = await bot.begin("/fetch 3105.00003")
    assert (reply.later, shown(reply.doc).startswith("TouchPilot")) == (None, True)


async def test_it_is_in_no_days_list_and_no_report(bot: Bot) -> None:
    await bot.ask(f"/fetch {IDS[0]}")
    day = papers.need(bot.app.folder.db, IDS[0]).paper.day
    for text in ("/today", f"/day {day}", "/week", "/top 50", f"/report {day}"):
        reply = await bot.ask(text)
        assert TITLE not in shown(reply.doc)
        assert reply.files == ()
    assert (await bot.said(TITLE)).startswith(MADE[0]["title"])


async def test_its_page_leads_to_arxiv_and_not_to_a_list_that_never_held_it(bot: Bot) -> None:
    told = await bot.said(f"/fetch {IDS[0]}")
    assert f"arxiv.org/abs/{IDS[0]}" in told
    assert "huggingface.co" not in told


async def test_on_an_empty_store_it_can_be_asked_about(bot: Bot) -> None:
    with bot.app.folder.db.write() as db:
        db.execute("DELETE FROM papers")
    await bot.ask(f"/fetch {IDS[0]}")
    assert (await bot.said(IDS[0])).startswith(MADE[0]["title"])
    assert "1 paper" in await bot.said("/status")


# --- what can go wrong ----------------------------------------------------------------------------


async def test_an_id_that_arxiv_does_not_know_is_told_so(bot: Bot) -> None:
    reply = await bot.ask(f"/fetch {UNKNOWN}")
    assert shown(reply.doc) == f"arXiv knows no paper {UNKNOWN}. Please check the number."
    assert labels(reply) == []


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        pytest.param("throttled", f"arXiv can't be reached just now. Please try {IDS[0]} again", id="busy"),
        pytest.param("html", f"{IDS[0]} could not be fetched. It is noted", id="another shape"),
    ],
)
async def test_arxiv_failing_is_told_with_a_button_to_try_again(bot: Bot, fault: str, told: str) -> None:
    bot.site.configure(atom_fault=fault)
    reply = await bot.ask(f"/fetch {IDS[0]}")
    assert shown(reply.doc).startswith(told)
    assert labels(reply) == [f"/fetch {IDS[0]}"]
    bot.site.configure(atom_fault="")
    assert (await bot.said(f"/fetch {IDS[0]}")).startswith(MADE[0]["title"])


@pytest.mark.parametrize(
    ("fault", "note"),
    [
        pytest.param("other_paper", "The summary didn't pass its checks; I'll try again.", id="a failed check"),
        pytest.param("refusal", "The summary didn't pass its checks; I'll try again.", id="a refusal"),
    ],
)
async def test_a_summary_that_fails_leaves_the_abstract_with_the_note(bot: Bot, fault: str, note: str) -> None:
    bot.llm.behave(fault=fault)
    told = await bot.said(f"/fetch {IDS[0]}")
    assert MADE[0]["summary"][:40] in told
    assert note in told


async def test_a_refused_key_leaves_the_abstract_without_blaming_the_summary(bot: Bot) -> None:
    bot.llm.behave(api_key="another")
    told = await bot.said(f"/fetch {IDS[0]}")
    assert MADE[0]["summary"][:40] in told
    assert "No summary yet; this is the paper's own abstract." in told


async def test_beyond_a_few_it_asks_to_come_back(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "WAITING", 1)
    bot.llm.behave(latency_s=0.5)
    begun = [asyncio.ensure_future(bot.said(f"/fetch {arxiv_id}")) for arxiv_id in IDS[:3]]
    await asyncio.sleep(0)
    while bot.lookups < 2:
        await asyncio.sleep(0.01)
    reply = await bot.ask(f"/fetch {IDS[3]}")
    assert shown(reply.doc).startswith("Several papers are being fetched already.")
    assert labels(reply) == [f"/fetch {IDS[3]}"]
    assert [text.startswith("Method") for text in await asyncio.gather(*begun)] == [True] * 3


async def test_beyond_many_who_wait_for_one_paper_others_are_shown_what_there_is(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "ASKERS", 1)
    bot.llm.behave(latency_s=0.3)
    first = asyncio.ensure_future(bot.said(f"/fetch {IDS[0]}"))
    while not bot.llm.calls:
        await asyncio.sleep(0.01)
    assert "还没有摘要，以下是论文自己的 Abstract。" in await bot.said(f"/fetch {IDS[0]}", BEN)
    assert (await first).startswith(MADE[0]["title"])


async def test_who_waits_for_a_turn_is_told_so(bot: Bot) -> None:
    bot.llm.behave(latency_s=0.3)
    drafts: list[str] = []
    begun = [asyncio.ensure_future(bot.said(f"/fetch {arxiv_id}")) for arxiv_id in IDS[:2]]
    while bot.lookups < 2:
        await asyncio.sleep(0.01)
    await bot.ask(f"/fetch {IDS[2]}", drafts=drafts)
    assert drafts[0] == f"Others come first; {IDS[2]} is waiting its turn…"
    assert drafts[-1].startswith("Summarising")
    await asyncio.gather(*begun)


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        pytest.param(True, "No summary yet; this is the paper's own abstract.", id="while it is summarised"),
        pytest.param(False, f"{IDS[2]} took too long, so I stopped.", id="while it waits"),
    ],
)
async def test_it_takes_no_longer_than_it_may(bot: Bot, stored: bool, told: str) -> None:
    bot.llm.behave(latency_s=60)
    async with intake.pipeline(bot.app) as pipeline, Fetching(pipeline, None, bot.app.now, total_s=2.0) as bounded:
        bot.app.fetching = bounded
        said = await asyncio.gather(*(bot.said(f"/fetch {arxiv_id}") for arxiv_id in IDS[:3]))
    assert told in said[0 if stored else 2]


async def test_at_the_end_nothing_is_left_running(app: App, site: PapersServer, llm: LlmServer) -> None:
    llm.behave(latency_s=60)
    async with intake.pipeline(app) as pipeline:
        async with intake.fetching(app, pipeline):
            late = asyncio.ensure_future(Bot(app, site, llm).ask(f"/fetch {IDS[0]}"))
            while not llm.calls:
                await asyncio.sleep(0.01)
        assert app.fetching is None
        await asyncio.wait({late}, timeout=5)
    assert late.cancelled()


# --- what it costs --------------------------------------------------------------------------------


def charged(app: App, request: Request) -> tuple[float, float]:
    """US dollars of the asker and of the chat."""
    user, chat = usage.of(app.folder.db, NOW.date(), request.front, request.user, request.chat)
    return user.cost_usd, chat.cost_usd


async def test_what_it_cost_is_charged_to_who_asked_first(bot: Bot) -> None:
    await asyncio.gather(bot.ask(f"/fetch {IDS[0]}"), bot.ask(f"/fetch {IDS[0]}", BEN))
    cost = ledger.spent(bot.app.folder.db, NOW.date()).cost_usd
    assert cost > 0
    assert charged(bot.app, ADA) == (pytest.approx(cost), pytest.approx(cost))
    assert charged(bot.app, BEN) == (0, 0)


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        pytest.param({"user": 1e-6}, "You've used today's written answers", id="the asker's"),
        pytest.param({"chat": 1e-6}, "This chat has used today's written answers", id="the chat's"),
        pytest.param({"total": 1e-6}, "Today's written answers are used up", id="everybody's"),
    ],
)
async def test_a_spent_budget_is_told_with_its_end_and_nothing_is_fetched(bot: Bot, told: str) -> None:
    await bot.ask(f"/fetch {IDS[0]}")
    requests = len(bot.site.requests)
    reply = await bot.begin(f"/fetch {IDS[1]}")
    assert shown(reply.doc) == f"{told}; quotes still work. More at 00:00 (in 3 hours)."
    assert (reply.later, reply.aside, len(bot.site.requests)) == (None, True, requests)


@pytest.mark.parametrize("limits", [{"user": 1e-6}])
async def test_anothers_budget_is_their_own(bot: Bot) -> None:
    await bot.ask(f"/fetch {IDS[0]}")
    assert (await bot.said(f"/fetch {IDS[1]}", BEN)).startswith(MADE[1]["title"])


@pytest.mark.parametrize("limits", [{"user": 1e-6}])
async def test_a_budget_that_is_spent_while_others_wait_holds_for_them_too(bot: Bot) -> None:
    bot.llm.behave(latency_s=0.2)
    said = await asyncio.gather(*(bot.said(f"/fetch {arxiv_id}") for arxiv_id in IDS[:4]))
    fetched = [text for text in said if text.startswith("Method")]
    assert len(fetched) == fetching.AT_ONCE
    assert {text.split(";")[0] for text in said if text not in fetched} == {"You've used today's written answers"}


@pytest.mark.parametrize(("limits", "model"), [({"user": 1e-6, "chat": 1e-6, "total": 1e-6}, False)])
async def test_what_costs_nothing_needs_no_budget(bot: Bot) -> None:
    bot.app.limiter.charge(ADA, 1.0, NOW)
    assert (await bot.said(f"/fetch {IDS[0]}")).startswith(MADE[0]["title"])


async def test_a_budget_of_zero_is_none(bot: Bot) -> None:
    bot.app.limiter.charge(ADA, 1e6, NOW)
    assert (await bot.said(f"/fetch {IDS[0]}")).startswith(MADE[0]["title"])
