"""The jar of a real browser is shown as the browser holds it, each value masked."""

from __future__ import annotations

from session_inspector.devserver.core.events.browser import (
    BrowserStateChanged,
    HeldCookie,
    JarSeen,
    WatchState,
)
from session_inspector.devserver.core.values import Secret
from session_inspector.inspector.model.boards.cookies import cookie_fields
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.lists.held_cookies import (
    describe_held,
    find_held_cookie,
    held_fields,
    key_of_held,
)
from tests.inspector.sample import NOW, server

BROWSER = "Chromium 156"
HELD = HeldCookie(
    name="sid",
    value=Secret.of("very secret"),
    domain="app.localhost",
    is_host_only=True,
    path="/",
    size=14,
    ends=NOW + 60,
    secure=True,
    http_only=True,
    same_site="Lax",
    source_port=3000,
)
OTHER = HeldCookie(
    name="theme",
    value=Secret.of("dark"),
    domain="localhost",
    is_host_only=False,
    path="/x",
    size=9,
    partition="https://top.test",
)


def watched(*cookies: HeldCookie, state: WatchState = "watching") -> State:
    return fold(
        State(),
        [
            server(NOW),
            BrowserStateChanged(at=NOW, browser=BROWSER, state="watching"),
            JarSeen(
                at=NOW, browser=BROWSER, cookies=cookies, readable=("theme",), equal_names=("sid",)
            ),
            BrowserStateChanged(at=NOW, browser=BROWSER, state=state, reason="it was closed"),
        ],
    )


def rows(state: State) -> dict[str, str]:
    return {field.label: field.value for field in held_fields(state, NOW)}


def test_without_a_browser_there_is_nothing() -> None:
    assert held_fields(State(), NOW) == ()


def test_every_attribute_of_a_cookie_has_its_line_and_the_value_is_masked() -> None:
    found = rows(watched(HELD))
    assert found[f"in the jar of {BROWSER}"] == "1 cookie"
    assert "very secret" not in str(found)
    assert found["Domain"] == "app.localhost: the host's own (no Domain)"
    assert found["set by port"] == "3000; it goes to every port of the host"
    assert found["scripts"] == "hidden from the page (HttpOnly)"
    assert found["equal names"] == "several cookies of this name may go in one request"
    (head,) = [
        f.value for f in held_fields(watched(HELD), NOW) if f.lead and f.lead[1][0] == "sid  "
    ]
    assert head.endswith("14 B · 00:01:00 left · Secure · HttpOnly · Lax")
    found = rows(watched(OTHER))
    assert found["partition"] == "only in pages of https://top.test"
    assert found["scripts"] == "the page reads it (document.cookie)"


def test_the_cookies_view_shows_the_jar_before_anybody_has_logged_in() -> None:
    assert cookie_fields(watched(HELD), "", NOW) == held_fields(watched(HELD), NOW)


def test_a_browser_that_is_away_says_so() -> None:
    (head,) = held_fields(watched(HELD, state="lost"), NOW)
    assert (head.value, head.tone) == ("lost: it was closed", "warn")


def test_a_row_leads_to_its_cookie_and_the_cookie_to_a_line_that_makes_it() -> None:
    state = watched(HELD, OTHER)
    for field in held_fields(state, NOW)[1:]:
        cookie = find_held_cookie(state, field.key)
        assert cookie is not None
        assert field.key.startswith(key_of_held(cookie))
    assert find_held_cookie(state, "something else") is None
    assert describe_held(HELD, "•••", NOW) == (
        "sid=•••; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax"
    )
    assert describe_held(OTHER, "•••", NOW) == "theme=•••; Path=/x; Domain=localhost; Partitioned"
