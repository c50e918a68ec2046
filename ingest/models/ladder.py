"""How an answer's shape is asked for, and what each server was found to understand.

Owns: the rungs json_schema → json_object → plain, other words that servers refuse, remembering both.
Does not own: sending (llm), reading the answer (unpack), trying again (chat_model).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel

from ingest.models.chat import Message

Rung: TypeAlias = Literal["json_schema", "json_object", "plain"]
RUNGS: tuple[Rung, ...] = ("json_schema", "json_object", "plain")

_NOT_SENT = ("title", "default", "minLength", "maxLength")  # unknown to some strict servers; checked afterwards anyway


@dataclass(frozen=True, slots=True)
class Dialect:
    """What one server understands for one model.

    `limit` is the field that holds the most tokens of an answer; `counts` says that a stream may be asked for
    its usage.
    """

    rung: Rung = "json_schema"
    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    counts: bool = True

    def without(self, refusal: str, shaped: bool) -> "Dialect | None":
        """What to try after a server refused a request with these words; None when nothing is left to try.

        `shaped` says that the request asked for a shape, which a lower rung may be needed for.
        """
        if "max_completion_tokens" in refusal and self.limit == "max_tokens":
            return replace(self, limit="max_completion_tokens")
        if "stream_options" in refusal and self.counts:
            return replace(self, counts=False)
        if shaped and self.rung != "plain":
            return replace(self, rung=RUNGS[RUNGS.index(self.rung) + 1])
        return None


class Ladder:
    """The dialects learnt so far, by server and model. Share one, and nothing is learnt twice."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Dialect] = {}

    def get(self, base_url: str, model: str) -> Dialect:
        """The dialect to begin with: all that there is, until the server refuses it."""
        return self._known.get((base_url, model), Dialect())

    def learn(self, base_url: str, model: str, dialect: Dialect) -> None:
        """Begin with `dialect` from now on."""
        self._known[base_url, model] = dialect


def options(rung: Rung, shape: type[BaseModel]) -> dict[str, Any]:
    """What the request carries on this rung."""
    if rung == "plain":
        return {}
    if rung == "json_object":
        return {"response_format": {"type": "json_object"}}
    wanted = {"name": shape.__name__, "strict": True, "schema": strict(shape)}
    return {"response_format": {"type": "json_schema", "json_schema": wanted}}


def told(messages: Sequence[Message], rung: Rung, shape: type[BaseModel]) -> list[Message]:
    """The messages, with the shape in words at the end of the last user's one where the request can't carry it.

    In a message of its own it would break models whose template wants user and assistant by turns.
    """
    said = list(messages)
    if rung == "json_schema":
        return said
    last = max((at for at, message in enumerate(said) if message.role == "user"), default=len(said) - 1)
    form = json.dumps(_example(strict(shape)), ensure_ascii=False)
    words = f"Answer with one JSON object and nothing else, in this form:\n{form}"
    said[last] = replace(said[last], content=f"{said[last].content}\n\n{words}")
    return said


def strict(shape: type[BaseModel]) -> dict[str, Any]:
    """The shape's JSON schema as strict servers want it: every key required, no others, no references.

    The shape may not contain itself. Lengths of texts are left out: the check of the answer sees to them.

    Source: https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
    """
    schema = shape.model_json_schema()
    return dict(_strict(schema, schema.pop("$defs", {})))


def _strict(part: Any, known: Mapping[str, Any]) -> Any:
    if isinstance(part, list):
        return [_strict(item, known) for item in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        rest = {key: value for key, value in part.items() if key != "$ref"}
        return _strict(known[part["$ref"].removeprefix("#/$defs/")] | rest, known)
    clean = {key: _strict(value, known) for key, value in part.items() if key not in _NOT_SENT and key != "properties"}
    if "properties" in part:
        wanted = {name: _strict(value, known) for name, value in part["properties"].items()}
        clean |= {"properties": wanted, "required": list(wanted), "additionalProperties": False}
    return clean


def _example(schema: Mapping[str, Any]) -> Any:
    """A value that shows the schema's form, descriptions standing where texts will."""
    kind = schema.get("type")
    if "properties" in schema:
        return {name: _example(part) for name, part in schema["properties"].items()}
    if kind == "array":
        return [_example(schema.get("items", {}))]
    if "anyOf" in schema:
        return _example(schema["anyOf"][0] | {key: schema[key] for key in ("description",) if key in schema})
    if "enum" in schema:
        return " or ".join(map(str, schema["enum"]))
    if "const" in schema:
        return schema["const"]
    return {"integer": 1, "number": 1.5, "boolean": True}.get(str(kind)) or schema.get("description") or "text"
