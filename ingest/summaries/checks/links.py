"""A summary leads nowhere but to its own paper, calls nobody, and carries no markup and no orders.

Allowed are the paper's pages on arXiv and Hugging Face, its repository and project page, and what its abstract links
to on github.com or huggingface.co: deeper in the text stand the links of others. Everything else that a chat would
turn into a link is foreign, bare domains and addresses of mail included.
"""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from ingest.summaries.checks.problem import Problem
from ingest.summaries.checks.prose import without_code
from store.types import Lang, Paper, Sections

HOSTS = ("github.com", "huggingface.co")
"""Where a link that the paper's abstract holds is taken for the paper's own."""

_URL = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20}:/{2,}|www\.|mailto:|javascript:|data:)[^\s<>()\[\]{}\"'`“”，。；、）】|*]*", re.I
)
_TARGET = re.compile(r"\]\(\s*<?([^)>\s]*)")
_DOMAIN = re.compile(
    r"(?<![\w@./-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+"
    r"(?:com|org|net|io|edu|gov|cn|co|app|dev|xyz|info|me|top|site|online|link|shop|club|ru|uk|de|jp|gg|ly|to|tv|cc|"
    r"ai|sh|page|zip|pro|live|fun|vip|win|cloud|tech|blog|wiki|space|news|eu|fr|nl|ch|pl|br|tw|hk|kr|su|tk|biz|mobi)"
    r"(?![\w-]|\.\w)(?:/[^\s<>()\[\]{}\"'`“”，。；、）】|*]*)?"
    r"|(?<![\w@./-])(?:[a-z0-9-]+\.)+[a-z]{2,}/[^\s<>()\[\]{}\"'`“”，。；、）】|*]+",
    re.IGNORECASE,
)
_SPELLED = re.compile(r"\b[a-z0-9-]+\s*[\[(]?\s?\bdot\b\s?[\])]?\s*(?:com|co|org|net|io|ai|me|gg|cn)\b", re.IGNORECASE)
_DOTS = re.compile(r"(?<=[A-Za-z0-9])[\u2024\u3002\uff0e\uff61](?=[a-z]{2,}\b)")
"""What stands for a dot between the parts of an address, and what people read as one."""
_MAIL = re.compile(r"[\w.+-]+@[a-z0-9-]+\.[a-z]{2,}", re.IGNORECASE)
_MENTION = re.compile(r"<[@#][!&]?\w+>|(?<![\w`])@[A-Za-z_]\w{2,}|@(?:everyone|here)\b")
_TAG = re.compile(
    r"</?(?:a|b|i|u|s|p|br|hr|div|span|img|script|style|iframe|pre|code|table|t[rdh]|[uo]l|li|h[1-6]|su[bp]|em|"
    r"strong|font|center|form|input|button|svg|object|embed|link|meta|details|summary|blockquote|tg-[a-z]+)"
    r"(?:\s[^<>]*|/)?>|<!--",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b[^.!?\n]{0,20}\b(?:previous|prior|earlier|above|preceding|all|any|your)\b"
    r"[^.!?\n]{0,20}\b(?:instruction|prompt|rule|direction)s?\b"
    r"|(?:忽略|无视|忘记|忘掉)[^。！？\n]{0,6}(?:以上|上述|之前|此前|前面|先前|所有|一切)[^。！？\n]{0,6}(?:指令|指示|说明|提示词|要求|规则)",
    re.IGNORECASE,
)


def own(paper: Paper, abstract: str) -> frozenset[str]:
    """Return the addresses that are the paper's: host and path, in lower case; `abstract` as it was read."""
    id_ = paper.arxiv_id
    pages = [paper.url, paper.arxiv_url, *(f"https://arxiv.org/{kind}/{id_}" for kind in ("pdf", "html"))]
    read = (found[0] for found in (*_URL.finditer(abstract), *_DOMAIN.finditer(abstract)))
    hosted = [link for link in read if _address(link).split("/")[0] in HOSTS and "/" in _address(link)]
    return frozenset(filter(None, map(_address, [*pages, paper.repository, paper.project_page, *hosted])))


def foreign(text: str, allowed: frozenset[str]) -> list[str]:
    """Return what `text` has no right to hold: links, mentions, tags, orders."""
    bare = without_code_spans = _DOTS.sub(".", text.replace("\\", ""))
    links = [*_URL.findall(bare), *_TARGET.findall(bare), *_DOMAIN.findall(bare), *_SPELLED.findall(bare)]
    found = [f"the link {link[:80]}" for link in links if not _allowed(link, allowed)]
    found += [f"the address {mail}" for mail in _MAIL.findall(bare)]
    found += [f"the mention {name}" for name in _MENTION.findall(bare)]
    found += [f"the tag {tag[:40]}" for tag in _TAG.findall(without_code(without_code_spans))]
    found += [f"the order {order[:80]!r}" for order in _found(_ORDER, bare)]
    return list(dict.fromkeys(found))


def check(sections: Sections, lang: Lang, allowed: frozenset[str]) -> list[Problem]:
    """Return a problem for each section that holds a link which is not `allowed`, a mention, a tag or an order."""
    found = [(name, foreign(text, allowed)) for name, text in sections.items()]
    return [Problem("links", lang, name, f"take out {', '.join(odd[:10])}") for name, odd in found if odd]


def _found(pattern: re.Pattern[str], text: str) -> Iterable[str]:
    return (found[0] for found in pattern.finditer(text))


def _allowed(link: str, allowed: frozenset[str]) -> bool:
    address = _address(link)
    return any(address == one or address.startswith((f"{one}/", f"{one}v", f"{one}.git")) for one in allowed)


def _address(link: str) -> str:
    """Host and path of a web address in lower case; "" for one that is none, or that hides where it leads."""
    whole = link if "://" in link else f"https://{link}"
    try:
        parts = urlsplit(whole.rstrip(".,;:!?"))
        plain = parts.scheme.lower() in ("http", "https") and parts.port is None and "@" not in parts.netloc
    except ValueError:
        return ""
    if not plain or ".." in parts.path or not parts.hostname:
        return ""
    return f"{parts.hostname.removeprefix('www.')}{parts.path.rstrip('/')}".lower()
