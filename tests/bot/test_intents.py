"""Which ordinary sentences mean a command, and which are questions about something."""

import pytest

from bot import commands, smalltalk
from bot.commands import intents

MEANT = {
    "/today": "summarize today's papers|总结一下今天的论文|what is the main trend today?|best papers today|"
    """
        what's new?|What’s new today?|anything new?|what is new|latest papers|show me the latest papers|new papers
        today|today's papers|show me today's papers|any new papers?|papers|papers today|what papers are there today?
        which papers came today|can you show me today's list please|daily papers|list all papers|all the papers
        今天有什么新论文|今天的论文有哪些|最新论文|最新的论文|列出所有论文|有什么新论文|今天有新论文吗|看看今天的论文|今日论文列表|给我看今天的论文
    """,
    "/day yesterday": "yesterday|yesterday's papers|papers from yesterday|what was new yesterday?|"
    "show me yesterday's list",
    "/day 昨天": "昨天|昨天的论文|昨天有什么论文|昨天的论文有哪些|看看昨天的论文",
    "/day 2026-02-26": "2026-02-26|papers of 2026-02-26|what's new on 2026-02-26?|2026-02-26 的论文|"
    "2026-02-26 有哪些论文",
    "/week": "this week|papers this week|what's new this week?|this week's papers|recent papers|本周论文|"
    "这周有什么论文|最近有什么新论文",
    "/top": "top papers|most voted papers|trending papers|热门论文|最火的论文|which paper has the most votes?|"
    "得票最高的是哪篇|最值得读的论文|哪篇最好|推荐一篇论文|recommend a paper for me to read|what should I read?|"
    "which papers have the most upvotes",
    "/top 3": "give me the top 3 papers",
    "/top 三": "得票最多的三篇论文",
    "/status": "how many papers are stored?|how many papers do you have?|收录了多少篇论文",
    "/help": "help|Help!|menu|what can you do?|你能做什么？",
    "/about": "who are you?|你是谁",
    "/settings": "settings|打开设置",
    "/subscribe": "subscribe|subscribe me|我要订阅",
    "/unsubscribe": "unsubscribe|不再订阅",
    "/language en": "in English please|English please|speak English|can you answer in english?|切换成英文|"
    "用英文回答|说英语",
    "/language zh": "in Chinese please|switch to Chinese|切换成中文|用中文回答吧|请说中文",
    "/sources": "why?|为什么|how do you know that?",
    "/next": "next|more|any more?|还有吗|下一页",
    "/start": "start",
}
CASES = [(text.strip(), command) for command, texts in MEANT.items() for text in texts.replace("\n", "|").split("|")]


@pytest.mark.parametrize(("text", "command"), [case for case in CASES if case[0]])
def test_an_ordinary_sentence_is_the_command_that_it_means(text: str, command: str) -> None:
    read, wanted = commands.read(text), commands.read(command)
    assert read is not None
    assert read == wanted


@pytest.mark.parametrize(
    "text",
    """what's new in video generation?|new papers about agents|latest diffusion papers|recent papers on robots
    papers of 2026-02-26 about agents|yesterday's agents|what is new in it?|what's in it|Results|results?|new|paper
    papers with code|all you need is attention|is there a paper on today's LLMs?|why does it work?|next frame prediction
    next token|help me find papers on agents|settings of hyperparameters|start tokens|English to Chinese translation
    Chinese language models|day-ahead forecasting|top-k sampling|top papers about agents|who are you citing?|HyTRec
    best papers on RAG|recommend some papers about RAG|哪篇论文最快|最好的视频生成论文
    最新的扩散模型论文|今天有哪些关于视频生成的论文|昨天的视频论文|最近的视频论文|用英文总结|新的方法|为什么有效|中文语言模型|哪些论文
    今天有没有机器人的论文|什么是扩散模型|有没有代码|2602.15030|https://arxiv.org/abs/2602.15030""".replace(
        "\n", "|"
    ).split("|"),
)
def test_what_says_something_besides_is_a_question(text: str) -> None:
    assert intents.meant(text.strip()) == ""


def test_a_long_text_is_looked_at_no_further() -> None:
    assert intents.meant("papers " * 5000) == ""


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        ("hello", "hi|Hello!|hey there|good morning|你好|在吗？|早上好"),
        ("thanks", "thanks|thank you so much!|ok, thanks|great, thank you 🙏|谢谢|好的，谢谢！|thx|no, thanks"),
        ("bye", "bye|good night|ok bye|再见|拜拜|谢谢，再见"),
        ("stop", "stop|Stop!|cancel|停|停下"),
        ("fine", "ok|lol|OK lol|👍|😂😂|好的|嗯嗯|哈哈|cool!|I see|got it|没事"),
        ("nothing", "|???|…| "),
    ],
)
def test_small_talk_is_known_by_all_of_its_words(kind: str, texts: str) -> None:
    assert {smalltalk.kind(text) for text in texts.split("|")} == {kind}


@pytest.mark.parametrize(
    "text",
    [
        "hello world models",
        "thanks to what does it converge?",
        "nice paper",
        "ok HyTRec",
        "2",
        "stop gradient",
        "no data",
        "early stopping",
        "好的论文",
        "你好世界",
        "停车",
        "👍 agents",
        "right-to-left decoding",
    ],
)
def test_what_says_more_is_no_small_talk(text: str) -> None:
    assert smalltalk.kind(text) is None
