"""Tell whether a folder's files are still as they were left: Chroma doesn't, and a damaged graph crashes the process.

The seal is set when the folder is left in order and lifted when it is opened, so a process that was killed leaves none.

Owns: the seal's file and what it says.
Does not own: what to do with a broken one (folder: the index is made anew).
"""

import hashlib
import json
from pathlib import Path


def put(folder: Path, seal: Path) -> None:
    """Seal `folder` as it is now; a failure to write leaves no seal, which is what a reader must see then."""
    try:
        seal.write_text(json.dumps(_digests(folder)), encoding="utf-8")
    except OSError:
        seal.unlink(missing_ok=True)


def lift(folder: Path, seal: Path) -> bool:
    """Whether the seal was there and unbroken; it is gone afterwards."""
    try:
        found = json.loads(seal.read_text(encoding="utf-8"))
        unbroken: bool = found == _digests(folder)
    except (OSError, ValueError):
        unbroken = False
    seal.unlink(missing_ok=True)
    return unbroken


def _digests(folder: Path) -> dict[str, str]:
    """Every file's digest by its name: 40 MB (20,000 passages) take 50 ms."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): _digest(file) for file in files}


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
