"""A client that is sent round in a circle, whatever its login is; and what only looks like it."""

from __future__ import annotations

from itertools import count, pairwise

from session_inspector.devserver.cookies.set_cookie import parse_set_cookie
from session_inspector.devserver.core.events.exchange import ExchangeEnded, ExchangeStarted
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.web.tap import cookie_set, cookies_seen
from session_inspector.inspector.model.facts.alarms import Alarm
from tests.inspector.model.events import state_of

NUMBERS = count(1)


def hop(
    path: str,
    location: str = "",
    *lines: str,
    cookies: str = "",
    at: float = 1,
    client: str = "Chrome",
    method: str = "GET",
) -> list[Event]:
    """Return a request, and the redirect that answers it; no location: a page."""
    name = f"x{next(NUMBERS)}"
    begun = ExchangeStarted(
        at=at,
        cause=name,
        exchange=name,
        method=method,
        path=path,
        client=client,
        cookies=cookies_seen(cookies),
        cookie_bytes=len(cookies),
        origin="http://localhost:4000",
    )
    made = [cookie_set(at, name, "", parse_set_cookie(line)) for line in lines]
    status = 302 if location else 200
    done = ExchangeEnded(
        at=at,
        cause=name,
        exchange=name,
        status=status,
        duration=0.1,
        location=location,
        cache_control="no-store",
    )
    return [begun, *made, done]


def alarms(*hops: list[Event]) -> list[Alarm]:
    return list(state_of(*(event for one in hops for event in one)).alarms.raised)


def round_trip(*lines: str, cookies: str = "", at: float = 1) -> list[Event]:
    """Return one round of an app whose session cookie does not come back."""
    return [
        *hop("/dashboard", "/login?next=/dashboard", cookies=cookies, at=at),
        *hop("/login?next=/dashboard", "/dashboard", *lines, cookies=cookies, at=at),
    ]


def test_a_loop_is_one_alarm_that_is_counted_and_names_the_lost_cookie() -> None:
    line = "sid=s; Path=/; Secure; HttpOnly"
    (alarm,) = alarms(*(round_trip(line) for _ in range(5)))
    assert alarm.kind == "redirect loop"
    assert alarm.count > 1
    assert "Chrome was redirected" in alarm.text
    assert "/dashboard → /login; sid is set by x" in alarm.text
    assert alarm.text.endswith("never comes back: Secure over plain http (localhost:4000)")


def test_the_reason_is_looked_for_in_each_rule_of_browsers() -> None:
    path = alarms(*(round_trip("sid=s; Path=/login") for _ in range(3)))[0].text
    assert path.endswith("its Path /login does not cover /dashboard")
    domain = alarms(*(round_trip("sid=s; Path=/; Domain=example.org") for _ in range(3)))[0].text
    assert "Domain=example.org is not the host localhost" in domain
    silent = alarms(*(round_trip() for _ in range(3)))[0].text
    assert silent.endswith("no response on the way sets a cookie")
    refused = alarms(*(round_trip("sid=s; Path=/", cookies="sid=s") for _ in range(3)))[0].text
    assert refused.endswith("the app does not accept it")


def test_a_page_that_redirects_to_itself_is_a_loop() -> None:
    assert [a.kind for a in alarms(*(hop("/a", "/a") for _ in range(3)))] == ["redirect loop"]
    assert [a.kind for a in alarms(*(hop("/a", "") for _ in range(9)))] == []


def test_a_loop_over_a_provider_on_another_host() -> None:
    authorize = (
        "https://idp.example/authorize?client_id=a"
        "&redirect_uri=http%3A%2F%2Flocalhost%3A4000%2Fcb&state=•••"
    )
    rounds = [[*hop("/", authorize), *hop("/cb?code=•••&state=•••", "/")] for _ in range(3)]
    assert [alarm.kind for alarm in alarms(*rounds)] == ["redirect loop"]
    pushed = "https://idp.example/authorize?client_id=a&request_uri=urn%3Ax"
    rounds = [[*hop("/", pushed), *hop("/cb?code=•••&state=•••", "/")] for _ in range(3)]
    assert [alarm.kind for alarm in alarms(*rounds)] == ["redirect loop"]


def test_a_loop_whose_query_grows() -> None:
    urls = [f"/login?n={number}" for number in range(7)]
    rounds = [hop(url, after) for url, after in pairwise(urls)]
    assert [alarm.kind for alarm in alarms(*rounds)] == ["redirect loop"]
    assert alarms(*rounds[:3]) == [], "a page that asks for three things is none"


def test_the_same_redirect_again_and_again_is_no_loop_when_it_ends_at_a_page() -> None:
    login = [*hop("/", "/home"), *hop("/home")]
    assert alarms(*([login] * 10)) == []


def test_many_tabs_at_once_are_no_loop() -> None:
    parts = [hop("/", "/home") for _ in range(6)]
    assert alarms(*parts, *(hop("/home") for _ in range(6))) == []


def test_redirects_of_many_clients_or_far_apart_are_no_loop() -> None:
    assert alarms(*(hop("/a", "/a", client=f"c{number}") for number in range(9))) == []
    assert alarms(*(hop("/a", "/a", at=100.0 * number) for number in range(9))) == []


def test_a_normal_login_over_a_provider_is_no_loop() -> None:
    authorize = "https://idp.example/authorize?redirect_uri=http%3A%2F%2Flocalhost%3A4000%2Fcb"
    login = [*hop("/", "/login"), *hop("/login", authorize), *hop("/cb?code=•••", "/"), *hop("/")]
    assert alarms(*([login] * 5)) == []
