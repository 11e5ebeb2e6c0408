"""Alarms of a response's cookies: each is raised by its cause, and not by what is close to it."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from session_inspector.devserver.cookies.set_cookie import parse_set_cookie
from session_inspector.devserver.core.events.base import CookieSeen
from session_inspector.devserver.core.events.exchange import ExchangeEnded, ExchangeStarted
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.web.tap import cookie_set
from session_inspector.inspector.model.facts.alarms import Alarm
from tests.inspector.model.events import state_of

NOW = 1_760_000_000.0
ORIGIN = "http://localhost:4000"


def exchange(
    *lines: str,
    path: str = "/",
    method: str = "GET",
    status: int = 200,
    at: float = NOW,
    headers: dict[str, str] | None = None,
    origin: str = ORIGIN,
) -> list[Event]:
    """Return the events of a request and its response; `headers` by the members of the event."""
    name = f"x{next(NUMBERS)}"
    begun = ExchangeStarted(
        at=at,
        cause=name,
        exchange=name,
        method=method,
        path=path,
        client="Chrome",
        origin=origin,
    )
    cookies = [cookie_set(at, name, "s", parse_set_cookie(line)) for line in lines]
    done = ExchangeEnded(
        at=at, cause=name, exchange=name, status=status, duration=0.1, cache_control="no-store"
    )
    return [begun, *cookies, replace(done, **(headers or {}))]  # type: ignore[arg-type]  # by name


NUMBERS = count(1)


def alarms(*exchanges: list[Event]) -> list[Alarm]:
    return list(state_of(*(event for one in exchanges for event in one)).alarms.raised)


def kinds(*exchanges: list[Event]) -> list[str]:
    return [alarm.kind for alarm in alarms(*exchanges)]


GONE = "Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0"


@pytest.mark.parametrize(
    ("made", "deleted"),
    [
        ("sid=1; Path=/app", "sid=; Path=/; Max-Age=0"),
        ("sid=1; Path=/; Domain=app.test", "sid=; Path=/; Max-Age=0"),
        ("sid=1; Path=/", "sid=; Path=/; Domain=app.test; Max-Age=0"),
        ("sid=1; Path=/", "sid=; Max-Age=0"),
    ],
)
def test_a_deletion_that_misses_the_live_cookie(made: str, deleted: str) -> None:
    page = "/account/logout"
    lines = [exchange(line, path=page, origin="http://app.test:4000") for line in (made, deleted)]
    (alarm,) = alarms(*lines)
    assert alarm.kind == "useless deletion"
    assert alarm.text.endswith("Chrome keeps it")


@pytest.mark.parametrize(
    ("made", "deleted"),
    [
        (["sid=1; Path=/app"], ["sid=; Path=/app; Max-Age=0"]),
        (["sid=1; Path=/; Domain=.app.test"], ["sid=; Path=/; Domain=APP.test; Max-Age=0"]),
        (
            ["sid=1; Path=/; Domain=app.test"],
            ["sid=; Path=/; Max-Age=0", "sid=; Path=/; Domain=app.test; Max-Age=0"],
        ),
        (
            ["sid=1; Path=/"],
            ["sid=; Path=/; Domain=app.test; Max-Age=0", "sid=; Path=/; Max-Age=0"],
        ),
        (["sid=1"], ["sid=; Max-Age=0"]),
        (["sid=1; Path=/; Max-Age=0"], ["sid=; Path=/x; Max-Age=0"]),
        # it moves the cookie, and ends nothing
        (["sid=1; Path=/app"], ["sid=; Path=/app; Max-Age=0", "sid=2; Path=/"]),
        (["sid=1; Path=/"], ["sid=; Path=/app; Max-Age=0", "sid=2; Path=/"]),
        # two paths are two cookies, each with a session of its own: one is deleted, as it was meant
        (["sid=1; Path=/", "sid=2; Path=/admin"], ["sid=; Path=/admin; Max-Age=0"]),
        # no browser has kept it: there is nothing to delete
        (["sid=1; Path=/; Domain=example.org"], ["sid=; Path=/; Max-Age=0"]),
        ([], ["sid=; Path=/; Max-Age=0"]),
    ],
)
def test_a_deletion_that_hits_is_no_alarm(made: list[str], deleted: list[str]) -> None:
    origin = "http://app.test:4000"
    assert kinds(exchange(*made, origin=origin), exchange(*deleted, origin=origin)) == []


def test_localhost_has_none_below_it_and_its_domain_is_as_none() -> None:
    """As Chromium keeps it: one cookie, with the Domain and without."""
    for made, deleted in (("; Domain=localhost", ""), ("", "; Domain=.localhost")):
        gone = exchange(f"sid=; Path=/; Max-Age=0{deleted}")
        assert kinds(exchange(f"sid=1; Path=/{made}"), gone) == []


def test_a_cookie_without_path_belongs_to_the_folder_of_its_url() -> None:
    login = exchange("sid=1", path="/api/auth/login?next=/")
    (alarm,) = alarms(login, exchange("sid=; Path=/; Max-Age=0", path="/api/auth/logout"))
    assert alarm.text == (
        "sid was set with Path=/api/auth, and deleted with Path=/: Chrome keeps it"
    )
    hit = exchange("sid=; Path=/api/auth; Max-Age=0", path="/logout")
    assert kinds(login, hit) == []
    assert kinds(login, exchange("sid=; Max-Age=0", path="/api/auth/logout")) == []
    assert kinds(exchange("sid=1", path="/login"), exchange("sid=; Path=/; Max-Age=0")) == []


def test_a_cookie_that_has_expired_needs_no_deletion() -> None:
    made = exchange("sid=1; Path=/app; Max-Age=10")
    assert kinds(made, exchange("sid=; Path=/; Max-Age=0", at=NOW + 10)) == []
    assert kinds(made, exchange("sid=; Path=/; Max-Age=0", at=NOW + 9)) == ["useless deletion"]


def test_of_two_variants_the_one_that_lives_on_is_named() -> None:
    origin = "http://app.test:4000"
    made = exchange("sid=1; Path=/", "sid=2; Path=/; Domain=app.test", origin=origin)
    (alarm,) = alarms(made, exchange("sid=; Path=/; Max-Age=0", origin=origin))
    assert alarm.text == (
        "sid was deleted with Path=/; another sid, set with Path=/ Domain=app.test, was not:"
        " Chrome keeps it"
    )


def test_of_one_value_at_two_paths_the_one_that_lives_on_is_named() -> None:
    made = exchange("sid=1; Path=/", "sid=1; Path=/admin")
    (alarm,) = alarms(made, exchange("sid=; Path=/admin; Max-Age=0"))
    assert alarm.text == (
        "sid was deleted with Path=/admin; another sid, set with Path=/, was not: Chrome keeps it"
    )


def test_the_deletions_of_one_response_are_one_alarm() -> None:
    made = exchange("a=1; Path=/x", "b=1; Path=/x")
    missed = exchange("a=; Path=/; Max-Age=0", "b=; Path=/; Max-Age=0")
    (alarm,) = alarms(made, missed, exchange("a=; Path=/; Max-Age=0", "b=; Path=/; Max-Age=0"))
    assert alarm.count == 2


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (200, {"cache_control": ""}),
        (200, {"cache_control": "public, max-age=60"}),
        (200, {"cache_control": "s-maxage=60, max-age=0"}),
        (200, {"cache_control": "must-revalidate"}),
        (200, {"cache_control": 'private="X-Other", max-age=60'}),
        (200, {"cache_control": 'no-cache="X-Other"'}),
        (200, {"cache_control": "max-age=0, stale-while-revalidate=60"}),
        (200, {"cache_control": "", "expires": "Fri, 01 Jan 2100 00:00:00 GMT"}),
        (301, {"cache_control": ""}),
        (404, {"cache_control": ""}),
        (302, {"cache_control": "max-age=60"}),
        (302, {"cache_control": "public"}),
        (302, {"cache_control": "", "expires": "Fri, 01 Jan 2100 00:00:00 GMT"}),
        (200, {"cache_control": "", "vary": "Cookie"}),
    ],
)
def test_a_session_cookie_on_a_response_that_a_cache_may_give_to_others(
    status: int, headers: dict[str, str]
) -> None:
    assert kinds(exchange("sid=1; Path=/", status=status, headers=headers)) == ["cacheable"]


@pytest.mark.parametrize(
    ("method", "status", "headers"),
    [
        ("GET", 200, {"cache_control": "no-store"}),
        ("GET", 200, {"cache_control": "Private"}),
        ("GET", 200, {"cache_control": "private, max-age=60"}),
        ("GET", 200, {"cache_control": "no-cache"}),
        ("GET", 200, {"cache_control": 'no-cache="Set-Cookie"'}),
        ("GET", 200, {"cache_control": 'no-cache="X-Other, set-cookie", max-age=60'}),
        ("GET", 200, {"cache_control": 'private="set-cookie"'}),
        ("GET", 200, {"cache_control": "max-age=0, must-revalidate"}),
        ("GET", 200, {"cache_control": "s-maxage=0, max-age=60"}),
        ("GET", 200, {"cache_control": "", "expires": "Thu, 19 Nov 1981 08:52:00 GMT"}),
        ("GET", 200, {"cache_control": "", "expires": "0"}),
        ("GET", 200, {"cache_control": "", "vary": "*"}),
        ("GET", 302, {"cache_control": ""}),
        ("GET", 303, {"cache_control": ""}),
        ("GET", 401, {"cache_control": ""}),
        ("GET", 500, {"cache_control": ""}),
        ("POST", 200, {"cache_control": ""}),
        ("POST", 200, {"cache_control": "max-age=60"}),
        ("DELETE", 204, {"cache_control": ""}),
    ],
)
def test_a_response_that_no_cache_gives_to_others_is_no_alarm(
    method: str, status: int, headers: dict[str, str]
) -> None:
    assert kinds(exchange("sid=1; Path=/", method=method, status=status, headers=headers)) == []


@pytest.mark.parametrize("vary", ["Cookie", "Accept-Encoding, cookie"])
def test_a_cache_that_keys_by_cookie_gives_a_renewed_session_to_its_owner_only(vary: str) -> None:
    headers = {"cache_control": "", "vary": vary}
    begun, made, done = exchange("sid=2; Path=/", headers=headers)
    assert isinstance(begun, ExchangeStarted)
    renewing = replace(begun, cookies=(CookieSeen(name="sid", size=9),))
    assert kinds([renewing, made, done]) == []
    consenting = replace(begun, cookies=(CookieSeen(name="consent", size=9),))
    (alarm,) = alarms([consenting, made, done])
    assert "whoever sends the same cookies as this request may get it" in alarm.text


def test_only_the_cookies_of_sessions_count_for_caches() -> None:
    begun, made, done = exchange("theme=dark; Path=/", headers={"cache_control": ""})
    object.__setattr__(made, "session", "")
    assert kinds([begun, made, done]) == []
