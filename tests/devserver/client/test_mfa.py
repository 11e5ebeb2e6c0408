"""A refresh that wants a second factor: 403 with a sealed MFA token."""

from __future__ import annotations

import httpx
import pytest

from session_inspector.devserver.client.mfa import (
    make_mfa_required,
    open_mfa_token,
    read_mfa_token_ttl,
)
from session_inspector.devserver.cookies.sealed import KeyRing
from session_inspector.devserver.core.errors import InputError, InspectorError, OAuthError
from session_inspector.devserver.core.events.session import SessionWritten
from tests.devserver.client.client_scene import ClientScene

RING = KeyRing(["a-session-secret-of-32-bytes-or-more"])
REQUIREMENTS = {"challenge": [{"type": "otp"}]}


@pytest.mark.parametrize(
    ("given", "env", "expected"),
    [
        (None, {}, 300),
        (None, {"AUTH0_MFA_TOKEN_TTL": "60"}, 60),
        (None, {"AUTH0_MFA_TOKEN_TTL": "60s"}, 60),
        (None, {"AUTH0_MFA_TOKEN_TTL": "0"}, 300),
        (None, {"AUTH0_MFA_TOKEN_TTL": "-5"}, 300),
        (None, {"AUTH0_MFA_TOKEN_TTL": "soon"}, 300),
        (10.0, {"AUTH0_MFA_TOKEN_TTL": "60"}, 10),
    ],
)
def test_the_lifetime_is_the_option_or_the_environment(
    given: float | None, env: dict[str, str], expected: float
) -> None:
    assert read_mfa_token_ttl(given, env) == expected


@pytest.mark.parametrize("given", [0, -1, float("inf"), float("nan")])
def test_a_lifetime_that_is_none_is_refused(given: float) -> None:
    with pytest.raises(InputError, match="mfa_token_ttl"):
        read_mfa_token_ttl(given, {})


def test_a_sealed_token_opens_until_its_end() -> None:
    error = OAuthError("x", code="mfa_required", body={"mfa_token": "raw", "mfa_requirements": {}})
    found = make_mfa_required(error, RING, audience="api", scope="a b", now=1000.5, ttl=300)
    opened = open_mfa_token(found.mfa_token, RING, 1100)
    assert opened["mfaToken"] == "raw"
    assert (opened["audience"], opened["scope"], opened["createdAt"]) == ("api", "a b", 1_000_500)
    with pytest.raises(InspectorError) as late:
        open_mfa_token(found.mfa_token, RING, 1316)
    assert late.value.code == "mfa_token_expired"
    with pytest.raises(InspectorError) as foreign:
        open_mfa_token(found.mfa_token, KeyRing(["another secret"]), 1100)
    assert foreign.value.code == "mfa_token_invalid"


def test_without_a_token_the_user_must_log_in_again() -> None:
    found = make_mfa_required(
        OAuthError("x", code="mfa_required"), RING, audience="", scope="", now=0, ttl=300
    )
    assert found.body() == {
        "error": "mfa_required",
        "error_description": "Multi-factor authentication is required. Please log in again.",
        "mfa_token": "",
    }


def _wants_mfa(request: httpx.Request) -> httpx.Response | None:
    if request.url.path == "/oauth/token" and b"refresh_token" in request.content[:40]:
        body = {
            "error": "mfa_required",
            "error_description": "a second factor, please",
            "mfa_token": "raw-mfa-token",
            "mfa_requirements": REQUIREMENTS,
        }
        return httpx.Response(403, json=body)
    return None


async def test_the_access_token_route_answers_403_and_saves_the_session() -> None:
    scene = ClientScene(_wants_mfa)
    await scene.sign_in()
    scene.tenant.clock.advance(90_000 - 7_000)
    scene.events.clear()
    answer = await scene.get("/auth/access-token?audience=https://api.test")
    assert answer.status_code == 403
    body = answer.json()
    assert body["error"] == "mfa_required"
    assert body["error_description"] == "a second factor, please"
    assert body["mfa_requirements"] == REQUIREMENTS
    opened = open_mfa_token(
        body["mfa_token"], scene.client.relying_party.ring, scene.tenant.clock.now()
    )
    assert (opened["mfaToken"], opened["audience"]) == ("raw-mfa-token", "https://api.test")
    assert "raw-mfa-token" not in answer.text
    assert "no-store" in answer.headers["cache-control"]
    assert any(isinstance(event, SessionWritten) for event in scene.events)
