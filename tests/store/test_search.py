"""What any ranking must do, on made-up papers and an embedder that knows no meaning: words and the glossary alone."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from store import papers
from store.cover import Coverage
from store.folder import Folder
from store.search import Search
from store.types import Entry
from tests.makers.library import Library, glossary, ids, listed
from tests.makers.papers import DAY, NEXT_DAY, about, paper, summary

P1, P2, P3, P4, P5, P6, P7, P8 = (f"3105.{n:05}" for n in range(1, 9))


@pytest.fixture
def empty(tmp_path):
    opened = Library(tmp_path)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param("which papers are about video generation?", {P1, P2}, id="English, of papers in each language"),
        pytest.param("哪些论文与视频生成有关", {P1, P2}, id="Chinese, of papers in each language"),
        pytest.param("GUI agents", {P3}, id="English, of a paper summarised in Chinese only"),
        pytest.param("protein structure prediction", {P6}, id="another one"),
        pytest.param("机器人操作", {P5}, id="Chinese, of a paper summarised in English only"),
        pytest.param("联邦学习", {P7}, id="another of those"),
        pytest.param("天气预报", {P8}, id="Chinese, of a paper with an English abstract only"),
        pytest.param("GUI智能体", {P3}, id="a mixed term"),
        pytest.param("3D高斯", {P4}, id="a mixed term that the paper spells longer"),
        pytest.param("papers about federated learning or protein structure", {P7, P6}, id="either of two topics"),
        pytest.param("联邦学习和蛋白质结构", {P7, P6}, id="either of two topics, in Chinese"),
        pytest.param("FEDERATED-LEARNING?", {P7}, id="capitals and a hyphen"),
        pytest.param("TouchPilot", {P3}, id="a name in the title"),
    ],
)
def test_the_list_is_complete_and_nothing_else_is_on_it(library, question, expected):
    assert listed(library.rank(question)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(P3, [P3], id="its id"),
        pytest.param(f"arXiv:{P3}v2", [P3], id="its id with a version"),
        pytest.param(f"https://huggingface.co/papers/{P3}", [P3], id="its page"),
        pytest.param(f"{P4} and {P3}", [P4, P3], id="two ids, in their order"),
        pytest.param("TouchPil", [P3], id="a part of a word of its title"),
        pytest.param("SkyLark-2: Longer Cl", [P1], id="a part of its title"),
    ],
)
def test_a_paper_that_is_called_by_its_name_comes_first(library, text, expected):
    assert [hit.entry.paper.arxiv_id for hit in library.rank(text).hits[: len(expected)]] == expected


def test_a_paper_called_by_its_id_keeps_to_the_days_asked_for(library):
    assert library.rank(P3, since=NEXT_DAY).listed == 0


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("quantum cryptography", id="a topic"),
        pytest.param("哪些论文与量子密码学有关", id="a topic in Chinese"),
        pytest.param("how does MothLamp route its tokens?", id="a question about a paper that isn't there"),
        pytest.param("xyzzy", id="no word at all"),
        pytest.param("video codecs for archaeology", id="a topic that shares a word with some"),
        pytest.param("which papers are about?", id="no topic"),
    ],
)
def test_what_nothing_is_about_is_not_known(library, question):
    ranking = library.rank(question)
    assert (ranking.known, ranking.listed) == (False, 0)


def test_what_is_not_known_still_has_its_nearest(library):
    assert len(library.rank("quantum cryptography").hits) == 8


def test_a_paper_with_the_topics_words_beats_one_without(library):
    hits = library.rank("soft fruit").hits
    assert [hits[0].entry.paper.arxiv_id, hits[0].score > 2 * hits[1].score] == [P5, True]


@pytest.mark.parametrize(
    "question", ["video generation", "哪些论文与视频生成有关", "quantum cryptography", "soft fruit"]
)
def test_hits_come_best_first_each_once(library, question):
    ranking = library.rank(question)
    scores = [hit.score for hit in ranking.hits]
    assert scores == sorted(scores, reverse=True)
    assert len(set(ids(ranking))) == len(ranking.hits)


@pytest.mark.parametrize("question", ["video generation", "视频生成", "soft fruit and gardens"])
def test_the_weights_of_a_question_are_shares(library, question):
    weights = library.rank(question).weights
    assert weights
    assert all(0 < weight <= 1 for weight in weights.values())


def test_the_same_question_has_the_same_answer(library):
    assert library.rank("video generation") == library.rank("video generation")


def test_the_form_of_a_question_does_not_change_what_is_on_its_topic(library):
    asked = ("video generation", "papers about video generation", "which papers are about video generation?")
    assert [listed(library.rank(question)) for question in asked] == [{P1, P2}] * 3


def test_one_paper_is_asked_for(library):
    ranking = library.rank("how does ReelForge edit its own drafts?")
    assert (ranking.one, ids(ranking)[0]) == (True, P2)


def test_a_rare_word_weighs_more_than_a_common_one(empty):
    empty.add(*(about(n, f"Title {n}", en="About folding.") for n in range(1, 9)), about(9, "Odd", en="About gilding."))
    weights = {unit[0]: weight for unit, weight in empty.rank("folding gilding").weights.items()}
    assert weights["gilding"] > 2 * weights["folding"]


def test_a_word_in_the_title_weighs_more_than_one_in_the_abstract(empty):
    empty.add(about(1, "Kirigami", abstract="About something."), about(2, "Something", abstract="About kirigami."))
    assert ids(empty.rank("kirigami")) == ["3105.00001", "3105.00002"]


def test_a_word_in_the_contribution_weighs_more_than_one_in_the_results(empty):
    first = Entry(paper("3105.00001"), (summary("en", "3105.00001", results="kirigami", contribution="origami"),))
    second = Entry(paper("3105.00002"), (summary("en", "3105.00002", results="origami", contribution="kirigami"),))
    empty.add(first, second)
    assert [ids(empty.rank(word))[0] for word in ("origami", "kirigami")] == ["3105.00001", "3105.00002"]
    assert empty.rank("origami").hits[0].score - empty.rank("origami").hits[1].score > 0.25


def test_papers_that_come_later_count_in_the_mean(empty):
    empty.add(about(1, "Kirigami", en="Cutting paper."))
    empty.rank("kirigami")
    empty.add(about(2, "Music", en="Playing the flute."))
    fresh = Search(empty.folder, glossary(), empty.search._centres)
    asked = empty.rank("kirigami")
    assert fresh.rank(asked.question, empty.embedder.queries([asked.question.topic])[0]) == asked


def test_a_list_is_complete_beyond_the_limit(empty):
    empty.add(*(about(n, f"Title {n}", en="A study of kirigami.") for n in range(1, 31)), about(31, "Odd", en="Music."))
    ranking = empty.rank("kirigami", limit=5)
    assert (ranking.listed, len(ranking.hits)) == (30, 30)


def test_hits_off_the_topic_end_at_the_limit(library):
    assert len(library.rank("GUI agents", limit=3).hits) == 3


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        pytest.param({"since": NEXT_DAY}, {P5, P6, P7, P8}, id="since a day"),
        pytest.param({"until": DAY}, {P1, P2, P3, P4}, id="until a day"),
        pytest.param({"since": DAY, "until": DAY}, {P1, P2, P3, P4}, id="of a day"),
        pytest.param({"since": NEXT_DAY, "until": DAY}, set(), id="of no day"),
    ],
)
def test_a_search_keeps_to_its_days(library, days, expected):
    assert set(ids(library.rank("robot video", **days))) == expected


def test_a_topic_of_another_day_is_not_known_on_this_one(library):
    assert library.rank("video generation", until=DAY).known
    assert not library.rank("video generation", since=NEXT_DAY).known


def test_an_empty_store_knows_nothing(empty):
    ranking = empty.rank("video generation")
    assert (ranking.known, ranking.listed, ranking.hits) == (False, 0, ())


def test_a_paper_is_found_before_it_is_embedded(empty):
    papers.save(empty.db, [about(1, "Kirigami", en="Cutting paper.")])
    assert listed(empty.rank("kirigami")) == {"3105.00001"}


def test_a_paper_that_was_added_is_found_at_once(empty):
    empty.add(about(1, "Kirigami", en="Cutting paper."))
    assert not empty.rank("origami").known
    empty.add(about(2, "Origami", en="Folding paper."))
    assert listed(empty.rank("origami")) == {"3105.00002"}


def test_a_changed_summary_is_found_by_its_new_words(empty):
    empty.add(about(1, "Title", en="Cutting kirigami."))
    empty.add(about(1, "Title", en="Folding origami."))
    assert [empty.rank(word).known for word in ("origami", "kirigami")] == [True, False]


def test_a_reader_beside_an_owner_finds_the_same(library):
    with Folder(library.folder.path) as folder:
        folder.connect("hash-1")
        beside = Search(folder, glossary(), library.search._centres)
        for text in ("video generation", "联邦学习", "quantum cryptography"):
            mine = library.rank(text)
            theirs = beside.rank(mine.question, library.embedder.queries([mine.question.topic])[0])
            assert (theirs.listed, ids(theirs)) == (mine.listed, ids(mine))


@pytest.mark.parametrize(("covered", "one", "answers"), [(0.64, False, False), (0.66, False, True), (0.41, True, True)])
def test_the_gate_asks_less_of_a_question_about_one_paper(covered, one, answers):
    coverage = Coverage({("a",): 0.4, ("b",): 0.3, ("c",): 0.3}, np.array([0.1, covered]), np.array([0.0, 0.0]))
    assert coverage.answers(one, gate=0.65) is answers


def test_the_gate_asks_less_of_a_sentence():
    words = {(word,): 0.1 for word in "abcdefghij"}
    half = np.array([0.3])
    assert Coverage(words, half, half).answers(asks_one=False, gate=0.65)
    assert not Coverage({("a",): 1.0}, half, half).answers(asks_one=False, gate=0.65)


def test_of_two_words_one_is_not_enough_even_for_a_question_about_one_paper():
    half = np.array([0.5])
    assert not Coverage({("a",): 0.5, ("b",): 0.5}, half, half).answers(asks_one=True, gate=0.65)


@pytest.mark.parametrize(
    ("units", "core", "anchored"),
    [
        pytest.param([("weather", "天气")], 0.0, False, id="one idea, in passing"),
        pytest.param([("weather", "天气")], 1.0, True, id="one idea that a paper is about"),
        pytest.param([("lose",), ("weight",)], 0.0, False, id="two words that no glossary has, in passing"),
        pytest.param([("code", "代码"), ("open source", "开源")], 0.0, True, id="two ideas of the field"),
        pytest.param([("a1",), ("b2",), ("c3",)], 0.0, True, id="three words"),
    ],
)
def test_what_papers_say_in_passing_is_not_what_they_are_about(units, core, anchored):
    weights = {unit: 1 / len(units) for unit in units}
    assert Coverage(weights, np.array([1.0]), np.array([core])).is_anchored() is anchored


HOSTILE = [
    pytest.param("", id="nothing"),
    pytest.param(" \n\t\u3000", id="only space"),
    pytest.param('"', id="one quote"),
    pytest.param('"unbalanced (phrase', id="an open phrase"),
    pytest.param("video AND OR NOT generation NEAR(a, 3) ^x* {title core} : y -z", id="the word index's operators"),
    pytest.param("NEAR", id="an operator alone"),
    pytest.param("'; DROP TABLE papers; --", id="SQL"),
    pytest.param("%_[a-z]*?", id="wildcards"),
    pytest.param("<script>alert(1)</script> **bold** [a](b) `c` $x$", id="markup"),
    pytest.param("video\x00generation\x1b[31m\x07", id="control characters"),
    pytest.param("🎬🙂👩\u200d🔬", id="emoji"),
    pytest.param("\u202eنموذج توليد الفيديو", id="right to left"),
    pytest.param("ｖｉｄｅｏ　ｇｅｎｅｒａｔｉｏｎ", id="full width"),
    pytest.param("генерация видео", id="a third language"),
    pytest.param("İıſ\u2126", id="letters that change when lowered"),
    pytest.param("\ud800", id="half a character"),
    pytest.param("1.2.3.4 . .. 5.", id="points"),
    pytest.param("、,/和与或and or", id="only what binds"),
    pytest.param("video " * 170_000, id="a megabyte"),
    pytest.param("视频生成" * 90_000, id="a megabyte of Chinese"),
    pytest.param(" ".join(f"word{n}" for n in range(3000)), id="three thousand words"),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_any_question_is_answered(library, text):
    ranking = library.rank(text)
    assert ranking.listed <= len(ranking.hits) <= 8


@pytest.mark.parametrize("text", HOSTILE)
def test_no_question_changes_what_is_stored(library, text):
    before = library.db.here.conn.total_changes
    library.rank(text)
    assert library.db.here.conn.total_changes == before


@given(st.text(max_size=60))
@example('video" OR rest : "')
@settings(deadline=None)
def test_any_text_is_a_question(library, text):
    ranking = library.rank(text)
    assert ranking.known == bool(ranking.listed)


@given(st.permutations(["soft", "fruit", "robot", "touch"]).map(" ".join))
@settings(max_examples=24, deadline=None)
def test_the_order_of_words_does_not_matter_to_who_comes_first(library, text):
    assert ids(library.rank(text))[0] == P5
