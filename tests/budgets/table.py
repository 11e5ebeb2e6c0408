"""The numbers of the budgets as a table, beside three kept libraries as they are installed."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import median, quantiles

from tests.budgets.counting import measure, modules_by_folder, our_sources, sources

MODELS = ("starlette", "itsdangerous", "joserfc")
COLUMNS = (
    "largest file",
    "median function",
    "p90 function",
    "most complex",
    "tokens a line",
    "ternaries per 100 functions",
    "widest folder",
    "paired assignments",
)


def numbers(paths: Sequence[Path]) -> list[float]:
    """Return the numbers of some modules, one a column."""
    found = measure(paths)
    return [
        max(found.files.values()),
        median(found.functions or [0]),
        ninth_decile(found.functions),
        max(found.complexities, default=0),
        round(found.tokens_a_line, 1),
        round(found.ternaries_per_100_functions),
        max(modules_by_folder(paths).values()),
        found.count("paired assignments"),
    ]


def ninth_decile(lengths: Sequence[int]) -> float:
    """Return the length that nine functions of ten keep; of one function, its own."""
    if len(lengths) < 2:
        return max(lengths, default=0)
    return quantiles(lengths, n=10)[8]


def row(name: str, paths: Sequence[Path]) -> str:
    """Return the numbers of some modules as a row of the table."""
    cells = [name, *(f"{number:g}" for number in numbers(paths))]
    return f"| {' | '.join(cells)} |"


HEAD = f"| | {' | '.join(COLUMNS)} |\n|---|{'--:|' * len(COLUMNS)}"


def table() -> str:
    """Return the table that CONTRIBUTING.md shows."""
    rows = [row("Session Inspector", our_sources())]
    for name in MODELS:
        spec = find_spec(name)
        if spec is not None and spec.origin is not None:
            rows.append(row(name, sources([Path(spec.origin).parent])))
    return "\n".join([HEAD, *rows])
