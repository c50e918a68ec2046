"""The embedder behind a server: the real client against a server on this machine."""

import asyncio
import json
from typing import Any

import numpy as np
import pytest
from aiohttp import web

from ingest import embed
from ingest.embed_api import MAX_CHARS, ApiEmbedder
from ingest.models.llm import BATCH, ModelServer
from store.errors import EmbedderError, ModelError
from tests.fakes.llm_server import LlmServer

KEY = "sk-very-secret"
MODEL = "fake-embedding"


class SpoiltServer(LlmServer):
    """The fake, with the inputs it was sent, and an answer that a test may spoil."""

    def __init__(self) -> None:
        super().__init__()
        self.inputs: list[list[str]] = []
        self.spoil = lambda body: body

    async def _embed(self, body: dict[str, Any], call: Any) -> web.Response:
        assert body["encoding_format"] == "float"
        self.inputs.append(body["input"])
        response = await super()._embed(body, call)
        spoilt = self.spoil(json.loads(response.text))
        return spoilt if isinstance(spoilt, web.Response) else web.json_response(spoilt)


@pytest.fixture
async def server():
    async with SpoiltServer() as running:
        running.behave(api_key=KEY)
        yield running


@pytest.fixture
async def remote(server):
    model_server = ModelServer(server.base_url, KEY, timeout_s=5, retries=0)
    yield model_server
    model_server.close()


@pytest.fixture
def embedder(remote):
    return ApiEmbedder(remote, MODEL)


async def refused(embedder: ApiEmbedder, *texts: str) -> EmbedderError:
    """The error that embedding gives, one line without the key."""
    with pytest.raises(EmbedderError) as caught:
        await asyncio.to_thread(embedder.passages, texts or ("a", "b"))
    text = str(caught.value)
    assert KEY not in text
    assert "\n" not in text
    assert "127.0.0.1" in text
    return caught.value


async def test_vectors_come_in_the_order_of_the_texts(embedder, server):
    def backwards(body):
        return body | {"data": body["data"][::-1]}

    straight = await asyncio.to_thread(embedder.passages, ["video", "protein", "robot"])
    server.spoil = backwards
    np.testing.assert_array_equal(await asyncio.to_thread(embedder.passages, ["video", "protein", "robot"]), straight)
    assert (straight.shape, straight.dtype) == ((3, 384), np.float32)


async def test_vectors_have_length_one_whatever_the_server_sends(embedder, server):
    def longer(body):
        for row in body["data"]:
            row["embedding"] = [7 * number for number in row["embedding"]]
        return body

    server.spoil = longer
    rows = await asyncio.to_thread(embedder.queries, ["video", "protein"])
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)


async def test_many_texts_go_in_batches(embedder, server):
    rows = await asyncio.to_thread(embedder.passages, [f"text {n}" for n in range(2 * BATCH + 1)])
    assert [len(texts) for texts in server.inputs] == [BATCH, BATCH, 1]
    assert len(rows) == 2 * BATCH + 1


async def test_the_dimension_is_learnt_by_asking_once(embedder, server):
    assert await asyncio.to_thread(lambda: (embedder.dim, embedder.dim)) == (384, 384)
    assert (await asyncio.to_thread(embedder.passages, [])).shape == (0, 384)
    assert len(server.calls) == 1


async def test_another_dimension_than_before_is_refused(embedder, server):
    def shorter(body):
        return body | {"data": [row | {"embedding": row["embedding"][:8]} for row in body["data"]]}

    await asyncio.to_thread(embedder.passages, ["a"])
    server.spoil = shorter
    error = await refused(embedder, "a")
    assert "8 numbers a vector, 384 before" in str(error)
    assert not error.retry


@pytest.mark.parametrize(("model", "sent"), [
    ("text-embedding-3-small", ["a", "a"]),
    ("intfloat/multilingual-e5-large", ["query: a", "passage: a"]),
    ("e5-base-v2", ["query: a", "passage: a"]),
    ("multilingual-e5-large-instruct", ["a", "a"]),
    ("some-e5000", ["a", "a"]),
])  # fmt: skip
async def test_only_e5_models_get_prefixes(remote, server, model, sent):
    server.behave(models=[model])
    embedder = ApiEmbedder(remote, model)
    await asyncio.to_thread(embedder.queries, ["a"])
    await asyncio.to_thread(embedder.passages, ["a"])
    assert [text for texts in server.inputs for text in texts] == sent


@pytest.mark.parametrize("text", ["", "  \n", "\0", "\ud800", "\u200b", "长" * 100_000])
async def test_any_text_can_be_sent(embedder, server, text):
    rows = await asyncio.to_thread(embedder.passages, [text])
    assert np.isfinite(rows).all()
    assert 0 < len(server.inputs[0][0]) <= MAX_CHARS


def one_row(value: Any):
    """Puts `value` where the first vector stands."""
    return lambda body: body | {"data": [body["data"][0] | {"embedding": value}, *body["data"][1:]]}


@pytest.mark.parametrize("spoil", [
    pytest.param(lambda body: body | {"data": body["data"][:1]}, id="a vector too few"),
    pytest.param(lambda body: body | {"data": [body["data"][0]] * 2}, id="one index twice"),
    pytest.param(lambda body: body | {"data": None}, id="no list"),
    pytest.param(lambda body: body | {"data": ["x", "y"]}, id="strings"),
    pytest.param(lambda body: [], id="a list at the top"),
    pytest.param(one_row([]), id="an empty vector"),
    pytest.param(one_row(None), id="no vector"),
    pytest.param(one_row("AAAA"), id="base64 all the same"),
    pytest.param(one_row([None] * 384), id="nulls"),
    pytest.param(one_row([float("nan")] * 384), id="not a number"),
    pytest.param(one_row([0.0] * 384), id="zeros"),
    pytest.param(one_row([1.0] * 3), id="lengths that differ"),
    pytest.param(lambda body: web.Response(text="<html>", content_type="text/html"), id="a web page"),
    pytest.param(lambda body: web.Response(text="{", content_type="application/json"), id="broken JSON"),
])  # fmt: skip
async def test_an_answer_of_another_shape_is_refused_for_good(embedder, server, spoil):
    server.spoil = spoil
    assert not (await refused(embedder)).retry


@pytest.mark.parametrize(("behaviour", "retry", "words"), [
    pytest.param({"api_key": "another"}, False, "401: it refused the key", id="a wrong key"),
    pytest.param({"models": ["another"]}, False, "404: it knows no such model", id="an unknown model"),
    pytest.param({"fail_every": 1}, True, "500: it failed", id="a failing server"),
    pytest.param({"max_concurrent": 0}, True, "429: too many requests", id="a busy server"),
])  # fmt: skip
async def test_an_error_says_whether_waiting_helps(embedder, server, behaviour, retry, words):
    server.behave(**behaviour)
    error = await refused(embedder)
    assert error.retry is retry
    assert words in str(error)


async def test_no_credit_is_not_worth_waiting_for(embedder, server):
    body = {"error": {"message": f"No credit\nleft for {KEY}.", "code": "insufficient_quota", "type": "x"}}
    server.spoil = lambda _: web.json_response(body, status=429)
    error = await refused(embedder)
    assert "429: the account has no credit (No credit left for ***.)" in str(error)
    assert not error.retry


async def test_a_slow_server_is_given_up(server):
    server.behave(latency_s=30)
    slow = ModelServer(server.base_url, KEY, timeout_s=0.1, retries=0)
    error = await refused(ApiEmbedder(slow, MODEL))
    slow.close()
    assert "did not answer within 0.1 s" in str(error)
    assert error.retry


async def test_one_failure_is_repeated_by_the_client(server):
    server.behave(fail_calls=[1])
    remote = ModelServer(server.base_url, KEY, timeout_s=5)
    assert len(await asyncio.to_thread(remote.embed, MODEL, ["a"])) == 1
    remote.close()
    assert [call.status for call in server.calls] == [500, 200]


def test_an_unreachable_server_is_worth_another_try(unused_tcp_port):
    remote = ModelServer(f"http://user:{KEY}@127.0.0.1:{unused_tcp_port}/v1", KEY, timeout_s=1, retries=0)
    with pytest.raises(ModelError, match=r"^127\.0\.0\.1 can't be reached") as caught:
        remote.embed(MODEL, ["a"])
    remote.close()
    assert caught.value.retry
    assert KEY not in f"{caught.value} {remote!r}"


@pytest.mark.parametrize(("base_url", "key", "words"), [
    pytest.param("http://[", KEY, "can't be reached", id="no address at all"),
    pytest.param("example", KEY, "can't be reached", id="no scheme"),
    pytest.param("http://127.0.0.1:1/v1", "密钥", "must be plain ASCII", id="a key that no header can carry"),
])  # fmt: skip
def test_a_wrong_setting_is_an_error_and_no_crash(base_url, key, words):
    remote = ModelServer(base_url, key, timeout_s=1, retries=0)
    with pytest.raises(ModelError, match=words) as caught:
        remote.embed(MODEL, ["a"])
    remote.close()
    assert key not in str(caught.value)


async def test_threads_share_one_embedder(embedder):
    expected = await asyncio.to_thread(embedder.passages, ["video"])
    for rows in await asyncio.gather(*(asyncio.to_thread(embedder.passages, ["video"]) for _ in range(8))):
        np.testing.assert_array_equal(rows, expected)


async def test_the_factory_makes_one_without_asking_the_server(server):
    made = embed.make("openai", server.base_url, KEY, MODEL)
    assert made.signature == f"openai:{MODEL}"
    assert server.calls == []
