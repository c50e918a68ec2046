from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import papers, vectors
from store.db import Db
from store.errors import NotStored
from store.types import Entry
from tests.makers.papers import ARXIV_ID, DAY, NEXT_DAY, about, entry, paper, sections, summary

FULL = Entry(
    paper(
        authors=("Ada Fold", "折 小明"),
        abstract="We fold.",
        upvotes=3,
        keywords=("origami", "折纸"),
        repository="https://example.org/fold",
        project_page="https://fold.example.org",
    ),
    (
        summary("en", model="folder-9b", prompt_version="3", made_at=datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)),
        summary("zh", source="ArXiv Abs"),
    ),
)


def embed_all(db: Db) -> None:
    vectors.put(db, {row["id"]: np.ones(4, np.float32) for row in db.read("SELECT id FROM passages")})


def changes(db: Db) -> int:
    return db.here.conn.total_changes


def found(db: Db, arxiv_id: str = ARXIV_ID) -> Entry:
    return papers.need(db, arxiv_id)


def test_a_paper_comes_back_as_it_was_saved(db):
    papers.save(db, [FULL])
    assert papers.get(db, ARXIV_ID) == FULL


@given(
    title=st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    text=st.text(st.characters(exclude_categories=["Cs"])),
)
def test_any_text_comes_back_as_it_was_saved(tmp_path_factory, title, text):
    db = Db(tmp_path_factory.mktemp("any") / "paperboy.db")
    odd = Entry(paper(title=title, abstract=text, keywords=(text, title)), (summary("zh", usage=text),))
    papers.save(db, [odd])
    assert papers.get(db, ARXIV_ID) == odd
    db.close()


def test_a_paper_that_is_not_there_is_none(db):
    assert papers.get(db, ARXIV_ID) is None


def test_needing_a_paper_that_is_not_there_names_it(db):
    with pytest.raises(NotStored, match=r"3105\.00001"):
        papers.need(db, ARXIV_ID)


@pytest.mark.parametrize("first", [FULL, entry(), entry(ARXIV_ID, "zh")], ids=["all fields", "no summary", "a summary"])
def test_saving_what_is_there_changes_nothing(db, first):
    papers.save(db, [first])
    embed_all(db)
    before = changes(db)
    papers.save(db, [first])
    assert (changes(db), vectors.count_lacking(db)) == (before, 0)


def test_one_faulty_paper_keeps_all_of_them_out(db):
    def broken():
        yield entry()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        papers.save(db, broken())
    assert papers.everything(db) == []


@pytest.mark.parametrize("days", [(DAY, NEXT_DAY), (NEXT_DAY, DAY)], ids=["told first", "told last"])
def test_a_paper_belongs_to_the_day_that_listed_it_first(db, days):
    for day in days:
        papers.save(db, [entry(day=day)])
    assert found(db).paper.day == DAY


@pytest.mark.parametrize("field", ["authors", "abstract", "upvotes", "keywords", "repository", "project_page"])
def test_what_is_not_known_erases_nothing(db, field):
    papers.save(db, [FULL])
    papers.save(db, [Entry(replace(FULL.paper, **{field: getattr(paper(), field)}))])
    assert found(db) == FULL


@pytest.mark.parametrize(
    "field",
    [
        pytest.param({"title": "FoldNet 2"}, id="another title"),
        pytest.param({"upvotes": 0}, id="no upvotes left: that is known"),
        pytest.param({"authors": ("Eve Crease",)}, id="other authors"),
    ],
)
def test_what_is_known_replaces(db, field):
    papers.save(db, [FULL])
    papers.save(db, [Entry(replace(FULL.paper, **field))])
    assert found(db).paper == replace(FULL.paper, **field)


def test_a_summary_replaces_the_one_in_its_language_only(db):
    papers.save(db, [FULL])
    new = summary("zh", model="folder-70b", results="更好。")
    papers.save(db, [Entry(FULL.paper, (new,))])
    assert found(db).summaries == (FULL.summaries[0], new)


def test_a_changed_summary_loses_its_vector_and_the_others_keep_theirs(db):
    papers.save(db, [FULL, entry("3105.00002", "zh")])
    embed_all(db)
    papers.save(db, [Entry(FULL.paper, (summary("zh", results="更好。"),))])
    assert [(one.lang, one.text.endswith("更好。")) for one in vectors.lacking(db, 9)] == [("zh", True)]


def test_what_is_not_embedded_may_change_without_a_new_vector(db):
    papers.save(db, [FULL])
    embed_all(db)
    papers.save(db, [Entry(replace(FULL.paper, upvotes=99, keywords=("paper",)))])
    assert vectors.count_lacking(db) == 0


def test_changed_words_are_found_and_the_old_ones_are_not(db):
    papers.save(db, [entry(title="Origami")])
    papers.save(db, [entry(title="Kirigami")])
    matching = "SELECT count(*) FROM words WHERE words MATCH ?"
    assert [db.value(matching, [word]) for word in ("kirigami", "origami")] == [1, 0]


def test_a_day_is_most_voted_first_then_as_stored_and_the_uncounted_last(db):
    votes = {1: None, 2: 5, 3: 9, 4: 5, 5: 0}
    papers.save(db, [entry(f"3105.{n:05}", upvotes=n_votes) for n, n_votes in votes.items()])
    papers.save(db, [entry("3105.00009", day=NEXT_DAY, upvotes=99)])
    assert [one.paper.arxiv_id[-1] for one in papers.of_day(db, DAY)] == ["3", "2", "4", "5", "1"]


def test_a_day_without_papers_is_empty(db):
    assert papers.of_day(db, DAY) == []


def test_days_are_counted_oldest_first(db):
    papers.save(db, [entry("3105.00003", day=NEXT_DAY), entry("3105.00001"), entry("3105.00002")])
    assert papers.days(db) == [(DAY, 2), (NEXT_DAY, 1)]


def test_a_paper_that_no_day_listed_belongs_to_none(db):
    papers.save(db, [entry("3105.00001"), entry("3105.00002", listed=False)])
    assert [one.paper.arxiv_id[-1] for one in papers.of_day(db, DAY)] == ["1"]
    assert [one.paper.arxiv_id[-1] for one in papers.unlisted(db)] == ["2"]
    assert (papers.days(db), papers.days(db, unlisted=True)) == ([(DAY, 1)], [(DAY, 2)])


@pytest.mark.parametrize("listed_first", [True, False])
def test_the_day_that_lists_a_paper_takes_it_over(db, listed_first):
    told = [entry(day=NEXT_DAY), entry(day=DAY, listed=False)]
    for one in told if listed_first else reversed(told):
        papers.save(db, [one])
    assert (found(db).paper.day, found(db).paper.listed) == (NEXT_DAY, True)


def test_a_paper_that_was_never_listed_leads_to_arxiv(db):
    papers.save(db, [entry(listed=False)])
    assert found(db).paper.url == f"https://arxiv.org/abs/{ARXIV_ID}"


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        pytest.param({}, ["1", "2"], id="no bound"),
        pytest.param({"since": NEXT_DAY}, ["2"], id="since a day, that day included"),
        pytest.param({"until": DAY}, ["1"], id="until a day, that day included"),
        pytest.param({"since": NEXT_DAY, "until": DAY}, [], id="until before since"),
    ],
)
def test_everything_keeps_to_its_days(db, bounds, expected):
    papers.save(db, [entry("3105.00002", day=NEXT_DAY), entry("3105.00001")])
    assert [one.paper.arxiv_id[-1] for one in papers.everything(db, **bounds)] == expected


def test_any_number_of_papers_can_be_had_by_row(db):
    papers.save(db, [entry(f"3105.{n:05}", "en") for n in range(1, 1203)])
    rows = papers.by_rowid(db, [*range(1202, 0, -1), 1, 5000])
    assert {row: one.paper.arxiv_id for row, one in rows.items()} == {n: f"3105.{n:05}" for n in range(1, 1203)}


@pytest.mark.parametrize(
    ("one", "texts"),
    [
        pytest.param(about(1, "T", en="E", zh="Z"),
                     {"en": "T\nE\nE\nnone.\nnone.\nnone.", "zh": "T\nZ\nZ\n无。\n无。\n无。"},
                     id="title and sections in each language"),
        pytest.param(about(1, "T", zh="Z", abstract="A"), {"zh": "T\nZ\nZ\n无。\n无。\n无。", "en": "T\nA"},
                     id="the abstract where English has no summary"),
        pytest.param(about(1, "T", en="E", abstract="A"), {"en": "T\nE\nE\nnone.\nnone.\nnone."},
                     id="no abstract beside an English summary"),
        pytest.param(about(1, "T", zh="Z"), {"zh": "T\nZ\nZ\n无。\n无。\n无。"}, id="nothing in English"),
        pytest.param(about(1, "T"), {"en": "T"}, id="the title if that is all there is"),
    ],
)  # fmt: skip
def test_a_paper_is_embedded_by_language(one, texts):
    assert papers.passages(one) == texts


def test_sections_know_which_of_them_are_blank():
    assert sections(usage=" \n", results="").missing() == ("usage", "results")


@pytest.mark.parametrize(
    ("langs", "lang"),
    [(("zh", "en"), "zh"), (("en", "zh"), "en"), ((), "en")],
    ids=["the first there is", "in the order asked", "any"],
)
def test_a_summary_is_chosen_by_language(langs, lang):
    chosen = FULL.summary(*langs)
    assert chosen is not None
    assert chosen.lang == lang


def test_a_summary_in_another_language_is_better_than_none():
    chosen = entry(ARXIV_ID, "en").summary("zh")
    assert chosen is not None
    assert chosen.lang == "en"


def test_a_paper_without_summaries_has_none():
    assert entry().summary("zh") is None


def test_a_paper_whose_day_moves_is_given_to_the_index_again(db):
    papers.save(db, [about(1, "Paper", en="Fold.", day=NEXT_DAY)])
    with db.write() as connection:
        connection.execute("UPDATE passages SET indexed = 1")
    papers.save(db, [about(1, "Paper", en="Fold.")])
    assert db.value("SELECT indexed FROM passages") == 0
