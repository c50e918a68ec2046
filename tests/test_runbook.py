"""The runbook has an entry for all that `doctor` names, in both languages; every command in the documents exists."""

import ast
import re

import pytest

from tests.commands import problem, told
from tests.test_architecture import FILES, ROOT, name, tree

RUNBOOKS = (ROOT / "docs/runbook.md", ROOT / "docs/zh/runbook.md")
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LEFT_OPEN = {"bot.doctor": 4}
"""Findings whose name is that of a look, which is named elsewhere too."""


def named() -> tuple[set[str], dict[str, int]]:
    """The names that findings are made with, as constants of their modules; and where how many are made without one."""
    found: set[str] = set()
    others: dict[str, int] = {}
    for path in FILES:
        constants = dict(pair for node in tree(path).body for pair in assigned(node))
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding":
                first = node.args[0]
                value = first.value if isinstance(first, ast.Constant) else constants.get(getattr(first, "id", ""))
                if isinstance(value, str):
                    found.add(value)
                else:
                    others[name(path)] = others.get(name(path), 0) + 1
    return found, others


def assigned(node: ast.stmt) -> list[tuple[str, object]]:
    """The texts that a statement of a module gives names to: `A = "a"`, `A, B = "a", "b"`."""
    if not isinstance(node, ast.Assign):
        return []
    target, value = node.targets[0], node.value
    pairs = (
        zip(target.elts, value.elts, strict=False)
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
        else [(target, value)]
    )
    return [(one.id, text.value) for one, text in pairs if isinstance(one, ast.Name) and isinstance(text, ast.Constant)]


def test_every_finding_is_named_by_a_constant_or_after_its_look():
    assert named()[1] == LEFT_OPEN


@pytest.mark.parametrize("path", RUNBOOKS, ids=["English", "Chinese"])
def test_every_finding_has_its_entry_with_a_way_out(path):
    entries = re.split(r"^## ", path.read_text("utf-8"), flags=re.MULTILINE)[1:]
    assert {entry.splitlines()[0] for entry in entries} == named()[0]
    assert [entry.splitlines()[0] for entry in entries if not told(entry) and "```sh" not in entry] == []


def test_both_runbooks_give_the_same_commands():
    english, chinese = [told(path.read_text("utf-8")) for path in RUNBOOKS]
    assert english == chinese


@pytest.mark.parametrize("path", DOCUMENTS, ids=[str(one.relative_to(ROOT)) for one in DOCUMENTS])
def test_every_command_in_a_document_exists(path):
    commands = told(path.read_text("utf-8"))
    assert [f"paperboy {' '.join(one)}: {wrong}" for one in commands if (wrong := problem(one))] == []


def test_a_command_that_is_not_there_would_be_noticed():
    text = "`paperboy frobnicate` and\n```sh\npaperboy costs --weeks 3\npaperboy costs --days 3  # fine\n```\n"
    assert [problem(one) for one in told(text)] == ["no command 'frobnicate'", "costs has no --weeks", ""]
