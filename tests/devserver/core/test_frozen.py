"""A copy with other members is what the standard library makes, of every event and state."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from functools import cached_property
from typing import get_args

import pytest

from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.facts.alarms import AlarmMemory
from session_inspector.inspector.model.facts.families import TokenFamilies
from session_inspector.inspector.model.facts.flows import Flows
from session_inspector.inspector.model.facts.state import State


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 2


@dataclass(frozen=True, slots=True)
class Deep(Point):
    z: int = 3


@dataclass(frozen=True)
class Slotless:
    x: int
    y: int = 2


@dataclass(frozen=True)
class HalfSlots(Point):
    w: int = 5


@dataclass(frozen=True)
class Keeps:
    x: int
    y: int = 2

    @cached_property
    def sum(self) -> int:
        return self.x + self.y


@dataclass(frozen=True, slots=True)
class Alone:
    x: int


@dataclass(frozen=True, slots=True)
class Computed:
    x: int
    double: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "double", 2 * self.x)


@pytest.mark.parametrize("kind", [Point, Deep, Slotless, HalfSlots, Alone, Computed])
def test_a_copy_has_the_other_members_and_its_own(kind: type[Point]) -> None:
    before = kind(1)
    after = replace(before, x=7)
    assert after == dataclasses.replace(before, x=7)
    assert type(after) is kind
    assert before == kind(1)
    assert replace(before) == before


def test_members_of_a_base_are_members() -> None:
    assert replace(Deep(1, 2, 3), y=8, z=9) == Deep(1, 8, 9)


def test_what_is_kept_beside_the_members_is_not_copied() -> None:
    before = Keeps(1)
    assert before.sum == 3
    assert replace(before, x=7).sum == 9


@pytest.mark.parametrize("value", [Point(1), Slotless(1), Alone(1), Computed(1)])
def test_a_member_that_is_unknown_is_refused(value: Point) -> None:
    with pytest.raises(TypeError):
        replace(value, w=1)  # type: ignore[call-arg]  # what is refused


def test_a_copy_is_frozen_as_well() -> None:
    after = replace(Point(1), y=1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        after.y = 2  # type: ignore[misc]  # what is refused


def test_events_have_slots_and_states_that_are_copied_often_have_none() -> None:
    event = ExchangeStarted(at=1, exchange="x1", method="GET", path="/", client="a")
    assert replace(event, seq=3) == dataclasses.replace(event, seq=3)
    for kind in get_args(Event):
        assert "__slots__" in vars(kind), kind
        assert not hasattr(kind, "__post_init__")
    for state in (State(), AlarmMemory(), Flows(), TokenFamilies()):
        assert hasattr(state, "__dict__")
        assert replace(state) == state
