"""Traditional characters as simplified ones, where questions about papers use them: 哪些論文與影片生成有關.

Owns: the characters and words of this field. It is no converter of Chinese at large: what it doesn't know stays.
Does not own: what a question means (question).
"""

_TRADITIONAL = (
    "論與關於視頻類個這為麼嗎從對應當會時實驗結構創點說話語訊號數據資碼無線網絡練習題標準測評價優強層級維變換轉機動駕"
    "駛圖畫體積聲響樂聽覺識別檢詢問誰還沒過開發現場設計訂閱環圍繞項節壓縮擴參隨擇區塊鏈錯誤濾請幫長傳統單雙兩萬億歲歷"
    "書讀寫編譯運輸記憶權圓報導師專業務質費較齊調試連續間離達擬態勢漢詞義詳細給總盡複雜純貢獻獎懲勵劑產樣條斷衛氣電腦"
    "軟顯東獲後來見規則種團隊愛國際經濟認證確穩賴廣顧驅觸聯邊緣剛讓遠進選適遷該誌訪談負載軌跡陣術幾張須頂頭額顏飛馬驚"
    "魚鳥齡龍龐歸納紅綠紹終繪繼綜織"
)
_SIMPLIFIED = (
    "论与关于视频类个这为么吗从对应当会时实验结构创点说话语讯号数据资码无线网络练习题标准测评价优强层级维变换转机动驾"
    "驶图画体积声响乐听觉识别检询问谁还没过开发现场设计订阅环围绕项节压缩扩参随择区块链错误滤请帮长传统单双两万亿岁历"
    "书读写编译运输记忆权圆报导师专业务质费较齐调试连续间离达拟态势汉词义详细给总尽复杂纯贡献奖惩励剂产样条断卫气电脑"
    "软显东获后来见规则种团队爱国际经济认证确稳赖广顾驱触联边缘刚让远进选适迁该志访谈负载轨迹阵术几张须顶头额颜飞马惊"
    "鱼鸟龄龙庞归纳红绿绍终绘继综织"
)
_CHARACTERS = str.maketrans(dict(zip(_TRADITIONAL, _SIMPLIFIED, strict=True)))

_WORDS = {
    "影片": "视频", "影像": "图像", "资料集": "数据集", "演算法": "算法", "程式码": "代码", "音讯": "音频",
    "视讯": "视频", "网路": "网络", "智慧体": "智能体", "人工智慧": "人工智能", "最佳化": "优化",
    "品质": "质量", "效能": "性能", "设定": "设置", "软体": "软件",
}  # fmt: skip
"""What the field is called elsewhere, in simplified characters."""


def simplified(text: str) -> str:
    """`text` in simplified characters and the words that go with them; one in simplified characters stays as it is."""
    folded = text.translate(_CHARACTERS)
    if folded == text:
        return text
    for word, ours in _WORDS.items():
        folded = folded.replace(word, ours)
    return folded
