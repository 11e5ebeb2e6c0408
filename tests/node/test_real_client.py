"""The real package's own client logs in at our provider, as it would at an Auth0 tenant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.types import ASGIApp

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.events.login import (
    PushedRequestUsed,
    RequestPushed,
    TokenMinted,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.knobs import LOGOUT_FAULTS, Knobs, WrongLogout
from session_inspector.devserver.core.listening import bind, port_of
from session_inspector.devserver.host import Host
from session_inspector.devserver.lab.browser import LoginForm
from session_inspector.devserver.provider.provider import Provider, ProviderSettings
from session_inspector.devserver.provider.registrations import ClientRegistration, Lifetimes, User
from tests.node.packages import running
from tests.waiting import PATIENCE

TENANT = "tenant.test"
APP = "http://app.test"


@dataclass
class Scene:
    http: httpx.Client
    host: Host[Provider]
    provider: Provider
    events: list[Event]
    statuses: list[int]
    """What the app answered to logout tokens."""

    def get(self, url: str) -> httpx.Response:
        """Request a page and follow redirects over both hosts."""
        return self.http.get(url, follow_redirects=True)

    def sign_in(self) -> httpx.Response:
        page = self.get(f"{APP}/auth/login?returnTo=/auth/profile")
        form = LoginForm.found_in(page.text)
        assert form is not None, page.text
        action = page.url.join(form.action)
        return self.http.post(action, data=form.fill_in("local|alice"), follow_redirects=True)


class Hosts(httpx.BaseTransport):
    """Sends app.test and tenant.test to their ports."""

    def __init__(self, ports: dict[str, str]) -> None:
        self._ports = ports
        self._inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        target = urlsplit(self._ports[request.url.host])
        url = request.url.copy_with(scheme="http", host=target.hostname, port=target.port)
        return self._inner.handle_request(
            httpx.Request(request.method, url, headers=request.headers, content=request.read())
        )

    def close(self) -> None:
        self._inner.close()


def settings_of_the_tenant(access: int) -> ProviderSettings:
    """Return a provider with one app and one user, whose access tokens live so many seconds."""
    client = ClientRegistration(
        client_id="app",
        client_secret="secret",
        redirect_uris=(f"{APP}/auth/callback",),
        post_logout_redirect_uris=(APP,),
        backchannel_logout_uri=f"{APP}/auth/backchannel-logout",
    )
    return ProviderSettings(
        issuer=f"https://{TENANT}/",
        clients=[client],
        users=[User(sub="local|alice", claims={"name": "Alice", "email": "a@example.com"})],
        lifetimes=Lifetimes(access=access),
    )


@pytest.fixture(params=["stateless", "stateful"])
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    listener = bind(0)
    events: list[Event] = []
    app_url: list[str] = []
    statuses: list[int] = []
    provider_url = f"http://127.0.0.1:{port_of(listener)}"

    async def send(uri: str, token: str) -> None:
        async with httpx.AsyncClient(timeout=PATIENCE) as http:
            answer = await http.post(uri.replace(APP, app_url[0]), data={"logout_token": token})
            statuses.append(answer.status_code)

    async def build() -> Provider:
        settings = settings_of_the_tenant(0 if "refresh" in request.node.name else 3600)
        is_stateful = request.param == "stateful"
        return Provider(settings, SystemClock(), events.append, send if is_stateful else None)

    async def close(provider: Provider) -> None: ...

    def apps(provider: Provider) -> dict[int, ASGIApp]:
        return {port_of(listener): provider.app}

    host = Host(build, apps, close, [listener])
    provider = host.start()
    env = {"TENANT": TENANT, "PROVIDER": provider_url, "APP": APP}
    env |= {"STORE": "1"} if request.param == "stateful" else {}
    env |= {name: "1" for name in ("PAR", "DPOP") if name.lower() in request.node.name}
    with running("sdk.mjs", **env) as url:
        app_url.append(url)
        hosts = Hosts({"app.test": url, TENANT: provider_url})
        with httpx.Client(transport=hosts, timeout=PATIENCE) as http:
            yield Scene(http, host, provider, events, statuses)
    host.stop()


def test_login_profile_and_logout(scene: Scene) -> None:
    page = scene.sign_in()
    assert (page.status_code, page.json()["name"]) == (200, "Alice")
    answer = scene.http.get(f"{APP}/auth/logout")
    assert answer.headers["location"].startswith(f"https://{TENANT}/oidc/logout?client_id=app")
    gone = scene.http.get(answer.headers["location"])
    assert gone.headers["location"] == APP
    assert scene.http.get(f"{APP}/auth/profile").status_code == 401
    assert "Who are you today?" in scene.get(f"{APP}/auth/login").text


def test_refresh_gives_a_new_token(scene: Scene) -> None:
    scene.sign_in()
    tokens = {scene.http.get(f"{APP}/auth/access-token").json()["token"] for _ in range(2)}
    assert len(tokens) == 2


def test_back_channel_logout_ends_it_in_the_store(
    scene: Scene, request: pytest.FixtureRequest
) -> None:
    scene.sign_in()
    (sid,) = scene.provider.storage.sessions.by_sid
    assert scene.host.submit(scene.provider.sign_out(sid)).result(PATIENCE)
    is_stateful = "stateful" in request.node.name
    assert scene.statuses == ([204] if is_stateful else [])
    status = scene.http.get(f"{APP}/auth/profile").status_code
    assert status == (401 if is_stateful else 200)


def test_par_pushes_each_login(scene: Scene) -> None:
    page = scene.sign_in()
    assert (page.status_code, page.json()["name"]) == (200, "Alice")
    kinds = {type(event) for event in scene.events}
    assert {RequestPushed, PushedRequestUsed} <= kinds


def test_dpop_binds_the_tokens_at_login_and_refresh(scene: Scene) -> None:
    scene.sign_in()
    assert scene.http.get(f"{APP}/auth/access-token").json()["token_type"].lower() == "dpop"
    minted = [event for event in scene.events if isinstance(event, TokenMinted)]
    assert len({event.jkt for event in minted}) == 1
    assert minted[0].jkt


def test_mfa_required_is_finished_by_the_sdk_s_own_routes_at_a_refresh(scene: Scene) -> None:
    scene.sign_in()

    async def require() -> None:
        scene.provider.turn_knobs(Knobs(second_factor="refresh"))

    scene.host.submit(require()).result(PATIENCE)
    refused = scene.http.get(f"{APP}/auth/access-token?audience=https://api.test")
    assert (refused.status_code, refused.json()["error"]) == (403, "mfa_required")
    token = refused.json()["mfa_token"]
    bearer = {"authorization": f"Bearer {token}"}
    found = scene.http.get(f"{APP}/auth/mfa/authenticators", headers=bearer)
    assert [each["type"] for each in found.json()] == ["otp", "oob"]
    asked = {"mfa_token": token, "challenge_type": "otp"}
    challenge = scene.http.post(f"{APP}/auth/mfa/challenge", json=asked)
    assert challenge.json()["challenge_type"] == "otp"
    wrong = scene.http.post(f"{APP}/auth/mfa/verify", json={"otp": "000000"}, headers=bearer)
    assert wrong.json()["error"] == "invalid_grant"
    right = scene.http.post(f"{APP}/auth/mfa/verify", json={"otp": "123456"}, headers=bearer)
    assert right.json() == {"success": True}
    again = scene.http.get(f"{APP}/auth/access-token")
    assert (again.status_code, bool(again.json()["token"])) == (200, True)


REFUSED: Mapping[str, int] = {
    "events": 400,
    "nonce": 400,
    "subject": 400,
    "audience": 500,
    "issuer": 403,
    "expired": 500,
    "signature": 500,
}
"""How the app answers; 500: the package throws. It takes a wrong `typ`, and a `jti` again."""


@pytest.mark.parametrize("fault", LOGOUT_FAULTS)
@pytest.mark.parametrize("scene", ["stateful"], indirect=True)
def test_a_wrong_logout_token_is_refused(scene: Scene, fault: WrongLogout) -> None:
    async def turn() -> None:
        scene.provider.turn_knobs(Knobs(wrong_logout=fault))

    scene.host.submit(turn()).result(PATIENCE)
    scene.sign_in()
    (sid,) = scene.provider.storage.sessions.by_sid
    assert scene.host.submit(scene.provider.sign_out(sid)).result(PATIENCE)
    assert scene.statuses == [REFUSED.get(fault, 204)]
    assert scene.http.get(f"{APP}/auth/profile").status_code == (200 if fault in REFUSED else 401)
