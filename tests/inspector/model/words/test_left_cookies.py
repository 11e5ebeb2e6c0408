"""What is said of a cookie that a logout has left: only what was seen."""

from __future__ import annotations

from session_inspector.devserver.core.events.session import CookieLeft
from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.words.left_cookies import describe_left

LEFT = CookieLeft(
    at=70,
    session="s",
    names=("remember",),
    deleted=("sid",),
    left_by="x1",
    left_at=10,
    outcome="accepted",
    request="GET /me",
    status=200,
)


def test_it_names_both_cookies_the_logout_and_the_request() -> None:
    assert describe_left(LEFT) == (
        "the session lives on by cookie remember, which its logout left:"
        " x1 deleted sid only; 1 min later GET /me: 200"
    )


def test_a_cookie_that_is_set_anew_is_no_proof() -> None:
    assert describe_left(replace(LEFT, outcome="renewed")) == (
        "not known whether the session lives on by cookie remember, which its logout left:"
        " x1 deleted sid only; 1 min later GET /me: 200, which set sid anew; a visitor may get"
        " one, too"
    )


ASKED = replace(
    LEFT, names=("sid",), deleted=(), outcome="unknown", request="GET /logout", status=302, at=10
)


def test_a_logout_that_deletes_nothing_says_what_would_show_it() -> None:
    assert describe_left(ASKED) == (
        "not known whether cookie sid still logs in: its logout left it:"
        " GET /logout: 302, and the app may have ended it where it keeps it: a page that needs the"
        " session shows it"
    )


def test_what_does_not_renew_the_cookie_any_more_is_named() -> None:
    silent = replace(ASKED, outcome="silent", at=12, request="GET /", status=200)
    assert describe_left(silent).endswith(
        "x1 deleted nothing; 2 s later GET /: 200, which renewed its cookie before, and does so no"
        " more"
    )


def test_a_page_that_needs_the_session_shows_that_it_lives_on() -> None:
    accepted = replace(ASKED, outcome="accepted", at=12, request="GET /me", status=200)
    assert describe_left(accepted) == (
        "the session lives on by cookie sid, which its logout left:"
        " x1 deleted nothing; 2 s later GET /me: 200"
    )
