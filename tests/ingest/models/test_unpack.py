"""Getting a shape out of what models write."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from ingest.models.unpack import ShapeError, unpack


class Note(BaseModel):
    text: str
    tags: list[str] = []


class Nested(BaseModel):
    note: Note
    score: int = Field(ge=1)


PLAIN = '{"text": "a", "tags": ["x"]}'


@pytest.mark.parametrize("written", [
    pytest.param(PLAIN, id="plain"),
    pytest.param(f"```json\n{PLAIN}\n```", id="in a fence"),
    pytest.param(f"Here it is:\n```\n{PLAIN}\n```\nAnything else?", id="in a fence between prose"),
    pytest.param(f"The set {{x, y}} gives {PLAIN} as you see.", id="after braces that are no JSON"),
    pytest.param(f"The form {{}} was asked for? {PLAIN}", id="after an empty one"),
    pytest.param(f'<think>Perhaps {{"text": "no"}}?</think>{PLAIN}', id="after a thought"),
    pytest.param('{"text": "a", "tags": ["x",],}', id="trailing commas"),
    pytest.param('{"text": "a", "tags": ["x"]', id="the last brace forgotten"),
    pytest.param('{"text": "a", "tags": ["x"', id="two brackets forgotten"),
    pytest.param('```json\n{"text": "a", "tags": ["x"],\n```\nDone.', id="a brace forgotten in a fence"),
    pytest.param(f'{{"result": {PLAIN}}}', id="wrapped in another object"),
    pytest.param(f"[{PLAIN}]", id="wrapped in a list"),
])  # fmt: skip
def test_what_stands_around_the_json_does_not_matter(written):
    assert unpack(written, Note) == Note(text="a", tags=["x"])


@pytest.mark.parametrize("tex", [
    r"$\frac{1}{n}\sum_i \alpha_i$ with $\beta \leq 1$",
    r"$\nabla f$, $\theta$, $\tau$, $\rho \times \text{loss}$",
    r"$\nu \neq \ne \to$",
    r"\(x\) and \[y\] and \{z\} and 5\%",
    r"$\underline{u}$, $\upsilon$, $\bar x$",
])  # fmt: skip
def test_latex_that_nobody_escaped_is_kept(tex):
    assert unpack('{"text": "' + tex + '"}', Note).text == tex


@pytest.mark.parametrize("text", [
    pytest.param("first\nnext\n\nnew\nabout\n- item\ni) one\ne.g. two", id="line breaks before letters"),
    pytest.param("a\tb\ttable\r\nrow", id="tabs and returns"),
    pytest.param(r"$\frac{1}{2}$ and C:\temp\new", id="backslashes that are meant"),
    pytest.param("$$\nu = 3\n$$ where $\\alpha$ is", id="a formula in lines of its own"),
    pytest.param('a "quoted" word, 中文, 🙂, \u00e9', id="quotes and scripts"),
    pytest.param("costs $5\nnow $6\nto $7", id="currency"),
    pytest.param("```python\nx = {'a': [1,]}\n```", id="code in a fence"),
])  # fmt: skip
@pytest.mark.parametrize("ascii_only", [True, False])
def test_proper_json_is_left_as_it_is(text, ascii_only):
    assert unpack(json.dumps({"text": text}, ensure_ascii=ascii_only), Note).text == text


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\\\b\f$")))
def test_any_text_without_latex_survives_json(text):
    assert unpack(json.dumps({"text": text}), Note).text == text


def test_a_line_break_inside_a_string_is_let_through():
    assert unpack('{"text": "a\nb"}', Note).text == "a\nb"


def test_a_string_that_was_cut_off_is_not_mended():
    with pytest.raises(ShapeError):
        unpack('{"text": "a", "tags": ["x', Note)


@pytest.mark.parametrize(("written", "problem"), [
    pytest.param("", "no valid JSON object", id="nothing"),
    pytest.param("I can't do that.", "no valid JSON object", id="prose"),
    pytest.param('{"words": "a"}', "lacks tags, text", id="other keys"),
    pytest.param('{"note": {"text": "a"}, "score": 0}', "^score: Input should be greater than", id="a wrong value"),
    pytest.param("{" * 50_000, "no valid JSON object", id="braces only"),
    pytest.param('{"note": ' * 5_000, "no valid JSON object", id="too deep"),
])  # fmt: skip
def test_the_problem_is_named_in_one_line(written, problem):
    shape = Nested if "note" in written else Note
    with pytest.raises(ShapeError, match=problem) as caught:
        unpack(written, shape)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) <= 300


def test_what_the_model_wrote_is_not_repeated_in_the_problem():
    with pytest.raises(ShapeError) as caught:
        unpack('{"text": ["a secret"]}', Note)
    assert "secret" not in str(caught.value)
