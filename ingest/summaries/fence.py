"""The mark that stands before and behind a stranger's text in a message to a model.

Owns: how a mark is made, and how one is recognised.
Does not own: what is said around it (prompts).
"""

import re
from hashlib import sha256

MARK = re.compile(r"paper-[0-9a-f]{12}")
"""What marks look like: none may show up in an answer."""


def fence(text: str) -> str:
    """Return a mark that `text` doesn't contain; the same for the same text, and not to be guessed by its authors."""
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    while (mark := f"paper-{digest[:12]}") in text:
        digest = sha256(digest.encode()).hexdigest()
    return mark
