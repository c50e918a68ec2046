"""What is asked of the world or of the bot, not of papers: the weather, a joke, a recipe, a score, a flight.

Its words may stand in a paper all the same: "what's the weather today?" is not answered by a game that has weather. The
form tells, and that nothing in it speaks of research: "papers on weather forecasting" is a question like others.

Owns: these forms in both languages.
Does not own: greetings (question), whether anything stored answers (search).
"""

import re

MAX_READ = 120
"""Characters of the longest text that is looked at: these are short."""

_RESEARCH = re.compile(
    r"\b(?:papers?|articles?|research|stud(?:y|ies)|models?|methods?|data ?sets?|benchmarks?|networks?|llms?|agents?|"
    r"algorithms?|"
    r"train\w*|learn\w*|generat\w*|predict\w*|forecast\w*|authors?|arxiv)\b|"
    "论文|文章|研究|模型|方法|数据集|基准|网络|智能体|算法|训练|学习|生成|预测|预报|作者|提出",
    re.I,
)
_WHEN = "(?:now|today|tonight|tomorrow|yesterday|this (?:week|weekend|morning|evening)|last night|right now|outside)"
_THINGS = "(?:weather|temperature|time|date|day|news|traffic|stock market|exchange rate|dow|nasdaq)"
_EN = (
    rf"(?:what|how)(?:['’]?s| is| was) (?:the )?{_THINGS}(?: like| report)?(?: (?:in|of|for) [\w ]+| {_WHEN}| is it)*",
    r"what (?:time|day|date) is it(?: [\w ]+)?",
    r"(?:will|is|does|did) it (?:rain|snow|be (?:hot|cold|sunny|warm)|raining|snowing)(?: .*)?",
    r"(?:what(?:['’]?s| is) )?(?:the )?(?:\w+ )?(?:stock|share|gold|oil|bitcoin) prices?(?: .*)?",
    r".*\bexchange rate\b.*|how (?:did|is|was) the (?:stock )?market\b.*",
    r"{p}tell (?:me|us) (?:a|another|some|one more) (?:\w+ )?(?:jokes?|stor(?:y|ies)|riddles?|fairy tales?)(?: .*)?",
    r"(?:do you know|got) (?:a|any|some) (?:\w+ )?(?:jokes?|stor(?:y|ies)|riddles?)(?: .*)?",
    r"{p}(?:give me |show me |find me )?(?:a |the )?recipes? (?:for|of) .*",
    r"how (?:do|can|should) (?:i|you|we) (?:cook|bake|fry|boil|roast|grill)\b.*",
    r"{p}(?:sing|play)(?: me)? (?:a|some|the) (?:\w+ )?(?:song|music|game)s?(?: .*)?",
    r"{p}write(?: me)? (?:a|an|some) (?:\w+ )?(?:poem|song|essay|email|letter|story)\b.*",
    r"{p}(?:book|order|buy|reserve)(?: me| us)? (?:a|an|some|the|two) .*",
    r"{p}recommend(?: me)? (?:a|an|some) (?:\w+ )?(?:movie|film|book|song|restaurant|hotel|game|show)s?(?: .*)?",
    r"{p}translate .+ (?:in)?to \w+",
    r"{p}(?:remind me|set (?:an|a|the) (?:alarm|timer)|call) .*",
    r"who (?:won|is winning|will win|scored)\b.*|what (?:is|was) the score(?: of the (?:game|match)\b.*)?",
    r"how (?:old|tall) (?:are|is) (?:you|he|she)|how are you(?: .*)?",
    r"are you (?:a )?(?:human|real|robot|alive|ok(?:ay)?|single)",
    r"what(?:['’]?s| is) (?:your (?:name|age|favou?rite .*)|the (?:meaning of life|capital of [\w ]+))",
    r"who is the (?:president|king|queen|prime minister)\b.*",
    r"where (?:can|do) i (?:buy|eat|get)\b.*|what should i (?:eat|wear|cook)\b.*",
    r"how (?:do|can) i (?:lose weight|make money|fix my|get to|sleep|find a job)\b.*",
)
_ZH = (
    ".*(?:天气|气温)(?:怎么样|如何|好吗|怎样)|.*(?:今天|明天|后天|现在).{0,6}天气|.*(?:会|要)?下[雨雪]吗",
    ".*(?:几点了?|几号|星期几|周几)",
    ".*(?:股价|股市|股票|大盘|汇率|金价|油价|房价)(?:是多少|多少|怎么样|如何|涨了?吗|跌了?吗|怎么走)",
    "(?:给我|再|来|快|请|能不能|可以)*(?:讲|说|来)个?.{0,4}(?:笑话|故事|段子|谜语)",
    ".{0,8}(?:怎么|如何)(?:做|煮|炒|炖|烤|蒸).{0,6}(?:饭|菜|面|汤|肉|蛋|鱼|饼|蛋糕|豆腐)|.*(?:菜谱|食谱)",
    "(?:给我|帮我)?(?:唱|放)(?:一?首|个)?.{0,6}(?:歌|曲|音乐)|(?:给我|帮我)?写(?:一?首|一?篇|一?封).{0,10}(?:诗|歌|作文|邮件|信|情书)",
    "(?:帮我)?(?:订|买|预订|预定)(?:一?张|一?个)?.{0,12}(?:票|酒店|房间|外卖|机票)",
    "(?:给我)?推荐.{0,4}(?:好看|好听|好吃|好玩)?的?(?:电影|书|歌|餐厅|酒店|游戏|电视剧)",
    "把.+翻译成.+|.+用.{1,4}语怎么说",
    ".{0,12}(?:比赛|球赛|决赛).{0,4}(?:谁赢了?|比分.*|结果)|.*谁赢了|.*比分是多少",
    "你(?:几岁|多大|叫什么|是人吗|有女朋友吗|有男朋友吗|喜欢什么.*|最喜欢.*|好吗|吃了吗|在干嘛|在干什么)了?",
    ".{1,8}(?:总统|首相|主席|国王|市长)是谁|.{1,6}的首都(?:是哪里|在哪里|是哪|是什么)?|人生的意义(?:是什么)?",
    "怎么(?:减肥|赚钱|睡觉|追女孩|找工作)|(?:早|午|晚)[饭餐]吃什么.*|.{0,4}吃什么好?|哪里(?:能|可以)?买.*",
    "(?:提醒我|叫我起床|定个?闹钟|打电话给).*|我.{0,4}很?(?:难过|伤心|无聊|累|生气|开心)",
)
_PLEASE = "(?:can you |could you |please )*"
"""What stands for {p}."""

_FORMS = re.compile("|".join(f"(?:{form})" for form in (*_EN, *_ZH)).replace("{p}", _PLEASE), re.I)


def asked(text: str) -> bool:
    """Whether all of `text` asks for something that no paper gives."""
    plain = text.strip(" \t?？!！.。~～,，")
    if not plain or len(plain) > MAX_READ or _RESEARCH.search(plain):
        return False
    return _FORMS.fullmatch(re.sub("^(?:请问|那|hey|hi|so|ok)[,，]? ?", "", plain, flags=re.I)) is not None
