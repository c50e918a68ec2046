import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import quote
from store.quote import MAX_SECTIONS, MAX_SENTENCES, Quote
from store.types import Entry
from tests.makers.papers import entry, paper, summary

USAGE = "Feed it a sheet. It needs a GPU with 24 GB. Then wait."
RESULTS = "Creases fall by 9.5%. On CreaseBench it ranks first. Cloth is not better."
INNOVATIONS = "1. **Both hands**: left and right fold at once.\n2. **Memory**: it remembers creases."
PAPER = Entry(
    paper(abstract="We fold paper. Origami is old."),
    (
        summary("en", usage=USAGE, results=RESULTS, innovations=INNOVATIONS),
        summary("zh", results="折痕减少9.5%。在布料上没有提升！排名第一。"),
    ),
)
ENGLISH = ("en",)
WORDS = ("sheet", "gpu", "wait", "creases", "creasebench", "cloth", "hands", "memory", "fold", "折痕", "布料", "提升")


def weights(*spellings: str) -> dict[tuple[str, ...], float]:
    """Each of `spellings` ("a|b" are of one unit), the first weighing most."""
    return {tuple(one.split("|")): 1 / (at + 2) for at, one in enumerate(spellings)}


@pytest.mark.parametrize(
    ("asked", "section", "text"),
    [
        pytest.param(weights("gpu"), "usage", "It needs a GPU with 24 GB.", id="the sentence that holds the word"),
        pytest.param(weights("9.5"), "results", "Creases fall by 9.5%.", id="a number's point ends no sentence"),
        pytest.param(weights("both hands"), "innovations", "**Both hands**: left and right fold at once.",
                     id="an item without its marker"),
        pytest.param(weights("creasebench", "cloth"), "results", "On CreaseBench it ranks first.\nCloth is not better.",
                     id="sentences in their order"),
        pytest.param(weights("cloth", "creasebench"), "results", "On CreaseBench it ranks first.\nCloth is not better.",
                     id="in their order, whichever weighs more"),
        pytest.param(weights("origami"), "abstract", "Origami is old.", id="the abstract where no section has it"),
        pytest.param(weights("图形处理器|gpu"), "usage", "It needs a GPU with 24 GB.", id="another spelling"),
    ],
)  # fmt: skip
def test_a_quote_holds_the_words_of_the_question(asked, section, text):
    assert quote.quotes(PAPER, asked, "", ENGLISH) == [Quote(section, "en", text)]


def test_what_stands_in_two_sections_is_quoted_from_both():
    found = quote.quotes(PAPER, weights("gpu", "creasebench"), "", ENGLISH)
    assert [one.section for one in found] == ["usage", "results"]


def test_what_a_first_quote_says_is_not_said_again():
    twice = Entry(paper(), (summary("en", usage="Use CreaseBench.", results="CreaseBench it is."),))
    assert len(quote.quotes(twice, weights("creasebench"), "", ENGLISH)) == 1


def test_where_a_number_is_asked_for_the_sentence_with_one_is_quoted():
    asked = Entry(paper(), (summary("en", results="Speed is good. Speed is up by 7.2%. Speed matters."),))
    (found,) = quote.quotes(asked, weights("speed"), "how much speed?", ENGLISH)
    assert found.text == "Speed is up by 7.2%."


def test_a_quote_comes_from_the_language_asked_for():
    (found,) = quote.quotes(PAPER, weights("9.5"), "", ("zh", "en"))
    assert (found.lang, found.text) == ("zh", "折痕减少9.5%。")


def test_a_language_without_a_summary_is_no_obstacle():
    (found,) = quote.quotes(entry("3105.00001", "en"), weights("creases"), "", ("zh",))
    assert found.lang == "en"


def test_the_section_asked_for_comes_first():
    asked = weights("creases")
    assert quote.quotes(PAPER, asked, "what is novel about creases", ENGLISH)[0].section == "innovations"
    assert quote.quotes(PAPER, asked, "the results on creases", ENGLISH)[0].section == "results"


def test_a_paper_without_any_text_is_quoted_by_its_title():
    found = quote.quotes(entry(), weights("creases"), "", ENGLISH)
    assert found == [Quote("title", "en", "FoldNet: Folding Paper at Scale")]


@given(st.lists(st.sampled_from(WORDS)))
def test_a_quote_stands_word_for_word_in_its_section(words):
    found = quote.quotes(PAPER, weights(*words), "how much?", ENGLISH)
    texts = {**dict(PAPER.summaries[0].sections.items()), "abstract": PAPER.paper.abstract}
    assert 1 <= len(found) <= MAX_SECTIONS
    for one in found:
        assert all(sentence in texts[one.section] for sentence in one.text.split("\n"))
        assert 1 <= len(one.text.split("\n")) <= MAX_SENTENCES


@given(st.text(max_size=200), st.lists(st.text(min_size=1, max_size=5), max_size=4), st.text(max_size=20))
def test_any_text_can_be_quoted(text, words, question):
    odd = Entry(paper(), (summary("en", results=text or "."),))
    assert quote.quotes(odd, weights(*words), question, ENGLISH)


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("how do I use FoldNet?", "usage"),
        ("FoldNet 怎么用", "usage"),
        ("what hardware does it need", "usage"),
        ("输入是什么", "usage"),
        ("how much does it improve?", "results"),
        ("准确率多少", "results"),
        ("what is novel about it", "innovations"),
        ("有什么创新", "innovations"),
        ("in which field", "application"),
        ("应用领域是什么", "application"),
        ("who wrote it", None),
        ("折纸", None),
    ],
)
def test_a_question_asks_for_a_section(text, section):
    assert quote.asked_section(text) == section


@pytest.mark.parametrize(
    ("text", "guide"),
    [("how can I use it?", True), ("如何使用", True), ("what GPU does it need", False), ("它用了什么数据", False)],
)
def test_the_whole_guide_or_a_fact_is_asked_for(text, guide):
    assert quote.asks_guide(text) is guide


def test_a_section_can_be_had_whole():
    found = quote.whole(PAPER, "usage", ENGLISH)
    assert found == Quote("usage", "en", USAGE)


def test_a_paper_without_summaries_has_no_whole_section():
    assert quote.whole(entry(), "usage", ENGLISH) is None


@pytest.mark.parametrize(
    ("asked", "section"),
    [
        pytest.param(weights("gpu"), "usage", id="in English"),
        pytest.param(weights("布料"), "results", id="in Chinese"),
        pytest.param(weights("origami"), "abstract", id="in the abstract"),
        pytest.param(weights("scale"), "title", id="in the title"),
    ],
)
def test_the_section_that_holds_most_is_told(asked, section):
    assert quote.section(PAPER, asked) == section


@pytest.mark.parametrize("heading", ["Training on graphs:", "### Graphs", "**Graphs**", "训练配置（graphs）："])
def test_a_heading_is_no_quote(heading):
    stored = Entry(paper(), (summary("en", results=f"{heading}\n- It trains on graphs of creases."),))
    found = quote.quotes(stored, weights("graphs"), "graphs?", ("en",))
    assert [one.text for one in found] == ["It trains on graphs of creases."]
