"""The lab's own provider: made from the settings, revoked at, and what its apps answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from session_inspector.devserver.core.commands import RevokeAtProvider
from session_inspector.devserver.core.configuration.registered import (
    RegisteredClient,
    RegisteredOrganization,
)
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.lab.local_provider import (
    Addresses,
    list_sessions,
    make_provider,
    revoke_at,
    send_logout_token,
)
from session_inspector.devserver.provider.end_session import Delivery
from tests.devserver.lab.lab_scene import LabScene
from tests.devserver.provider.provider_scene import Scene


async def no_delivery(uri: str, token: str) -> Delivery | None:
    return None


def test_the_lab_s_own_app_is_the_only_client() -> None:
    scene = LabScene()
    addresses = Addresses(base_url="http://app.test:1", issuer="http://op.test/")
    provider = make_provider(
        scene.site.settings, addresses, scene.clock, scene.journal.publish, no_delivery
    )
    (client,) = provider.clients.values()
    assert client.client_id == "session-inspector-lab"
    assert client.redirect_uris == ("http://app.test:1/auth/callback",)
    assert client.post_logout_redirect_uris == ("http://app.test:1", "http://app.test:1/")
    assert client.backchannel_logout_uri == "http://app.test:1/auth/backchannel-logout"


def test_registered_clients_and_organisations_are_the_provider_s() -> None:
    scene = LabScene()
    worker = RegisteredClient(
        client_id="worker",
        dpop_bound_access_tokens=True,
        frontchannel_logout_uri="http://x/f",
        web_origins=("http://x",),
    )
    acme = RegisteredOrganization(id="org_acme", name="acme", members=("local|bob",))
    settings = replace(scene.site.settings, clients=(worker,), organizations=(acme,))
    addresses = Addresses(base_url="http://app.test:1", issuer="http://op.test/")
    provider = make_provider(settings, addresses, scene.clock, scene.journal.publish, no_delivery)
    found = provider.clients["worker"]
    assert (found.requires_proofs, found.requires_pushed_requests) == (True, False)
    assert found.frontchannel_logout_uri == "http://x/f"
    assert found.web_origins == ("http://x",)
    assert len(provider.clients) == 2


def test_the_lab_s_own_app_may_leave_to_what_is_configured() -> None:
    scene = LabScene()
    settings = replace(scene.site.settings, post_logout_uris=("/bye", "https://a.example/out"))
    addresses = Addresses(base_url="http://app.test:1", issuer="http://op.test/")
    provider = make_provider(settings, addresses, scene.clock, scene.journal.publish, no_delivery)
    (client,) = provider.clients.values()
    assert client.post_logout_redirect_uris[2:] == (
        "http://app.test:1/bye",
        "https://a.example/out",
    )


@pytest.mark.parametrize(
    "command",
    [RevokeAtProvider(), RevokeAtProvider(user="u", sid="s"), RevokeAtProvider(sid="s", token="t")],
)
async def test_exactly_one_thing_is_revoked(command: RevokeAtProvider) -> None:
    with pytest.raises(InspectorError, match="name one of user, sid and token"):
        await revoke_at(Scene().provider, command, cause="c1")


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (RevokeAtProvider(user="nobody"), "nobody has no session and no refresh token here"),
        (RevokeAtProvider(sid="none"), "there is no session 'none' at the provider"),
        (RevokeAtProvider(token="none"), "no such refresh token was issued here"),
    ],
)
async def test_what_is_not_there_cannot_be_revoked(command: RevokeAtProvider, reason: str) -> None:
    with pytest.raises(InspectorError, match=reason):
        await revoke_at(Scene().provider, command, cause="c1")


async def test_a_user_s_sessions_and_refresh_tokens_end_together() -> None:
    scene = Scene()
    await scene.tokens()
    message = await revoke_at(scene.provider, RevokeAtProvider(user="local|alice"), cause="c1")
    assert message == "local|alice: 1 session ended, families of refresh tokens revoked: 1"
    assert list_sessions(scene.provider) == []


async def test_a_session_ends_by_its_sid() -> None:
    scene = Scene()
    await scene.tokens()
    (session,) = list_sessions(scene.provider)
    assert (session["sub"], session["clients"]) == ("local|alice", ["app"])
    sid = str(session["sid"])
    message = await revoke_at(scene.provider, RevokeAtProvider(sid=sid), cause="c1")
    assert message == f"session {sid} ended at the provider"
    assert list_sessions(scene.provider) == []


async def test_a_refresh_token_is_revoked_with_its_family() -> None:
    scene = Scene()
    token = str((await scene.tokens())["refresh_token"])
    message = await revoke_at(scene.provider, RevokeAtProvider(token=token), cause="c1")
    assert message == "the refresh token and its family are revoked"
    assert (await scene.refresh(token)).status_code == 400


def answers(status: int, text: str = "") -> Callable[[httpx.Request], httpx.Response]:
    return lambda request: httpx.Response(status, text=text)


def breaks(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused")


@pytest.mark.parametrize(
    ("app", "delivery"),
    [
        (answers(200), Delivery(status=200)),
        (answers(204), Delivery(status=204)),
        (answers(400, "no\n such  session"), Delivery(status=400, reason="no such session")),
        (answers(500), Delivery(status=500, reason="status 500")),
        (breaks, Delivery(status=0, reason="no answer: refused")),
    ],
)
async def test_a_logout_token_has_come_when_the_app_takes_it(
    app: Callable[[httpx.Request], httpx.Response], delivery: Delivery
) -> None:
    async with httpx.AsyncClient(transport=httpx.MockTransport(app)) as http:
        assert await send_logout_token(http, "http://app.test/logout", "t") == delivery
