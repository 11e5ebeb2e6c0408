"""Which requests of an app need a session, as its answers have shown."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.traffic.arrival import Arrival
from session_inspector.devserver.attach.traffic.outcomes.known_requests import (
    KnownRequests,
    is_file,
)


@pytest.mark.parametrize("status", [302, 401, 403])
def test_a_request_that_was_turned_away_without_a_session_needs_one(status: int) -> None:
    requests = KnownRequests()
    requests.note_anonymous("GET /me", status)
    assert (requests.is_guarded("GET /me"), requests.is_public("GET /me")) == (True, False)
    assert not requests.is_guarded("GET /you")


def test_a_request_that_is_answered_without_a_session_is_public_from_then_on() -> None:
    requests = KnownRequests()
    requests.note_anonymous("GET /", 302)
    requests.note_anonymous("GET /", 200)
    assert (requests.is_guarded("GET /"), requests.is_public("GET /")) == (False, True)
    requests.note_anonymous("GET /", 500)
    assert requests.is_public("GET /"), "a failure shows nothing"


def test_a_form_may_be_refused_for_what_is_in_it() -> None:
    requests = KnownRequests()
    page = Arrival(exchange="x1", at=0, jar={}, request="GET /me")
    form = Arrival(exchange="x2", at=0, jar={}, request="POST /cart")
    assert requests.is_about_session(page, "a")
    assert not requests.is_about_session(form, "a")
    requests.note_accepted("a", "POST /cart")
    assert requests.is_about_session(form, "a")
    assert not requests.is_about_session(form, "b")


@pytest.mark.parametrize(
    ("request_line", "expected"),
    [("POST /login", False), ("POST /cart", True), ("GET /api/session", True)],
)
def test_a_wrong_password_shows_no_page_that_needs_a_session(
    request_line: str, expected: bool
) -> None:
    requests = KnownRequests()
    requests.note_anonymous(request_line, 401)
    assert requests.is_guarded(request_line) is expected


@pytest.mark.parametrize(
    ("request_line", "expected"),
    [
        ("GET /app.js", True),
        ("GET /img/Logo.PNG", True),
        ("GET /me", False),
        ("GET /v1.2/me", False),
        ("GET /", False),
    ],
)
def test_a_file_is_known_by_its_ending(request_line: str, expected: bool) -> None:
    assert is_file(request_line) is expected


def test_a_redirect_is_nobody_s_where_it_leads_to_the_same_place() -> None:
    requests = KnownRequests()
    requests.note_anonymous("GET /me", 302, "/login?next=/me#top")
    assert requests.is_sent_away("GET /me", 302, "/login?next=%2Fme")
    assert not requests.is_sent_away("GET /me", 302, "/welcome")
    assert not requests.is_sent_away("GET /me", 303, "/login")
    assert not requests.is_sent_away("GET /you", 302, "/login")
    assert not requests.is_sent_away("GET /me", 302, "")
