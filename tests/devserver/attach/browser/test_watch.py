"""Real browsers are watched: their jar, their word on each cookie, and when they go away."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.events.browser import (
    BrowserStateChanged,
    CookieIssueSeen,
    CookiesNotSent,
    JarSeen,
)
from tests.devserver.attach.browser.scene import COMMANDS, watching
from tests.servers import free_port
from tests.waiting import PATIENCE

LINES = {
    "/": [
        "kept=1; HttpOnly; Path=/",
        "read=2; Path=/",
        "long=3; Max-Age=99999999; Path=/",
        "__Host-bad=4; Path=/",
        "none=5; SameSite=None",
        "part=6; Partitioned",
        "gone=7; Max-Age=0",
        "deep=8; Path=/deep",
        "read=9; Path=/nowhere",
    ]
}


@pytest.mark.parametrize("name", COMMANDS)
async def test_the_jar_and_a_verdict_for_each_line(name: str, tmp_path: Path) -> None:
    async with watching(name, tmp_path, LINES) as scene:
        jar = await scene.jar(lambda jar: len(jar.cookies) == 5 and len(jar.readable) == 2)
        judged = {line: await scene.judged(line) for line in ("kept", "long", "part", "gone")}
        prefix = await scene.judged("__Host-bad")
        none = await scene.judged("none")
        now = SystemClock().now()
    assert scene.hops
    for hop in scene.hops:
        assert hop.began is not None
        assert hop.duration is not None
        assert 0 < now - hop.began < PATIENCE
        assert 0 <= hop.duration < PATIENCE
    assert [cookie.name for cookie in jar.cookies] == ["deep", "kept", "long", "read", "read"]
    kept = jar.cookies[1]
    assert (kept.http_only, kept.is_host_only, kept.path, kept.ends) == (True, True, "/", None)
    assert kept.value.reveal() == "1"
    assert set(jar.readable) == {"read", "long"}
    assert jar.equal_names == ("read",)
    assert judged["kept"].verdict == "kept"
    assert (judged["long"].verdict, judged["long"].origin) == ("changed", "seen")
    assert (judged["gone"].verdict, judged["gone"].origin) == ("deleted", "seen")
    assert (judged["part"].verdict, judged["part"].why) == (
        "dropped",
        ("Partitioned needs Secure",),
    )
    assert judged["part"].origin == "rule"  # no browser gives a reason here
    assert (prefix.verdict, none.verdict) == ("dropped", "dropped")
    if name == "chromium":
        assert (prefix.reasons, prefix.origin) == (("InvalidPrefix",), "seen")
        assert none.reasons == ("SameSiteNoneInsecure",)
        assert none.fix == "add Secure"
    else:
        assert (prefix.reasons, prefix.origin) == ((), "rule")
        assert none.why == ("SameSite=None needs Secure",)


async def test_what_was_not_sent_and_what_it_warns_of(tmp_path: Path) -> None:
    async with watching("chromium", tmp_path, LINES) as scene:
        await scene.judged("deep")
        issue = (await scene.until(lambda: scene.all_of(CookieIssueSeen)))[0]
        unsent = (await scene.until(lambda: scene.all_of(CookiesNotSent)))[0]
    assert (issue.name, issue.why, issue.fix) == (
        "none",
        "SameSite=None needs Secure",
        "add Secure",
    )
    assert [cookie.reasons for cookie in unsent.cookies] == [("NotOnPath",), ("NotOnPath",)]
    assert {cookie.name for cookie in unsent.cookies} == {"deep", "read"}


@pytest.mark.parametrize("name", COMMANDS)
async def test_a_browser_that_goes_away_is_a_state_and_comes_back(
    name: str, tmp_path: Path
) -> None:
    async with watching(name, tmp_path, {"/": ["a=1"]}) as scene:
        await scene.jar(lambda jar: len(jar.cookies) == 1)
        assert scene.watch.process_id
        os.killpg(scene.watch.process_id, signal.SIGKILL)

        def states() -> list[str]:
            return [event.state for event in scene.all_of(BrowserStateChanged)]

        await scene.until(lambda: states() == ["starting", "watching", "lost", "watching"])
        await scene.until(lambda: len(scene.all_of(JarSeen)) > 1)
    told = scene.all_of(BrowserStateChanged)[1]
    assert told.gives_reasons is (name == "chromium")
    assert told.browser.split()[0].lower() == name


async def test_of_other_origins_nothing_is_told(tmp_path: Path) -> None:
    async with watching("chromium", tmp_path, {"/": ["a=1"], "/other": ["secret=2"]}) as scene:
        await scene.jar(lambda jar: len(jar.cookies) == 1)
        other = scene.server.url("http", "127.0.0.1", "/other")
        await scene.watch.open(other)
        await scene.until(lambda: scene.server.asked.count("/other"))
        await scene.watch.open(scene.server.url("http", "localhost", "/?again"))
        await scene.until(lambda: scene.server.asked.count("/?again"))
        await scene.jar(lambda jar: len(jar.cookies) == 1)
    assert "secret" not in repr(scene.heard)
    assert "127.0.0.1" not in repr(scene.heard)


@pytest.mark.parametrize("name", COMMANDS)
async def test_a_page_that_does_not_load_does_not_lose_the_browser(
    name: str, tmp_path: Path
) -> None:
    async with watching(name, tmp_path, {"/": ["a=1"]}) as scene:
        await scene.jar(lambda jar: len(jar.cookies) == 1)
        await scene.watch.open(f"http://localhost:{free_port()}/")
        await scene.watch.open(scene.server.url("http", "localhost", "/again"))
        await scene.until(lambda: scene.server.asked.count("/again"))
    states = [event.state for event in scene.all_of(BrowserStateChanged)]
    assert states == ["starting", "watching"]


async def test_what_the_app_turns_out_to_be_called_is_watched_too(tmp_path: Path) -> None:
    async with watching("chromium", tmp_path, {"/": ["a=1"], "/b": ["b=2"]}) as scene:
        await scene.jar(lambda jar: len(jar.cookies) == 1)
        other = scene.server.url("http", "127.0.0.1", "/b")
        scene.watch.widen(other)
        scene.watch.widen(other)
        await scene.watch.open(other)
        await scene.jar(lambda jar: len(jar.cookies) == 2)
        assert (await scene.judged("b")).verdict == "kept"
    told = [event.origins for event in scene.all_of(BrowserStateChanged)]
    assert [len(origins) for origins in told] == [1, 1, 2]
