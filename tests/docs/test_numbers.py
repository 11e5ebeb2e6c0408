"""The numbers that CONTRIBUTING quotes are near the truth; the floors are those of pyproject."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.budgets.counting import our_sources
from tests.budgets.table import COLUMNS, numbers
from tests.docs.numbers import NUMBERS, PART, is_stale, quoted_numbers
from tests.docs.tables import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text()


def test_the_budgets_are_quoted_and_not_stale() -> None:
    (part,) = PART.findall(TEXT)
    assert part[1] in NUMBERS
    quoted = quoted_numbers(part[2])
    measured = numbers(our_sources())
    assert len(quoted) == len(COLUMNS)
    stale = [
        f"{name}: {old:g}, measured {new:g}"
        for name, old, new in zip(COLUMNS, quoted, measured, strict=True)
        if is_stale(old, new)
    ]
    assert stale == [], "measure them anew with: python -m tests.docs"


@pytest.mark.parametrize(
    ("quoted", "measured", "stale"),
    [(6, 7, False), (200, 209, False), (209, 20, True), (20, 209, True), (8.6, 8.6, False)],
)
def test_a_number_is_stale_when_it_is_far_off(quoted: float, measured: float, stale: bool) -> None:
    assert is_stale(quoted, measured) == stale


def test_the_floors_are_those_that_are_checked() -> None:
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    floors = [set(floor.split(" | ")) for floor in layers["contracts"][0]["layers"]]
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \|", TEXT, flags=re.M)
    names = [re.findall(r"`([\w.]+)`", cell) for _, cell in rows]
    assert [{f"session_inspector.{name}" for name in row} for row in names] == floors
    assert [int(number) for number, _ in rows] == list(range(len(floors) - 1, -1, -1))
