"""What becomes of Daily Papers' entries: fields, odd shapes, other days, duplicates. All payloads are made up."""

import json

import pytest

from ingest.fetch import Fetcher
from ingest.sources.hf_daily import HfDaily
from store.errors import SourceError
from store.types import Paper
from tests.fakes.web_server import Answer, WebServer
from tests.makers.listing import DAY, entry

LIST = "/api/daily_papers"


async def read(web: WebServer, fetcher: Fetcher, *entries: object, report: list[str] | None = None) -> list[Paper]:
    """What the source makes of a payload."""
    web.say(LIST, Answer(body=json.dumps(entries).encode()))
    heard = [] if report is None else report
    return await HfDaily(fetcher, base_url=web.url, report=heard.append).papers(DAY)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(b"", "JSON was expected", id="nothing"),
        pytest.param(b"[", "JSON was expected", id="half a list"),
        pytest.param(b"[" * 100_000, "JSON was expected", id="a tower of lists"),
        pytest.param(b"[\xff]", "JSON was expected", id="no UTF-8"),
        pytest.param(b"null", "a list was expected, NoneType", id="null"),
        pytest.param(b'"x"', "a list was expected, str", id="a string"),
        pytest.param(b'{"error": "x\\u202e"}', "a list was expected, dict of error", id="an error with 200"),
        pytest.param(b"[1]", "an entry is int, not an object", id="a number for an entry"),
        pytest.param(b"[{}]", "paper is missing", id="an empty entry"),
        pytest.param(b'[{"paper": []}]', "paper is missing", id="a list for a paper"),
        pytest.param(b'[{"paper": {"title": "x"}}]', "paper.id is missing", id="no id"),
        pytest.param(b'[{"paper": {"id": "../../etc"}}]', "paper.id is missing or no arXiv id: ../../etc", id="a path"),
        pytest.param(b'[{"paper": {"id": "2602.00001"}}]', "paper.title of 2602.00001 is missing", id="no title"),
        pytest.param(
            b'[{"paper": {"id": "2602.00001", "title": "x", "submittedOnDailyAt": 5}}]',
            "submittedOnDailyAt of 2602.00001 is no time",
            id="a number for a time",
        ),
    ],
)
async def test_another_shape_is_named(body: bytes, text: str, web: WebServer, fetcher: Fetcher) -> None:
    web.say(LIST, Answer(body=body))
    with pytest.raises(SourceError, match=text) as caught:
        await HfDaily(fetcher, base_url=web.url).papers(DAY)
    assert not caught.value.retry
    assert str(caught.value).isprintable()


async def test_one_broken_entry_is_left_out_and_reported(web: WebServer, fetcher: Fetcher) -> None:
    said: list[str] = []
    papers = await read(web, fetcher, entry("2602.00001"), entry("x"), None, entry("2602.00002"), report=said)
    assert [paper.arxiv_id for paper in papers] == ["2602.00001", "2602.00002"]
    assert said == [
        "hf_daily 2026-02-26: an entry left out: paper.id is missing or no arXiv id: x",
        "hf_daily 2026-02-26: an entry left out: an entry is NoneType, not an object",
    ]


async def test_entries_of_another_day_are_left_out_and_counted(web: WebServer, fetcher: Fetcher) -> None:
    said: list[str] = []
    other = [entry(f"2602.1000{n}", submittedOnDailyAt=f"2026-02-{n + 24}T23:59:59.999Z") for n in (0, 1, 3)]
    papers = await read(
        web, fetcher, *other, entry("2602.00001", submittedOnDailyAt="2026-02-26T23:59:59.999Z"), report=said
    )
    assert [paper.arxiv_id for paper in papers] == ["2602.00001"]
    assert said == ["hf_daily 2026-02-26: 3 entries of another day left out"]


async def test_a_repeated_list_with_a_broken_entry_is_still_an_empty_day(web: WebServer, fetcher: Fetcher) -> None:
    assert await read(web, fetcher, entry(submittedOnDailyAt="2026-02-25T00:00:00.000Z"), entry("x")) == []


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("2026-02-26T00:00:00.000Z", True),
        ("2026-02-26", True),
        ("2026-02-27T07:59:00+08:00", True),
        ("2026-02-26T07:59:00+08:00", False),
        (None, True),
    ],
)
async def test_an_entry_belongs_to_its_day_on_daily_in_utc(
    told: str | None, kept: bool, web: WebServer, fetcher: Fetcher
) -> None:
    inner = {"submittedOnDailyAt": told, "publishedAt": "2026-02-01T00:00:00.000Z"}
    assert bool(await read(web, fetcher, entry(**inner))) is kept


async def test_a_paper_listed_twice_is_one_with_all_that_is_known(web: WebServer, fetcher: Fetcher) -> None:
    (paper,) = await read(
        web,
        fetcher,
        entry("2602.00001v2", upvotes=5, githubRepo="https://github.com/a/b", ai_summary="old"),
        entry("2602.00001", upvotes=9, ai_summary="new", ai_keywords=["one"]),
    )
    assert (paper.arxiv_id, paper.upvotes, paper.ai_summary) == ("2602.00001", 9, "new")
    assert (paper.repository, paper.keywords) == ("https://github.com/a/b", ("one",))


async def test_every_field_is_kept(web: WebServer, fetcher: Fetcher) -> None:
    authors = [
        {"name": " Ada\nExample "},
        {"name": "Hidden Person", "hidden": True},
        {"name": "B. Bérénice", "hidden": False},
    ]
    made = entry(
        "2602.00001v3",
        title="A Title\n  on two lines",
        summary="One.\n  Two.",
        authors=authors,
        upvotes=17,
        ai_summary="In one sentence.",
        ai_keywords=["diffusion", "Diffusion", "", 5, "caching"],
        githubRepo="https://github.com/a/b",
        githubStars=26,
        projectPage="https://a.github.io/b/",
        organization={"name": "example-lab", "fullname": "Example Lab"},
    ) | {"thumbnail": "https://cdn.example.org/2602.00001.png"}
    assert await read(web, fetcher, made) == [
        Paper(
            "2602.00001",
            "A Title on two lines",
            DAY,
            authors=("Ada Example", "B. Bérénice"),
            abstract="One. Two.",
            upvotes=17,
            keywords=("diffusion", "caching"),
            repository="https://github.com/a/b",
            project_page="https://a.github.io/b/",
            ai_summary="In one sentence.",
            stars=26,
            organisation="Example Lab",
            thumbnail="https://cdn.example.org/2602.00001.png",
        )
    ]


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("upvotes", "many", None),
        ("upvotes", -1, None),
        ("upvotes", True, None),
        ("githubRepo", "javascript:alert(1)", ""),
        ("githubRepo", "http://github.com/a/b", ""),
        ("projectPage", {"url": "x"}, ""),
        ("githubStars", 1.5, None),
        ("ai_keywords", "diffusion", ()),
        ("ai_keywords", [["x"], None], ()),
        ("authors", "Ada", ()),
        ("authors", ["Ada", {"name": None}, {}], ()),
        ("organization", "Example Lab", ""),
        ("ai_summary", ["x"], ""),
        ("summary", "ev\u202eil\x00", "evil"),
    ],
)
async def test_an_odd_field_costs_only_itself(
    field: str, value: object, kept: object, web: WebServer, fetcher: Fetcher
) -> None:
    names = {
        "githubRepo": "repository", "projectPage": "project_page", "githubStars": "stars", "ai_keywords": "keywords",
        "organization": "organisation", "summary": "abstract",
    }  # fmt: skip
    (paper,) = await read(web, fetcher, entry(**{field: value}))
    assert getattr(paper, names.get(field, field)) == kept


async def test_papers_without_a_count_come_last(web: WebServer, fetcher: Fetcher) -> None:
    papers = await read(
        web, fetcher, entry("2602.00001", upvotes=None), entry("2602.00002", upvotes=0), entry("2602.00003", upvotes=3)
    )
    assert [paper.upvotes for paper in papers] == [3, 0, None]
