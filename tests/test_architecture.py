"""The budgets of the house: lengths, one statement a line, docstrings, one reader of time.

Complexity and two statements on a line are ruff's (C901, E701, E702); cycles are import-linter's.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.budgets.counting import ROOT, Function, Measured, measure, our_sources, sources

SOURCES = our_sources()
TESTS = sources([ROOT / "tests", ROOT / "screenshots"])
ALL = [*SOURCES, *TESTS]
KINDS = (
    "paired assignments",
    "nested ternaries",
    "long ternaries",
    "unformatted lines",
    "complex functions",
)
"""Budgets that every module keeps."""
KINDS_OF_SOURCES = (*KINDS, "wide folders", "wide classes")
"""Contract suites have a method for each rule: their classes may be wide."""
TERNARIES = 10.0
"""Conditional expressions per 100 functions."""
TOKENS = 8.1
"""Tokens a line; the budget: 7. It goes down, never up."""
TOKENS_OF_TESTS = 9.4
FILE_LINES = 300
ONE_IDEA_LINES = 400
"""Where one class is one idea, and most of its file."""
FUNCTION_LINES = 40


@pytest.fixture(scope="module")
def measured() -> Measured:
    return measure(SOURCES)


@pytest.fixture(scope="module")
def measured_tests() -> Measured:
    return measure(TESTS)


def places(found: Measured, kind: str) -> list[str]:
    return [str(finding) for finding in found.findings if finding.kind == kind]


@pytest.mark.parametrize("kind", KINDS_OF_SOURCES)
def test_no_place_is_over_a_budget(kind: str, measured: Measured) -> None:
    assert places(measured, kind) == []


@pytest.mark.parametrize("kind", KINDS)
def test_no_place_in_the_tests_is_over_a_budget(kind: str, measured_tests: Measured) -> None:
    assert places(measured_tests, kind) == []


def test_few_values_are_chosen_inside_an_expression(
    measured: Measured, measured_tests: Measured
) -> None:
    assert measured.ternaries_per_100_functions <= TERNARIES
    assert measured_tests.ternaries_per_100_functions <= TERNARIES


def test_lines_have_air(measured: Measured, measured_tests: Measured) -> None:
    assert measured.tokens_a_line <= TOKENS
    assert measured_tests.tokens_a_line <= TOKENS_OF_TESTS


def test_what_is_over_a_budget_is_found(tmp_path: Path) -> None:
    """The counting itself is tried on a module that breaks each budget once."""
    path = tmp_path / "packed.py"
    path.write_text(PACKED)
    assert {finding.kind for finding in measure([path]).findings} == {
        "paired assignments",
        "nested ternaries",
        "long ternaries",
        "unformatted lines",
        "wide classes",
        "complex functions",
    }


PACKED = "\n".join(
    [
        "a, b = 1, 2  # fmt: " + "skip",
        "c = 1 if a else 2 if b else 3",
        "d = (1 if a",
        "     else 2)",
        "class Base:",
        *(f"    def base{number}(self): ..." for number in range(20)),
        "class Wide(Base):",
        "    def one_more(self): ...",
        "def packed(x):",
        *(f"    if x == {number}: return {number}" for number in range(10)),
    ]
)


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("import devserver.core.clock", "TID251"),
        ("from inspector.keys import ALL", "TID251"),
        ("import time\ntime.time()", "TID251"),
        ("from datetime import datetime\ndatetime.now()", "TID251"),
        ("a = 1; b = 2", "E702"),
        ("if a: b = 2", "E701"),
        (PACKED.partition("def packed")[1] + PACKED.partition("def packed")[2], "C901"),
    ],
)
def test_ruff_refuses(code: str, rule: str) -> None:
    command = ["-m", "ruff", "check", "--stdin-filename", "devserver/core/tried.py", "--quiet", "-"]
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, input=code, capture_output=True, text=True
    )
    assert rule in done.stdout


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


@pytest.mark.parametrize("path", ALL, ids=named)
def test_file_and_functions_keep_their_length(path: Path) -> None:
    text = path.read_text()
    too_long = [
        f"{node.name} has {node.end_lineno - node.lineno + 1} lines"
        for node in functions(ast.parse(text))
        if node.end_lineno is not None and node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    ]
    size = len(text.splitlines())
    largest = max((length(node) for node in ast.parse(text).body if is_class(node)), default=0)
    assert size <= (ONE_IDEA_LINES if largest > size / 2 else FILE_LINES)
    assert too_long == []


def is_class(node: ast.stmt) -> bool:
    return isinstance(node, ast.ClassDef)


def length(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_module_and_public_functions_say_what_they_are_for(path: Path) -> None:
    tree = ast.parse(path.read_text())
    if path.name == "__init__.py" and not tree.body:
        return
    assert ast.get_docstring(tree), "a module says in one sentence what it is for"
    if "ui" in path.relative_to(ROOT).parts:
        return
    silent = [name for name, node in public_functions(tree) if not ast.get_docstring(node)]
    assert silent == []


def public_functions(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    for node in tree.body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield node.name, node
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for member in node.body:
                if isinstance(member, Function) and not member.name.startswith("_"):
                    yield f"{node.name}.{member.name}", member


WIDGETS = [path for path in SOURCES if path.parent.name == "widgets"]


@pytest.mark.parametrize("path", WIDGETS, ids=named)
def test_a_widget_never_reads_its_app(path: Path) -> None:
    attributes = [node for node in ast.walk(ast.parse(path.read_text())) if is_own_app(node)]
    assert attributes == []


def is_own_app(node: ast.AST) -> bool:
    """Check whether a node is `self.app`."""
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "app"
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    )


def test_inits_are_empty_except_the_door_of_the_sdk() -> None:
    inits = [p for p in SOURCES if p.name == "__init__.py" and p.read_text().strip()]
    assert [named(p) for p in inits] == ["session_inspector/__init__.py"]


def test_one_file_reads_the_time() -> None:
    readers = [
        named(path)
        for path in SOURCES
        if any(
            isinstance(node, ast.Import) and any(name.name == "time" for name in node.names)
            for node in ast.walk(ast.parse(path.read_text()))
        )
    ]
    assert readers == ["devserver/core/clock.py"]


@pytest.mark.parametrize("top", ["tests", "screenshots"])
def test_no_cycle_of_modules(top: str) -> None:
    """The house itself is import-linter's; it reads packages that are installed."""
    graph = {module_name(path): imports(path, top) for path in sources([ROOT / top])}
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def imports(path: Path, top: str) -> set[str]:
    """Return the modules below `top` that a module imports, wherever it does."""
    return {
        name
        for node in ast.walk(ast.parse(path.read_text()))
        for name in imported_names(node)
        if name.partition(".")[0] == top
    }


def imported_names(node: ast.AST) -> Iterator[str]:
    """Yield the names an import could mean: a package's module, or a name in a module."""
    if isinstance(node, ast.Import):
        yield from (name.name for name in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module
        yield from (f"{node.module}.{name.name}" for name in node.names)


def test_no_module_is_called_a_drawer_of_things() -> None:
    drawers = {"utils", "helpers", "common", "manager", "service", "misc"}
    assert [named(path) for path in SOURCES if path.stem in drawers] == []


def test_a_public_class_name_means_one_thing() -> None:
    homes: dict[str, list[str]] = {}
    for path in SOURCES:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(named(path))
    assert {name: paths for name, paths in homes.items() if len(paths) > 1} == {}
