"""What a session must pass after its cookie opened."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.events.base import Kind, TimerName
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.admission import Admission
from session_inspector.devserver.session.carrier import Loaded, Refused
from session_inspector.devserver.session.facts import session_fingerprint
from session_inspector.devserver.session.memory import Memory
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.session.revocation import RevocationList
from tests.devserver.session.session_scene import NOW, session_of
from tests.vectors.sessions import Notebook

NAME = session_fingerprint("stateless", session_of(), "")
KEYED = session_fingerprint("stateful", {}, "k")
LOADED = Loaded(data=session_of(), text=b"{}", is_touched=True)


class Scene:
    def __init__(self, kind: Kind = "stateless") -> None:
        self.memory = Memory()
        self.revoked = RevocationList(Notebook({}))
        self.admission = Admission(
            kind,
            Policy(inactivity=100, absolute=300),
            self.memory,
            ManualClock(NOW),
            self.revoked,
        )

    def force(self, name: str, *clocks: TimerName) -> None:
        self.memory.forced.put(name, frozenset(clocks))


async def test_a_session_with_nothing_against_it_is_admitted_as_it_is() -> None:
    assert await Scene().admission.admit(LOADED) is LOADED


async def test_a_listed_session_is_refused() -> None:
    scene = Scene()
    await scene.revoked.add(NAME, session_of())
    found = await scene.admission.admit(LOADED)
    reason = "it is on the revocation list"
    assert found == Refused(code="revoked", reason=reason, data=session_of())


@pytest.mark.parametrize("clock", ["inactivity", "absolute"])
async def test_a_clock_that_was_forced_ends_the_session_once(clock: TimerName) -> None:
    scene = Scene()
    scene.force(NAME, clock, "access_token")
    found = await scene.admission.admit(LOADED)
    reason = f"the {clock} clock was expired by hand"
    assert found == Refused(code=clock, reason=reason, data=session_of(), is_forced=True)
    assert await scene.admission.admit(LOADED) is LOADED


async def test_a_forced_access_token_is_over_and_the_old_text_is_not_used_again() -> None:
    scene = Scene()
    scene.force(NAME, "access_token")
    found = await scene.admission.admit(LOADED)
    tokens: JsonObject = {"accessToken": "t", "expiresAt": NOW - 1}
    assert found == Loaded(data={**session_of(), "tokenSet": tokens})


@pytest.mark.parametrize("code", ["gone", "inactivity"])
def test_the_clock_that_was_forced_is_named(code: str) -> None:
    scene = Scene("stateful")
    scene.force(KEYED, "absolute")
    found = scene.admission.name_clock(Refused(code=code, reason="?", key="k"))
    reason = "the absolute clock was expired by hand"
    assert found == Refused(code="absolute", reason=reason, key="k")


@pytest.mark.parametrize(
    ("created", "ends", "code"),
    [
        (NOW - 300, NOW, "absolute"),
        (NOW - 200, NOW, "inactivity"),
        (NOW - 200, NOW + 1, "gone"),
    ],
)
def test_a_row_that_is_gone_names_the_clock_that_had_run_out(
    created: int, ends: int, code: str
) -> None:
    scene = Scene("stateful")
    scene.memory.spans.put(KEYED, (created, ends))
    found = scene.admission.name_clock(Refused(code="gone", reason="?", key="k"))
    assert (found.code, found.key) == (code, "k")


def test_another_refusal_keeps_its_reason() -> None:
    scene = Scene("stateful")
    scene.force(KEYED, "absolute")
    damaged = Refused(code="ERR_JWE_INVALID", reason="?", key="k")
    assert scene.admission.name_clock(damaged) is damaged
