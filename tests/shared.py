"""Where the recorded data lies: beside the repository, never in it (its texts belong to others)."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"

needs_shared = pytest.mark.skipif(
    not (SHARED / "data" / "hf").is_dir(), reason=f"no recorded data at {SHARED}: these tests need the real payloads"
)
