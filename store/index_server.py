"""Chroma's HTTP client, with time-outs: its own waits for ever.

Owns: the client for a Chroma server.
Does not own: what is asked of it (index).
"""

import urllib.request
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import chromadb
from chromadb.config import Settings

from store.errors import ConfigError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

TIMEOUT_S = 5.0
"""For each step of a call: connecting, sending, waiting for an answer. SQLite's vectors stand in after it."""


def client(url: str, token: str) -> "ClientAPI":
    """A client for the server at `url`; `token` is sent as a bearer's, if there is one.

    Raises:
        ConfigError: `url` names no host.
        Exception: the server doesn't answer.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or parts.hostname is None:
        raise ConfigError(f"store.vectors.url: {url!r} names no server: write it as http://127.0.0.1:8000.")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    # Chroma asks the server for its tenant while the client is made, before a time-out can be set.
    beat = urllib.request.Request(f"{url}/api/v2/heartbeat", headers=headers)  # noqa: S310 - the scheme was checked
    with urllib.request.urlopen(beat, timeout=TIMEOUT_S):  # noqa: S310
        pass
    made = chromadb.HttpClient(
        parts.hostname,
        parts.port or (443 if parts.scheme == "https" else 80),
        ssl=parts.scheme == "https",
        headers=headers,
        settings=Settings(anonymized_telemetry=False),
    )
    # There is no setting for it; tests/store/test_index_server.py stops a server to see that this one holds.
    for session in _sessions(made):
        session.timeout = TIMEOUT_S
    return made


def release(client: Any) -> None:
    """Let go of a client and of its connections, which Chroma leaves open."""
    sessions = _sessions(client)
    client.close()
    for session in sessions:
        session.close()


def _sessions(client: Any) -> list[Any]:
    """The HTTP clients within: one for the vectors, one for tenants."""
    return [part._server._session for part in (client, client._admin_client)]
