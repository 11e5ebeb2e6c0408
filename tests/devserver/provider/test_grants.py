"""Grants: a code works once, a refresh token rotates, and what comes back twice ends its family."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.login import (
    TokenRefused,
    TokenRevoked,
)
from session_inspector.devserver.core.values import fingerprint
from session_inspector.devserver.provider.registrations import ClientRegistration, Lifetimes
from tests.devserver.provider.provider_scene import (
    BACK,
    CLIENT,
    ISSUER,
    Scene,
    parameters,
    verified,
)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_request"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_secret": ""}, "invalid_client"),
        ({"redirect_uri": "http://127.0.0.1/cb"}, "invalid_grant"),
        ({"code": "made-up"}, "invalid_grant"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
async def test_a_wrong_exchange_is_refused(changes: dict[str, str], error: str) -> None:
    scene = Scene()
    code = await scene.code()
    answer = await scene.exchange(**{"code": code, **changes})
    assert (answer.status_code >= 400, answer.json()["error"]) == (True, error)


async def test_a_code_works_once_and_its_replay_revokes_what_it_gave() -> None:
    scene = Scene()
    code = await scene.code()
    tokens = (await scene.exchange(code)).json()
    assert (await scene.exchange(code)).json()["error"] == "invalid_grant"
    assert (await scene.refresh(tokens["refresh_token"])).status_code == 400
    assert "code_replayed" in [e.code for e in scene.events if isinstance(e, TokenRefused)]


async def test_a_code_expires_at_the_exact_second() -> None:
    scene = Scene()
    code = await scene.code()
    scene.clock.advance(60)
    assert (await scene.exchange(code)).json()["error"] == "invalid_grant"


async def test_refresh_rotates_and_reuse_kills_the_family() -> None:
    scene = Scene()
    first = (await scene.tokens())["refresh_token"]
    second = (await scene.refresh(first)).json()["refresh_token"]
    assert second != first
    assert (await scene.refresh(first)).json()["error"] == "invalid_grant"
    assert (await scene.refresh(second)).json()["error"] == "invalid_grant"
    revoked = [e.family for e in scene.events if isinstance(e, TokenRevoked)]
    refused = [e.code for e in scene.events if isinstance(e, TokenRefused)]
    assert (revoked, refused) == ([2], ["refresh_reused", "revoked"])


async def test_within_the_grace_a_rotated_token_is_accepted() -> None:
    scene = Scene(reuse_grace=5.0)
    first = (await scene.tokens())["refresh_token"]
    await scene.refresh(first)
    scene.clock.advance(4.9)
    assert (await scene.refresh(first)).status_code == 200
    scene.clock.advance(0.1)
    assert (await scene.refresh(first)).status_code == 400


async def test_without_rotation_the_token_stays() -> None:
    scene = Scene(rotates=False)
    first = (await scene.tokens())["refresh_token"]
    answer = await scene.refresh(first)
    assert "refresh_token" not in answer.json()
    assert (await scene.refresh(first)).status_code == 200


async def test_a_refresh_for_another_audience_gives_its_token() -> None:
    scene = Scene()
    first = (await scene.tokens())["refresh_token"]
    answer = (await scene.refresh(first, audience="https://api/", scope="openid read:x")).json()
    claims = await verified(scene, answer["access_token"])
    assert (claims["aud"], answer["scope"]) == (
        ["https://api/", f"{ISSUER}userinfo"],
        "openid read:x",
    )
    assert "nonce" not in await verified(scene, answer["id_token"])


async def test_another_audience_is_for_one_refresh_only() -> None:
    scene = Scene()
    own = f"{ISSUER}userinfo"
    token = (await scene.tokens(audience="https://first/"))["refresh_token"]
    audiences = []
    for asked in ({"audience": "https://second/"}, {}):
        answer = (await scene.refresh(token, **asked)).json()
        token = answer["refresh_token"]
        audiences.append((await verified(scene, answer["access_token"]))["aud"])
    assert audiences == [["https://second/", own], ["https://first/", own]]


async def test_no_offline_access_no_refresh_token() -> None:
    assert "refresh_token" not in await Scene().tokens(scope="openid")


async def test_a_refresh_token_expires() -> None:
    scene = Scene(lifetimes=Lifetimes(refresh=10))
    first = (await scene.tokens())["refresh_token"]
    scene.clock.advance(10)
    assert (await scene.refresh(first)).status_code == 400


async def test_revocation_answers_200_and_ends_the_family() -> None:
    scene = Scene()
    token = str((await scene.tokens())["refresh_token"])
    client = {"client_id": "app", "client_secret": "secret"}
    for known in (token, "unknown"):
        answer = await scene.http.post("/oauth/revoke", data={"token": known, **client})
        assert answer.status_code == 200
    assert (await scene.refresh(token)).status_code == 400


async def test_a_revoked_access_token_is_taken_no_more_and_others_are() -> None:
    scene = Scene()
    tokens = await scene.tokens()
    other = (await scene.refresh(tokens["refresh_token"])).json()
    client = {"client_id": "app", "client_secret": "secret"}
    revoked = str(tokens["access_token"])
    for _ in range(2):
        answer = await scene.http.post("/oauth/revoke", data={"token": revoked, **client})
        assert answer.status_code == 200
    for token, status in ((revoked, 401), (other["access_token"], 200)):
        bearer = {"authorization": f"Bearer {token}"}
        assert (await scene.http.get("/userinfo", headers=bearer)).status_code == status
    events = [e for e in scene.events if isinstance(e, TokenRevoked)]
    assert {(e.token, e.digest) for e in events} == {("access", fingerprint(revoked))}


async def test_another_client_s_access_token_is_not_revoked() -> None:
    other = ClientRegistration(client_id="other", client_secret="o", redirect_uris=(BACK,))
    scene = Scene(clients=[CLIENT, other])
    token = str((await scene.tokens())["access_token"])
    answer = await scene.http.post("/oauth/revoke", data={"token": token}, auth=("other", "o"))
    assert answer.json()["error"] == "invalid_grant"


async def test_revocation_needs_the_client() -> None:
    answer = await Scene().http.post("/oauth/revoke", data={"token": "t", "client_id": "app"})
    assert answer.json()["error"] == "invalid_client"


async def test_a_public_client_needs_no_secret_but_pkce() -> None:
    scene = Scene(clients=[ClientRegistration(client_id="app", redirect_uris=(BACK,))])
    answer = await scene.exchange(await scene.code(), client_secret="")
    assert answer.status_code == 200
    assert "error" in parameters(await scene.ask(code_challenge="", nonce="n2"))
