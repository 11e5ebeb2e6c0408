"""The provider issues what was asked for, to whom it belongs, and nothing twice."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.login import (
    TokenMinted,
)
from session_inspector.devserver.core.events.server import KeysRotated
from tests.devserver.provider.provider_scene import (
    ISSUER,
    QUESTION,
    Scene,
    verified,
)


async def test_a_login_gives_verifiable_tokens_of_the_user() -> None:
    scene = Scene()
    tokens = await scene.tokens()
    claims = await verified(scene, tokens["id_token"])
    now = int(scene.clock.now())
    assert {k: claims[k] for k in ("iss", "sub", "aud", "nonce", "name", "email", "role")} == {
        "iss": ISSUER,
        "sub": "local|alice",
        "aud": "app",
        "nonce": "no",
        "name": "Alice",
        "email": "a@example.com",
        "role": "x",
    }
    assert (claims["iat"], claims["exp"], claims["auth_time"]) == (now, now + 36_000, now)
    assert tokens["expires_in"] == 3600
    access = await verified(scene, tokens["access_token"])
    assert (access["sid"], access["scope"]) == (claims["sid"], QUESTION["scope"])
    minted = [e.token for e in scene.events if isinstance(e, TokenMinted)]
    assert sorted(minted) == ["access", "id", "refresh"]


async def test_discovery_names_the_issuer() -> None:
    found = (await Scene().http.get("/.well-known/openid-configuration")).json()
    assert found["issuer"] == ISSUER


async def test_userinfo_follows_the_scope() -> None:
    scene = Scene()
    tokens = await scene.tokens(scope="openid email")
    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    found = (await scene.http.get("/userinfo", headers=bearer)).json()
    assert found == {"sub": "local|alice", "email": "a@example.com", "role": "x"}


@pytest.mark.parametrize("header", ["", "Basic eA==", "Bearer x.y.z", "Bearer "])
async def test_userinfo_needs_an_access_token(header: str) -> None:
    answer = await Scene().http.get("/userinfo", headers={"authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_userinfo_refuses_an_id_token_and_an_old_token() -> None:
    scene = Scene()
    tokens = await scene.tokens()
    for token, later in ((tokens["id_token"], 0), (tokens["access_token"], 3600)):
        scene.clock.advance(later)
        bearer = {"authorization": f"Bearer {token}"}
        assert (await scene.http.get("/userinfo", headers=bearer)).status_code == 401


async def test_after_rotation_old_tokens_still_verify() -> None:
    scene = Scene()
    old = (await scene.tokens())["id_token"]
    kid = scene.provider.rotate_keys(cause="c1")
    new = (await scene.tokens(prompt="login", nonce="n2"))["id_token"]
    for token in (old, new):
        assert (await verified(scene, token))["sub"] == "local|alice"
    keys = (await scene.http.get("/.well-known/jwks.json")).json()["keys"]
    assert keys[0]["kid"] == kid
    assert all("d" not in key for key in keys)
    assert [e.kid for e in scene.events if isinstance(e, KeysRotated)] == [kid]
