"""What the provider's tokens hold, and which it takes back as its own."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.core.values import LOGOUT_EVENT, JsonObject
from session_inspector.devserver.provider.keys import SigningKeys
from session_inspector.devserver.provider.tokens import Minter, Subject, claims_for

ISSUER = "http://op.test/"
CLAIMS: JsonObject = {"name": "Alice", "email": "a@example.com", "role": "admin"}
SUBJECT = Subject(sub="alice", claims=CLAIMS, sid="s", auth_time=900)
KEYS = SigningKeys()


def minter(at: float = 1000.9, keys: SigningKeys = KEYS) -> Minter:
    return Minter(ISSUER, keys, ManualClock(at))


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        ("openid", {"role"}),
        ("openid profile", {"role", "name"}),
        ("openid email", {"role", "email"}),
        ("openid profile email", {"role", "name", "email"}),
    ],
)
def test_a_scope_shows_its_claims_and_others_are_always_shown(scope: str, names: set[str]) -> None:
    assert set(claims_for(SUBJECT, scope)) == names


def test_an_id_token_has_whole_seconds_and_only_what_was_asked() -> None:
    token = minter().id_token(SUBJECT, "app", "openid", 60)
    assert minter().verify(token) == {
        "role": "admin",
        "iss": ISSUER,
        "sub": "alice",
        "aud": "app",
        "iat": 1000,
        "exp": 1060,
        "auth_time": 900,
        "sid": "s",
    }


def test_nonce_and_session_expiry_are_there_when_they_are_known() -> None:
    subject = Subject(sub="a", claims={}, sid="s", auth_time=0, nonce="n", session_expiry=2000)
    claims = minter().verify(minter().id_token(subject, "app", "openid", 60))
    assert (claims["nonce"], claims["session_expiry"]) == ("n", 2000)


@pytest.mark.parametrize(
    ("audience", "found"),
    [("", [f"{ISSUER}userinfo"]), ("api", ["api", f"{ISSUER}userinfo"])],
)
def test_an_access_token_is_for_its_api_and_for_userinfo(audience: str, found: list[str]) -> None:
    subject = Subject(sub="a", claims={}, sid="s", auth_time=0, audience=audience)
    claims = minter().verify(minter().access_token(subject, "app", "openid", 60))
    assert claims["aud"] == found


def test_a_logout_token_has_the_event_and_no_nonce() -> None:
    claims = minter().verify(minter().logout_token("alice", "s", "app"))
    assert claims["events"] == {LOGOUT_EVENT: {}}
    assert "nonce" not in claims


def test_a_token_is_taken_until_the_exact_second_and_as_a_hint_later_too() -> None:
    token = minter().id_token(SUBJECT, "app", "openid", 60)
    assert minter(1059).verify(token)["sub"] == "alice"
    with pytest.raises(OAuthError, match="has expired"):
        minter(1060).verify(token)
    assert minter(1060).verify(token, may_be_expired=True)["sub"] == "alice"


def test_a_token_of_another_key_or_issuer_is_not_ours() -> None:
    foreign = minter(keys=SigningKeys()).id_token(SUBJECT, "app", "openid", 60)
    with pytest.raises(OAuthError, match="not a token of ours"):
        minter().verify(foreign)
    other = Minter("http://other.test/", KEYS, ManualClock(1000))
    with pytest.raises(OAuthError, match="another issuer"):
        minter().verify(other.id_token(SUBJECT, "app", "openid", 60))
