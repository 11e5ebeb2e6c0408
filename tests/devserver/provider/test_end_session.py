"""Logout ends the provider's session, tells the clients, and sends nobody to strangers."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

import pytest

from session_inspector.devserver.core.events.login import LogoutFrameShown, ProviderSessionEnded
from session_inspector.devserver.provider.registrations import ClientRegistration
from tests.devserver.provider.provider_scene import BACK, ISSUER, Scene, verified


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


FRAMED = ClientRegistration(
    client_id="app",
    client_secret="secret",
    redirect_uris=(BACK,),
    post_logout_redirect_uris=("http://app.test/",),
    frontchannel_logout_uri="http://app.test/front?a=1",
)


async def test_a_front_channel_logout_is_loaded_in_a_frame_before_the_browser_goes_on() -> None:
    scene = Scene(clients=[FRAMED])
    tokens = await scene.tokens()
    sid = str((await verified(scene, tokens["id_token"]))["sid"])
    back = {"client_id": "app", "post_logout_redirect_uri": "http://app.test/", "state": "bye"}
    page = await scene.http.get("/oidc/logout", params=back)
    query = urlencode({"iss": ISSUER, "sid": sid})
    assert f'<iframe src="{escape(f"http://app.test/front?a=1&{query}")}"' in page.text
    assert 'href="http://app.test/?state=bye"' in page.text
    assert "frame-src http://app.test;" in page.headers["content-security-policy"]
    assert page.headers["set-cookie"].startswith('op_session=""')
    (shown,) = [event for event in scene.events if isinstance(event, LogoutFrameShown)]
    assert (shown.client_id, shown.sid) == ("app", sid)
    again = await scene.http.get("/oidc/logout", params=back)
    assert again.headers["location"] == "http://app.test/?state=bye"


async def test_without_a_way_back_the_frames_are_loaded_too() -> None:
    scene = Scene(clients=[FRAMED])
    await scene.tokens()
    page = await scene.http.get("/v2/logout")
    assert ("<iframe" in page.text, "<script" in page.text) == (True, False)
