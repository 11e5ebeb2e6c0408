"""Tokens of upstream providers: cached to the second, matched by hint, forgotten on failure."""

from __future__ import annotations

import httpx
import pytest
from starlette.requests import Request

from session_inspector.devserver.client.connection_tokens import ConnectionTokens
from session_inspector.devserver.client.relying_party import RequestContext
from session_inspector.devserver.client.tokens.failures import AccessTokenError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.carrier import Loaded
from tests.devserver.client.client_scene import ClientScene
from tests.devserver.session.session_scene import Browser


class Scene(ClientScene):
    """A signed-in browser, and an upstream provider that numbers its tokens."""

    def __init__(self) -> None:
        super().__init__(self._exchange)
        self.is_failing = False
        self.is_away = False
        self.lifetime = {"expires_in": 60}
        self.exchanges: list[dict[str, str]] = []
        self.held = Browser()

    def _exchange(self, request: httpx.Request) -> httpx.Response | None:
        if self.is_away:
            return httpx.Response(503)
        if b"federated-connection-access-token" not in request.content:
            return None
        self.exchanges.append(dict(httpx.QueryParams(request.content.decode())))
        if self.is_failing:
            return httpx.Response(401, json={"error": "federated_error"})
        token = f"t{len(self.exchanges)}"
        answer = {"access_token": token, "token_type": "Bearer", **self.lifetime}
        return httpx.Response(200, json=answer)

    async def get_token(self, connection: str = "github", hint: str = "") -> JsonObject:
        rp = self.client.relying_party
        jars = self.held.request()
        scope = {"type": "http", "headers": [], "inspector.jars": jars}
        context = RequestContext.of(Request(scope))
        if self.is_away:
            rp.issuer._metadata = {}  # the app was started again
        try:
            return await ConnectionTokens(rp).get(context, connection, hint)
        finally:
            self.held.receive(jars)

    async def stored(self) -> object:
        carrier = self.client.engine.carrier
        found = await carrier.load(self.held.request(), self.tenant.clock.now())
        assert isinstance(found, Loaded)
        return found.data.get("connectionTokenSets")


async def signed_in() -> Scene:
    scene = Scene()
    await scene.sign_in()
    scene.held.cookies = dict(scene.browser.cookies())
    return scene


@pytest.mark.parametrize(("age", "token"), [(59, "t1"), (60, "t2")])
async def test_a_token_is_cached_until_the_exact_second(age: int, token: str) -> None:
    scene = await signed_in()
    assert (await scene.get_token())["accessToken"] == "t1"
    scene.tenant.clock.advance(age)
    assert (await scene.get_token())["accessToken"] == token


async def test_no_hint_matches_only_a_token_without_one() -> None:
    scene = await signed_in()
    await scene.get_token(hint="me")
    await scene.get_token()
    assert [fields.get("login_hint") for fields in scene.exchanges] == ["me", None]
    assert (await scene.get_token(hint="me"))["accessToken"] == "t1"
    assert (await scene.get_token())["accessToken"] == "t2"


async def test_a_fresh_token_takes_the_place_of_the_old() -> None:
    scene = await signed_in()
    await scene.get_token("github")
    await scene.get_token("google")
    scene.tenant.clock.advance(60)
    await scene.get_token("github")
    found = await scene.stored()
    assert isinstance(found, list)
    assert [token["accessToken"] for token in found] == ["t3", "t2"]


async def test_a_failed_exchange_forgets_the_old_token() -> None:
    scene = await signed_in()
    await scene.get_token()
    scene.tenant.clock.advance(60)
    scene.is_failing = True
    with pytest.raises(AccessTokenError) as caught:
        await scene.get_token()
    assert caught.value.code == "failed_to_exchange_refresh_token"
    assert await scene.stored() is None


async def test_a_provider_that_is_away_takes_no_token() -> None:
    scene = await signed_in()
    await scene.get_token()
    scene.tenant.clock.advance(60)
    scene.is_away = True
    with pytest.raises(AccessTokenError) as caught:
        await scene.get_token()
    assert caught.value.code == "discovery_error"
    assert await scene.stored() != []
    scene.is_away = False
    assert (await scene.get_token())["accessToken"] == "t2"


async def test_a_token_without_a_lifetime_is_exchanged_each_time() -> None:
    scene = await signed_in()
    scene.lifetime = {}
    assert (await scene.get_token())["expiresAt"] is None
    assert (await scene.get_token())["accessToken"] == "t2"


async def test_without_a_session_there_is_no_token() -> None:
    with pytest.raises(AccessTokenError) as caught:
        await Scene().get_token()
    assert caught.value.code == "missing_session"
