"""What is learnt makes papers findable; an embedder that knows no meaning is enough where papers say it outright."""

import pytest

from ingest import learn
from store import learnt
from tests.makers.hash_embedder import HashEmbedder
from tests.makers.library import Library, glossary, listed
from tests.makers.papers import LIBRARY, about

GLOSSED = (
    about(21, "FoldOne", zh="提出剪纸雕刻（kirigami）工具。"),
    about(22, "FoldTwo", zh="采用剪纸雕刻（kirigami）。"),
)
ONLY_CHINESE = about(23, "FoldThree", zh="自动完成剪纸雕刻。")


class Understanding(HashEmbedder):
    """Takes the two for the same."""

    def passages(self, texts):
        return super().passages([text.replace("剪纸雕刻", "kirigami") for text in texts])


@pytest.fixture
def library(tmp_path):
    opened = Library(tmp_path, (*LIBRARY, *GLOSSED, ONLY_CHINESE), Understanding())
    yield opened
    opened.close()


def test_a_pair_that_papers_tell_makes_another_paper_findable(library):
    assert "3105.00023" not in listed(library.rank("which papers are about kirigami?"))
    assert learn.from_papers(library.db, glossary(), library.embedder) == 1
    assert listed(library.rank("which papers are about kirigami?")) == {"3105.00021", "3105.00022", "3105.00023"}


def test_learning_again_changes_nothing(library):
    learn.from_papers(library.db, glossary(), library.embedder)
    before = learnt.pairs(library.db)
    learn.from_papers(library.db, glossary(), library.embedder)
    assert learnt.pairs(library.db) == before


def test_a_term_that_a_model_puts_into_both_languages_is_learnt(library):
    wordings = ("Which papers are about kirigami?", "哪些论文是关于剪纸雕刻的？")
    assert learn.from_wordings(library.db, glossary(), library.embedder, *wordings)
    assert "3105.00023" in listed(library.rank("which papers are about kirigami?"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("papers about kirigami", "关于陶艺上釉的论文", id="another idea, which no paper has"),
        pytest.param("papers about kirigami", "关于视频生成的论文", id="another idea, which papers have"),
        pytest.param("papers about video generation", "关于剪纸雕刻的论文", id="a term of the glossary"),
        pytest.param(
            "How does kirigami fold a sheet of paper so fast and so well?", "剪纸雕刻为何这么快？", id="a question"
        ),
        pytest.param("papers about kirigami", "papers about paper carving", id="both in one language"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_what_a_model_says_is_learnt_only_where_it_is_one_term(library, one, other):
    assert not learn.from_wordings(library.db, glossary(), library.embedder, one, other)
    assert learnt.pairs(library.db) == []
