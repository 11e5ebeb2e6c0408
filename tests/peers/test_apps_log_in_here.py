"""Apps on other people's packages log in at the lab as their tenant, refresh and log out.

docs/tenant.md has a table of what each needs.
"""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.login import ProviderSessionEnded, TokenMinted
from session_inspector.devserver.host import start_lab
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.tenant.environment import environments, settings_of
from tests.end_to_end.lab import Lab
from tests.peers.next_auth import NextAuth4
from tests.peers.peer import (
    Peer,
    Place,
    allow,
    running,
    sign_in,
    to_provider,
    with_another_state,
)
from tests.peers.proxies import ModAuthOpenidc, OAuth2Proxy
from tests.servers import free_port
from tests.waiting import PATIENCE

PEERS = (
    Peer(name="openid-client", script="openid_client.mjs"),
    Peer(name="passport-openidconnect", script="passport.mjs", discovers=False, refreshes=False),
    NextAuth4(name="next-auth"),
    Peer(name="authlib", script="authlib_app.py"),
    Peer(name="idpyoidc", script="idpyoidc_app.py"),
    Peer(name="pyoidc", script="pyoidc_app.py"),
    OAuth2Proxy(name="oauth2-proxy"),
    ModAuthOpenidc(name="mod_auth_openidc"),
)
CALLBACKS = sorted({peer.callback for peer in PEERS})


@dataclass(frozen=True)
class Tenant:
    lab: Lab
    env: dict[str, str]


@dataclass(frozen=True)
class Site:
    """A peer that runs, and the lab as its tenant."""

    peer: Peer
    place: Place
    lab: Lab

    def browse(self) -> httpx.Client:
        """Return somebody new with an empty cookie jar."""
        context = ssl.create_default_context(cafile=self.place.env["SESSION_INSPECTOR_CA"])
        issuer = {"x-issuer": self.place.env["OIDC_ISSUER"]}  # for the peers that leave it to us
        return httpx.Client(
            base_url=self.place.base_url, headers=issuer, verify=context, timeout=PATIENCE
        )

    def paths(self, since: int) -> list[str]:
        """Return what the provider was asked, in order."""
        events = self.lab.events()[since:]
        started = [event for event in events if isinstance(event, ExchangeStarted)]
        return [event.path.partition("?")[0] for event in started if event.party == "provider"]


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    folder = tmp_path_factory.mktemp("tenant")
    arguments = ["serve", "--as-tenant", "--framework", "env", "--store", "memory://"]
    for path in CALLBACKS:
        arguments += ["--redirect-uri", path]
    settings = settings_of(parse(arguments), {"HOME": str(folder)})
    assert settings.tls is not None
    lab = start_lab(settings)
    try:
        env = environments(settings, lab)["env"]
        env["SESSION_INSPECTOR_CA"] = str(settings.tls.ca)
        yield Tenant(Lab(lab), env)
    finally:
        lab.stop()


@pytest.fixture(scope="module", params=PEERS, ids=lambda peer: peer.name)
def site(request: pytest.FixtureRequest, tenant: Tenant) -> Iterator[Site]:
    peer: Peer = request.param
    # not pytest's folder, which only its owner enters: Apache's workers are somebody else
    with tempfile.TemporaryDirectory(prefix="peer-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        place = Place(port=free_port(), folder=folder, env=tenant.env)
        with running(peer, place):
            yield Site(peer, place, tenant.lab)


def test_login_userinfo_refresh_and_logout(site: Site) -> None:
    peer = site.peer
    began = len(site.lab.events())
    with site.browse() as http:
        assert peer.who(http) == ""
        page = to_provider(http, peer.begin(http))
        http.get(sign_in(http, page), follow_redirects=True)
        assert "alice" in peer.who(http)
        assert peer.email(http) == "alice@example.com"
        if peer.refreshes:
            peer.refresh(http)
            site.lab.eventually(lambda: any(token.parent for token in minted(site, began)))
        last = peer.sign_out(http)
        assert (last.status_code, last.url.path) == (200, "/")
        assert str(last.url).startswith(site.place.base_url)
        assert peer.who(http) == ""
        site.lab.eventually(lambda: ended(site, began))
    asked = site.paths(began)
    assert "/oauth/token" in asked
    assert ("/userinfo" in asked) == peer.asks_userinfo


def test_discovery_is_read_where_the_package_reads_it(site: Site) -> None:
    with site.browse() as http:
        to_provider(http, site.peer.begin(http))
    assert ("/.well-known/openid-configuration" in site.paths(0)) or not site.peer.discovers


def test_a_wrong_state_signs_nobody_in(site: Site) -> None:
    with site.browse() as http:
        back = sign_in(http, to_provider(http, site.peer.begin(http)))
        answer = http.get(with_another_state(back), follow_redirects=True)
        assert answer.status_code >= 400 or "error" in str(answer.url)
        assert site.peer.who(http) == ""


def test_the_back_button_sends_the_same_request_again(site: Site) -> None:
    with site.browse() as http:
        began = site.peer.begin(http)
        sign_in(http, to_provider(http, began))
        again = to_provider(http, began)
        assert "code=" in allow(http, again)


def minted(site: Site, since: int) -> list[TokenMinted]:
    return [event for event in site.lab.events()[since:] if isinstance(event, TokenMinted)]


def ended(site: Site, since: int) -> list[ProviderSessionEnded]:
    return [event for event in site.lab.events()[since:] if isinstance(event, ProviderSessionEnded)]
