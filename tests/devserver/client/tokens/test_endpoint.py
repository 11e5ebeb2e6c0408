"""How the client proves itself at the token endpoint: secret, assertion, certificate."""

from __future__ import annotations

import httpx
import pytest

from session_inspector.devserver.client.client import Auth0Client
from session_inspector.devserver.client.options import Wiring
from session_inspector.devserver.core.errors import InputError, OAuthError
from session_inspector.devserver.core.values import JsonObject
from tests.devserver.client.client_scene import ClientScene
from tests.devserver.provider.provider_scene import ISSUER

TOKENS: JsonObject = {"access_token": "a", "token_type": "Bearer"}
ALIAS = "https://mtls.op.test/token"


def _client(seen: list[httpx.Request], metadata: dict[str, object], **env: str) -> Auth0Client:
    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if request.url.path.endswith("openid-configuration"):
            token = f"{ISSUER}oauth/token"
            return httpx.Response(200, json={"issuer": ISSUER, "token_endpoint": token, **metadata})
        return httpx.Response(200, json={"access_token": "a", "token_type": "Bearer"})

    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return Auth0Client(
        secret="s" * 32,
        domain=ISSUER,
        client_id="app",
        env=env,
        wiring=Wiring(http=http),
    )


async def test_mtls_uses_the_alias_and_sends_no_secret() -> None:
    seen: list[httpx.Request] = []
    aliases = {"mtls_endpoint_aliases": {"token_endpoint": ALIAS}}
    client = _client(seen, {**aliases}, AUTH0_MTLS="true")
    await client.relying_party.token_endpoint.ask(
        {"grant_type": "refresh_token", "refresh_token": "r"}
    )
    assert str(seen[-1].url) == ALIAS
    sent = dict(httpx.QueryParams(seen[-1].content.decode()))
    assert (sent["client_id"], "client_secret" in sent) == ("app", False)


async def test_mtls_without_an_alias_is_refused_with_the_fix() -> None:
    client = _client([], {}, AUTH0_MTLS="true")
    with pytest.raises(OAuthError, match="mtls_endpoint_aliases") as refused:
        await client.relying_party.token_endpoint.ask({"grant_type": "refresh_token"})
    assert refused.value.code == "mtls_endpoint_aliases_missing"


@pytest.mark.parametrize("text", ["TRUE", "1", ""])
async def test_mtls_is_on_for_exactly_true(text: str) -> None:
    seen: list[httpx.Request] = []
    client = _client(seen, {}, AUTH0_MTLS=text)
    await client.relying_party.token_endpoint.ask(
        {"grant_type": "refresh_token", "refresh_token": "r"}
    )
    assert str(seen[-1].url) == f"{ISSUER}oauth/token"


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({}, "takes the place of client_secret"),
        ({"client_secret": "", "use_dpop": True}, "cannot be used together"),
        ({"client_secret": "", "wiring": Wiring()}, "needs a client certificate"),
    ],
)
def test_mtls_refuses_what_does_not_go_with_it(options: dict[str, object], why: str) -> None:
    with pytest.raises(InputError, match=why):
        ClientScene(lambda request: None, use_mtls=True, **options)


async def test_a_refusal_keeps_the_whole_answer() -> None:
    body = {"error": "mfa_required", "error_description": "more", "mfa_token": "m"}

    def refuse(request: httpx.Request) -> httpx.Response | None:
        is_token = request.url.path == "/oauth/token"
        return httpx.Response(403, json=body) if is_token else None

    client = ClientScene(refuse).client
    with pytest.raises(OAuthError) as refused:
        await client.relying_party.token_endpoint.ask({"grant_type": "refresh_token"})
    assert (refused.value.code, refused.value.message) == ("mfa_required", "more")
    assert refused.value.body == body


async def ask(status: int, body: object) -> JsonObject:
    """Return what a client makes of an answer to its grant."""

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.url.path != "/oauth/token":
            return None
        return httpx.Response(status, json=body)

    endpoint = ClientScene(answer).client.relying_party.token_endpoint
    return await endpoint.ask({"grant_type": "refresh_token", "refresh_token": "secret-token"})


async def test_only_the_status_says_whether_a_grant_succeeded() -> None:
    found = await ask(200, {**TOKENS, "error": "mfa_required", "expires_at": []})
    assert found == {**TOKENS, "token_type": "bearer"}


@pytest.mark.parametrize("status", [201, 204, 302, 400, 403, 500])
async def test_tokens_with_another_status_are_no_grant(status: int) -> None:
    with pytest.raises(OAuthError, match=str(status)) as refused:
        await ask(status, TOKENS)
    assert refused.value.code == "token_endpoint_error"


async def test_an_answer_that_the_sdk_refuses_is_named_without_what_was_sent() -> None:
    with pytest.raises(OAuthError, match="has no access_token; its error is no") as refused:
        await ask(200, {"error": "no secret-token", "mfa_token": "m"})
    assert refused.value.code == "invalid_token_response"
    assert "secret-token" not in refused.value.message
