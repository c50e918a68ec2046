import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from store import question
from store.question import MAX_CHARACTERS


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("video generation", "video generation"),
        ("which papers are about video generation?", "video generation"),
        ("Show me all papers on video generation", "video generation"),
        ("papers related to video generation, please?", "video generation, please"),
        ("Are there any papers that use federated learning today?", "federated learning"),
        ("find recent work on GUI agents.", "GUI agents"),
        ("video generation papers", "video generation"),
        ("哪些论文与视频生成有关", "视频生成"),
        ("哪些论文是关于视频生成的？", "视频生成"),
        ("有没有关于视频生成的论文？", "视频生成"),
        ("今天有哪些视频生成相关的论文", "视频生成"),
        ("请帮我找视频生成方向的工作", "视频生成"),
        ("视频生成", "视频生成"),
        ("研究GUI智能体的论文有哪些？", "GUI智能体"),
    ],
)
def test_a_topic_has_no_shell(text, topic):
    assert question.read(text).topic == topic


@pytest.mark.parametrize("text", ["which papers?", "papers", "论文", "哪些论文", "有哪些", "the", "?"])
def test_a_question_that_is_all_shell_keeps_its_text(text):
    assert question.read(text).topic


@pytest.mark.parametrize(
    ("text", "one"),
    [
        ("How does SkyLark edit its drafts?", True),
        ("which model reaches 9.5% on folding?", True),
        ("what hardware does ReelForge need", True),
        ("which papers are about folding?", False),
        ("does any paper fold?", False),
        ("video generation", False),
        ("SkyLark 怎么使用？", True),
        ("折痕少了多少？", True),
        ("哪篇论文提出了折纸网络？", True),
        ("哪些论文与折纸有关？", False),
        ("折纸", False),
    ],
)
def test_one_paper_or_a_list_is_asked_for(text, one):
    assert question.read(text).asks_one is one


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("papers about video generation and image editing", ("video generation", "image editing")),
        ("video, audio or text", ("video", "audio", "text")),
        ("transfer from text and images", ("transfer from text and images",)),
        ("reasoning in vision and language", ("reasoning in vision and language",)),
        ("folding", ("folding",)),
        ("视频生成和图像编辑", ("视频生成", "图像编辑")),
        ("视频、音频以及文本", ("视频", "音频", "文本")),
        ("折纸", ("折纸",)),
    ],
)
def test_either_of_several_topics_will_do(text, parts):
    assert question.read(text).alternatives == parts


@pytest.mark.parametrize(
    ("text", "lang"), [("folding", "en"), ("折纸", "zh"), ("折纸 with LLMs", "zh"), ("", "en"), ("🙂", "en")]
)
def test_a_question_has_a_language(text, lang):
    assert question.read(text).lang == lang


def test_control_characters_are_spaces():
    assert question.read("video\x00gener\x1bation\r\nmodels\u202e").text == "video gener ation  models"


def test_what_is_too_long_is_not_read():
    assert len(question.read("折" * 1_000_000).text) == MAX_CHARACTERS


@pytest.mark.parametrize(
    "unit",
    ["哪些", "which ", "which", "a ", "有有没", "请帮我", "的", "papers? ", " ", "and ", "、", "what is the ", "? "],
)
@pytest.mark.parametrize("end", ["", "x", "折"], ids=["alone", "before a word", "before Chinese"])
def test_a_hostile_question_is_read(unit, end):
    """Backtracking over repeated shells would not end in a lifetime."""
    assert question.read(unit * (MAX_CHARACTERS // len(unit) - 1) + end).alternatives


@given(st.text())
@example("which papers are about ?")
@example("的论文")
@example(", and or")
def test_any_text_is_read_the_same_each_time(text):
    read = question.read(text)
    assert read == question.read(text)
    assert read.text.isprintable()
    assert read.alternatives
    assert read.topic in read.text


@pytest.mark.parametrize("text", ["hello", "Thanks!", "what can you do?", "你好", "谢谢！", "你能做什么？"])
def test_a_greeting_is_no_question(text):
    assert question.read(text).is_greeting


@pytest.mark.parametrize("text", ["hello world models", "帮助机器人抓取", "what can diffusion models do?", ""])
def test_a_question_is_no_greeting(text):
    assert not question.read(text).is_greeting
