"""What a jar holds: each session once, what does not open by its shape, and no jar twice."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.attach.traffic import opener as module
from session_inspector.devserver.attach.traffic.opener import OpenedJar, Opener, is_unopened
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import CookieGroup, Decoded, Material, Role
from session_inspector.devserver.decoders.claims import Claim, could_be, looks_like
from session_inspector.devserver.decoders.registry import load_decoders
from session_inspector.devserver.decoders.traits import Traits
from tests.vectors.formats import FormatCase, load_raw_cases


class Plain:
    """A format whose cookies begin with `s`; `open:…` opens, `t…` are login transactions."""

    name = "plain"
    traits = Traits()

    def __init__(self) -> None:
        self.opened: list[str] = []

    def claim(self, cookies: CookieGroup) -> Claim | None:
        if any(name.startswith(("s", "t")) for name in cookies):
            return looks_like("its name")
        return could_be("it is a cookie", 0.1)

    def decode(self, material: Material) -> Decoded:
        for name, value in material.cookies.items():
            if value.startswith("open:"):
                self.opened.append(name)
                role: Role = "transaction" if name.startswith("t") else "session"
                payload: JsonObject = {"is": value[5:]}
                return Decoded(format="plain", role=role, cookies=(name,), payload=payload)
        raise DecodeError("no secret opens it", code="wrong_secret")


class Scene:
    def __init__(self) -> None:
        self.decoder = Plain()
        self.opener = Opener([self.decoder], (), ManualClock())

    async def open(self, **jar: str) -> OpenedJar:
        return await self.opener.open(jar)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    found = Scene()
    yield found
    found.opener.close()


async def test_an_empty_jar_holds_nothing(scene: Scene) -> None:
    assert await scene.open() == OpenedJar()


async def test_each_session_of_a_jar_is_opened_and_transactions_stand_beside(scene: Scene) -> None:
    found = await scene.open(s1="open:a", color="dark", s2="open:b", t1="open:c")
    assert [one.payload for one in found.sessions] == [{"is": "a"}, {"is": "b"}]
    assert [one.payload for one in found.others] == [{"is": "c"}]
    assert {one.family for one in found.sessions} == {"plain"}


async def test_what_does_not_open_is_named_by_its_shape_with_the_reason(scene: Scene) -> None:
    found = await scene.open(s1="sealed")
    (one,) = found.sessions
    assert (one.format, one.family, one.problem, one.reason, one.size) == (
        "plain (not opened)",
        "plain",
        "wrong_secret",
        "no secret opens it",
        6,
    )
    assert is_unopened(one)


async def test_what_looks_like_nothing_is_left_out(scene: Scene) -> None:
    assert await scene.open(cookie="sealed") == OpenedJar()


async def test_a_jar_that_came_before_is_not_opened_again(scene: Scene) -> None:
    first = await scene.open(s1="open:a")
    again = await scene.open(s1="open:a")
    assert first is again
    await scene.open(s1="open:b")
    assert scene.decoder.opened == ["s1", "s1"]


async def test_the_oldest_jar_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 2)
    scene = Scene()
    for value in ("open:a", "open:b", "open:c", "open:b", "open:a"):
        await scene.open(s1=value)
    scene.opener.close()
    assert len(scene.decoder.opened) == 4


async def test_a_jar_of_other_apps_has_a_bound(scene: Scene) -> None:
    found = await scene.open(**{f"s{number}": "open:x" for number in range(module.MOST + 3)})
    assert len(found.sessions) == module.MOST


class Shapes(Plain):
    """Claims what begins with `own`, and counts what it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def claim(self, cookies: CookieGroup) -> Claim | None:
        self.asked += cookies.values()
        if any(value.startswith("own") for value in cookies.values()):
            return looks_like("it begins with own")
        return None


async def test_a_cookie_that_nobody_claims_is_looked_into_once() -> None:
    shapes = Shapes()
    opener = Opener([shapes], (), ManualClock())
    token = "Ab3dEf9hIj" * 4
    try:
        for number in range(3):
            opened = await opener.open({"session": f"own{number}", "csrf": token, "theme": "dark"})
            assert [one.cookies for one in opened.sessions] == [("session",)]
        alone = [value for value in shapes.asked if value.startswith(f"{token}a")]
        assert len(alone) == len(set(alone)), "completed more than once"
    finally:
        opener.close()


async def test_a_cut_copy_is_damage_each_time() -> None:
    opener = Opener(load_decoders(), (), ManualClock())
    cut = f"s:{'wKv0T4nq2yX7bLmZ9sRcHdFg1JpQeU8a'}.{'Ab3+/' * 5}"
    try:
        for number in range(3):
            opened = await opener.open({"other": f"value {number}", "connect.sid": cut})
            assert [(one.cookies, one.problem) for one in opened.sessions] == [
                (("connect.sid",), "truncated")
            ]
    finally:
        opener.close()


@pytest.mark.parametrize("secrets", [(), ("another secret of thirty-two characters",)])
@pytest.mark.parametrize("strategy", ["compact", "jwt", "jwe"])
async def test_a_token_and_its_cache_are_one_session_without_their_secret_too(
    strategy: str, secrets: tuple[str, ...]
) -> None:
    """better-auth sets session_token, and session_data for five minutes."""
    cases = {str(raw["name"]): raw for raw in load_raw_cases()}
    material = FormatCase(cases[f"better-auth-{strategy}-with-token"], load_decoders()).material()
    opener = Opener(load_decoders(), secrets, ManualClock(material.now))
    (found,) = (await opener.open(dict(material.cookies))).sessions
    assert set(found.cookies) == set(material.cookies)
    assert (is_unopened(found), found.problem) == (True, "wrong_secret" if secrets else "no_secret")
    token = {name: one for name, one in material.cookies.items() if "token" in name}
    (alone,) = (await opener.open(token)).sessions
    assert alone.session_id == found.session_id, "the cache has ended, and not the session"
    opener.close()
