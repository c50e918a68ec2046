"""Make a value from outside safe to keep: text, a link, an arXiv id, a count.

What can't be used becomes the empty value (`""`, None); nothing here raises. Whether that is a fault is for the caller.

Owns: which characters a stored text may hold, and which URLs may be shown to people.
Does not own: escaping for a platform (bot/render), or reading papers' bodies (html, pdf).
"""

import ipaddress
import re
import unicodedata
from urllib.parse import urlsplit

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Control, format (bidi, zero width, tags), lone surrogates (SQLite refuses them), private and unassigned."""

_JOINERS = frozenset("\u200c\u200d")
"""Two format characters that spelling needs: Persian and Indic words, joined emoji."""

_ARXIV_ID = re.compile(r"(\d{4}\.\d{4,5})(?:v\d+)?", re.ASCII)
_NOT_IN_LINKS = re.compile(r"""[\s<>"'`\\^{|}]""")
_LONGEST_LINK = 2000
_LARGEST_COUNT = 2**53


def text(value: object, most: int = 20_000) -> str:
    """Return `value` on one line, single spaces, without characters that can't be seen, at most `most` characters.

    Anything but a string gives "".
    """
    if not isinstance(value, str):
        return ""
    spaced = " ".join(value[: 4 * most].split())
    seen = "".join(c for c in spaced if c in _JOINERS or unicodedata.category(c) not in _UNSEEN)
    return " ".join(seen[:most].split())


def link(value: object) -> str:
    """Return `value` if it is a URL that people may be sent to, else "".

    That is https (http on loopback only), with a host, without a user's name, spaces or unseen characters.
    """
    if not isinstance(value, str):
        return ""
    url = value.strip()
    if len(url) > _LONGEST_LINK or _NOT_IN_LINKS.search(url) or text(url) != url:
        return ""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return ""
    if not host or "@" in parts.netloc:
        return ""
    return url if parts.scheme == "https" or (parts.scheme == "http" and loopback(host)) else ""


def loopback(host: str) -> bool:
    """Whether `host` (a name or an address, no port) is this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def arxiv_id(value: object) -> str:
    """Return the canonical id, without its version ("2602.15030v2" → "2602.15030"); "" where it is none."""
    found = _ARXIV_ID.fullmatch(value.strip()) if isinstance(value, str) else None
    return found[1] if found else ""


def count(value: object) -> int | None:
    """Return a whole number from 0 to 2**53, else None."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= _LARGEST_COUNT else None
