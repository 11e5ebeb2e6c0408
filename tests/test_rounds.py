"""A ratio of the benchmarks: of lower quartiles, with its spread, and missed only outside of it."""

from __future__ import annotations

from typing import Literal

import pytest

from tests.benchmarks.rounds import compare, ratio_line, spell_cost, take_turns
from tests.benchmarks.table import Line, Spread


def line(ratio: float | None, spread: Spread | None = None, *, at_least: bool = False) -> Line:
    rule: Literal["at least", "at most"] = "at least" if at_least else "at most"
    return Line(name="", ours="", peer="", ratio=ratio, limit=2, rule=rule, bound="", spread=spread)


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (line(2.0), "met"),
        (line(2.2), "MISSED by 10%"),
        (line(2.2, (1.9, 2.3)), "within its spread"),
        (line(2.2, (2.1, 2.3)), "MISSED by 10%"),
        (line(1.8, (1.7, 1.9), at_least=True), "MISSED by 10%"),
        (line(1.8, (1.7, 2.0), at_least=True), "within its spread"),
        (line(None), "not measured"),
    ],
)
def test_a_row_is_missed_only_outside_its_spread(found: Line, verdict: str) -> None:
    assert found.verdict == verdict
    assert found.is_missed == verdict.startswith("MISSED")


def test_an_interrupted_round_moves_neither_ratio_nor_spread() -> None:
    costs = [2.0] * 30
    costs[7] = 900.0
    ratio = compare(costs, [1.0] * 30)
    assert (ratio.value, ratio.spread) == (2.0, (2.0, 2.0))


def test_the_spread_holds_the_ratio() -> None:
    ratio = compare([1.0, 2.0, 3.0, 4.0, 5.0], [1.0] * 5)
    assert (ratio.value, ratio.spread) == (2.0, (2.0, 4.0))
    assert compare([3.0], [2.0]).spread == (1.5, 1.5)


async def test_turns_are_taken_and_the_first_is_not_counted() -> None:
    done: list[str] = []

    async def one() -> int:
        done.append("one")
        return 1

    async def other() -> int:
        done.append("other")
        return 2

    taken = await take_turns({"one": one, "other": other}, 2)
    assert done == ["one", "other"] * 3
    assert {name: len(times) for name, times in taken.items()} == {"one": 2, "other": 2}


def test_the_ratio_of_a_peer_is_how_many_times_of_ours_it_takes() -> None:
    found = ratio_line("it", [0.5, 0.5], ("peer", [1.0, 1.0]), limit=3)
    assert (found.ours, found.peer, found.ratio) == ("2/s", "peer: 1/s", 2.0)
    assert found.verdict == "MISSED by 33%"


def test_at_most_turns_the_ratio_round() -> None:
    peer = ("peer", [0.01, 0.01])
    found = ratio_line("it", [0.02, 0.02], peer, spell=spell_cost, limit=3, rule="at most")
    assert (found.ours, found.peer, found.ratio) == ("20 ms", "peer: 10 ms", 2.0)
    assert found.verdict == "met"


def test_a_peer_without_costs_is_not_measured() -> None:
    found = ratio_line("it", [1.0], ("peer, not installed", None), limit=3)
    assert (found.peer, found.verdict) == ("peer, not installed", "not measured")
