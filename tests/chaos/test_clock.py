"""The machine's clock jumps back: nobody is logged out by it, and nobody stays in for ever."""

from __future__ import annotations

import re

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.stores.base import Pruned, SessionId
from session_inspector.devserver.stores.memory import MemoryStore
from tests.chaos.server import record_of
from tests.devserver.client.client_scene import ClientScene
from tests.security.scenes import StatefulScene

ABSOLUTE = 259_200
INACTIVITY = 86_400


def ages(lines: list[str]) -> list[int]:
    return [int(age) for line in lines for age in re.findall(r"Max-Age=(-?\d+)", line)]


@pytest.mark.parametrize("kind", [ClientScene, StatefulScene])
@pytest.mark.parametrize("back", [1, 60, 3600, 86_400, 400 * 86_400])
async def test_a_session_survives_a_jump_back_and_still_ends(
    kind: type[ClientScene], back: int
) -> None:
    scene = kind()
    clock = scene.tenant.clock
    await scene.sign_in()
    begin = clock.now()
    clock.set(begin - back)
    answer = await scene.browser.visit("/")
    assert answer.json()["name"] == "Alice"
    found = ages(answer.headers.get_list("set-cookie"))
    assert found
    assert min(found) >= 0
    assert max(found) <= INACTIVITY
    # the clock is put right: the login ends when it would have ended
    clock.set(begin)
    for step in range(1, 4):
        clock.set(begin + step * (INACTIVITY - 100))
        assert (await scene.browser.visit("/")).status_code == 200
    clock.set(begin + ABSOLUTE + 16)
    assert (await scene.browser.visit("/")).json() is None


@pytest.mark.parametrize("back", [0, 1, 3600, 10 * ABSOLUTE])
def test_max_age_is_never_negative_nor_longer_than_the_rules(back: int) -> None:
    now = 1_760_000_000
    for created in (now + back, now - back):
        age = Policy(rolling=True).max_age(created, now)
        assert 0 <= age <= INACTIVITY
        fixed = Policy(rolling=False).max_age(created, now)
        assert fixed >= 0


async def test_a_prune_after_a_jump_back_spares_the_living() -> None:
    clock = ManualClock(4_000_000_100.0)  # past the end of every record
    store = MemoryStore(clock)
    key = SessionId("a" * 32)
    await store.create(key, record_of(key, 1))
    clock.set(3_999_999_999.0)
    assert await store.prune() == Pruned()
    assert await store.read(key) == record_of(key, 1)
    clock.set(4_000_000_000.0)
    assert await store.read(key) is None
    assert await store.prune() == Pruned(expired=1)
