"""Open redirects: nobody is sent to another origin, at login, at logout, or by the provider.

The judge is not our own parser: it is Node's URL, which browsers share.
"""

from __future__ import annotations

import httpx
import pytest

from session_inspector.devserver.client.urls.return_to import resolve_own_path
from session_inspector.devserver.core.events.login import LoginStarted
from tests.devserver.client.client_scene import APP, ClientScene
from tests.devserver.provider.provider_scene import BACK, QUESTION, Scene
from tests.security.payloads import EVIL, origins, payloads

BASE = "https://app.example.com"
MANY = payloads("app.example.com")
AT_APP = payloads("app.test", "http", "/auth/callback")
AT_LOOPBACK = payloads("127.0.0.1", "http", "/cb")


def test_there_are_two_thousand_payloads_and_most_would_leave() -> None:
    assert min(len(MANY), len(AT_APP), len(AT_LOOPBACK)) >= 2000
    left = [origin for origin in origins(MANY, BASE) if origin not in (None, BASE)]
    assert len(left) >= 400, "a list that no browser would follow proves nothing"


def test_a_path_that_is_kept_stays_however_it_is_resolved() -> None:
    kept = [(text, path) for text in MANY if (path := resolve_own_path(text, BASE)) is not None]
    whole = origins([f"{BASE}{path}" for _, path in kept], "https://elsewhere.example")
    alone = origins([path for _, path in kept], f"{BASE}/auth/callback")
    bad = [pair for pair, a, b in zip(kept, whole, alone, strict=True) if {a, b} != {BASE}]
    assert bad == []


def test_what_a_browser_takes_elsewhere_is_never_kept() -> None:
    gone = [
        text
        for text, origin in zip(MANY, origins(MANY, f"{BASE}/x"), strict=True)
        if origin not in (None, BASE)
    ]
    assert [text for text in gone if resolve_own_path(text, BASE) is not None] == []


async def test_a_login_comes_back_to_the_app_and_nowhere_else() -> None:
    scene = ClientScene()
    for text in AT_APP:
        answer = await scene.get(f"/auth/login?{httpx.QueryParams({'returnTo': text})}")
        assert answer.status_code == 307
    kept = {event.return_to for event in scene.events if isinstance(event, LoginStarted)}
    assert set(origins([f"{APP}{path}" for path in kept], BASE)) == {APP}
    assert not any(path.startswith(("//", "/\\")) for path in kept)


@pytest.mark.parametrize("name", ["returnTo", "redirect_uri", "post_logout_redirect_uri"])
async def test_the_app_sends_the_browser_to_its_provider_only(name: str) -> None:
    scene = ClientScene()
    found = set()
    for path in ("/auth/login", "/auth/logout"):
        for text in AT_APP[::5]:
            answer = await scene.get(f"{path}?{httpx.QueryParams({name: text})}")
            found.add(answer.headers["location"])
    assert set(origins(sorted(found), BASE)) == {"http://op.test"}


async def test_the_provider_redirects_to_what_is_registered_only() -> None:
    scene = Scene()
    await scene.sign_in()
    sent = []
    for text in (*AT_APP, *AT_LOOPBACK):
        question = {**QUESTION, "redirect_uri": text, "prompt": "none", "nonce": text[:50]}
        answer = await scene.http.get("/authorize", params=question)
        assert answer.status_code in (302, 400), text
        if answer.status_code == 302:
            sent.append(answer.headers["location"])
    hosts = {origin for origin in origins(sent, BASE) if origin is not None}
    assert all(host == "http://app.test" or host.startswith("http://127.0.0.1") for host in hosts)
    assert not [url for url in sent if EVIL in url], "not even in the path"


async def test_a_registered_redirect_still_works() -> None:
    scene = Scene()
    await scene.sign_in()
    for uri in (BACK, "http://127.0.0.1:8123/cb", "http://127.0.0.1/cb"):
        answer = await scene.http.get(
            "/authorize", params={**QUESTION, "redirect_uri": uri, "nonce": uri}
        )
        assert answer.headers["location"].startswith(f"{uri}?code=")


@pytest.mark.parametrize(
    ("path", "name"), [("/oidc/logout", "post_logout_redirect_uri"), ("/v2/logout", "returnTo")]
)
async def test_after_a_logout_the_provider_sends_nobody_to_strangers(path: str, name: str) -> None:
    scene = Scene()
    for text in (*AT_APP, *payloads("app.test", "http", "/")):
        answer = await scene.http.get(path, params={"client_id": "app", name: text})
        if "location" in answer.headers:
            assert answer.headers["location"] == "http://app.test/", text
        else:
            assert answer.status_code == 400, text
