"""Our own formats are recognised and opened, or refused with a code and a sentence."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_inspector.devserver.cookies.sealed import KeyRing, seal
from session_inspector.devserver.cookies.signed import sign_value
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import Decoded, Material
from session_inspector.devserver.decoders.finding import ranking
from session_inspector.devserver.decoders.formats.js.nextjs_auth0 import NextjsAuth0Decoder
from tests.vectors.case import load_cases
from tests.vectors.test_vectors import FILE

SECRET = "a-session-secret-of-32-bytes-or-more"
RING = KeyRing([SECRET])
DECODER = NextjsAuth0Decoder()
V3 = sign_value("appSession", "id1", RING.signing_keys[0])


def _decode(cookies: dict[str, str], secrets: Sequence[str] = (SECRET,), now: float = 0) -> Decoded:
    return DECODER.decode(Material(cookies=cookies, secrets=secrets, now=now))


@pytest.mark.parametrize(
    ("cookies", "kind"),
    [
        ({"__session": seal({"user": {"sub": "u"}}, RING)}, "nextjs-auth0 v4 (stateless)"),
        ({"__session": seal({"id": "x"}, RING, exp=99)}, "nextjs-auth0 v4 (stateful)"),
        ({"__txn_s": "1:" + seal({"codeVerifier": "v"}, RING)}, "nextjs-auth0 v4 (transaction)"),
        ({"__FC_0": seal({"connection": "c"}, RING)}, "nextjs-auth0 v4 (connection token)"),
        ({"mine": seal({"user": {}}, RING)}, "nextjs-auth0 v4 (stateless)"),
        ({"appSession": V3}, "nextjs-auth0 v3 (stateful)"),
    ],
)
def test_each_form_is_named(cookies: dict[str, str], kind: str) -> None:
    assert _decode(cookies).format == kind
    claim = DECODER.claim(cookies)
    assert claim is not None
    assert claim.is_certain
    assert ranking([DECODER], cookies) == [(claim, DECODER)]


@pytest.mark.parametrize(
    ("cookies", "secrets", "code"),
    [
        ({"__session": seal({}, RING)}, ["another"], "ERR_JWE_DECRYPTION_FAILED"),
        ({"__session": "x.y.z"}, [SECRET], "ERR_JWE_INVALID"),
        ({"__session__0": "a", "__session__2": "b"}, [SECRET], "chunk_gap"),
        ({"other": "1"}, [SECRET], "no_cookie"),
        ({"__session": "x"}, [], "no_secret"),
    ],
)
def test_each_refusal_has_its_code(cookies: dict[str, str], secrets: list[str], code: str) -> None:
    with pytest.raises(DecodeError) as caught:
        _decode(cookies, secrets)
    assert caught.value.code == code
    assert len(caught.value.message) > 10


def test_expired_and_not_yet_valid_open_with_a_problem() -> None:
    old = _decode({"__session": seal({}, RING, exp=100)}, now=116)
    assert (old.problem, old.reason) == ("ERR_JWT_EXPIRED", "it expired 16 s ago (exp)")
    early = _decode({"__session": seal({"nbf": 200}, RING)}, now=100)
    assert early.problem == "ERR_JWT_CLAIM_VALIDATION_FAILED"


def test_sessions_the_package_made_are_decoded() -> None:
    for case in load_cases(FILE):
        if (
            case.op == "get"
            and isinstance(case.raw.get("loaded"), dict)
            and not case.table("config")
        ):
            cookies = dict(case.jars().request.items())
            found = _decode(cookies, case.secrets(), case.now)
            assert found.payload, case.name


@given(st.dictionaries(st.text(max_size=12) | st.just("__session"), st.text(), max_size=4))
def test_junk_raises_the_declared_error_only(cookies: dict[str, str]) -> None:
    DECODER.claim(cookies)
    with pytest.raises(DecodeError):
        _decode(cookies)


def test_what_looks_like_none_matches_none() -> None:
    assert ranking([DECODER], {"theme": "dark"}) == []
