"""The provider issues what was asked for, to whom it belongs, and nothing twice."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.login import (
    ProviderSessionStarted,
    TokenMinted,
    TokenRefused,
    TokenRevoked,
)
from session_inspector.devserver.core.events.server import KeysRotated
from session_inspector.devserver.provider.registrations import ClientRegistration, Lifetimes, User
from tests.devserver.provider.provider_scene import (
    BACK,
    ISSUER,
    QUESTION,
    Scene,
    parameters,
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


async def test_discovery_names_what_is_there() -> None:
    scene = Scene()
    found = (await scene.http.get("/.well-known/openid-configuration")).json()
    assert found["issuer"] == ISSUER
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint"):
        assert (await scene.http.options(found[name])).status_code != 404, name


async def test_state_comes_back_and_single_sign_on_asks_once() -> None:
    scene = Scene()
    assert parameters(await scene.sign_in())["state"] == "st"
    again = await scene.ask(nonce="other")
    assert "code" in parameters(again)
    assert len([e for e in scene.events if isinstance(e, ProviderSessionStarted)]) == 1


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "S512"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
    ],
)
async def test_what_cannot_go_on_goes_back_with_an_error(
    changes: dict[str, str], error: str
) -> None:
    found = parameters(await Scene().ask(**changes))
    assert (found["error"], found["state"]) == (error, "st")


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://evil.test/"},
        {"redirect_uri": BACK + "/more"},
        {"redirect_uri": ""},
        {"client_id": "nobody"},
        {"redirect_uri": "http://127.0.0.1.evil.test/cb"},
    ],
)
async def test_an_unregistered_redirect_is_a_page_not_a_redirect(changes: dict[str, str]) -> None:
    answer = await Scene().ask(**changes)
    assert (answer.status_code, "location" in answer.headers) == (400, False)


async def test_loopback_redirects_take_any_port() -> None:
    answer = await Scene().ask(redirect_uri="http://127.0.0.1:61234/cb")
    assert "Who are you today?" in answer.text


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


async def test_revocation_needs_the_client() -> None:
    answer = await Scene().http.post("/oauth/revoke", data={"token": "t", "client_id": "app"})
    assert answer.json()["error"] == "invalid_client"


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


async def test_prompt_login_and_max_age_ask_again() -> None:
    scene = Scene()
    await scene.sign_in()
    assert "Who are you today?" in (await scene.ask(prompt="login", nonce="n1")).text
    scene.clock.advance(11)
    assert "code" in parameters(await scene.ask(max_age="11", nonce="n2"))
    assert "Who are you today?" in (await scene.ask(max_age="10", nonce="n3")).text


async def test_consent_can_be_asked_and_refused() -> None:
    scene = Scene(skips_consent=False)
    page = await scene.sign_in()
    assert "May app sign you in?" in page.text
    hidden = page.text.split('name="authorize" value="')[1].split('"')[0].replace("&amp;", "&")
    for answer, expected in (("no", "error"), ("yes", "code")):
        fields = {"authorize": hidden, "consent": answer}
        assert expected in parameters(await scene.http.post("/u/consent", data=fields))


async def test_any_name_can_sign_in_and_is_escaped() -> None:
    hostile = "<img src=x onerror=alert(1)>"
    scene = Scene(users=[User(sub='"><script>', claims={"name": "<b>bold</b>"})])
    page = await scene.ask(login_hint=hostile)
    assert "<img" not in page.text
    assert "<script>" not in page.text
    assert "<b>bold" not in page.text
    answer = await scene.sign_in(user=hostile, nonce="n2")
    tokens = (await scene.exchange(parameters(answer)["code"])).json()
    assert (await verified(scene, tokens["id_token"]))["name"] == hostile


async def test_a_public_client_needs_no_secret_but_pkce() -> None:
    scene = Scene(clients=[ClientRegistration(client_id="app", redirect_uris=(BACK,))])
    answer = await scene.exchange(await scene.code(), client_secret="")
    assert answer.status_code == 200
    assert "error" in parameters(await scene.ask(code_challenge="", nonce="n2"))
