"""Identity: a summary shows which paper it is of."""

from dataclasses import replace
from datetime import date

import pytest

from ingest.summaries.checks.identity import check, names
from store.types import Paper, Sections

NAMED = Paper("2602.00001", "LanternNet: Image Generation for Small Models", date(2026, 2, 26))
UNNAMED = replace(
    NAMED, title="Robot Navigation with Graph Neural Networks",
    abstract="We study navigation of robots in warehouses. A graph neural network plans the path, avoiding collisions.",
)  # fmt: skip


def all_five(text: str) -> Sections:
    return Sections(text, text, text, text, text)


@pytest.mark.parametrize(
    ("paper", "text", "lang"),
    [
        pytest.param(NAMED, "提出 LanternNet。", "zh", id="by its name"),
        pytest.param(NAMED, "Lantern-Net is new.", "en", id="by its name, spelled otherwise"),
        pytest.param(UNNAMED, "用图神经网络为仓库机器人导航，规划路径并避免碰撞。", "zh", id="by its words in Chinese"),
        pytest.param(
            UNNAMED,
            "A graph neural network plans the paths of robots in warehouses, without collisions.",
            "en",
            id="by its words",
        ),
    ],
)
def test_its_own_summary_passes(paper, text, lang):
    assert check(all_five(text), lang, paper) == []


@pytest.mark.parametrize("paper", [NAMED, UNNAMED], ids=["a paper with a name", "one without"])
@pytest.mark.parametrize(
    ("text", "lang"),
    [("We measure sediment transport in a tidal estuary.", "en"), ("测量潮汐河口三个冬季的泥沙输运。", "zh")],
    ids=["English", "Chinese"],
)
def test_another_papers_summary_does_not(paper, text, lang):
    (problem,) = check(all_five(text), lang, paper)
    assert problem.section is None


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Sea-Cache++: Faster", ["Sea-Cache++"]),
        ("Image Generation with LanternNet", ["LanternNet"]),
        ("LLMs and AI for GUI Agents", []),
        ("A long way of saying what it does: the way", []),
    ],
)
def test_the_name_in_a_title(title, expected):
    assert names(title) == expected


READ = "WareNet plans a path for robots that move between shelves. WareNet reads a map of shelves and charging points."


def test_a_summary_in_the_words_of_the_text_passes_without_the_title():
    text = "WareNet reads a map of shelves and plans a path between charging points."
    assert check(all_five(text), "en", NAMED, READ) == []
    assert check(all_five("以 WareNet 为核心。"), "zh", NAMED, READ) == []


def test_a_coined_name_that_was_not_read_is_another_papers():
    text = "ShelfFormer reads a map of shelves and plans a path between charging points."
    assert check(all_five(text), "en", NAMED, READ) != []


def test_a_title_of_one_word_does_not_show_whose_summary_it_is():
    paper = replace(UNNAMED, title="Robots Are All You Need")
    assert check(all_five("Robots pour tea in a kitchen, and never spill a drop of it on the table."), "en", paper)


def test_the_words_of_a_formula_are_nobodys():
    text = r"WareNet reads a map of shelves and charging points: $\frac{1}{n}\sum_i \alpha_i$, $\beta \leq 1$."
    assert check(all_five(text), "en", NAMED, READ) == []
