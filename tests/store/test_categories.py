import pytest

from store import categories


@pytest.mark.parametrize(
    ("parts", "codes"),
    [
        pytest.param(["robotics"], ("cs.RO",), id="a name"),
        pytest.param(["机器人学"], ("cs.RO",), id="a name in Chinese"),
        pytest.param(["software engineering", "code generation"], ("cs.SE",), id="a name and what goes with it"),
        pytest.param(["code generation"], (), id="what goes with a name, alone"),
        pytest.param(["robotics", "video generation"], (), id="a name and a topic"),
        pytest.param([], (), id="nothing"),
    ],
)
def test_a_topic_is_a_category_where_all_of_it_is(parts, codes):
    assert categories.named(parts) == codes


@pytest.mark.parametrize(
    ("keyword", "code"),
    [("cs.RO", True), ("quant-ph", True), ("I.2.7", True), ("68T05", True), ("tool use", False), ("GPT-4.1", False)],
)
def test_codes_are_told_from_words(keyword, code):
    assert categories.is_code(keyword) is code
