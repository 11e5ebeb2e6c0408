"""The jar of a real browser is copied into a simulated one and back, and both can be undone."""

from __future__ import annotations

from collections.abc import Sequence

import httpx
import pytest

from session_inspector.devserver.cookies.browser_jar import KeptCookie
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.commands import CopyJar, Reply
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.browser import HeldCookie
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Secret
from session_inspector.devserver.lab.browser_commands import BrowserCommands
from session_inspector.devserver.lab.browsers import Browsers
from session_inspector.devserver.lab.real_browser.copying import JarCopies
from session_inspector.devserver.stores.undo.undos import Undos

NOW = 100.0


def held(name: str, value: str) -> HeldCookie:
    return HeldCookie(
        name=name,
        value=Secret.of(value),
        domain="app.test",
        is_host_only=True,
        path="/",
        size=4,
        http_only=True,
        same_site="Lax",
        ends=NOW + 60,
    )


class RealJar:
    def __init__(self, *cookies: HeldCookie) -> None:
        self.cookies = cookies
        self.got: dict[str, str] = {}

    async def read(self) -> Sequence[HeldCookie]:
        return self.cookies

    async def replace_all(self, cookies: Sequence[KeptCookie], source: str) -> Reply:
        self.got = {cookie.name: cookie.value for cookie in cookies}
        return Reply(is_ok=True, message=source)


class Scene:
    """A simulated browser that holds session `s`, and one cookie of the app."""

    def __init__(self) -> None:
        clock = ManualClock(NOW)
        self.events: list[Event] = []
        self.undos = Undos()
        transport = httpx.MockTransport(lambda request: httpx.Response(200))
        self.browsers = Browsers(
            "http://app.test", lambda s: "lab:alice" if s == "s" else "", clock, transport
        )
        self.alice = self.browsers.open_empty("alice")
        self.alice.take({"old": "1", "__session": "mine"}, "app.test")
        commands = BrowserCommands(self.browsers, clock, self.events.append, self.undos)
        self.copies = JarCopies(self.browsers, commands, clock)

    def jar(self, name: str = "alice") -> dict[str, str]:
        return next(one for one in self.browsers.all() if one.name == name).cookies()


async def test_the_real_jar_takes_the_place_of_the_simulated_one() -> None:
    scene = Scene()
    jar = RealJar(held("__session", "real"), held("extra", "2"))
    reply = await scene.copies.run(CopyJar(session="s"), jar, "c1")
    assert reply.message == "alice has 2 cookies of the real browser"
    assert scene.jar() == {"__session": "real", "extra": "2"}
    kept = scene.alice.jar.cookies(NOW)[0]
    assert (kept.is_http_only, kept.same_site, kept.ends) == (True, "lax", NOW + 60)
    assert {type(event).__name__ for event in scene.events} == {"CookieEdited", "CookiesForgotten"}
    await scene.undos.undo("c2")
    assert scene.jar() == {"old": "1", "__session": "mine"}


async def test_without_a_session_a_new_simulated_browser_is_made() -> None:
    scene = Scene()
    await scene.copies.run(CopyJar(session=""), RealJar(held("a", "1")), "c1")
    assert scene.jar("copied") == {"a": "1"}


async def test_and_back() -> None:
    scene = Scene()
    jar = RealJar()
    reply = await scene.copies.run(CopyJar(session="s", to="real"), jar, "c1")
    assert (reply.message, jar.got) == ("alice", {"old": "1", "__session": "mine"})


async def test_an_empty_jar_is_not_copied() -> None:
    with pytest.raises(InspectorError, match="has no cookie of the watched origins"):
        await Scene().copies.run(CopyJar(session="s"), RealJar(), "c1")
