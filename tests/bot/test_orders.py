"""What people write after /subscribe: in any order, in either language; and what is no choice at all."""

from datetime import time
from typing import Any

import pytest

from bot import orders, zones
from bot.orders import Misread
from store.chats import Chat
from store.subscriptions import Subscription
from store.wishes import Wish

PLAIN = Subscription(Chat("telegram", "5"))


def chosen(text: str) -> dict[str, Any]:
    """What differs from a subscription about which nothing was said."""
    one = orders.read(text).on(PLAIN)
    names = ("lang", "hour", "zone", "weekdays", "style", "silent", "rhythm", "late", "wish")
    return {name: value for name in names if (value := getattr(one, name)) != getattr(PLAIN, name)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("", {}, id="nothing"),
        pytest.param("09:00", {"hour": time(9)}, id="an hour"),
        pytest.param("9:30pm", {"hour": time(21, 30)}, id="an hour in halves of a day"),
        pytest.param("7pm", {"hour": time(19)}, id="an hour without minutes"),
        pytest.param("12am", {"hour": time(0)}, id="midnight"),
        pytest.param("8点", {"hour": time(8)}, id="8点"),
        pytest.param("早上8点半", {"hour": time(8, 30)}, id="早上8点半"),
        pytest.param("每天晚上8点05分", {"hour": time(20, 5)}, id="晚上8点05分"),
        pytest.param("９：００", {"hour": time(9)}, id="full width"),
        pytest.param("Europe/Paris", {"zone": "Europe/Paris"}, id="a zone"),
        pytest.param("new york", {"zone": "America/New_York"}, id="a city of two words"),
        pytest.param("UTC+8", {"zone": "Etc/GMT-8"}, id="an offset"),
        pytest.param("+8", {"zone": "Etc/GMT-8"}, id="an offset alone, which is no keyword"),
        pytest.param("北京时间", {"zone": "Asia/Shanghai"}, id="北京时间"),
        pytest.param("zh", {"lang": "zh"}, id="a language"),
        pytest.param("英文", {"lang": "en"}, id="英文"),
        pytest.param("mon-fri", {"weekdays": (0, 1, 2, 3, 4)}, id="mon-fri"),
        pytest.param("weekdays", {"weekdays": (0, 1, 2, 3, 4)}, id="weekdays"),
        pytest.param("sat–mon", {"weekdays": (0, 5, 6)}, id="over the end of the week, with a dash"),
        pytest.param("mon, wed, friday", {"weekdays": (0, 2, 4)}, id="single days"),
        pytest.param("工作日", {"weekdays": (0, 1, 2, 3, 4)}, id="工作日"),
        pytest.param("周一到周五", {"weekdays": (0, 1, 2, 3, 4)}, id="周一到周五"),
        pytest.param("周一三五", {"weekdays": (0, 2, 4)}, id="周一三五"),
        pytest.param("每周一", {"weekdays": (0,)}, id="每周一 is a day"),
        pytest.param("每周", {"rhythm": ("weekly",)}, id="每周 is how often"),
        pytest.param("daily weekly", {"rhythm": ("daily", "weekly")}, id="two rhythms"),
        pytest.param("每月", {"rhythm": ("monthly",)}, id="每月"),
        pytest.param("full silent", {"style": "full", "silent": True}, id="style and sound"),
        pytest.param("静音 详细", {"style": "full", "silent": True}, id="静音 详细"),
        pytest.param("late:follow", {"late": "follow"}, id="late papers"),
        pytest.param("agents", {"wish": Wish(groups=("agents",))}, id="a group"),
        pytest.param("video & audio", {"wish": Wish(groups=("video_audio",))}, id="a group of three words"),
        pytest.param("robotics agents", {"wish": Wish(groups=("robotics", "agents"))}, id="groups without a comma"),
        pytest.param("机器人、智能体", {"wish": Wish(groups=("robotics", "agents"))}, id="groups in Chinese"),
        pytest.param("video generation", {"wish": Wish(topics=("video generation",))}, id="plain words"),
        pytest.param("about world models", {"wish": Wish(topics=("world models",))}, id="a word that leads to them"),
        pytest.param("robots at 7pm", {"hour": time(19), "wish": Wish(topics=("robots",))}, id="a word before an hour"),
        pytest.param("8点 主题：视频生成", {"hour": time(8), "wish": Wish(topics=("视频生成",))}, id="主题："),
        pytest.param("Topics: world models", {"wish": Wish(topics=("world models",))}, id="topics announced"),
        pytest.param('"topics: a survey"', {"wish": Wish(topics=("topics: a survey",))}, id="unless it is quoted"),
        pytest.param("multimodal agents", {"wish": Wish(groups=("multimodal", "agents"))}, id="two groups"),
        pytest.param("+diffusion -survey", {"wish": Wish(include=("diffusion",), exclude=("survey",))}, id="keywords"),
        pytest.param('+"world model"', {"wish": Wish(include=("world model",))}, id="a keyword of two words"),
        pytest.param("by:Hinton", {"wish": Wish(authors=("Hinton",))}, id="an author"),
        pytest.param("by:“Geoffrey Hinton”", {"wish": Wish(authors=("Geoffrey Hinton",))}, id="an author in full"),
        pytest.param("by:Yann LeCun agents", {"wish": Wish(groups=("agents",), authors=("Yann LeCun",))}, id="names"),
        pytest.param(
            "by:Yann LeCun Berlin RAG",
            {"zone": "Europe/Berlin", "wish": Wish(topics=("RAG",), authors=("Yann LeCun",))},
            id="names end at a city",
        ),
        pytest.param("作者：李飞飞", {"wish": Wish(authors=("李飞飞",))}, id="作者"),
        pytest.param("min:20 max:5", {"wish": Wish(least_votes=20, most=5)}, id="numbers"),
        pytest.param("至少20赞 最多5篇", {"wish": Wish(least_votes=20, most=5)}, id="numbers in Chinese"),
        pytest.param('"full body motion"', {"wish": Wish(topics=("full body motion",))}, id="quoted, so all a topic"),
        pytest.param("wake word detection", {"wish": Wish(topics=("wake word detection",))}, id="no Wake Island"),
        pytest.param(
            "09:00 berlin en mon-fri video generation, agents -survey min:20",
            {"hour": time(9), "zone": "Europe/Berlin", "lang": "en", "weekdays": (0, 1, 2, 3, 4),
             "wish": Wish(groups=("agents",), topics=("video generation",), exclude=("survey",), least_votes=20)},
            id="all together",
        ),
        pytest.param(
            "智能体，具身智能 周一至周五 8点 上海 中文 最多5篇",
            {"hour": time(8), "zone": "Asia/Shanghai", "lang": "zh", "weekdays": (0, 1, 2, 3, 4),
             "wish": Wish(groups=("agents",), topics=("具身智能",), most=5)},
            id="all together in Chinese, in another order",
        ),
    ],
)  # fmt: skip
def test_it_is_read_as_people_write_it(text: str, found: dict[str, Any]) -> None:
    assert chosen(text) == found


@pytest.mark.parametrize(
    ("text", "wrong", "part"),
    [
        pytest.param("25:00 agents", "hour", "25:00", id="an hour that there isn't"),
        pytest.param("9:75", "hour", "9:75", id="minutes"),
        pytest.param("Europe/Atlantis", "zone", "Europe/Atlantis", id="a zone"),
        pytest.param("UTC+99", "zone", "UTC+99", id="an offset"),
        pytest.param("min:many", "count", "min:many", id="no number"),
        pytest.param("max:-1", "count", "max:-1", id="a negative number"),
        pytest.param("agents by:", "empty", "by:", id="nobody"),
        pytest.param("Off", "off", "Off", id="an end"),
        pytest.param("取消", "off", "取消", id="an end in Chinese"),
        pytest.param("x" * 61, "long", "x" * 61, id="a topic that is too long"),
        pytest.param(",".join(f"topic{n}" for n in range(13)), "many", "topic12", id="too many topics"),
    ],
)
def test_what_can_not_be_is_said(text: str, wrong: str, part: str) -> None:
    with pytest.raises(Misread, match=part.replace("+", r"\+")) as caught:
        orders.read(text)
    assert caught.value.wrong == wrong


@pytest.mark.parametrize(
    ("text", "number", "new"), [("#2 18:00", 2, False), ("new agents", 0, True), ("新增 18:00", 0, True)]
)
def test_which_one_is_meant_may_be_said(text: str, number: int, new: bool) -> None:
    found = orders.read(text)
    assert (found.number, found.new) == (number, new)


@pytest.mark.parametrize("text", ['"', '""', "+", "-", "#", ",,,", "、", "<b>&", "#999", "第个", "\ud83d", "周", "0:0"])
def test_odd_signs_are_no_mistake(text: str) -> None:
    assert orders.read(text).on(PLAIN).chat == PLAIN.chat


def test_a_word_of_a_sentence_is_no_zone_and_a_city_is() -> None:
    assert [zones.place(word) for word in ("universal", "wake", "mst", "factory", "Europe", "gmt", "Lima")] == [
        None, None, None, None, None, "UTC", "America/Lima",
    ]  # fmt: skip
