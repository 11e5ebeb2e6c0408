"""Which paths log out, by whole words, and which only look so."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.traffic.paths.logout_paths import (
    is_own_session,
    logs_out_sender,
    names_logout,
)

LOGOUTS = [
    "/logout",
    "/log-out",
    "/log_out/",
    "/signout",
    "/api/v1/auth/sign-out",
    "/users/sign_out",
    "/Account/LogOff",
    "/LOGOUT",
    "/logout.php",
    "/connect/endsession",
    "/oidc/end_session",
    "/oauth/end-session",
    "/user-logout",
    "/userLogout",
    "/j_spring_security_logout",
]
OTHERS = [
    "/",
    "/blog-offers",
    "/catalog-offline",
    "/catalogOffline",
    "/design-outlet",
    "/logoutput",
    "/dialog-out",
    "/prologout",
    "/weekend-session",
    "/weekend_sessions",
    "/end-sessions-report",
    "/blog/offers",
    "/log/out",
]


@pytest.mark.parametrize("path", LOGOUTS)
def test_a_logout_is_named_by_a_whole_word(path: str) -> None:
    assert names_logout(path)
    assert logs_out_sender(path)


@pytest.mark.parametrize("path", OTHERS)
def test_what_only_has_its_letters_is_none(path: str) -> None:
    assert not names_logout(path)
    assert not logs_out_sender(path)


@pytest.mark.parametrize("path", ["/logout/callback", "/devices/7/logout", "/logout-all"])
def test_a_logout_may_be_of_others_or_its_way_back(path: str) -> None:
    assert names_logout(path)
    assert not logs_out_sender(path)


@pytest.mark.parametrize(
    ("path", "is_own"),
    [("/session", True), ("/api/v2/login/", True), ("/sessions", False), ("/session/7", False)],
)
def test_a_delete_of_the_own_session_is_told_from_that_of_another(path: str, is_own: bool) -> None:
    assert is_own_session(path) == is_own
