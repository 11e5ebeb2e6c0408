"""Who signs in by a typed name, and what of a session goes into tokens."""

from __future__ import annotations

from session_inspector.devserver.provider.authlib_server import ReadRequest
from session_inspector.devserver.provider.flows.subjects import find_or_make_user, make_subject
from session_inspector.devserver.provider.registrations import ProviderSession, User

ALICE = User(sub="local|alice", claims={"name": "Alice", "session_expiry": 99})


def test_a_known_user_is_found_by_sub_and_by_name() -> None:
    for name in ("local|alice", "alice", "Alice"):
        assert find_or_make_user([ALICE], name) is ALICE


def test_a_stranger_is_made_from_the_name() -> None:
    eve = find_or_make_user([ALICE], "eve@corp.test")
    assert (eve.sub, eve.claims["email"]) == ("local|eve@corp.test", "eve@corp.test")
    assert find_or_make_user([], "bob").claims["email"] == "bob@example.com"


def test_the_request_adds_its_audience_nonce_and_key() -> None:
    session = ProviderSession(sid="s", user=ALICE, auth_time=5, expires=9, acr="mfa")
    form = {"audience": "api", "nonce": "n", "dpop_jkt": "k"}
    subject = make_subject(session, ReadRequest("GET", "http://x/", {}, [*form.items()]))
    assert (subject.audience, subject.nonce, subject.jkt, subject.acr) == ("api", "n", "k", "mfa")
    assert (subject.claims, subject.session_expiry) == ({"name": "Alice"}, 99)
    assert make_subject(session).jkt == ""
