"""Confused algorithms, keys and issuers, and everything that must work only once."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import OctKey, RSAKey

from session_inspector.devserver.core.events.login import LoginFailed, TokenRefused
from session_inspector.devserver.core.values import Json, JsonObject
from tests.devserver.client.client_scene import APP, ClientScene
from tests.devserver.provider.provider_scene import Scene, parameters
from tests.security.scenes import StatefulScene, answering, id_claims, signed

STRANGER = RSAKey.generate_key(2048)
STRANGERS: JsonObject = {n: str(v) for n, v in STRANGER.as_dict(private=False).items()}


def b64(value: JsonObject) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def with_hmac(secret: bytes, claims: JsonObject) -> str:
    """Sign by hand: joserfc refuses to use a public key as a secret."""
    text = f"{b64({'alg': 'HS256'})}.{b64(claims)}"
    mac = hmac.digest(secret, text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def with_crit(tenant: Scene, claims: JsonObject) -> str:
    """Sign by hand with the right key: joserfc refuses a header that nobody understands."""
    names: list[Json] = ["exp"]
    header: JsonObject = {"alg": "RS256", "crit": names, "exp": 1}
    text = f"{b64(header)}.{b64(claims)}"
    key = tenant.provider.storage.minter._keys.current.private_key
    assert key is not None
    signature = key.sign(text.encode(), PKCS1v15(), SHA256())
    return f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


FORGERIES: dict[str, Callable[[Scene, JsonObject], str]] = {
    "alg none": lambda tenant, claims: f"{b64({'alg': 'none'})}.{b64(claims)}.",
    "alg None": lambda tenant, claims: f"{b64({'alg': 'None'})}.{b64(claims)}.",
    "no alg": lambda tenant, claims: f"{b64({'typ': 'JWT'})}.{b64(claims)}.c2ln",
    "HS256 with the public key": lambda tenant, claims: with_hmac(
        tenant.provider.storage.minter._keys.current.as_pem(private=False), claims
    ),
    "HS256 with the client secret": lambda tenant, claims: signed(
        {"alg": "HS256"}, claims, OctKey.import_key("secret")
    ),
    "PS256 with the right key": lambda tenant, claims: signed(
        {"alg": "PS256"}, claims, tenant.provider.storage.minter._keys.current
    ),
    "its own key inside": lambda tenant, claims: signed(
        {"alg": "RS256", "jwk": STRANGERS}, claims, STRANGER
    ),
    "a key elsewhere": lambda tenant, claims: signed(
        {"alg": "RS256", "jku": "http://evil.example/jwks", "x5u": "http://evil.example"},
        claims,
        STRANGER,
    ),
    "the right kid, another key": lambda tenant, claims: signed(
        {"alg": "RS256", "kid": tenant.provider.storage.minter._keys.current.kid or ""},
        claims,
        STRANGER,
    ),
    "kid of a path": lambda tenant, claims: signed(
        {"alg": "RS256", "kid": "../../../dev/null"}, claims, STRANGER
    ),
    "unknown crit": with_crit,
}


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize("name", FORGERIES)
async def test_a_forged_id_token_logs_nobody_in(name: str) -> None:
    scene = answering(lambda claims: FORGERIES[name](scene.tenant, claims))
    assert (await scene.sign_in()).status_code == 500
    assert (await scene.get("/")).json() is None
    (failed,) = [event for event in scene.events if isinstance(event, LoginFailed)]
    assert failed.step == "id_token"


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize("name", FORGERIES)
async def test_a_forged_logout_token_ends_nothing(name: str) -> None:
    scene = StatefulScene()
    await scene.sign_in()
    claims = id_claims(scene.tenant, sub="local|alice", jti="j")
    claims["events"] = {"http://schemas.openid.net/event/backchannel-logout": {}}
    answer = await scene.back_channel(FORGERIES[name](scene.tenant, claims))
    assert (answer.status_code, len(await scene.ids())) == (400, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "http://evil.test/"},
        {"iss": "http://op.test"},
        {"aud": "other"},
        {"nonce": "of another login"},
        {"exp": 1},
        {"nbf": 4_000_000_000},
    ],
)
async def test_a_well_signed_token_of_another_login_issuer_or_time_is_refused(
    changes: dict[str, str | int],
) -> None:
    scene = answering(
        lambda claims: scene.tenant.provider.storage.minter._sign({**claims, **changes}, "JWT")
    )
    assert (await scene.sign_in()).status_code == 500
    assert (await scene.get("/")).json() is None


async def test_the_forging_scene_logs_in_when_nothing_is_forged() -> None:
    scene = answering(lambda claims: scene.tenant.provider.storage.minter._sign(claims, "JWT"))
    await scene.sign_in()
    assert (await scene.get("/")).json()["sub"] == "local|mallory"


async def test_keys_of_another_kind_in_the_jwks_verify_nothing() -> None:
    """A key set with a symmetric key must not make HS256 acceptable."""
    key = OctKey.generate_key(256, {"kid": "o", "alg": "HS256", "use": "sig"})

    def handle(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.endswith("jwks.json"):
            return httpx.Response(200, json={"keys": [key.as_dict()]})
        if request.url.path == "/oauth/token":
            token = signed({"alg": "HS256", "kid": "o"}, id_claims(scene.tenant), key)
            return httpx.Response(200, json={"access_token": "a", "id_token": token})
        return None

    scene = ClientScene(handle)
    assert (await scene.sign_in()).status_code == 500
    assert (await scene.get("/")).json() is None


async def test_the_discovery_document_of_another_issuer_is_refused() -> None:
    def handle(request: httpx.Request) -> httpx.Response | None:
        if not request.url.path.endswith("openid-configuration"):
            return None
        return httpx.Response(200, json={"issuer": "http://evil.test/", "jwks_uri": "http://x"})

    assert (await ClientScene(handle).get("/auth/login")).status_code == 500


async def test_a_callback_works_once_and_in_one_browser_only() -> None:
    scene = ClientScene()
    start = await scene.get("/auth/login")
    state = parameters(start)["state"]
    code = await scene.tenant.code(
        state=state,
        nonce=parameters(start)["nonce"],
        code_challenge=parameters(start)["code_challenge"],
    )
    url = f"/auth/callback?code={code}&state={state}"
    assert (await scene.get(url, cookie="")).status_code == 500, "no transaction: login CSRF"
    lines = start.headers.get_list("set-cookie")
    mine = "; ".join(line.partition(";")[0] for line in lines)
    assert (await scene.get(url.replace(state, state[::-1]), cookie=mine)).status_code == 500
    first = await scene.get(url, cookie=mine)
    assert (first.status_code, first.headers["location"]) == (307, f"{APP}/")
    assert any(
        line.startswith("__txn_") and "Max-Age=0" in line
        for line in first.headers.get_list("set-cookie")
    )
    again = await scene.get(url, cookie=mine)  # a thief kept the cookie: the code is spent
    assert again.status_code == 500
    codes = [event.code for event in scene.tenant.events if isinstance(event, TokenRefused)]
    assert "code_replayed" in codes


async def test_a_refresh_token_is_spent_and_its_reuse_ends_the_family() -> None:
    scene = Scene()
    first = (await scene.tokens())["refresh_token"]
    second = (await scene.refresh(first)).json()["refresh_token"]
    for token in (first, second):
        assert (await scene.refresh(token)).json()["error"] == "invalid_grant"


async def test_a_replayed_logout_token_does_not_end_the_next_session() -> None:
    scene = StatefulScene()
    await scene.sign_in()
    token = scene.tenant.provider.storage.minter.logout_token("local|alice", "sid-1", "app")
    assert (await scene.back_channel(token)).status_code == 204
    assert await scene.ids() == []
    await scene.sign_in()
    assert (await scene.back_channel(token)).status_code == 204
    assert len(await scene.ids()) == 1
    scene.tenant.clock.advance(151)  # its lifetime, and the tolerance
    assert (await scene.back_channel(token)).status_code == 400
    fresh = scene.tenant.provider.storage.minter.logout_token("local|alice", "sid-2", "app")
    assert (await scene.back_channel(fresh)).status_code == 204
    assert await scene.ids() == []
