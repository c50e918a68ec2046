"""What a paper lacks in the eyes of a model and of the one who quotes, and what comes of making it."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from ingest.fulltext.text import Text, parse_abstract
from ingest.models.budget import Budget
from ingest.models.chat_model import ChatModel
from ingest.summaries.summarisers import ByModel, Extractive
from store import ledger
from store.db import Db
from store.errors import BudgetSpent, ModelError
from store.types import EXTRACTIVE, LANGS, Entry, Lang, Sections, Summary
from tests.fakes.chat_server import ChatServer
from tests.makers.hash_embedder import HashEmbedder
from tests.makers.read_papers import paper, text

NOW = datetime(2026, 2, 26, 9, tzinfo=UTC)
PAPER = paper()
FIVE = Sections("a", "b", "c", "d", "e")

Chats = Callable[..., ChatModel]


def has(*written: Lang, quoted: tuple[Lang, ...] = ()) -> Entry:
    """The paper with summaries by a model, and quoted ones."""
    made = [Summary(PAPER.arxiv_id, lang, FIVE, "HTML", "fake-small") for lang in written]
    made += [Summary(PAPER.arxiv_id, lang, FIVE, "HTML", EXTRACTIVE) for lang in quoted]
    return Entry(PAPER, tuple(made))


@pytest.fixture
def by_model(chats: Chats) -> ByModel:
    return ByModel(chats(), LANGS, 10_000, lambda: NOW)


@pytest.mark.parametrize(
    ("entry", "lacks"),
    [
        pytest.param(has(), True, id="no summary"),
        pytest.param(has("en"), True, id="one language of two"),
        pytest.param(has("en", "zh"), False, id="both languages"),
        pytest.param(has(quoted=("en",)), True, id="a quoted one"),
        pytest.param(has("zh", quoted=("en",)), True, id="a quoted one beside a written one"),
    ],
)
def test_a_model_is_wanted_for_every_language_without_a_written_summary(
    by_model: ByModel, entry: Entry, lacks: bool
) -> None:
    assert by_model.lacks(entry) is lacks


@pytest.mark.parametrize(
    ("entry", "lacks"),
    [
        pytest.param(has(), True, id="no summary"),
        pytest.param(has("zh"), False, id="written in one language"),
        pytest.param(has(quoted=("en",)), False, id="quoted"),
    ],
)
def test_a_paper_is_quoted_only_where_it_has_no_summary_at_all(entry: Entry, lacks: bool) -> None:
    assert Extractive(HashEmbedder(), lambda: NOW).lacks(entry) is lacks


async def test_all_languages_are_asked_for_together(by_model: ByModel, llm: ChatServer) -> None:
    made = await by_model.make(has(), text())
    assert ([one.lang for one in made.summaries], made.reason) == (list(LANGS), "")
    assert all(name in str(llm.bodies[0]) for name in ("zh_results", "en_results"))


async def test_only_the_languages_that_lack_are_asked_for(by_model: ByModel, llm: ChatServer) -> None:
    made = await by_model.make(has("zh", quoted=("en",)), text())
    assert [one.lang for one in made.summaries] == ["en"]
    assert "zh_" not in str(llm.bodies)


async def test_what_it_took_is_what_its_summaries_took(by_model: ByModel) -> None:
    made = await by_model.make(has(), text())
    assert made.tokens == sum(one.tokens for one in made.summaries) > 0


@pytest.mark.parametrize("fault", ["wrong_language", "other_paper"])
async def test_an_answer_that_fails_its_checks_twice_gives_a_reason_and_costs(
    by_model: ByModel, llm: ChatServer, fault: str
) -> None:
    llm.behave(fault=fault)
    made = await by_model.make(has(), text())
    assert (made.summaries, bool(made.reason), made.tokens > 0, len(llm.calls)) == ((), True, True, 2)


async def test_a_model_that_can_not_be_asked_is_an_error(by_model: ByModel, llm: ChatServer) -> None:
    llm.behave(api_key="another")
    with pytest.raises(ModelError, match="key"):
        await by_model.make(has(), text())


async def test_a_spent_budget_asks_nothing(chats: Chats, llm: ChatServer, db: Db) -> None:
    day = date(2026, 3, 2)
    ledger.add(db, day, "fake-small", "summary", 100, 0, 0.0)
    spent = ByModel(chats(budget=Budget(db, lambda: day, tokens=100)), LANGS, 10_000, lambda: NOW)
    with pytest.raises(BudgetSpent):
        await spent.make(has(), text())
    assert llm.calls == []


async def test_a_quoted_summary_costs_nothing_and_says_what_it_is() -> None:
    made = await Extractive(HashEmbedder(), lambda: NOW).make(has(), text())
    (one,) = made.summaries
    assert (one.model, one.lang, one.source, one.made_at) == (EXTRACTIVE, "en", "HTML", NOW)
    assert (made.tokens, made.cost_usd, made.reason) == (0, 0.0, "")


@pytest.mark.parametrize(
    ("read", "source"),
    [
        pytest.param(parse_abstract(PAPER.title, "We fold."), "ArXiv Abs", id="an abstract"),
        pytest.param(Text("PDF", PAPER.title, "We fold.", ()), "PDF", id="a PDF"),
    ],
)
async def test_too_little_to_quote_from_is_no_summary_but_a_reason(read: Text, source: str) -> None:
    made = await Extractive(HashEmbedder(), lambda: NOW).make(Entry(paper(abstract="We fold.")), read)
    assert made.summaries == ()
    assert made.reason == f"too little was read ({source}) to quote five sections from it"
