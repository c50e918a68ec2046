import pytest

from store import errands

ERRANDS = (
    "What's the weather today?",
    "how is the weather in Berlin",
    "will it rain tomorrow?",
    "what is the stock price of Apple?",
    "tell me a joke",
    "Give me a recipe for pancakes",
    "how do I cook rice?",
    "who won the football match yesterday?",
    "book me a flight to Paris",
    "recommend a good movie",
    "what time is it?",
    "今天天气怎么样",
    "明天会下雨吗？",
    "苹果的股价是多少",
    "讲个笑话",
    "怎么做蛋炒饭",
    "昨天的足球比赛谁赢了？",
    "帮我订一张去上海的机票",
    "推荐一部好看的电影",
    "现在几点了",
)
QUESTIONS = (
    "papers on weather forecasting",
    "weather",
    "which papers generate recipes?",
    "recommend a paper about movies",
    "which models predict stock prices?",
    "what is the score of NoLan on POPE?",
    "how do I use SeaCache?",
    "what's new?",
    "天气",
    "天气预报相关的论文有哪些",
    "有没有讲笑话生成的论文",
    "推荐几篇视频生成的论文",
    "HyTRec 的吞吐量是多少？",
    "SeaCache 怎么使用？",
    "股票预测",
    "",
)


@pytest.mark.parametrize("text", ERRANDS)
def test_what_no_paper_gives_is_an_errand(text):
    assert errands.asked(text)


@pytest.mark.parametrize("text", QUESTIONS)
def test_what_papers_may_answer_is_none(text):
    assert not errands.asked(text)
