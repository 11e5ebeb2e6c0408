"""Our relying party logs in, refreshes and logs out at other people's providers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from session_inspector.devserver.core.commands import Expire
from session_inspector.devserver.core.events.login import LoginFailed
from session_inspector.devserver.host import start_lab
from session_inspector.devserver.settings import load_settings
from tests.end_to_end.lab import Lab
from tests.forms import submit
from tests.peers.providers import PROVIDERS, Provider, running
from tests.waiting import patient_client


@dataclass(frozen=True)
class Site:
    """The lab at somebody else's provider."""

    provider: Provider
    lab: Lab

    def begin(self, http: httpx.Client) -> httpx.Response:
        """Return the provider's login page."""
        page = http.get(
            f"{self.lab.base_url}/auth/login?returnTo=/protected", follow_redirects=True
        )
        assert page.status_code == 200, page.text
        return page


@pytest.fixture(scope="module", params=PROVIDERS, ids=lambda provider: provider.name)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    provider: Provider = request.param
    folder = tmp_path_factory.mktemp(provider.name)
    with running(provider, folder) as issuer:
        env = {"HOME": str(folder), "AUTH0_CLIENT_SECRET": provider.secret}
        flags = {"store": "memory://", "issuer": issuer, "client_id": "app"}
        lab = start_lab(load_settings(flags, env))
        try:
            yield Site(provider, Lab(lab))
        finally:
            lab.stop()


def test_login_refresh_and_logout(site: Site) -> None:
    lab = site.lab
    with browse() as http:
        page = site.provider.sign_in(http, site.begin(http))
        assert (str(page.url), page.status_code) == (f"{lab.base_url}/protected", 200), lab.told(
            LoginFailed
        )
        row = lab.row_once(lambda row: row.life == "live")
        assert row.who == site.provider.user

        old = http.get(f"{lab.base_url}/auth/access-token").json()["token"]
        assert lab.send(Expire(session=row.session, clock="access_token")).is_ok
        if site.provider.refreshes:
            answer = http.get(f"{lab.base_url}/auth/access-token").json()
            assert answer["token"] != old

        page = http.get(f"{lab.base_url}/auth/logout", follow_redirects=True)
        if site.provider.asks_at_logout:
            page = submit(http, page)
        assert "Nobody is signed in" in page.text
        lab.row_once(lambda row: row.life == "logged-out")


def test_a_wrong_state_signs_nobody_in(site: Site) -> None:
    before = len(site.lab.told(LoginFailed))
    with browse() as http:
        site.begin(http)
        answer = http.get(f"{site.lab.base_url}/auth/callback?code=c&state=abcdefgh")
        assert answer.status_code == 500
        assert answer.text.startswith("The state parameter is invalid.")
        assert http.get(f"{site.lab.base_url}/auth/profile").status_code == 401
    site.lab.eventually(lambda: len(site.lab.told(LoginFailed)) == before + 1)
    assert site.lab.told(LoginFailed)[-1].code == "invalid_state"


def browse() -> httpx.Client:
    """Return a browser that sends Secure cookies to loopback, as real ones do."""
    http = patient_client()

    def trust_loopback(response: httpx.Response) -> None:
        for cookie in http.cookies.jar:
            cookie.secure = False

    http.event_hooks = {"response": [trust_loopback]}
    return http
