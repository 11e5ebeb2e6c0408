"""The cookies of a session, in their order."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold, update
from session_inspector.inspector.model.views.cookies import cookie_rows, live_cookie_rows
from tests.inspector.sample import NOW, cookie, sample_events

STATE = fold(State(), sample_events())


def test_cookies_are_listed_live_first_in_chunk_order() -> None:
    rows = [(row.name, row.chunk, row.is_deleted) for row in cookie_rows(STATE, "bob", NOW)]
    assert rows == [
        ("__session__0", 0, False),
        ("__session__1", 1, False),
        ("__session__2", 2, True),
    ]


def test_a_cookie_shows_what_its_line_says() -> None:
    (row,) = cookie_rows(STATE, "alice", NOW)
    assert (row.name, row.size, row.line_size, row.chunk) == ("__session", 159, 255, None)
    assert row.attributes == "Path=/ HttpOnly SameSite=lax Max-Age 1 d"
    assert row.ends == NOW - 420 + 86_400


def test_a_cookie_without_an_end_says_how_it_ends() -> None:
    event = cookie("alice", NOW, "x9", "s.12")
    assert isinstance(event, CookieSet)
    changed = replace(event, max_age=None, domain="example.com", secure=True, same_site="")
    row = next(
        row for row in cookie_rows(update(STATE, changed), "alice", NOW) if row.name == "s.12"
    )
    assert row.attributes == "Path=/ Domain=example.com Secure HttpOnly ends with the browser"
    assert (row.chunk, row.ends) == (12, None)


def test_deleted_cookies_are_not_live() -> None:
    assert [row.name for row in live_cookie_rows(STATE, "bob", NOW)] == [
        "__session__0",
        "__session__1",
    ]
    assert live_cookie_rows(STATE, "nobody", NOW) == []
