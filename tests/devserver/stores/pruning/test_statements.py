"""Statements grow while they are quick, shrink where they are slow, and end with what there is."""

from __future__ import annotations

import pytest

from session_inspector.devserver.stores.base import Pruned
from session_inspector.devserver.stores.pruning.portions import PruneRule
from session_inspector.devserver.stores.pruning.statements import (
    LARGEST,
    QUICK,
    SLOW,
    Kind,
    PortionSize,
    StatementPruning,
)


@pytest.mark.parametrize(
    ("rows", "took", "following"),
    [
        (1000, QUICK / 2, 2000),
        (1000, QUICK, 1000),
        (1000, SLOW, 1000),
        (1000, SLOW + 1, 500),
        (1, SLOW + 1, 1),
        (LARGEST, 0.0, LARGEST),
        (LARGEST - 1, 0.0, LARGEST),
        (LARGEST + 1, 0.0, LARGEST + 1),
    ],
)
def test_a_statement_is_as_large_as_the_one_before_lets_it(
    rows: int, took: float, following: int
) -> None:
    size = PortionSize(rows)
    size.note(took)
    assert size.rows == following


class Rows:
    """Rows of each kind; a statement takes no time."""

    def __init__(self, **rows: int) -> None:
        self.rows = rows
        self.asked: list[tuple[Kind, float, int]] = []

    async def count(self, kind: Kind, ended_by: float) -> int:
        return self.rows[kind]

    async def delete(self, kind: Kind, ended_by: float, most: int) -> int:
        self.asked.append((kind, ended_by, most))
        deleted = min(most, self.rows[kind])
        self.rows[kind] -= deleted
        return deleted

    def prune(self, rule: PruneRule) -> StatementPruning:
        return StatementPruning(
            now=lambda: 9.0, count=self.count, delete=self.delete, measure=lambda: 0.0
        )


async def prune(rows: Rows, rule: PruneRule) -> list[Pruned]:
    return [one async for one in rows.prune(rule).portions(rule)]


async def test_it_goes_on_until_a_statement_finds_nothing() -> None:
    rows = Rows(expired=4, orphans=1)
    done = await prune(rows, PruneRule(at=7.0, most=1, orphans=True))
    assert done == [
        Pruned(expired=1),
        Pruned(expired=2),
        Pruned(expired=1),
        Pruned(orphans=1),
    ]
    assert rows.asked == [
        ("expired", 7.0, 1),
        ("expired", 7.0, 2),
        ("expired", 7.0, 4),
        ("expired", 7.0, 8),
        ("orphans", 7.0, 1),
        ("orphans", 7.0, 2),
    ]


async def test_a_count_deletes_nothing() -> None:
    rows = Rows(expired=4, orphans=1)
    rule = PruneRule(at=7.0, dry_run=True, orphans=True)
    assert await prune(rows, rule) == [Pruned(expired=4), Pruned(orphans=1)]
    assert (rows.asked, rows.rows) == ([], {"expired": 4, "orphans": 1})
