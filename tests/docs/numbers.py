"""The numbers that a page quotes and that each commit moves a little: `<!-- numbers: NAME -->`.

`python -m tests.docs` writes them; they may be somewhat old: the limits themselves are tests.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.budgets.table import table

NUMBERS: dict[str, Callable[[], str]] = {"budgets": table}
PART = re.compile(r"(<!-- numbers: (\w+) -->)\n(.*?)<!-- end -->", flags=re.DOTALL)
TOLERANCE = 0.25
"""Of a number: a page is stale when it is further from the truth."""
SLACK = 3.0
"""… and by more than so much: of a small number, a quarter is nothing."""


def with_numbers(text: str) -> str:
    """Return a page with each part of numbers measured anew."""

    def measure_part(found: re.Match[str]) -> str:
        return f"{found[1]}\n{NUMBERS[found[2]]()}\n<!-- end -->"

    return PART.sub(measure_part, text)


def quoted_numbers(text: str) -> list[float]:
    """Return the numbers of the first row that has any: ours; the libraries' versions vary."""
    for line in text.splitlines():
        found = re.findall(r"(?<=\| )\d+(?:\.\d+)?(?= \|)", line)
        if found:
            return [float(number) for number in found]
    return []


def is_stale(quoted: float, measured: float) -> bool:
    """Check whether a number is beyond what some commits may have moved."""
    return abs(quoted - measured) > max(SLACK, TOLERANCE * measured)
