"""The local provider under commands: keys, knobs, clock; an outside one refuses them all."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.clock import TravelClock
from session_inspector.devserver.core.commands import (
    ProviderCommand,
    ResetKnobs,
    RevokeAtProvider,
    RotateKeys,
    SetKnobs,
)
from session_inspector.devserver.core.errors import InputError, InspectorError
from session_inspector.devserver.core.events.login import KnobsTurned
from session_inspector.devserver.core.events.server import KeysRotated
from session_inspector.devserver.lab.provider_control import ProviderControl
from tests.devserver.provider.provider_scene import Scene


class Controlled(Scene):
    def __init__(self) -> None:
        super().__init__()
        self.travel = TravelClock(self.clock)
        self.control = ProviderControl(self.provider, self.travel)


async def test_keys_are_rotated_for_a_cause() -> None:
    scene = Controlled()
    message = await scene.control.run(RotateKeys(), "c1")
    (event,) = scene.events
    assert isinstance(event, KeysRotated)
    assert event.cause == "c1"
    assert message == f"the provider signs with key {event.kid[:8]} now"


async def test_knobs_are_turned_one_over_the_other_and_reset() -> None:
    scene = Controlled()
    assert await scene.control.run(SetKnobs(wrong_nonce=True), "c1") == "wrong nonce"
    both = await scene.control.run(SetKnobs(skew=-120), "c2")
    assert both == "clock -120 s; wrong nonce"
    assert await scene.control.run(ResetKnobs(), "c3") == "the provider is healthy"
    turned = [event for event in scene.events if isinstance(event, KnobsTurned)]
    assert [(event.cause, event.told) for event in turned] == [
        ("c1", ("wrong nonce",)),
        ("c2", ("clock -120 s", "wrong nonce")),
        ("c3", ()),
    ]


async def test_a_wrong_knob_turns_nothing() -> None:
    scene = Controlled()
    with pytest.raises(InputError):
        await scene.control.run(SetKnobs(wrong_nonce=True, skew=1e12), "c1")
    assert (scene.travel.offset, scene.events) == (0, [])


async def test_the_clock_is_off_by_its_knob_and_by_what_a_scenario_adds() -> None:
    scene = Controlled()
    await scene.control.run(SetKnobs(skew=-120), "c1")
    assert scene.travel.offset == -120
    scene.control.skew(30)
    assert scene.travel.offset == -90
    await scene.control.run(SetKnobs(skew=10), "c2")
    assert scene.travel.offset == 40
    scene.control.skew(0)
    assert scene.travel.offset == 10
    await scene.control.run(ResetKnobs(), "c3")
    assert scene.travel.offset == 0


async def test_the_state_has_the_knobs_and_who_is_signed_in() -> None:
    scene = Controlled()
    await scene.control.run(SetKnobs(errors={"token": 1}), "c1")
    await scene.code()
    state = scene.control.state()
    assert isinstance(state["knobs"], dict)
    assert state["knobs"]["errors"] == {"token": 1}
    assert isinstance(state["sessions"], list)
    (session,) = state["sessions"]
    assert isinstance(session, dict)
    assert session["sub"] == "local|alice"


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (RotateKeys(), "rotate its keys there"),
        (SetKnobs(wrong_nonce=True), "cannot be changed here"),
        (ResetKnobs(), "cannot be changed here"),
        (RevokeAtProvider(user="u"), "cannot be changed here"),
    ],
)
async def test_an_outside_provider_is_not_ours(command: ProviderCommand, reason: str) -> None:
    control = ProviderControl(None, TravelClock(Scene().clock))
    with pytest.raises(InspectorError, match=reason):
        await control.run(command, "c1")
    with pytest.raises(InspectorError, match="cannot be changed here"):
        control.state()
    with pytest.raises(InspectorError, match="its clock cannot be moved"):
        control.skew(1)
