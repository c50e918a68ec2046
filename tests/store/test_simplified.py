"""Traditional Chinese, read as simplified."""

import pytest

from store.simplified import simplified


@pytest.mark.parametrize(
    ("text", "read"),
    [
        pytest.param("哪些論文與影片生成有關？", "哪些论文与视频生成有关？", id="characters and a word"),
        pytest.param("它的實驗結果呢", "它的实验结果呢", id="characters"),
        pytest.param("這個演算法的效能", "这个算法的性能", id="words of the field"),
        pytest.param("哪些论文与影片生成有关", "哪些论文与影片生成有关", id="simplified already"),
        pytest.param("LoRA, O(T²) 🙂", "LoRA, O(T²) 🙂", id="no Chinese"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_traditional_chinese_is_read_as_simplified(text: str, read: str) -> None:
    assert simplified(text) == read
    assert simplified(read) == read
