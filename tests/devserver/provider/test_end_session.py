"""Logout ends the provider's session, tells the clients, and sends nobody to strangers."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.login import ProviderSessionEnded
from tests.devserver.provider.provider_scene import Scene, verified


async def test_logout_ends_the_session_and_tells_the_client() -> None:
    scene = Scene()
    tokens = await scene.tokens()
    answer = await scene.http.get(
        "/oidc/logout",
        params={
            "id_token_hint": str(tokens["id_token"]),
            "client_id": "app",
            "post_logout_redirect_uri": "http://app.test/",
            "state": "bye",
        },
    )
    assert answer.headers["location"] == "http://app.test/?state=bye"
    assert "Who are you today?" in (await scene.ask(nonce="n2")).text
    ((uri, token),) = scene.sent
    claims = await verified(scene, token)
    assert uri == "http://app.test/auth/backchannel-logout"
    assert (claims["aud"], claims["sub"], "nonce" in claims) == ("app", "local|alice", False)
    assert (await scene.refresh(tokens["refresh_token"])).status_code == 400
    assert [e.sub for e in scene.events if isinstance(e, ProviderSessionEnded)] == ["local|alice"]


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/oidc/logout", {"client_id": "app", "post_logout_redirect_uri": "http://evil.test/"}),
        ("/oidc/logout", {"post_logout_redirect_uri": "http://app.test/"}),
        ("/oidc/logout", {"id_token_hint": "e30.e30."}),
        ("/v2/logout", {"client_id": "app", "returnTo": "http://evil.test/"}),
    ],
)
async def test_logout_sends_nobody_to_strangers(path: str, params: dict[str, str]) -> None:
    answer = await Scene().http.get(path, params=params)
    assert (answer.status_code, "location" in answer.headers) == (400, False)


async def test_auth0_s_own_logout_goes_back_too() -> None:
    answer = await Scene().http.get(
        "/v2/logout", params={"client_id": "app", "returnTo": "http://app.test/", "federated": ""}
    )
    assert answer.headers["location"] == "http://app.test/"


async def test_an_id_token_hint_signed_with_none_is_refused() -> None:
    forged = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwOi8vb3AudGVzdC8ifQ."
    answer = await Scene().http.get("/oidc/logout", params={"id_token_hint": forged})
    assert answer.status_code == 400
