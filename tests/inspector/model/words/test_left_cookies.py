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
        "the logout left cookie remember, and the session lives on:"
        " x1 deleted sid only; 1 min later GET /me: 200"
    )


def test_a_cookie_that_is_set_anew_is_no_proof() -> None:
    assert describe_left(replace(LEFT, outcome="renewed")) == (
        "the logout left cookie remember, whether the session lives on is not known:"
        " x1 deleted sid only; 1 min later GET /me: 200, which set sid anew; a visitor may get"
        " one, too"
    )
