import gzip
import json
import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import exchange, report
from store.errors import FormatError, InputError
from store.exchange import MAX_LINE
from store.report import Report, canonical
from store.types import LANGS, SECTIONS, SOURCES, Entry, Paper, Sections, Summary
from tests.makers.papers import DAY, LIBRARY, entry, paper, summary

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(str.strip)
full = words.filter(bool)
sections = full.map(canonical).filter(lambda text: bool(text) and text == text.strip())
MINIMAL = {"arxiv_id": "3105.00001", "title": "FoldNet", "day": "2031-05-06"}


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    arxiv_id = draw(st.from_regex(r"[0-9]{4}\.[0-9]{5}", fullmatch=True).filter(str.isascii))
    made = Paper(
        arxiv_id,
        draw(full.map(lambda text: " ".join(text.split())).filter(bool)),
        draw(st.dates()),
        authors=tuple(draw(st.lists(full, max_size=3))),
        abstract=draw(words),
        upvotes=draw(st.none() | st.integers(0, 10**6)),
        keywords=tuple(draw(st.lists(full, max_size=3))),
        repository=draw(words),
        project_page=draw(words),
        listed=draw(st.booleans()),
    )
    summaries = tuple(
        Summary(
            arxiv_id,
            lang,
            Sections(*(draw(sections) for _ in SECTIONS)),
            draw(st.sampled_from(SOURCES)),
            draw(full),
            draw(words),
            draw(st.none() | st.datetimes(timezones=st.just(UTC))),
        )
        for lang in draw(st.lists(st.sampled_from(sorted(LANGS)), unique=True).map(sorted))
    )
    return Entry(made, summaries)


def imported(folder, text: str, name: str = "papers.jsonl") -> list[Entry]:
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return exchange.read(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("exchange")


@given(st.lists(entries(), max_size=3), st.sampled_from(["papers.jsonl", "papers.jsonl.gz"]))
def test_what_is_exported_imports_the_same(folder, given_entries, name):
    assert imported(folder, exchange.to_jsonl(given_entries), name) == given_entries


def test_a_report_imports_by_its_name(tmp_path):
    one = entry("3105.00001", "zh")
    (tmp_path / "day.md").write_text(report.write(Report(DAY, "zh", (one,))), encoding="utf-8")
    assert exchange.read(tmp_path / "day.md") == [one]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, Paper("3105.00001", "FoldNet", DAY), id="nothing but id, title and day"),
        pytest.param(
            {"arxiv_id": "arXiv:3105.00001v3"}, Paper("3105.00001", "FoldNet", DAY), id="an id in another form"
        ),
        pytest.param({"title": " Fold \n Net "}, Paper("3105.00001", "Fold Net", DAY), id="a title of two lines"),
        pytest.param({"mood": "good"}, Paper("3105.00001", "FoldNet", DAY), id="an unknown key"),
        pytest.param({"upvotes": 0}, Paper("3105.00001", "FoldNet", DAY, upvotes=0), id="no upvotes"),
    ],
)
def test_a_line_is_understood(tmp_path, changes, expected):
    assert [one.paper for one in imported(tmp_path, json.dumps(MINIMAL | changes))] == [expected]


def test_blank_lines_are_passed_over(tmp_path):
    assert len(imported(tmp_path, f"\n{json.dumps(MINIMAL)}\n   \n\n")) == 1


@pytest.mark.parametrize(
    ("line", "what"),
    [
        pytest.param("{", "the line", id="half an object"),
        pytest.param("[]", "the line", id="a list"),
        pytest.param("null", "the line", id="null"),
        pytest.param(json.dumps({**MINIMAL, "arxiv_id": "fold"}), "arxiv_id: it is no arXiv id", id="no id"),
        pytest.param(json.dumps({**MINIMAL, "title": " "}), "title", id="a blank title"),
        pytest.param(json.dumps({**MINIMAL, "day": "yesterday"}), "day", id="no day"),
        pytest.param(json.dumps({**MINIMAL, "upvotes": -1}), "upvotes", id="upvotes below zero"),
        pytest.param(json.dumps({**MINIMAL, "authors": "Ada"}), "authors", id="authors as text"),
        pytest.param(json.dumps({**MINIMAL, "summaries": {"fr": {}}}), "summaries.fr", id="another language"),
        pytest.param(json.dumps({**MINIMAL, "summaries": {"en": {}}}), "summaries.en.application", id="no sections"),
        pytest.param('{"arxiv_id": "\\ud800"}', "the line", id="half a character"),
    ],
)
def test_a_faulty_line_is_named_and_nothing_is_imported(tmp_path, line, what):
    with pytest.raises(FormatError, match=rf"papers\.jsonl:3: {re.escape(what)}") as error:
        imported(tmp_path, f"{json.dumps(MINIMAL)}\n\n{line}\n")
    assert "\n" not in str(error.value)


def test_a_file_that_is_no_text_is_a_faulty_line(tmp_path):
    (tmp_path / "papers.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FormatError, match=r"papers\.jsonl:1:"):
        exchange.read(tmp_path / "papers.jsonl")


def test_a_line_without_end_is_not_read_whole(tmp_path):
    with pytest.raises(FormatError, match=r"papers\.jsonl\.gz:1: the line is longer than 4,000,000 bytes"):
        imported(tmp_path, "x" * (MAX_LINE + 2), "papers.jsonl.gz")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("absent.jsonl", None, id="no such file"),
        pytest.param("absent.md", None, id="no such report"),
        pytest.param("papers.jsonl.gz", b"not gzip", id="not compressed"),
        pytest.param("papers.jsonl.gz", gzip.compress(b"{}" * 99)[:-9], id="cut short"),
        pytest.param("papers.csv", b"", id="another suffix"),
        pytest.param("papers.json", b"{}", id="a suffix that is only written"),
        pytest.param("papers", b"", id="no suffix"),
        pytest.param("papers.gz", b"", id="compressed what?"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path, name, content):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=re.escape(name)) as error:
        exchange.read(tmp_path / name)
    assert "\n" not in str(error.value)


def test_a_damaged_archive_is_named(tmp_path):
    content = bytearray(gzip.compress(json.dumps(MINIMAL).encode() * 50))
    content[15:25] = b"\xa5" * 10
    (tmp_path / "papers.jsonl.gz").write_bytes(content)
    with pytest.raises(InputError, match=r"papers\.jsonl\.gz"):
        exchange.read(tmp_path / "papers.jsonl.gz")


def test_a_line_says_where_the_paper_is():
    assert exchange.to_dict(entry())["url"] == "https://huggingface.co/papers/3105.00001"


def test_a_line_keeps_chinese_readable():
    assert "折纸" in exchange.to_jsonl([entry("3105.00001", "zh")])


def test_times_are_written_with_their_zone():
    one = Entry(paper(), (summary(made_at=datetime(2031, 5, 6, 7, 8, tzinfo=UTC)),))
    assert exchange.to_dict(one)["summaries"]["en"]["made_at"] == "2031-05-06T07:08:00+00:00"


def test_bibtex_is_as_arxiv_writes_it():
    one = entry(authors=("Ada Fold", "Xiaoming Zhe"), title="FoldNet: 50% Less_Work & More {Fun}")
    assert exchange.to_bibtex([one]) == (
        "@misc{fold2031310500001,\n"
        "  title = {{FoldNet: 50\\% Less\\_Work \\& More Fun}},\n"
        "  author = {Ada Fold and Xiaoming Zhe},\n"
        "  year = {2031},\n"
        "  eprint = {3105.00001},\n"
        "  archivePrefix = {arXiv},\n"
        "  url = {https://arxiv.org/abs/3105.00001},\n"
        "}\n"
    )


def test_bibtex_without_authors_has_no_author():
    text = exchange.to_bibtex([entry()])
    assert text.startswith("@misc{arxiv2031")
    assert "author" not in text


@given(st.text())
def test_bibtex_stays_balanced(title):
    text = exchange.to_bibtex([entry(title=title, authors=(title, "Ada {Fold}"))])
    assert text.count("{") == text.count("}")


def test_every_paper_has_a_key_of_its_own():
    keys = re.findall(r"@misc\{(\w+),", exchange.to_bibtex(LIBRARY))
    assert len(set(keys)) == len(LIBRARY)


def test_no_paper_is_no_text():
    assert exchange.to_bibtex([]) == exchange.to_jsonl([]) == ""


def test_an_early_day_is_written_as_a_date():
    assert exchange.to_dict(entry(day=date(2007, 4, 1)))["day"] == "2007-04-01"
