"""What the documents say of security is shown by tests that exist."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TABLES = [ROOT / "docs/security.md", ROOT / "docs/zh/security.md"]
_NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def named(table: Path) -> list[tuple[str, str]]:
    return _NAMED.findall(table.read_text("utf-8"))


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.parent.name)
def test_every_test_that_is_named_is_there(table):
    for file, name in named(table):
        functions = {
            node.name
            for node in ast.walk(ast.parse((ROOT / file).read_text("utf-8")))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        assert functions, file
        assert not name or name in functions, f"{file}::{name}"


def test_both_languages_name_the_same_tests():
    english, chinese = map(named, TABLES)
    assert english == chinese
    assert len(english) > 15
