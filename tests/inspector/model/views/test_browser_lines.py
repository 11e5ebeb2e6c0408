"""Lines of a real browser."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.events.browser import (
    BrowserStateChanged,
    CookieJudged,
    JarSeen,
)
from session_inspector.devserver.core.values import Secret
from session_inspector.inspector.model.views.browser_lines import browser_line


def test_a_reason_of_a_rule_says_so() -> None:
    judged = CookieJudged(
        at=1,
        browser="Firefox 153",
        url="http://app.test/",
        name="a",
        value=Secret.of("1"),
        verdict="dropped",
        why=("Partitioned needs Secure",),
        origin="rule",
    )
    _, title, detail, tone = browser_line(judged)
    assert (title, tone) == ("Firefox 153 dropped a", "bad")
    assert detail == "Partitioned needs Secure (a rule; the browser gives no reason)"


def test_a_jar_tells_what_scripts_read_and_names_that_come_twice() -> None:
    jar = JarSeen(
        at=1, browser="b", cookies=(), page="http://a", readable=("x",), equal_names=("y",)
    )
    detail = browser_line(jar)[2]
    assert detail == "0 cookies · document.cookie reads x · several of one name: y"


def test_a_browser_without_a_window_says_so() -> None:
    watching = BrowserStateChanged(
        at=1, browser="b", state="watching", origins=("http://a",), has_window=False
    )
    assert browser_line(watching)[2] == "it has no window · http://a"
    assert browser_line(replace(watching, has_window=True))[2] == "http://a"
