"""Introspection says what a token is, and of anything that does not count only that."""

from __future__ import annotations

import httpx

from session_inspector.devserver.core.knobs import Knobs
from tests.devserver.provider.provider_scene import Scene

INACTIVE = {"active": False}


async def ask(scene: Scene, token: object, **changes: str) -> httpx.Response:
    fields = {"token": str(token), "client_id": "app", "client_secret": "secret", **changes}
    return await scene.http.post("/oauth/introspect", data=fields)


async def test_an_access_and_a_refresh_token_are_described() -> None:
    scene = Scene()
    tokens = await scene.tokens()
    access = (await ask(scene, tokens["access_token"])).json()
    assert (access["active"], access["sub"], access["client_id"]) == (True, "local|alice", "app")
    assert access["exp"] == int(scene.clock.now()) + 3600
    refresh = (await ask(scene, tokens["refresh_token"], token_type_hint="access_token")).json()
    assert (refresh["active"], refresh["token_type"]) == (True, "refresh_token")


async def test_what_does_not_count_is_not_active() -> None:
    scene = Scene()
    tokens = await scene.tokens()
    assert (await ask(scene, tokens["id_token"])).json() == INACTIVE
    assert (await ask(scene, "rubbish")).json() == INACTIVE
    fresh = (await scene.refresh(tokens["refresh_token"])).json()
    assert (await ask(scene, tokens["refresh_token"])).json() == INACTIVE  # it was rotated
    scene.clock.advance(3600)
    assert (await ask(scene, fresh["access_token"])).json() == INACTIVE
    scene.provider.revoke_token(str(fresh["refresh_token"]))
    assert (await ask(scene, fresh["refresh_token"])).json() == INACTIVE


async def test_a_rotated_token_counts_within_its_grace() -> None:
    scene = Scene()
    scene.provider.turn_knobs(Knobs(grace=30))
    old = (await scene.tokens())["refresh_token"]
    await scene.refresh(old)
    scene.clock.advance(29)
    assert (await ask(scene, old)).json()["active"] is True
    scene.clock.advance(1)
    assert (await ask(scene, old)).json() == INACTIVE


async def test_who_has_no_secret_is_told_nothing() -> None:
    scene = Scene()
    token = (await scene.tokens())["access_token"]
    assert (await ask(scene, token, client_secret="wrong")).status_code == 401
    assert (await scene.http.post("/oauth/introspect", data={"token": str(token)})).is_error
    fields = {"client_id": "app", "client_secret": "secret"}
    missing = await scene.http.post("/oauth/introspect", data=fields)
    assert (missing.status_code, missing.json()["error"]) == (400, "invalid_request")
