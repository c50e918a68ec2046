"""Answers: the complete list, the quoted words, the paper itself, or that there is nothing; never an invention."""

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import pytest

from bot import answer
from bot.app import App
from bot.doc import Block, Doc, Fold, Item, Span, spans
from bot.given import Answer
from store import find, papers
from store.question import MAX_CHARACTERS
from store.types import Entry, Lang, Sections, Summary
from tests.makers.papers import DAY, LIBRARY, VIDEO, about, entry, paper

AppOf = Callable[..., App]


def ask(app: App, text: str, lang: Lang | None = None) -> Answer:
    return asyncio.run(answer.ask(app, text, lang))


def named(given: Answer) -> list[str]:
    return [one.arxiv_id for one in given.papers]


def text_of(app: App, arxiv_id: str, section: str) -> list[str]:
    """What is stored of a section, in each language."""
    stored = papers.need(app.folder.db, arxiv_id)
    if section in ("title", "abstract"):
        return [getattr(stored.paper, section)]
    return [getattr(one.sections, section) for one in stored.summaries]


def all_spans(blocks: tuple[Block, ...]) -> Iterator[Span]:
    for block in blocks:
        if isinstance(block, Fold):
            yield from spans(block.title)
            yield from all_spans(block.blocks)
        else:
            yield from spans(block.text)
            if isinstance(block, Item):
                yield from spans(block.note)


def items(doc: Doc) -> list[Item]:
    return [block for block in doc.blocks if isinstance(block, Item)]


def fact_paper(lang: Lang, results: str, **changes: str) -> Entry:
    texts = {"application": "-", "contribution": "-", "usage": "-", "innovations": "-", "results": results} | changes
    made = paper("3105.00042", title="OrigamiBench: Measuring Folds")
    return Entry(made, (Summary(made.arxiv_id, lang, Sections(**texts), "HTML"),))


TWENTY_ONE_LISTED = tuple(
    about(number, f"Reel{number}: Motion", en=f"A video generation model, the {number}th of its kind.")
    for number in range(1, 22)
)
TWENTY_ONE_OTHERS = tuple(about(number, f"Plough{number}", zh="土壤湿度的卫星测量。") for number in range(31, 52))
NINE_OTHERS = tuple(about(number, f"Plough{number}", zh="土壤湿度的卫星测量。") for number in range(22, 31))


# Lists


@pytest.mark.parametrize(
    "question",
    """latest papers on video generation|what came out about video generation?|I'm looking for video generation papers
    what papers talk about video generation?|how many papers are about video generation?|top video generation papers
    papers about video generation, sorted by votes|最新的视频生成论文|最近有什么关于视频生成的论文？
    有没有用到视频生成的论文|视频生成的论文有几篇|推荐几篇视频生成的论文""".replace("\n", "|").split("|"),
)
def test_a_topic_has_the_same_papers_however_they_are_asked_for(app_of: AppOf, question: str) -> None:
    given = ask(app_of(LIBRARY), question.strip())
    assert set(named(given)) == VIDEO
    assert given.text.startswith(("2 papers about video generation, ", "关于视频生成的论文有 2 篇，"))


def test_the_latest_papers_come_newest_first(app_of: AppOf) -> None:
    entries = [
        about(number, f"Reel{number}", en="A video generation model.", day=DAY.replace(day=day))
        for number, day in ((1, 3), (2, 9), (3, 6))
    ]
    app = app_of([*entries, *NINE_OTHERS])
    newest = ["3105.00002", "3105.00003", "3105.00001"]
    assert named(ask(app, "latest papers about video generation")) == newest
    assert named(ask(app, "最近的视频生成论文")) == newest


def test_the_most_voted_of_a_topic_come_first_and_as_many_as_were_asked_for(app_of: AppOf) -> None:
    votes = {1: 5, 2: 50, 3: 7}
    entries = [about(one, f"Reel{one}", en="A video generation model.", upvotes=n) for one, n in votes.items()]
    given = ask(app_of([*entries, *NINE_OTHERS]), "top 2 papers about video generation")
    assert named(given) == ["3105.00002", "3105.00003"]
    assert "Most voted first. Here are 2 of them." in given.text


def test_a_list_says_that_votes_are_not_stored(app_of: AppOf) -> None:
    entries = [about(one, f"Reel{one}", en="A video generation model.") for one in (1, 2)]
    entries = [replace(one, paper=replace(one.paper, upvotes=None)) for one in entries]
    assert (
        "No votes are stored for these." in ask(app_of([*entries, *NINE_OTHERS]), "best video generation papers").text
    )


def test_lines_in_another_language_than_the_question_are_said_to_be(app_of: AppOf) -> None:
    note = "What is stored in Chinese only is quoted in Chinese."
    assert note in ask(app_of(LIBRARY), "papers about video generation").text
    assert note not in ask(app_of(LIBRARY), "papers about federated learning").text


def test_a_line_of_a_list_ends_with_a_whole_clause(app_of: AppOf) -> None:
    clause = "提出了一种分两个阶段先生成草稿再逐帧修复的视频生成模型"
    made = about(
        1, "Reel", zh=f"{clause}，通过解耦长期结构与短期细节并引入时间感知的一致性约束来显著提高片段的连贯性。"
    )
    given = ask(app_of([made, *NINE_OTHERS]), "视频生成的论文")
    assert f"— {clause}\n" in given.text + "\n"
    assert "…" not in given.text


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("which papers are about video generation?", id="English"),
        pytest.param("哪些论文与视频生成有关", id="Chinese"),
        pytest.param("video generation", id="the topic alone"),
        pytest.param("VIDEO GENERATION papers", id="capitals"),
    ],
)
def test_a_topic_is_answered_with_its_papers_whatever_language_their_summaries_are_in(
    app_of: AppOf, question: str
) -> None:
    given = ask(app_of(LIBRARY), question)
    assert (given.kind, sorted(named(given))) == ("listing", ["3105.00001", "3105.00002"])


@pytest.mark.parametrize("question", ["which papers are about video generation?", "哪些论文与视频生成有关"])
def test_a_list_is_complete_however_long(app_of: AppOf, question: str) -> None:
    given = ask(app_of(TWENTY_ONE_LISTED + NINE_OTHERS), question)
    assert set(named(given)) == {one.paper.arxiv_id for one in TWENTY_ONE_LISTED}


def test_a_list_says_how_many_it_holds(app_of: AppOf) -> None:
    given = ask(app_of(TWENTY_ONE_LISTED + NINE_OTHERS), "which papers are about video generation?")
    assert given.text.startswith("21 papers about video generation, all of 6 May 2031:")


def test_a_list_over_several_days_says_from_when_to_when(app_of: AppOf) -> None:
    entries = (
        about(1, "A", en="A video generation model."),
        about(2, "B", day=DAY.replace(day=9), en="Video generation, later."),
    )
    assert ask(app_of(entries), "papers about video generation").text.startswith(
        "2 papers about video generation, 6–9 May 2031:"
    )


def test_a_list_gives_each_paper_one_line(app_of: AppOf) -> None:
    given = ask(app_of(TWENTY_ONE_LISTED), "which papers are about video generation?")
    assert len(given.text.splitlines()) == 1 + 21


def test_each_line_of_a_list_leads_to_its_paper(app_of: AppOf) -> None:
    given = ask(app_of(LIBRARY), "which papers are about video generation?")
    links = [[span.url for span in spans(item.text) if span.url] for item in items(given.doc)]
    assert links == [[one.url] for one in given.papers]


def test_the_lines_of_a_list_are_numbered_as_their_citations(app_of: AppOf) -> None:
    given = ask(app_of(LIBRARY), "which papers are about video generation?")
    assert [(one.n, one.arxiv_id) for one in given.citations] == list(enumerate(named(given), 1))


@pytest.mark.parametrize(
    "told",
    [
        pytest.param("A **video generation** model with `two` stages. It is fast.", id="markup"),
        pytest.param("Video generation\nby wire,\n  and *slowly*. More.", id="several lines"),
        pytest.param("Video generation " + "of very long clips " * 30, id="longer than a line"),
        pytest.param("**视频生成**：先画草稿，再补细节。然后配音。", id="Chinese"),
    ],
)
def test_what_a_list_cites_stands_in_the_section_word_for_word(app_of: AppOf, told: str) -> None:
    app = app_of([about(1, "Clip", zh=told)])
    cited = ask(app, "which papers are about video generation?").citations[0]
    assert cited.quote
    assert cited.quote in text_of(app, cited.arxiv_id, cited.section)[0]


def test_a_list_cites_the_abstract_of_a_paper_without_a_summary(app_of: AppOf) -> None:
    given = ask(app_of(LIBRARY), "papers about weather forecasting")
    assert [(one.section, one.quote) for one in given.citations] == [
        ("abstract", "Weather forecasting a month ahead from satellite images.")
    ]


def test_a_paper_with_nothing_but_a_title_is_listed_and_not_cited(app_of: AppOf) -> None:
    given = ask(app_of([about(1, "Video Generation")]), "which papers are about video generation?")
    assert (named(given), given.citations) == (["3105.00001"], ())


# Facts


def test_a_fact_is_answered_with_the_sentence_that_holds_it(app_of: AppOf) -> None:
    told = "- Runs on a phone.\n- On OrigamiBench, accuracy rises by 7.21% over the crane baseline.\n- Nothing else."
    given = ask(app_of([*LIBRARY, fact_paper("en", told)]), "How much does accuracy rise on OrigamiBench?")
    assert (given.kind, "accuracy rises by 7.21%" in given.text) == ("fact", True)


@pytest.mark.parametrize(
    ("question", "lang", "told"),
    [
        pytest.param(
            "How much does accuracy rise on OrigamiBench?",
            "en",
            "1. **Accuracy** rises by 7.21% on OrigamiBench; so does speed.\n2. `OrigamiBench` holds $10^3$ folds.",
            id="English, with markup",
        ),
        pytest.param(
            "OrigamiBench 上的准确率提升多少？",
            "zh",
            "- **准确率**：在 OrigamiBench 上提升 7.21%；速度不变。\n- 折痕更少。",
            id="Chinese",
        ),
        pytest.param(
            "OrigamiBench 的准确率是多少？", "en", "Accuracy on OrigamiBench is 92%. Speed is 3.", id="across languages"
        ),
    ],
)
def test_every_line_of_a_quote_stands_in_its_section_word_for_word(
    app_of: AppOf, question: str, lang: Lang, told: str
) -> None:
    app = app_of([*LIBRARY, fact_paper(lang, told)])
    given = ask(app, question)
    lines = [(one, line) for one in given.citations for line in one.quote.splitlines()]
    assert lines
    assert [
        line for one, line in lines if not any(line in text for text in text_of(app, one.arxiv_id, one.section))
    ] == []


def test_a_facts_citations_are_numbered_as_they_are_shown(app_of: AppOf) -> None:
    given = ask(app_of([*LIBRARY, fact_paper("en", "Accuracy is 92%.")]), "What accuracy does OrigamiBench report?")
    assert [int(n) for n in re.findall(r"^\[(\d+)\] ", given.text, re.M)] == [one.n for one in given.citations]


def test_a_citation_says_paper_section_day_and_where_to_read(app_of: AppOf) -> None:
    given = ask(app_of([fact_paper("en", "Accuracy is 92%.")]), "What accuracy does OrigamiBench report?")
    assert "[1] OrigamiBench · Results · 2031-05-06 (https://huggingface.co/papers/3105.00042)" in given.text


def test_a_question_how_to_use_something_is_answered_with_its_whole_guide(app_of: AppOf) -> None:
    guide = "- In: a sheet\n1. Fold it.\n2. Unfold it."
    given = ask(app_of([*LIBRARY, fact_paper("en", "-", usage=guide)]), "How do I use OrigamiBench?")
    assert (given.citations[0].section, given.citations[0].quote) == ("usage", guide)


# One paper


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("3105.00003", id="its id"),
        pytest.param("arXiv:3105.00003v2", id="its id with a version"),
        pytest.param("https://arxiv.org/abs/3105.00003", id="arXiv's address"),
        pytest.param("https://arxiv.org/pdf/3105.00003v1.pdf", id="the PDF's address"),
        pytest.param("https://huggingface.co/papers/3105.00003", id="Hugging Face's address"),
        pytest.param("tell me about 3105.00003 please", id="its id in a sentence"),
        pytest.param("3105.00003 讲了什么？", id="its id in Chinese"),
        pytest.param("TouchPilot", id="its title"),
        pytest.param("what is touchpilot?", id="its title in a question"),
    ],
)
def test_a_paper_that_is_named_is_shown(app_of: AppOf, question: str) -> None:
    given = ask(app_of(LIBRARY), question)
    assert (given.kind, named(given)) == ("paper", ["3105.00003"])


def test_a_papers_name_is_its_title_up_to_the_colon(app_of: AppOf) -> None:
    assert named(ask(app_of(LIBRARY), "SkyLark-2")) == ["3105.00001"]


@pytest.mark.parametrize(
    ("question", "section"),
    [
        pytest.param("how do I use 3105.00001?", "usage", id="its guide"),
        pytest.param("3105.00001 的实验效果", "results", id="its results, in Chinese"),
        pytest.param("what are the innovations of 3105.00001", "innovations", id="its innovations"),
    ],
)
def test_a_section_of_a_named_paper_can_be_asked_for(app_of: AppOf, question: str, section: str) -> None:
    given = ask(app_of([entry("3105.00001", "zh", "en")]), question)
    assert [one.section for one in given.citations] == [section]


def test_several_named_papers_are_listed(app_of: AppOf) -> None:
    given = ask(app_of(LIBRARY), "compare 3105.00001 with 3105.00004")
    assert (given.kind, named(given)) == ("listing", ["3105.00001", "3105.00004"])


def test_an_id_that_is_not_stored_is_said_to_be_unknown(app_of: AppOf) -> None:
    given = ask(app_of(LIBRARY), "what is 2999.12345 about?")
    assert (given.kind, given.papers, "I don't have 2999.12345" in given.text) == ("none", (), True)


def test_an_english_answer_from_a_chinese_summary_says_so(app_of: AppOf) -> None:
    assert "Only a Chinese summary is stored." in ask(app_of(LIBRARY), "what is SkyLark-2?").text


def test_a_summary_in_the_language_of_the_question_is_preferred(app_of: AppOf) -> None:
    app = app_of([entry("3105.00001", "zh", "en")])
    said = [ask(app, text).text for text in ("what is 3105.00001?", "3105.00001 讲什么")]
    assert [("Folds twice as fast." in text, "折得快一倍。" in text) for text in said] == [(True, False), (False, True)]


@pytest.mark.parametrize(
    ("languages", "said"),
    [
        pytest.param(("zh", "en"), "折得快一倍。", id="a Chinese host"),
        pytest.param(("en", "zh"), "Folds twice as fast.", id="an English host"),
    ],
)
def test_an_id_alone_has_no_language_and_is_answered_in_the_hosts(
    app_of: AppOf, languages: tuple[Lang, ...], said: str
) -> None:
    assert said in ask(app_of([entry("3105.00001", "zh", "en")], languages=languages), "3105.00001").text


# Nothing


@pytest.mark.parametrize(
    ("question", "lang", "said"),
    [
        pytest.param(
            "any paper on quantum error correction?",
            None,
            "Nothing stored about quantum error correction. I hold 8 papers, 6–7 May 2031.",
            id="English",
        ),
        pytest.param(
            "有没有量子纠错的论文？",
            None,
            "没有找到关于量子纠错的论文。目前收录 2031 年 5 月 6–7 日的 8 篇。",
            id="Chinese",
        ),
        pytest.param(
            "有没有量子纠错的论文？",
            "en",
            "Nothing stored about 量子纠错. I hold 8 papers, 6–7 May 2031.",
            id="in the language that was asked for",
        ),
        pytest.param(
            "How many qubits does Sycamore need?",
            None,
            "Nothing stored answers that. I hold 8 papers, 6–7 May 2031.",
            id="a fact",
        ),
    ],
)
def test_what_is_not_stored_is_not_made_up(app_of: AppOf, question: str, lang: Lang | None, said: str) -> None:
    given = ask(app_of(LIBRARY), question, lang)
    assert (given.kind, given.answered, given.papers, given.citations) == ("none", False, (), ())
    assert given.text.startswith(said)


@pytest.mark.parametrize(
    ("question", "theme"),
    [
        pytest.param("papers about robot beekeepers", "robotics", id="English"),
        pytest.param("有没有机器人养蜂的论文？", "机器人", id="Chinese"),
    ],
)
def test_a_refusal_names_the_theme_that_comes_nearest(app_of: AppOf, question: str, theme: str) -> None:
    given = ask(app_of(LIBRARY), question)
    assert (given.kind, f"{theme}" in given.text.partition("2031")[2]) == ("none", True)


LATE = DAY.replace(day=20)
BY_DAY = tuple(
    Entry(replace(one.paper, authors=(author,), organisation=of), one.summaries)
    for one, author, of in (
        (about(1, "Reel1", day=DAY, en="A video generation model."), "Mei Okafor", "Birch Institute"),
        (about(2, "Reel2", day=LATE, en="Video generation, later."), "Ada Brook", "Birch Institute"),
        (about(3, "Plough", day=LATE, en="Satellites measure the soil."), "Ada Brook", "Tarn Lab"),
    )
)


@pytest.mark.parametrize(
    ("question", "numbers", "shown"),
    [
        pytest.param("video papers since 20 May", [2], "Papers of 20–22 May 2031.", id="since a day"),
        pytest.param("which papers of last week are about video?", [], "Papers of 12–18 May 2031.", id="last week"),
        pytest.param("5月20日以来的视频论文", [2], "范围：2031 年 5 月 20–22 日。", id="since a day, in Chinese"),
        pytest.param("papers by Ada Brook", [2, 3], "Papers by Ada Brook.", id="an author"),
        pytest.param("video papers by Brook", [2], "Papers by Ada Brook.", id="an author and a topic"),
        pytest.param("Ada Brook的论文", [2, 3], "范围：作者 Ada Brook。", id="an author, in Chinese"),
        pytest.param("papers from Birch Institute", [1, 2], "Papers from Birch Institute.", id="an organisation"),
        pytest.param(
            "papers from Birch Institute since 19 May",
            [2],
            "Papers of 19–22 May 2031, from Birch Institute.",
            id="both",
        ),
    ],
)
def test_what_a_question_asks_for_beside_its_topic_filters_and_is_shown(
    app_of: AppOf, question: str, numbers: list[int], shown: str
) -> None:
    app = app_of(BY_DAY)
    app.today = lambda: LATE.replace(day=22)
    given = ask(app, question)
    assert sorted(named(given)) == [f"3105.{number:05}" for number in numbers]
    assert given.text.startswith(shown)


@pytest.mark.parametrize("question", ["what came out on 20 May about video?", "what should I read about video?"])
def test_what_came_out_lists(app_of: AppOf, question: str) -> None:
    app = app_of(BY_DAY)
    app.today = lambda: LATE
    given = ask(app, question)
    assert (given.kind, "3105.00002" in named(given)) == ("listing", True)


def test_days_are_the_askers_own(app_of: AppOf) -> None:
    app = app_of(BY_DAY)
    app.today = lambda: LATE
    asked = partial(answer.ask, app, "video papers from yesterday", "en")
    assert named(asyncio.run(asked(today=LATE.replace(day=21)))) == ["3105.00002"]
    assert named(asyncio.run(asked())) == []


def test_that_todays_list_is_not_there_yet_is_said(app_of: AppOf) -> None:
    app = app_of(BY_DAY)
    app.today = lambda: LATE.replace(day=22)
    asked = {
        text: ask(app, text).text for text in ("video papers of today", "今天的视频论文", "video papers of 20 May")
    }
    assert asked["video papers of today"].startswith("Nothing for Thu 22 May 2031 yet. The newest day I hold is")
    assert asked["今天的视频论文"].startswith("还没有收录 2031 年 5 月 22 日")
    assert asked["video papers of 20 May"].startswith("Papers of 20 May 2031.")


CODED = tuple(
    Entry(replace(one.paper, repository=url), one.summaries)
    for one, url in (
        (about(1, "Reel1", en="A video generation model."), "https://github.com/reel/one"),
        (about(2, "Reel2", en="A video generation model. The code is promised."), ""),
        (about(3, "Plough", en="Satellites measure the soil."), "https://github.com/plough/plough"),
    )
)


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("which papers have code?", [1, 3]),
        ("papers with github code", [1, 3]),
        ("有代码的论文", [1, 3]),
        ("哪些论文有开源代码？", [1, 3]),
        ("papers with code about video generation", [1]),
        ("papers on video generation with code", [1]),
        ("有代码的视频生成论文", [1]),
    ],
)
def test_papers_with_code_are_those_with_a_stored_link(app_of: AppOf, question: str, numbers: list[int]) -> None:
    given = ask(app_of([*CODED, *NINE_OTHERS]), question)
    assert sorted(named(given)) == [f"3105.{number:05}" for number in numbers]


def test_that_no_link_to_code_is_stored_is_said_before_what_the_texts_say(app_of: AppOf) -> None:
    bare = [Entry(replace(one.paper, repository=""), one.summaries) for one in CODED]
    given = ask(app_of([*bare, *NINE_OTHERS]), "which papers have code?")
    assert named(given) == ["3105.00002"]
    assert "No link to code is stored for any of these papers" in given.text


def test_code_generation_is_a_topic(app_of: AppOf) -> None:
    assert "with code" not in ask(app_of(CODED), "papers with code generation").text.partition("\n")[0]


@pytest.mark.parametrize("question", ["papers by Kaiming He", "papers by nobody about video", "作者是何恺明的论文"])
def test_an_author_without_papers_is_said_to_have_none(app_of: AppOf, question: str) -> None:
    given = ask(app_of(BY_DAY), question)
    assert (given.kind, given.papers) == ("none", ())
    assert given.text.startswith(("Papers by ", "范围：作者 何恺明", "范围：作者何恺明"))
    assert "No paper by" in given.text or "没有收录何恺明的论文。" in given.text
    unsigned = ask(app_of(LIBRARY), question)
    assert "aren't stored" in unsigned.text or "没有收录作者" in unsigned.text


def test_today_is_the_newest_day_that_is_stored(app_of: AppOf) -> None:
    app = app_of(BY_DAY)
    app.today = lambda: LATE.replace(day=22)
    assert named(ask(app, "今天的视频论文")) == ["3105.00002"]


def test_where_no_paper_stands_out_the_closest_are_named_as_no_more_than_that(app_of: AppOf) -> None:
    kilns = tuple(about(number, f"Kiln{number}", en=f"Clay pots are fired in kiln {number}.") for number in range(1, 9))
    given = ask(app_of(kilns + TWENTY_ONE_OTHERS), "Clay pots are fired in a cheaper kiln than ever before.")
    assert (given.kind, len(given.papers)) == ("closest", 5)
    assert given.text.startswith("I don't hold a paper that says exactly this. The closest papers")


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("", id="empty"),
        pytest.param(" \n\t ", id="space"),
        pytest.param("\x00\x07\x1b", id="control characters"),
        pytest.param("\u202e\u200f", id="direction marks alone"),
    ],
)
def test_an_empty_question_is_answered_with_what_can_be_asked(app_of: AppOf, question: str) -> None:
    given = ask(app_of(LIBRARY), question, "en")
    assert (given.kind, given.text) == ("none", "Ask about a paper or a topic, or send /today.")


def test_a_question_too_long_is_refused_with_its_length_and_the_limit(app_of: AppOf) -> None:
    given = ask(app_of(LIBRARY), "video " * MAX_CHARACTERS)
    assert (given.kind, given.text) == (
        "none",
        "That is 12,000 characters; I read questions of up to 2,000. Please shorten it.",
    )


def test_an_empty_store_says_how_to_fill_it(app_of: AppOf) -> None:
    given = ask(app_of(), "which papers are about video generation?")
    assert (given.kind, "`paperboy import FILE`" in given.text) == ("none", True)


def test_an_empty_store_is_not_asked_a_model(app_of: AppOf) -> None:
    app = app_of()
    before = list(app.vectors.asked)
    ask(app, "which papers are about video generation?")
    assert app.vectors.asked == before


# Hostile words


@pytest.mark.parametrize(
    "question",
    [
        pytest.param('"', id="a quotation mark"),
        pytest.param('video" OR "1', id="an unbalanced phrase"),
        pytest.param("NEAR(video generation, 5)", id="NEAR"),
        pytest.param("title:video AND NOT core:*", id="columns and stars"),
        pytest.param("-video -generation ^x", id="minus and caret"),
        pytest.param("'; DROP TABLE papers; --", id="SQL"),
        pytest.param("<script>alert(1)</script> **video** [x](javascript:y)", id="markup"),
        pytest.param("🎬🎬🎬 👩‍👩‍👧‍👦", id="emoji"),
        pytest.param("הסרטונים של וידאו", id="right to left"),
        pytest.param("\u202evideo\u202c", id="bidi overrides"),
        pytest.param("video\x00gene\x1b[31mration", id="control characters"),
        pytest.param("\ud800 video", id="half a character"),
        pytest.param("{n} {topic} %s {0}", id="format fields"),
        pytest.param("(" * 1900, id="brackets"),
        pytest.param("a, " * 600, id="many alternatives"),
        pytest.param("视" * MAX_CHARACTERS, id="as long as may be"),
    ],
)
def test_any_text_gets_an_answer_or_a_refusal_that_is_harmless(app_of: AppOf, question: str) -> None:
    given = ask(app_of(LIBRARY), question)
    assert given.text
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", given.text)


@pytest.mark.parametrize(
    "told",
    [
        pytest.param("<script>alert(1)</script> <b>video generation", id="HTML"),
        pytest.param("\x1b[31m video generation\x1b]8;;http://evil\x07", id="escape sequences"),
        pytest.param("@everyone <@123> video generation", id="mentions"),
        pytest.param("[video generation](javascript:alert(1)) ![x](data:text/html,y)", id="links that are none"),
        pytest.param("\u202enoitareneg oediv\u202c video generation", id="bidi overrides"),
        pytest.param("**video `generation ~~ || __ [", id="markup left open"),
        pytest.param("{n} {topic} {0} %s video generation", id="format fields"),
    ],
)
@pytest.mark.parametrize(
    "question", [pytest.param("video generation", id="listed"), pytest.param("what is Lure?", id="shown")]
)
def test_hostile_words_in_a_summary_come_out_harmless(app_of: AppOf, told: str, question: str) -> None:
    given = ask(app_of([about(1, "Lure: Video", en=told, abstract=told)]), question)
    assert named(given) == ["3105.00001"]
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", given.text)
    assert {span.url.split("/")[2] for span in all_spans(given.doc.blocks) if span.url} <= {
        "huggingface.co",
        "arxiv.org",
    }


def test_what_is_stored_is_untouched_by_any_question(app_of: AppOf) -> None:
    app = app_of(LIBRARY)
    ask(app, "'; DELETE FROM papers; DROP TABLE words; --")
    assert len(papers.everything(app.folder.db)) == len(LIBRARY)


def test_names_are_short_in_lists(app_of: AppOf) -> None:
    given = ask(app_of(LIBRARY), "papers about video generation")
    assert [spans(item.text)[0].text for item in items(given.doc)] == [find.name(one.title) for one in given.papers]


def test_an_unknown_id_beside_a_known_one_is_said(app_of: AppOf) -> None:
    text = ask(app_of([entry("3105.00001", "en")]), "compare 3105.00001 and 2999.12345").text
    assert "I don't have 2999.12345" in text


@pytest.mark.parametrize("text", ["what is 1+1?", "3", "a OR b AND NOT (c"])
def test_a_letter_or_a_digit_is_no_topic(app_of: AppOf, text: str) -> None:
    assert ask(app_of(LIBRARY), text).kind == "none"


def test_a_greeting_is_told_what_to_ask(app_of: AppOf) -> None:
    assert "/today" in ask(app_of(LIBRARY), "hello").text


def test_a_text_too_long_to_be_a_question_is_about_the_paper_that_it_links_to(app_of: AppOf) -> None:
    text = "A newsletter about folding. " * 200 + "https://arxiv.org/abs/3105.00004v1"
    given = asyncio.run(answer.ask(app_of(LIBRARY), text, "en"))
    assert (given.kind, [paper.arxiv_id for paper in given.papers]) == ("paper", ["3105.00004"])
