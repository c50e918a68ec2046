"""How shapes are asked for."""

import json
from typing import Literal

import pytest
from pydantic import BaseModel, Field

from ingest.models.chat import Message
from ingest.models.ladder import Dialect, Ladder, options, strict, told


class Item(BaseModel):
    title: str = Field(description="a few words")
    score: int = Field(ge=1, le=5)


class Found(BaseModel):
    lang: Literal["zh", "en"]
    items: list[Item] = Field(min_length=1)
    best: Item | None = None
    note: str = Field(default="", max_length=9)


def test_a_schema_has_no_references_and_requires_every_key():
    schema = strict(Found)
    assert "$ref" not in json.dumps(schema)
    assert "maxLength" not in json.dumps(schema)
    assert schema["required"] == ["lang", "items", "best", "note"]
    item = schema["properties"]["items"]["items"]
    assert item["required"] == ["title", "score"]
    assert item["additionalProperties"] is False
    assert item["properties"]["score"] == {"type": "integer", "minimum": 1, "maximum": 5}


@pytest.mark.parametrize("rung", ["json_object", "plain"])
def test_the_last_word_of_the_user_shows_the_form(rung):
    talk = [Message("system", "s"), Message("user", "first"), Message("assistant", "a"), Message("user", "last")]
    said = told(talk, rung, Found)
    assert said[:3] == talk[:3]
    item = '{"title": "a few words", "score": 1}'
    assert said[3].content.startswith("last\n\n")
    assert f'{{"lang": "zh or en", "items": [{item}], "best": {item}, "note": "text"}}' in said[3].content


def test_a_request_that_carries_the_schema_says_nothing_of_it():
    talk = [Message("user", "x")]
    assert told(talk, "json_schema", Found) == talk
    assert options("plain", Found) == {}


def test_the_rungs_are_gone_down_one_by_one():
    dialect, seen = Dialect(), []
    while dialect := dialect.without("Bad request.", shaped=True):
        seen.append(dialect.rung)
    assert seen == ["json_object", "plain"]


def test_a_request_without_a_shape_has_no_rung_to_leave():
    assert Dialect().without("Bad request.", shaped=False) is None


def test_what_is_learnt_is_of_one_server_and_one_model():
    ladder = Ladder()
    ladder.learn("http://a/v1", "m", Dialect(rung="plain"))
    found = [ladder.get(*key).rung for key in [("http://a/v1", "m"), ("http://a/v1", "n"), ("http://b/v1", "m")]]
    assert found == ["plain", "json_schema", "json_schema"]
