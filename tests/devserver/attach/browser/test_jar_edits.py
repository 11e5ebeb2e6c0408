"""Cookies of a real browser are put, changed, ended and put back, and it has the last word."""

from __future__ import annotations

from pathlib import Path

import pytest

from session_inspector.devserver.attach.browser.jar_edits import AWAY, CHANGED, JarEdits
from session_inspector.devserver.cookies.browser_jar import BrowserJar
from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.commands import (
    ClearOrigin,
    DropCookie,
    PutCookie,
    ReplayInPage,
)
from session_inspector.devserver.core.errors import BrowserUnavailable, InputError, InspectorError
from session_inspector.devserver.core.events.browser import HeldCookie
from session_inspector.devserver.stores.undo.undos import Undos
from tests.devserver.attach.browser.scene import COMMANDS, Scene, watching

LINES = {
    "/": [
        "plain=1; Path=/",
        "hidden=2; HttpOnly; Path=/; SameSite=Lax; Max-Age=500",
        "deep=3; Path=/deep",
    ]
}
HOST = "app.localhost"


class Edited:
    """A watched browser, whose jar is edited."""

    def __init__(self, scene: Scene, *, is_read_only: bool = False) -> None:
        self.scene = scene
        self.undos = Undos()
        self.edits = JarEdits(scene.watch, SystemClock(), self.undos, is_read_only=is_read_only)

    async def jar(self) -> set[HeldCookie]:
        assert self.scene.watch.browser is not None
        return set(await self.scene.watch.browser.read_jar())

    async def values(self) -> dict[str, str]:
        return {cookie.name: cookie.value.reveal() for cookie in await self.jar()}

    async def put(self, line: str, name: str = "", path: str = "/") -> str:
        command = PutCookie(session="", line=line, name=name, path=path)
        return (await self.edits.run(command)).message

    async def drop(self, name: str = "", path: str = "") -> str:
        return (await self.edits.run(DropCookie(session="", name=name, path=path))).message


@pytest.mark.parametrize("name", COMMANDS)
async def test_each_change_is_in_the_jar_and_is_undone_to_the_same_cookies(
    name: str, tmp_path: Path
) -> None:
    async with watching(name, tmp_path, LINES, host=HOST) as scene:
        await scene.jar(lambda jar: len(jar.cookies) == 3)
        edited = Edited(scene)
        before = await edited.jar()
        said = await edited.put("hidden=•••; HttpOnly; Path=/; SameSite=Strict", name="hidden")
        assert "holds hidden as you wrote it" in said
        (hidden,) = [cookie for cookie in await edited.jar() if cookie.name == "hidden"]
        assert (hidden.value.reveal(), hidden.same_site, hidden.ends) == ("2", "Strict", None)
        await edited.put("new=5; Path=/x; Max-Age=60")
        await edited.put("moved=•••; Path=/elsewhere", name="deep", path="/deep")
        assert await edited.values() == {"plain": "1", "hidden": "2", "new": "5", "moved": "3"}
        if name == "chromium":  # the page's: or it would look as if another app had set it
            ports = {cookie.source_port for cookie in await edited.jar()}
            assert ports == {scene.server.ports["http"]}
        await edited.drop("plain")
        assert "plain" not in await edited.values()
        await edited.drop()
        assert await edited.values() == {}
        for _ in range(5):
            await edited.undos.undo("c1")
        assert await edited.jar() == before
        jar = await scene.jar(
            lambda jar: {one.name for one in jar.cookies} == set(["plain", "hidden", "deep"])
        )
        assert len(jar.cookies) == 3, "and it is told"


@pytest.mark.parametrize("name", COMMANDS)
async def test_what_a_browser_drops_is_refused_and_what_the_page_wrote_stays(
    name: str, tmp_path: Path
) -> None:
    async with watching(name, tmp_path, LINES, host=HOST) as scene:
        await scene.jar(lambda jar: len(jar.cookies) == 3)
        edited = Edited(scene)
        before = await edited.jar()
        for line in ("__Host-x=1; Path=/x", "a=1; Domain=other.test", "a=1; SameSite=None"):
            with pytest.raises(InputError, match="drops it"):
                await edited.put(line)
        with pytest.raises(InputError, match="would delete it"):
            await edited.put("plain=1; Path=/; Max-Age=0", name="plain")
        with pytest.raises(InspectorError, match="no such cookie"):
            await edited.drop("nobody")
        with pytest.raises(InputError, match="no such cookie"):
            await edited.put("a=1", name="nobody")
        assert await edited.jar() == before
        await edited.put("plain=mine; Path=/", name="plain")
        assert scene.watch.browser is not None
        (plain,) = [cookie for cookie in before if cookie.name == "plain"]
        await scene.watch.browser.put_cookie(plain)  # as the page would
        with pytest.raises(InspectorError, match=CHANGED):
            await edited.undos.undo("c1")


async def test_a_browser_that_is_away_or_only_read_is_not_changed(tmp_path: Path) -> None:
    async with watching("chromium", tmp_path, LINES, host=HOST) as scene:
        await scene.jar(lambda jar: len(jar.cookies) == 3)
        read_only = Edited(scene, is_read_only=True)
        with pytest.raises(InspectorError, match="--read-only"):
            await read_only.drop()
        scene.watch.browser = None
        with pytest.raises(BrowserUnavailable, match=AWAY):
            await Edited(scene).drop()


STORE = "localStorage.setItem('kept', 'yes')"
STORED = "localStorage.getItem('kept')"


@pytest.mark.parametrize("name", COMMANDS)
async def test_an_origin_is_cleared_and_its_cookies_come_back(name: str, tmp_path: Path) -> None:
    async with watching(name, tmp_path, LINES, host=HOST) as scene:
        await scene.jar(lambda jar: len(jar.cookies) == 3 and bool(jar.page))
        edited = Edited(scene)
        before = await edited.jar()
        origin = scene.server.url("http", HOST, "")
        browser = scene.watch.browser
        assert browser is not None
        await browser.evaluate(origin, STORE)
        assert await browser.evaluate(origin, STORED) == "yes"
        said = (await edited.edits.run(ClearOrigin(origin=origin))).message
        assert "forgot 3 cookies" in said
        assert "which does not come back" in said
        assert await edited.values() == {}
        await scene.evaluates(origin, STORED, None)
        await edited.undos.undo("c1")
        assert await edited.jar() == before
        with pytest.raises(InputError, match="is not watched"):
            await edited.edits.run(ClearOrigin(origin="http://other.test"))


@pytest.mark.parametrize("name", COMMANDS)
async def test_a_simulated_jar_takes_the_place_of_the_real_one_and_is_taken_back(
    name: str, tmp_path: Path
) -> None:
    jar = BrowserJar()
    url = "http://app.localhost/"
    for line in ("plain=simulated; Path=/", "only=here; Path=/; HttpOnly"):
        jar.take(line, url, 0)
    jar.take("far=1", "http://far.test/", 0)
    async with watching(name, tmp_path, LINES, host=HOST) as scene:
        await scene.jar(lambda jar: len(jar.cookies) == 3)
        edited = Edited(scene)
        before = await edited.jar()
        said = (await edited.edits.replace_all(jar.cookies(0), "alice")).message
        assert "has 2 cookies of alice" in said
        assert await edited.values() == {"plain": "simulated", "only": "here"}
        await edited.undos.undo("c1")
        assert await edited.jar() == before
        with pytest.raises(InspectorError, match="alice has no cookie of"):
            await edited.edits.replace_all([], "alice")


async def test_in_read_only_nothing_is_cleared_copied_or_sent_again(tmp_path: Path) -> None:
    async with watching("chromium", tmp_path, LINES, host=HOST) as scene:
        await scene.jar(lambda jar: len(jar.cookies) == 3)
        edits = Edited(scene, is_read_only=True).edits
        for command in (ClearOrigin(origin=scene.watch.page_url), ReplayInPage(exchange="x1")):
            with pytest.raises(InspectorError, match="--read-only"):
                await edits.run(command)
        with pytest.raises(InspectorError, match="--read-only"):
            await edits.replace_all([], "alice")
