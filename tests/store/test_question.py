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
        ("papers related to video generation, please?", "video generation"),
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


PHRASINGS_EN = """RAG
    papers on RAG|RAG papers|papers about RAG, please|papers that talk about RAG|papers talking about RAG
    which papers are about RAG?|what papers talk about RAG?|what papers are there about RAG|what came out about RAG?
    what's new in RAG?|what is there on RAG|what should I read about RAG?|what do you have about RAG?
    I'm looking for papers on RAG|I am looking for research on RAG, thanks|we need papers about RAG
    show me some RAG papers|please list all papers about RAG|can you recommend some papers about RAG?
    any good papers on RAG?|is there anything on RAG?|do you have anything about RAG?|papers about RAG you have
    how many papers are about RAG?|how many papers do you have on RAG|the number of papers about RAG
    latest papers on RAG|the newest RAG papers|what are the latest papers about RAG?|recent work on RAG
    new papers about RAG|papers on RAG, newest first|RAG papers sorted by date
    top papers about RAG|best papers on RAG|most voted RAG papers|3 papers on RAG|top 5 papers about RAG
    what about RAG?|and for RAG?|who works on RAG?|papers published about RAG"""
PHRASINGS_ZH = """强化学习
    强化学习论文|强化学习的论文|关于强化学习的论文|有关强化学习的文章|与强化学习有关的论文|强化学习相关的 papers 有吗
    哪些论文用到了强化学习|有哪些论文使用强化学习？|有没有用强化学习的论文|讲强化学习的论文|提到强化学习的论文有哪些
    最近有什么关于强化学习的论文？|今天有关于强化学习的论文吗|有强化学习的论文吗|目前有哪些研究强化学习的工作
    请帮我找强化学习方向的论文|我在找关于强化学习的论文|我想看看强化学习方面的文章|推荐几篇强化学习的论文
    有多少篇关于强化学习的论文|关于强化学习的论文有几篇|强化学习的论文有多少篇？
    最新的强化学习论文|有没有最新的强化学习论文|我想找强化学习方面的最新论文|强化学习的论文，按时间排序
    热门的强化学习论文|得票最高的强化学习论文|给我3篇强化学习的论文|前三篇强化学习论文"""


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        pytest.param(said.strip(), table.split("\n")[0].strip(), id=said.strip())
        for table in (PHRASINGS_EN, PHRASINGS_ZH)
        for said in table.replace("\n", "|").split("|")
    ],
)
def test_a_topic_is_the_same_however_its_papers_are_asked_for(said, topic):
    read = question.read(said)
    assert (read.topic, read.asks_one, read.is_plain) == (topic, False, True)


@pytest.mark.parametrize(
    ("text", "order", "most"),
    [
        ("latest papers on RAG", "newest", 0),
        ("new RAG papers", "newest", 0),
        ("最近有什么强化学习论文", "newest", 0),
        ("我想找强化学习方面的最新论文", "newest", 0),
        ("top 3 papers about RAG", "votes", 3),
        ("the most voted RAG papers", "votes", 0),
        ("给我推荐两篇关于强化学习的论文", "", 2),
        ("前5篇强化学习论文", "", 5),
        ("papers on RAG", "", 0),
    ],
)
def test_a_shell_says_how_a_list_is_sorted_and_cut(text, order, most):
    read = question.read(text)
    assert (read.order, read.most) == (order, most)


@pytest.mark.parametrize(
    "topic",
    """top-k sampling|top k sampling|in-context learning|search agents|deep research
    best-of-n sampling|two-tower models|recommender systems|推荐系统|跟踪|在线学习|中文语音识别
    工作记忆|深度研究|搜索智能体|最近邻检索
    有监督学习|请求调度|研究智能体|做饭|和谐""".replace("\n", "|").split("|"),
)
def test_a_topic_that_begins_like_a_shell_is_whole(topic):
    topic = topic.strip()
    shells = ("关于{}的论文", "{}论文", "{}") if topic[0] > "z" else ("papers about {}", "{} papers", "{}")
    assert {question.read(shell.format(topic)).topic for shell in shells} == {topic}


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("which works improve RAG?", "improve RAG"),
        ("papers that cut costs", "cut costs"),
        ("有哪些论文提高了推理速度", "提高了推理速度"),
    ],
)
def test_a_topic_with_a_verb_is_not_said_as_ours(text, topic):
    read = question.read(text)
    assert (read.topic, read.is_plain) == (topic, False)


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
