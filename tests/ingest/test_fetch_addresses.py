"""Where a fetcher goes: which addresses it takes, which redirects it follows, and what it carries along."""

import pytest

from ingest.fetch import Fetcher, agent
from ingest.pace import Lane
from store.errors import SourceError
from tests.fakes.clocks import HandClock
from tests.fakes.web_server import Answer, WebServer


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_on_the_same_host_is_followed(status: int, web: WebServer, fetcher: Fetcher) -> None:
    web.say("/b", Answer(body=b"b"))
    url = web.say("/a", Answer(status, headers={"Location": "b?x=1"}))
    page = await fetcher.get(url, headers={"Authorization": "Bearer secret"})
    assert (page.body, page.url) == (b"b", web.url + "/b?x=1")
    assert web.asked[1].headers["Authorization"] == "Bearer secret"


async def test_a_redirect_within_a_lane_is_followed_without_the_token(web: WebServer, clock: HandClock) -> None:
    url = web.say("/a", Answer(302, headers={"Location": f"http://localhost:{web.port}/b"}))
    web.say("/b", Answer(body=b"b"))
    lane = Lane(web.places, gap_s=3, at_once=1)
    async with Fetcher(agent(""), (lane,), now=clock.now, sleep=clock.sleep) as fetcher:
        page = await fetcher.get(url, headers={"Authorization": "Bearer secret"})
    assert page.body == b"b"
    assert "Authorization" not in web.asked[1].headers
    assert clock.slept == pytest.approx([3]), "a redirect takes a turn of its own"


@pytest.mark.parametrize(
    "location",
    [
        pytest.param("https://example.org/", id="another host"),
        pytest.param("http://localhost:{port}/b", id="another name of this machine"),
        pytest.param("http://127.0.0.1:1/", id="another port"),
        pytest.param("file:///etc/passwd", id="a file"),
        pytest.param("//example.org/x", id="another host without a scheme"),
        pytest.param("ftp://127.0.0.1:{port}/b", id="the same host, not the web"),
        pytest.param("http://[bad", id="no URL"),
    ],
)
async def test_a_redirect_elsewhere_is_not_followed(location: str, web: WebServer, fetcher: Fetcher) -> None:
    url = web.say("/a", Answer(302, headers={"Location": location.format(port=web.port)}))
    with pytest.raises(SourceError, match="redirects") as caught:
        await fetcher.get(url)
    assert not caught.value.retry
    assert len(web.asked) == 1


async def test_a_redirect_to_itself_ends(web: WebServer, fetcher: Fetcher) -> None:
    with pytest.raises(SourceError, match="in circles"):
        await fetcher.get(web.say("/a", Answer(301, headers={"Location": "/a"})))
    assert len(web.asked) == 6


@pytest.mark.parametrize(
    "url", ["http://example.org/", "ftp://example.org/", "file:///etc/passwd", "arxiv.org", "", "http://[x"]
)
async def test_only_https_is_fetched(url: str, fetcher: Fetcher) -> None:
    with pytest.raises(SourceError, match=r"only https|no URL") as caught:
        await fetcher.get(url)
    assert not caught.value.retry
