"""What the program notes for the person who runs it: event + key=value, on stderr, secrets filtered.

Owns: the form of a line, and keeping secrets out of it.
Does not own: what is said to users (lang).
"""

import logging
import re
import sys
from collections.abc import Iterable
from typing import Any

import structlog

from bot.config_host import Log

NOISY = ("apscheduler", "chromadb", "httpcore", "httpcore2", "httpx", "httpx2", "openai")

MASK = "***"
# A Telegram token in a URL or by itself; a Discord token, and what lets one answer an interaction in a URL; the keys of
# OpenAI and its like; a bearer header.
_SECRET = re.compile(
    r"(?:bot)?\d{6,}:[A-Za-z0-9_-]{30,}|\b[A-Za-z\d]{24,28}\.[\w-]{6}\.[\w-]{27,}"
    r"|(?<=/webhooks/)\d+/[\w-]+|(?<=/interactions/)\d+/[\w-]+|\bsk-[A-Za-z0-9_-]{8,}|(?<=Bearer )\S+"
)


def setup(settings: Log, secrets: Iterable[str] = ()) -> None:
    """Send everything that is logged, our own and the libraries', to stderr; `secrets` never appear in it."""
    own = [secret for secret in secrets if secret]

    def masked(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        return {key: _mask(value, own) if isinstance(value, str) else value for key, value in event.items()}

    def masked_line(_: object, __: str, line: Any) -> str:
        """For what was no text before it was rendered: an exception, a dictionary."""
        return _mask(str(line), own)

    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    look: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if settings.as_json else structlog.dev.ConsoleRenderer(colors=False)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, masked, look, masked_line],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.level.upper())
    for library in NOISY:  # what they tell at "info" is for their own authors
        logging.getLogger(library).setLevel("DEBUG" if settings.level == "debug" else "WARNING")
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _mask(text: str, secrets: list[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, MASK)
    return _SECRET.sub(MASK, text)
