"""The relying party in its own, safer mode; the SDK's mode is what the golden cases run."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from joserfc.jwk import ECKey

from session_inspector.devserver.client.client import Auth0Client
from session_inspector.devserver.client.options import SessionConfiguration
from session_inspector.devserver.core.errors import InputError, InspectorError
from session_inspector.devserver.core.events.login import LoginFailed
from session_inspector.devserver.core.events.session import SessionRefused, SessionResurrected
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.data_store import StoreSessions
from session_inspector.devserver.stores.memory import MemoryStore
from tests.devserver.client.client_scene import APP, ClientScene
from tests.devserver.provider.provider_scene import parameters
from tests.vectors.sessions import Notebook

INSECURE = {"NODE_ENV": "production", "AUTH0_COOKIE_SECURE": "false"}
HOSTILE = "eyJhbGciOiJub25lIiwiZW5jIjoiQTI1NkdDTSJ9...."


async def test_login_and_profile() -> None:
    scene = ClientScene()
    assert (await scene.sign_in()).json()["name"] == "Alice"
    profile = await scene.get("/auth/profile")
    assert profile.json() == {"sub": "local|alice", "name": "Alice", "email": "a@example.com"}


async def test_a_hostile_cookie_is_no_session_with_a_reason() -> None:
    scene = ClientScene()
    answer = await scene.get("/", cookie=f"__session={HOSTILE}")
    assert (answer.status_code, answer.json()) == (200, None)
    refused = next(e for e in scene.events if isinstance(e, SessionRefused))
    assert refused.code == "ERR_JOSE_NOT_SUPPORTED"


async def test_in_compat_mode_it_raises_as_the_sdk_does() -> None:
    with pytest.raises(InspectorError, match="Invalid or unsupported"):
        await ClientScene(compat="nextjs-auth0").get("/", cookie=f"__session={HOSTILE}")


async def test_an_unknown_host_is_not_trusted_without_a_base_url() -> None:
    strict = ClientScene(app_base_url=[])
    assert (await strict.get("/auth/login", host="evil.test")).status_code == 500
    assert (await strict.get("/auth/login", host="localhost:3000")).status_code == 307
    original = ClientScene(app_base_url=[], compat="nextjs-auth0")
    answer = await original.get("/auth/login", host="evil.test")
    assert "redirect_uri=http%3A%2F%2Fevil.test" in answer.headers["location"]


async def test_of_several_base_urls_the_request_picks_one_it_may() -> None:
    scene = ClientScene(app_base_url=["http://a.test", "http://b.test"])
    found = parameters(await scene.get("/auth/login", host="b.test"))
    assert found["redirect_uri"] == "http://b.test/auth/callback"
    assert (await scene.get("/auth/login", host="c.test")).status_code == 500


async def test_an_id_token_that_another_key_signed_is_refused() -> None:
    other = ClientScene()

    def forge(request: httpx.Request) -> httpx.Response | None:
        if request.url.path != "/oauth/token":
            return None
        now = int(other.tenant.clock.now())
        claims: JsonObject = {"iss": "http://op.test/", "aud": "app", "iat": now, "exp": now + 60}
        forged = other.tenant.provider.storage.minter._sign(claims, "JWT")
        return httpx.Response(
            200, json={"access_token": "a", "token_type": "Bearer", "id_token": forged}
        )

    scene = ClientScene(forge)
    assert (await scene.sign_in()).status_code == 500
    (failed,) = [e for e in scene.events if isinstance(e, LoginFailed)]
    assert (failed.step, failed.code) == ("id_token", "invalid_token")


async def test_after_key_rotation_the_keys_are_fetched_again() -> None:
    scene = ClientScene()
    await scene.sign_in()
    scene.tenant.provider.rotate_keys()
    assert (await scene.get("/token")).status_code == 200


async def test_concurrent_refreshes_share_one_flight() -> None:
    scene = ClientScene()
    await scene.sign_in()
    scene.asked.clear()
    answers = await asyncio.gather(*(scene.get("/token") for _ in range(8)))
    assert len({answer.json()["token"] for answer in answers}) == 1
    assert len(scene.asked) == 1


async def test_in_compat_mode_each_refreshes_and_rotation_bites() -> None:
    scene = ClientScene(compat="nextjs-auth0")
    await scene.sign_in()
    outcomes = await asyncio.gather(
        *(scene.get("/token") for _ in range(4)), return_exceptions=True
    )
    assert any(isinstance(outcome, InspectorError) for outcome in outcomes)


async def test_added_claims_survive_a_refresh() -> None:
    scene = ClientScene()
    await scene.sign_in()
    await scene.browser.visit("/name")
    await scene.browser.visit("/token")
    user = (await scene.get("/")).json()
    assert (user["team"], user["name"]) == ("blue", "Alice")


async def test_update_session_cannot_change_internal() -> None:
    scene = ClientScene()
    await scene.sign_in()
    await scene.browser.visit("/name")
    assert "hacked" not in str(await scene.get("/auth/profile"))
    answer = await scene.get("/auth/logout")
    assert "hacked" not in answer.headers["location"]


async def test_a_rolled_response_is_kept_out_of_caches() -> None:
    scene = ClientScene()
    await scene.sign_in()
    answer = await scene.get("/")
    assert answer.headers["cache-control"].startswith("private, no-cache, no-store")
    assert len(answer.headers.get_list("set-cookie")) == 6


async def test_without_rolling_nothing_is_written() -> None:
    scene = ClientScene(session=SessionConfiguration(rolling=False))
    await scene.sign_in()
    answer = await scene.get("/")
    assert ("set-cookie" in answer.headers, "cache-control" in answer.headers) == (False, False)


async def test_a_hook_can_stop_rolling_for_one_request() -> None:
    async def only_pages(request: object) -> bool:
        return False

    scene = ClientScene(before_session_rolled=only_pages)
    await scene.sign_in()
    assert "set-cookie" not in (await scene.get("/")).headers


async def test_a_logout_token_that_does_not_verify_is_400() -> None:
    scene = ClientScene(session_store=StoreSessions(MemoryStore(ClientScene().tenant.clock), float))  # type: ignore[arg-type]  # no session is written
    transport = httpx.ASGITransport(scene.app)
    async with httpx.AsyncClient(transport=transport, base_url=APP) as http:
        for token in (
            "garbage",
            "a.b.c",
            scene.tenant.provider.storage.minter.logout_token("u", "s", "other"),
        ):
            answer = await http.post("/auth/backchannel-logout", data={"logout_token": token})
            assert answer.status_code == 400, token


async def test_connection_tokens_are_exchanged_cached_and_forgotten() -> None:
    state = {"fails": False}

    def upstream(request: httpx.Request) -> httpx.Response | None:
        if b"federated-connection-access-token" not in request.content:
            return None
        if state["fails"]:
            return httpx.Response(401, json={"error": "federated_error"})
        body = {"access_token": "gh", "token_type": "Bearer", "expires_in": 60, "scope": "repo"}
        return httpx.Response(200, json=body)

    scene = ClientScene(upstream)
    await scene.sign_in()
    first = (await scene.browser.visit("/gh")).json()
    expected = {"accessToken": "gh", "connection": "github", "scope": "repo"}
    assert {k: first[k] for k in expected} == expected
    assert "__FC_0" in scene.browser.cookies()
    count = len(scene.asked)
    await scene.browser.visit("/gh")
    assert len(scene.asked) == count
    scene.tenant.clock.advance(60)
    state["fails"] = True
    with pytest.raises(InspectorError) as caught:
        await scene.get("/gh")
    assert caught.value.code == "failed_to_exchange_refresh_token"


async def test_a_revocation_list_ends_stateless_sessions_for_good() -> None:
    scene = ClientScene(revocation="store", session_store=Notebook({}))
    await scene.sign_in()
    held = scene.browser.cookies()
    await scene.browser.visit("/auth/logout")
    stolen = "; ".join(f"{name}={value}" for name, value in held.items())
    assert (await scene.get("/", cookie=stolen)).json() is None
    assert not any(isinstance(e, SessionResurrected) for e in scene.events)


async def test_without_one_a_stolen_cookie_lives_on_and_the_journal_says_so() -> None:
    scene = ClientScene()
    await scene.sign_in()
    held = scene.browser.cookies()
    await scene.browser.visit("/auth/logout")
    stolen = "; ".join(f"{name}={value}" for name, value in held.items())
    assert (await scene.get("/", cookie=stolen)).json()["name"] == "Alice"
    assert any(isinstance(e, SessionResurrected) for e in scene.events)


async def test_a_signed_assertion_takes_the_secret_s_place() -> None:
    key = ECKey.generate_key("P-256").as_pem(private=True).decode()
    env = {
        "AUTH0_CLIENT_ASSERTION_SIGNING_KEY": key,
        "AUTH0_CLIENT_ASSERTION_SIGNING_ALG": "ES256",
    }
    scene = ClientScene(env=env)
    await scene.sign_in()
    assert scene.asked[0]["client_assertion"].count(".") == 2
    assert "client_secret" not in scene.asked[0]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"secret": []}, "no session secret"),
        ({"secret": ""}, "no session secret"),
        ({"domain": ""}, "no domain is set"),
        ({"client_id": ""}, "no client_id is set"),
        ({"token_refresh_buffer": -1}, "must be finite and 0 or more"),
        ({"revocation": "store"}, "needs a store"),
        ({"env": INSECURE, "app_base_url": []}, "not Secure"),
    ],
)
def test_what_is_missing_is_said(options: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        ClientScene(**options)  # type: ignore[arg-type]  # options of the client


def test_all_that_is_missing_is_said_at_once() -> None:
    with pytest.raises(InputError) as refused:
        Auth0Client(env={})
    assert refused.value.message.startswith(
        "no domain is set, no client_id is set, no session secret is set."
        " Fix: give domain=…, client_id=…, secret=…,"
        " or set AUTH0_DOMAIN, AUTH0_CLIENT_ID, AUTH0_SECRET"
    )


def test_the_environment_is_enough() -> None:
    env = {"AUTH0_SECRET": "s" * 32, "AUTH0_DOMAIN": "t.test", "AUTH0_CLIENT_ID": "c"}
    client = Auth0Client(env={**env, "APP_BASE_URL": "https://a.test, https://b.test"})
    assert client.relying_party.config.base_urls == ("https://a.test", "https://b.test")
    assert client.relying_party.config.cookie.secure
    assert client.relying_party.issuer.url == "https://t.test/"
