"""The session of a login: members in order, absent ones left out, the ceiling at its boundary."""

from __future__ import annotations

import pytest

from session_inspector.devserver.client.new_session import is_born_expired, make_session
from session_inspector.devserver.core.values import Json, JsonObject

NOW = 1000.9


def test_everything_that_is_known_has_its_place() -> None:
    answer: JsonObject = {
        "access_token": "a",
        "id_token": "i",
        "scope": "openid",
        "refresh_token": "r",
        "expires_in": 60,
    }
    claims: JsonObject = {"sub": "u", "sid": "s", "session_expiry": 5000}
    session = make_session(answer, claims, {"scope": "openid profile", "audience": "api"}, NOW)
    assert session == {
        "user": claims,
        "tokenSet": {
            "accessToken": "a",
            "idToken": "i",
            "scope": "openid",
            "requestedScope": "openid profile",
            "audience": "api",
            "refreshToken": "r",
            "expiresAt": 1060,
        },
        "internal": {"sid": "s", "createdAt": 1000, "sessionExpiresAt": 5000},
    }
    assert list(session) == ["user", "tokenSet", "internal"]
    tokens = session["tokenSet"]
    assert isinstance(tokens, dict)
    assert list(tokens)[:3] == ["accessToken", "idToken", "scope"]


def test_what_is_absent_is_left_out_but_an_unknown_end_is_null() -> None:
    session = make_session({"access_token": "a"}, {"sub": "u"}, {}, NOW)
    assert session == {
        "user": {"sub": "u"},
        "tokenSet": {"accessToken": "a", "expiresAt": None},
        "internal": {"createdAt": 1000},
    }


@pytest.mark.parametrize(
    ("expiry", "issued", "is_expired"),
    [
        (None, 1000, False),
        (1030, 1000, True),
        (1031, 1000, False),
        (1030, "no number", True),
        (1031, None, False),
        (10_000_000_000, 1000, False),
    ],
)
def test_a_ceiling_within_30_seconds_of_the_login_is_expired(
    expiry: Json, issued: Json, is_expired: bool
) -> None:
    claims: JsonObject = {"session_expiry": expiry, "iat": issued}
    assert is_born_expired(claims, NOW) is is_expired
