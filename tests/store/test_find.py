import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import find, papers
from tests.makers.papers import DAY, NEXT_DAY, about


@pytest.mark.parametrize(
    "text",
    [
        "2602.15030",
        "2602.15030v2",
        "arXiv:2602.15030",
        "arxiv: 2602.15030V3",
        "https://arxiv.org/abs/2602.15030",
        "https://arxiv.org/pdf/2602.15030v1.pdf",
        "http://www.arxiv.org/html/2602.15030v2#S1",
        "https://export.arxiv.org/abs/2602.15030",
        "https://huggingface.co/papers/2602.15030",
        "hf.co/papers/2602.15030?ref=x",
        "https://www.alphaxiv.org/overview/2602.15030",
        "https://doi.org/10.48550/arXiv.2602.15030",
        "doi:10.48550/arxiv.2602.15030",
        "[SkyLark](https://arxiv.org/abs/2602.15030)",
        "论文2602.15030怎么用",
        "2602.15030。",
        pytest.param("２６０２．１５０３０", id="full-width digits"),
        pytest.param("2602.15030, 2602.15030v2", id="twice is once"),
    ],
)
def test_an_id_is_known_in_any_form(text):
    assert find.ids(text) == ["2602.15030"]


@pytest.mark.parametrize(
    "text", ["", "7.21", "2602", "2602.150", "12602.15030", "2602.150301", "1.2602.15030", "v2602"]
)
def test_a_number_that_is_no_id_is_none(text):
    assert find.ids(text) == []


def test_ids_keep_their_order():
    assert find.ids("2602.00002 and 2602.00001, or 0704.0001") == ["2602.00002", "2602.00001", "0704.0001"]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("how do I use 2602.15030v2?", "how do I use  ?"),
        ("使用指南 https://arxiv.org/pdf/2602.15030v1.pdf", "使用指南"),
        ("arXiv:2602.15030", ""),
        ("no id 7.21", "no id 7.21"),
    ],
)
def test_a_text_can_be_had_without_its_ids(text, rest):
    assert find.without_ids(text) == rest


@given(st.text())
def test_no_text_is_left_with_an_id(text):
    assert find.ids(find.without_ids(f"{text} 2602.15030 {text}")) == []


@pytest.mark.parametrize(
    "text", ["arxiv.org/" + "a/" * 5000, "12345." * 5000, "http://" * 5000, "arxiv:" + " " * 50_000]
)
def test_a_hostile_text_is_read(text):
    assert find.ids(text) == []
    assert find.without_ids(text) is not None


@pytest.fixture
def shelf(db):
    """Four papers with titles that share words."""
    papers.save(
        db,
        [
            about(1, "FoldNet: Folding Paper at Scale"),
            about(2, "FoldNet-2: Folding Cloth at Scale", day=NEXT_DAY),
            about(3, "Cloth Simulation"),
            about(4, "折纸网络：可微分的折叠"),
        ],
    )
    return db


def found(db, text: str) -> list[str]:
    return [one.paper.arxiv_id[-1] for one in find.papers_called(db, text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("FoldNet", ["1"], id="the name alone means that paper"),
        pytest.param("foldnet-2", ["2"], id="a name in any case"),
        pytest.param("fold", ["2", "1"], id="a word cut short, newest first"),
        pytest.param("folding cl", ["2"], id="words in a row, the last cut short"),
        pytest.param("at Scale", ["2", "1"], id="the end of a title"),
        pytest.param("scale at", [], id="words in another order"),
        pytest.param("折叠", ["4"], id="Chinese inside a title"),
        pytest.param("3105.00003", ["3"], id="an id"),
        pytest.param("3105.00003 and 3105.00001", ["3", "1"], id="two ids, in their order"),
        pytest.param("FoldNet 3105.00099", [], id="an id that isn't stored is not looked up by title"),
        pytest.param("", [], id="nothing"),
        pytest.param('") OR title : (*', [], id="the word index's own signs"),
        pytest.param("?!", [], id="punctuation"),
    ],
)
def test_a_paper_is_found_by_what_people_call_it(shelf, text, expected):
    assert found(shelf, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("3105.0", ["2", "1", "3", "4"], id="newest first"),
        pytest.param("31", ["2", "1", "3", "4"], id="the year alone"),
        pytest.param("3105.00003", [], id="a whole id is none"),
        pytest.param("3106", [], id="another month"),
        pytest.param("3", [], id="a digit is no id yet"),
        pytest.param("fold", [], id="a word"),
        pytest.param("31*", [], id="a sign of the search itself"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_a_paper_is_found_by_the_beginning_of_its_id(shelf, text, expected):
    assert [one.paper.arxiv_id[-1] for one in find.beginning(shelf, text, 4)] == expected


def test_a_title_that_many_share_gives_ten(db):
    papers.save(db, [about(n, f"Folding part {n}", day=DAY) for n in range(1, 30)])
    assert len(found(db, "folding")) == find.MAX_MATCHES


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("SkyLark-2: Longer Clips", "SkyLark-2"),
        ("No colon here", "No colon here"),
        ("A: one letter is no name", "A: one letter is no name"),
        (f"{'A long head ' * 5}: x", f"{'A long head ' * 5}: x"),
        (": x", ": x"),
    ],
)  # fmt: skip
def test_a_paper_is_called_by_its_title_up_to_the_colon(title, name):
    assert find.name(title) == name


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        pytest.param("ReelForg", "3105.00002", id="a letter left out"),
        pytest.param("reel-frgoe", "3105.00002", id="two changed about, and a sign"),
        pytest.param("SkyLark2", "3105.00001", id="a sign left out"),
        pytest.param("Reel", "", id="too short to be sure"),
        pytest.param("RealFarce", "", id="too far"),
    ],
)
def test_a_misspelt_name_means_the_one_paper_that_is_nearest(library, said, meant):
    found = find.nearly(library.db, said)
    assert (found.paper.arxiv_id if found else "") == meant
