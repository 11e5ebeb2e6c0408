"""Cookies are edited in a simulated browser by the rules of browsers, and put back as they were."""

from __future__ import annotations

import httpx
import pytest

from session_inspector.devserver.cookies.edited_line import DELETES
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.commands import DropCookie, PutCookie, Reply
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.exchange import CookieEdited, CookiesForgotten
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.lab.browser import Browser
from session_inspector.devserver.lab.browser_commands import BrowserCommands
from session_inspector.devserver.lab.browsers import Browsers
from session_inspector.devserver.lab.jar_edits import ABSENT, CHANGED
from session_inspector.devserver.stores.undo.undos import Undos

SITE = "http://app.test"


class Scene:
    """One browser with the cookie `s=1; Path=/; HttpOnly; Max-Age=100`."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.undos = Undos()
        clock = ManualClock(1000.0)
        transport = httpx.MockTransport(lambda request: httpx.Response(200))
        browsers = Browsers(SITE, lambda session: "lab:alice", clock, transport)
        self.browser: Browser = browsers.open_empty("alice")
        self.browser.jar.take("s=1; Path=/; HttpOnly; Max-Age=100", SITE, 1000.0)
        self.commands = BrowserCommands(browsers, clock, self.events.append, self.undos)

    async def put(self, line: str, name: str = "") -> Reply:
        return await self.commands.run(PutCookie(session="a", line=line, name=name), "c1")

    def sent(self, path: str = "/") -> str:
        return self.browser.jar.header(f"{SITE}{path}", 1000.0)


async def test_a_cookie_is_edited_and_its_unseen_value_kept() -> None:
    scene = Scene()
    assert (await scene.put("s=•••; Path=/admin; SameSite=Lax", "s")).is_ok
    assert (scene.sent(), scene.sent("/admin")) == ("", "s=1")
    gone, edited = scene.events
    assert isinstance(gone, CookiesForgotten)
    assert isinstance(edited, CookieEdited)
    assert (edited.path, edited.same_site, edited.http_only, edited.max_age) == (
        "/admin",
        "Lax",
        False,
        None,
    )
    assert edited.value.reveal() == "1"


async def test_an_edit_is_undone_and_reported() -> None:
    scene = Scene()
    await scene.put("s=2; Path=/admin", "s")
    assert await scene.undos.undo("c2") == "the cookies of alice are what they were"
    assert (scene.sent(), scene.sent("/admin")) == ("s=1", "s=1")
    back = scene.events[-1]
    assert isinstance(back, CookieEdited)
    assert (back.cause, back.http_only, back.max_age) == ("c2", True, 100.0)


async def test_a_cookie_is_added_and_an_undo_takes_it_away() -> None:
    scene = Scene()
    await scene.put("theme=dark; Path=/")
    assert scene.sent() == "s=1; theme=dark"
    await scene.undos.undo("c2")
    assert scene.sent() == "s=1"


async def test_what_was_deleted_comes_back_with_all_its_attributes() -> None:
    scene = Scene()
    before = scene.browser.jar.cookies(1000.0)
    await scene.commands.run(DropCookie(session="a", name="s", path="/"), "c1")
    assert scene.sent() == ""
    await scene.undos.undo("c2")
    assert scene.browser.jar.cookies(1000.0) == before


async def test_a_line_that_a_browser_drops_or_that_deletes_is_refused_with_its_reason() -> None:
    scene = Scene()
    with pytest.raises(InspectorError, match="Secure"):
        await scene.put("s=2; Path=/; Secure", "s")
    with pytest.raises(InspectorError, match=DELETES.partition(".")[0]):
        await scene.put("s=2; Max-Age=0", "s")
    with pytest.raises(InspectorError, match=ABSENT):
        await scene.put("t=2", "t")
    assert scene.events == []


async def test_what_a_response_has_set_since_is_not_undone() -> None:
    scene = Scene()
    await scene.put("s=2; Path=/", "s")
    scene.browser.jar.take("s=3; Path=/", SITE, 1000.0)
    with pytest.raises(InspectorError, match=CHANGED.partition(";")[0]):
        await scene.undos.undo("c2")
    assert scene.sent() == "s=3"


async def test_a_cookie_of_the_provider_stays_the_provider_s() -> None:
    scene = Scene()
    scene.browser.jar.take("op=1; Path=/", "http://op.test", 1000.0)
    await scene.put("op=2; Path=/", "op")
    assert scene.sent() == "s=1"
    assert scene.browser.jar.header("http://op.test/", 1000.0) == "op=2"
