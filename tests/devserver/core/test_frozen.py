"""A copy with other members is what the standard library makes, of every event and state."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import get_args

import pytest

from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.facts.alarms import AlarmMemory
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


@dataclass(frozen=True, slots=True)
class Alone:
    x: int


@dataclass(frozen=True, slots=True)
class Computed:
    x: int
    double: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "double", 2 * self.x)


@pytest.mark.parametrize("kind", [Point, Deep, Slotless, Alone, Computed])
def test_a_copy_has_the_other_members_and_its_own(kind: type[Point]) -> None:
    before = kind(1)
    after = replace(before, x=7)
    assert after == dataclasses.replace(before, x=7)
    assert type(after) is kind
    assert before == kind(1)
    assert replace(before) == before


def test_members_of_a_base_are_members() -> None:
    assert replace(Deep(1, 2, 3), y=8, z=9) == Deep(1, 8, 9)


@pytest.mark.parametrize("value", [Point(1), Slotless(1), Alone(1), Computed(1)])
def test_a_member_that_is_unknown_is_refused(value: Point) -> None:
    with pytest.raises(TypeError):
        replace(value, w=1)  # type: ignore[call-arg]  # what is refused


def test_a_copy_is_frozen_as_well() -> None:
    after = replace(Point(1), y=1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        after.y = 2  # type: ignore[misc]  # what is refused


def test_events_and_states_are_copied_by_their_slots() -> None:
    event = ExchangeStarted(at=1, exchange="x1", method="GET", path="/", client="a")
    for value in (event, State(), AlarmMemory()):
        assert not hasattr(type(value), "__post_init__")
        assert not hasattr(value, "__dict__")
    assert replace(event, seq=3) == dataclasses.replace(event, seq=3)
    for kind in get_args(Event):
        assert "__slots__" in vars(kind), kind
