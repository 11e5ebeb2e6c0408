"""A cookie that another port has replaced is seen in the jar, or by the line that was kept."""

from __future__ import annotations

from session_inspector.devserver.core.events.browser import (
    BrowserStateChanged,
    CookieJudged,
    HeldCookie,
    JarSeen,
)
from session_inspector.devserver.core.events.server import ServerStarted
from session_inspector.devserver.core.values import Secret
from tests.inspector.model.fold.browser.test_alarms import texts


def jar(value: str, port: int, name: str = "sid") -> JarSeen:
    held = HeldCookie(
        name=name,
        value=Secret.of(value),
        domain="localhost",
        is_host_only=True,
        path="/",
        size=5,
        source_port=port,
    )
    return JarSeen(at=2, browser="Chromium 156", cookies=(held,))


def kept(value: str, port: int) -> CookieJudged:
    return CookieJudged(
        at=2,
        browser="Firefox 153",
        url=f"http://localhost:{port}/login",
        name="sid",
        value=Secret.of(value),
        verdict="kept",
        path="/",
    )


def test_the_jar_shows_it_by_the_port_that_it_keeps() -> None:
    assert texts(jar("one", 3000), jar("two", 4000)) == [
        (
            "across ports",
            "Chromium 156: sid of localhost, which port 3000 had set, was replaced by port 4000",
        )
    ]


def test_a_browser_without_ports_shows_it_by_its_lines() -> None:
    ((kind, text),) = texts(kept("one", 3000), jar("one", 0), kept("two", 4000), jar("two", 0))
    assert (kind, text[:11]) == ("across ports", "Firefox 153")


def test_a_jar_that_is_read_before_its_line_is_told_hides_nothing() -> None:
    ((kind, text),) = texts(kept("one", 3000), jar("one", 0), jar("two", 0), kept("two", 4000))
    assert kind == "across ports"
    assert "which port 3000 had set, was replaced by port 4000" in text


def test_both_witnesses_raise_it_once() -> None:
    ((kind, _),) = texts(kept("one", 3000), jar("one", 3000), kept("two", 4000), jar("two", 4000))
    assert kind == "across ports"


def test_no_port_has_replaced_anything() -> None:
    assert texts(jar("one", 3000), jar("two", 3000)) == []
    assert texts(jar("one", 3000), jar("one", 4000)) == []
    assert texts(jar("one", 3000), jar("two", 4000, name="other")) == []
    gone = BrowserStateChanged(at=3, browser="Chromium 156", state="closed")
    assert texts(jar("one", 3000), gone, jar("two", 4000)) == []
    deleted = CookieJudged(
        at=2,
        browser="Firefox 153",
        url="http://localhost:3000/out",
        name="sid",
        value=Secret.of(""),
        verdict="deleted",
        path="/",
    )
    assert texts(kept("one", 3000), deleted, kept("two", 4000)) == []


def test_the_proxy_and_its_app_are_one_app() -> None:
    start = ServerStarted(
        at=1,
        base_url="http://127.0.0.1:4100",
        issuer="",
        kind="stateful",
        store="s",
        rolling=True,
        inactivity=1,
        absolute=1,
        upstream="http://localhost:3000",
    )
    assert texts(start, jar("one", 3000), jar("two", 4100)) == []
