"""`python -m tests.budgets [FOLDER…]`: the numbers of STYLE's budgets, beside three kept libraries.

Without folders: this project beside Starlette, itsdangerous and joserfc as installed. With them:
each place in those folders that is over a budget, one a line.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parent.parent
TOPS = ("devserver", "inspector", "session_inspector")
"""Folders with code that is installed; `rglob` does not follow the links of the last."""
MODELS = ("starlette", "itsdangerous", "joserfc")
COMPLEXITY = 10
MODULES = 20
METHODS = 20
PAIRS = 20
"""Assignments `a, b = x, y` in the whole tree."""
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
    pairs: int = 0
    tokens: int = 0
    code_lines: int = 0
    findings: list[Finding] = field(default_factory=list)


def sources(tops: Sequence[Path]) -> list[Path]:
    """Return all modules below some folders, sorted."""
    return sorted(path for top in tops for path in top.rglob("*.py"))


def measure(paths: Sequence[Path]) -> Measured:
    """Read modules and count."""
    found = Measured()
    for path in paths:
        _measure_file(path, found)
    return found


def _measure_file(path: Path, found: Measured) -> None:
    text = path.read_text()
    tree = ast.parse(text)
    found.files[path] = len(text.splitlines())
    tokens, lines = count_tokens(text, tree)
    found.tokens += tokens
    found.code_lines += lines
    for node in ast.walk(tree):
        if isinstance(node, Function):
            _measure_function(path, node, found)
        if isinstance(node, ast.IfExp):
            found.ternaries += 1
            found.findings += ternary_findings(path, node)
        if isinstance(node, ast.Assign) and is_pair(node):
            found.pairs += 1
            found.findings.append(Finding(path, node.lineno, "two assignments in one"))
        if isinstance(node, ast.ClassDef) and len(methods(node)) > METHODS:
            text = f"class {node.name} has {len(methods(node))} methods"
            found.findings.append(Finding(path, node.lineno, text))
    if "# fmt: skip" in text.replace('"# fmt: skip"', ""):
        found.findings.append(Finding(path, 1, "skips the formatter"))


def _measure_function(path: Path, node: Function, found: Measured) -> None:
    size = (node.end_lineno or node.lineno) - node.lineno + 1
    found.functions.append(size)
    degree = complexity(node)
    found.complexities.append(degree)
    if degree > COMPLEXITY:
        found.findings.append(Finding(path, node.lineno, f"{node.name} has complexity {degree}"))


def methods(node: ast.ClassDef) -> list[Function]:
    """Return the methods that a class itself has."""
    return [member for member in node.body if isinstance(member, Function)]


def is_pair(node: ast.Assign) -> bool:
    """Say whether a statement gives two values to two names."""
    return isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple)


def ternary_findings(path: Path, node: ast.IfExp) -> Iterator[Finding]:
    """Yield what is wrong with a conditional expression: nested, or longer than a line."""
    if isinstance(node.body, ast.IfExp) or isinstance(node.orelse, ast.IfExp):
        yield Finding(path, node.lineno, "a ternary in a ternary")
    if node.end_lineno != node.lineno:
        yield Finding(path, node.lineno, "a ternary of more than a line")


def complexity(node: Function) -> int:
    """Return the cyclomatic complexity of a function, as ruff's C901 counts it."""
    return 1 + sum(isinstance(child, BRANCHES) for child in ast.walk(node))


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


def widest_folder(paths: Sequence[Path]) -> tuple[Path, int]:
    """Return the folder with most modules, and how many it has; `__init__` does not count."""
    counts: dict[Path, int] = {}
    for path in paths:
        if path.name != "__init__.py":
            counts[path.parent] = counts.get(path.parent, 0) + 1
    folder = max(counts, key=lambda found: counts[found])
    return folder, counts[folder]


def row(name: str, paths: Sequence[Path]) -> str:
    """Return the numbers of some modules as a row of the table."""
    found = measure(paths)
    sizes = sorted(found.functions)
    ninth = quantiles(sizes, n=10)[8]
    cells = (
        name,
        max(found.files.values()),
        f"{median(sizes):g}",
        f"{ninth:g}",
        max(found.complexities),
        f"{found.tokens / found.code_lines:.1f}",
        f"{100 * found.ternaries / len(sizes):.0f}",
        widest_folder(paths)[1],
        found.pairs,
    )
    return f"| {' | '.join(str(cell) for cell in cells)} |"


HEAD = (
    "| | largest file | median function | p90 function | most complex | tokens a line"
    " | ternaries per 100 functions | widest folder | paired assignments |\n"
    "|---|--:|--:|--:|--:|--:|--:|--:|--:|"
)


def table() -> str:
    """Return the table that CONTRIBUTING.md shows."""
    rows = [row("Session Inspector", sources([ROOT / top for top in TOPS]))]
    for name in MODELS:
        spec = find_spec(name)
        if spec is not None and spec.origin is not None:
            rows.append(row(name, sources([Path(spec.origin).parent])))
    return "\n".join([HEAD, *rows])


def main(folders: Sequence[str]) -> None:
    """Print the table, or what is over a budget in some folders."""
    if not folders:
        print(table())
        return
    paths = sources([Path(folder) for folder in folders])
    for finding in measure(paths).findings:
        print(finding)
    print(HEAD)
    print(row(", ".join(folders), paths))


if __name__ == "__main__":
    main(sys.argv[1:])
