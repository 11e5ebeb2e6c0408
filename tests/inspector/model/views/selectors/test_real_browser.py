"""What the real browser has and did counts before any rule."""

from __future__ import annotations

from session_inspector.devserver.core.events.browser import (
    BrowserStateChanged,
    CookieJudged,
    HeldCookie,
    JarSeen,
    JudgedAs,
)
from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.keeping import verdicts_of
from session_inspector.inspector.model.views.ladder import timer_rows
from session_inspector.inspector.model.views.selectors.cookie import cookie_fact
from session_inspector.inspector.model.views.status import status
from tests.inspector.sample import NOW, cookie, login, server

BROWSER = "Chromium 156"


def line() -> CookieSet:
    found = cookie("alice", NOW, "x2")
    assert isinstance(found, CookieSet)
    return found


def judged(verdict: JudgedAs, *why: str) -> CookieJudged:
    one = line()
    return CookieJudged(
        at=NOW,
        browser=BROWSER,
        url="http://localhost:3000/",
        name=one.name,
        value=one.value,
        verdict=verdict,
        why=why,
    )


def jar(ends: float) -> JarSeen:
    one = line()
    held = HeldCookie(
        name=one.name,
        value=one.value,
        domain="localhost",
        is_host_only=True,
        path="/",
        size=10,
        ends=ends,
    )
    return JarSeen(at=NOW, browser=BROWSER, cookies=(held,))


def state_of(*events: Event) -> State:
    begun = BrowserStateChanged(at=NOW, browser=BROWSER, state="watching")
    start = [server(NOW), *login("alice", NOW, 1, "Chrome"), line(), begun]
    return fold(State(), [*start, *events])


def test_a_dropped_cookie_is_dead_and_seen_to_be() -> None:
    state = state_of(judged("dropped", "SameSite=None needs Secure"))
    fact = cookie_fact(state, state.sessions["alice"], NOW)
    assert (fact.is_alive, fact.origin) == (False, "seen")
    said = [text for text, _ in verdicts_of(state, "alice", NOW)]
    assert said == [] or said[0] == f"{BROWSER} dropped it: SameSite=None needs Secure (seen)"


def test_the_jar_has_the_end_that_counts() -> None:
    state = state_of(judged("kept"), jar(NOW + 60))
    fact = cookie_fact(state, state.sessions["alice"], NOW)
    assert (fact.is_alive, fact.ends, fact.evidence) == (True, NOW + 60, f"in the jar of {BROWSER}")
    clock = next(row for row in timer_rows(state, "alice", NOW) if row.name == "cookie")
    assert (clock.label, clock.ends, clock.origin) == ("browser's cookie", NOW + 60, "seen")
    said = [text for text, _ in verdicts_of(state, "alice", NOW)]
    assert f"{BROWSER} kept it (seen)" in said
    assert not any(text.startswith("Chrome,") for text in said)


def test_the_header_shows_the_browser_and_when_it_is_lost() -> None:
    assert status(state_of(jar(NOW)), NOW).browser == "Chromium 156: 1 cookie"
    lost = BrowserStateChanged(at=NOW, browser=BROWSER, state="lost", reason="it was closed")
    row = status(state_of(jar(NOW), lost), NOW)
    assert (row.browser, row.is_browser_up) == ("Chromium 156 LOST (it was closed)", False)
    assert status(fold(State(), [server(NOW)]), NOW).browser == ""
