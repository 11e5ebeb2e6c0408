"""Counts what the budgets of CONTRIBUTING.md limit, in modules as they stand on disk."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOPS = ("devserver", "inspector", "session_inspector")
"""Folders with code that is installed; `rglob` does not follow the links of the last."""
COMPLEXITY = 10
MODULES = 20
METHODS = 20
SKIP_FORMAT = "# fmt: " + "skip"
"""In two parts: this file does not skip the formatter."""
Function = ast.FunctionDef | ast.AsyncFunctionDef
BRANCHES = (
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ExceptHandler,
    ast.match_case,
)
SILENT = frozenset(
    {
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENCODING,
        tokenize.ENDMARKER,
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that is over a budget."""

    path: Path
    line: int
    kind: str
    """The name of the budget: `paired assignments`."""
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


@dataclass(slots=True)
class Measured:
    """What was counted in some modules."""

    files: dict[Path, int] = field(default_factory=dict)
    """Lines of each."""
    functions: list[int] = field(default_factory=list)
    """Lines of each."""
    complexities: list[int] = field(default_factory=list)
    ternaries: int = 0
    tokens: int = 0
    code_lines: int = 0
    findings: list[Finding] = field(default_factory=list)

    def count(self, kind: str) -> int:
        """Return how many places are over one budget."""
        return sum(finding.kind == kind for finding in self.findings)

    @property
    def tokens_a_line(self) -> float:
        """Return the mean of the lines that have code."""
        return self.tokens / max(self.code_lines, 1)

    @property
    def ternaries_per_100_functions(self) -> float:
        """Return how often a value is chosen inside an expression."""
        return 100 * self.ternaries / max(len(self.functions), 1)


def sources(tops: Iterable[Path]) -> list[Path]:
    """Return all modules below some folders, sorted; not those of installed Node packages.

    A file stands for itself.
    """
    found = (path for top in tops for path in modules_of(top))
    return sorted(path for path in found if "node_modules" not in path.parts)


def modules_of(top: Path) -> Iterable[Path]:
    """Return a file, or the modules below a folder."""
    if top.is_file():
        return [top]
    return top.rglob("*.py")


def our_sources() -> list[Path]:
    """Return the modules that are installed."""
    return sources(ROOT / top for top in TOPS)


def measure(paths: Sequence[Path]) -> Measured:
    """Read modules and count."""
    found = Measured()
    trees: dict[Path, ast.Module] = {}
    for path in paths:
        text = path.read_text()
        trees[path] = ast.parse(text)
        _measure_file(path, text, trees[path], found)
    found.findings += wide_folders(paths)
    found.findings += wide_classes(trees)
    return found


def _measure_file(path: Path, text: str, tree: ast.Module, found: Measured) -> None:
    found.files[path] = len(text.splitlines())
    tokens, lines = count_tokens(text, tree)
    found.tokens += tokens
    found.code_lines += lines
    for node in ast.walk(tree):
        if isinstance(node, Function):
            _measure_function(path, node, found)
        elif isinstance(node, ast.IfExp):
            found.ternaries += 1
            found.findings += ternary_findings(path, node)
        elif isinstance(node, ast.Assign) and is_pair(node):
            found.findings.append(pair_finding(path, node))
    if SKIP_FORMAT in text:
        found.findings.append(Finding(path, 1, "unformatted lines", "skips the formatter"))


def _measure_function(path: Path, node: Function, found: Measured) -> None:
    size = (node.end_lineno or node.lineno) - node.lineno + 1
    found.functions.append(size)
    degree = complexity(node)
    found.complexities.append(degree)
    if degree > COMPLEXITY:
        text = f"{node.name} has complexity {degree}"
        found.findings.append(Finding(path, node.lineno, "complex functions", text))


def is_pair(node: ast.Assign) -> bool:
    """Check whether a statement gives two values to two names."""
    return isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple)


def pair_finding(path: Path, node: ast.Assign) -> Finding:
    """Return a finding for `a, b = x, y`."""
    return Finding(path, node.lineno, "paired assignments", "two assignments in one")


def ternary_findings(path: Path, node: ast.IfExp) -> Iterator[Finding]:
    """Yield what is wrong with a conditional expression: nested, or longer than a line."""
    if isinstance(node.body, ast.IfExp) or isinstance(node.orelse, ast.IfExp):
        yield Finding(path, node.lineno, "nested ternaries", "a ternary in a ternary")
    if node.end_lineno != node.lineno:
        yield Finding(path, node.lineno, "long ternaries", "a ternary of more than a line")


def complexity(node: Function) -> int:
    """Return the cyclomatic complexity of a function, nearly as ruff's C901 counts it."""
    return 1 + sum(isinstance(child, BRANCHES) for child in ast.walk(node))


def wide_folders(paths: Iterable[Path]) -> Iterator[Finding]:
    """Yield the folders that hold too many modules."""
    for folder, count in modules_by_folder(paths).items():
        if count > MODULES:
            yield Finding(folder, 1, "wide folders", f"{count} modules")


def modules_by_folder(paths: Iterable[Path]) -> dict[Path, int]:
    """Return how many modules each folder has; `__init__` does not count."""
    counts: dict[Path, int] = {}
    for path in paths:
        if path.name != "__init__.py":
            counts[path.parent] = counts.get(path.parent, 0) + 1
    return counts


def wide_classes(trees: Mapping[Path, ast.Module]) -> Iterator[Finding]:
    """Yield the classes with too many methods, those of their own bases counted."""
    known = unique_classes(trees.values())
    for path, tree in trees.items():
        for node in classes(tree):
            count = len(methods(node, known))
            if count > METHODS:
                text = f"class {node.name} has {count} methods"
                yield Finding(path, node.lineno, "wide classes", text)


def unique_classes(trees: Iterable[ast.Module]) -> dict[str, ast.ClassDef]:
    """Return the classes whose name means one thing: only these can be found as a base."""
    found: dict[str, list[ast.ClassDef]] = {}
    for tree in trees:
        for node in classes(tree):
            found.setdefault(node.name, []).append(node)
    return {name: nodes[0] for name, nodes in found.items() if len(nodes) == 1}


def classes(tree: ast.Module) -> Iterator[ast.ClassDef]:
    """Yield all classes of a module."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


def methods(node: ast.ClassDef, known: Mapping[str, ast.ClassDef]) -> set[str]:
    """Return the methods of a class and of those of its bases that are in `known`."""
    found = {member.name for member in node.body if isinstance(member, Function)}
    for base in node.bases:
        parent = known.get(base_name(base))
        if parent is not None and parent is not node:
            found |= methods(parent, known)
    return found


def base_name(base: ast.expr) -> str:
    """Return the last name of a base class: `Heard` of `heard.Heard[R]`."""
    if isinstance(base, ast.Subscript):
        return base_name(base.value)
    if isinstance(base, ast.Attribute):
        return base.attr
    if isinstance(base, ast.Name):
        return base.id
    return ""


def count_tokens(text: str, tree: ast.Module) -> tuple[int, int]:
    """Return the tokens of a module and the lines they stand on; docstrings do not count."""
    quiet = docstring_lines(tree)
    tokens = 0
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in SILENT or token.start[0] in quiet:
            continue
        tokens += 1
        lines.add(token.start[0])
    return tokens, len(lines)


def docstring_lines(tree: ast.Module) -> set[int]:
    """Return the lines of texts that stand alone."""
    return {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
