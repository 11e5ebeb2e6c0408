"""oidc-client-ts in Chromium: an app without a server logs in, refreshes, revokes and logs out.

Only a registered origin may: of another one the browser lets no script read an answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Page, sync_playwright

from session_inspector.devserver.core.events.login import (
    ProviderSessionEnded,
    StepFailed,
    TokenMinted,
    TokenRevoked,
)
from session_inspector.devserver.provider.registrations import ClientRegistration
from tests.devserver.provider.flows.real_provider import RealProvider, running_provider
from tests.end_to_end.chromium import FLAGS, browser_path, patient_page
from tests.node.packages import PACKAGES, installed

__all__ = ["browser_path"]
LIBRARY = PACKAGES / "node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js"
CLIENT = ClientRegistration(
    client_id="spa",
    redirect_uris=("http://127.0.0.1/callback",),  # with any port
    post_logout_redirect_uris=("http://127.0.0.1/",),
)
PAGE = """<!doctype html><title>app</title><script>{library}</script><script>
var manager = new oidc.UserManager({{
  authority: {issuer!r}, client_id: "spa", redirect_uri: location.origin + "/callback",
  post_logout_redirect_uri: location.origin + "/", scope: "openid profile email offline_access",
  loadUserInfo: true, automaticSilentRenew: false, revokeTokensOnSignout: true,
}});
if (window !== parent) manager.signinSilentCallback();
</script>"""
NOBODY = "manager.getUser().then(user => user === null)"


@dataclass
class App:
    """The page of the app, and the provider that it logs in at."""

    page: Page
    op: RealProvider
    port: int

    @property
    def home(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def sign_in(self) -> object:
        """Log in as Alice; returns the claims the app then has."""
        self.page.goto(f"{self.home}/")
        self.page.evaluate("() => { manager.signinRedirect() }")
        self.page.get_by_role("button", name="Alice").click()
        self.page.wait_for_url(f"{self.home}/callback?**")
        return self.page.evaluate("manager.signinCallback().then(user => user.profile)")


@contextmanager
def serving(html: str) -> Iterator[int]:
    """Serve one page on every path of a loopback port, as a development server does."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def app(browser_path: str) -> Iterator[App]:
    installed()
    with sync_playwright() as playwright, running_provider(CLIENT) as op:
        html = PAGE.format(library=LIBRARY.read_text(), issuer=op.issuer)
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        with serving(html) as port:
            yield App(patient_page(browser), op, port)
        browser.close()


def test_an_app_in_the_browser_logs_in_refreshes_and_logs_out(app: App) -> None:
    profile = app.sign_in()
    assert isinstance(profile, dict)
    assert (profile["sub"], profile["email"]) == ("local|alice", "alice@example.com")
    renewed = "manager.signinSilent().then(user => user.access_token.split('.').length)"
    assert app.page.evaluate(renewed) == 3
    assert any(event.parent for event in app.op.events if isinstance(event, TokenMinted))
    app.page.evaluate("() => { manager.signoutRedirect() }")
    app.page.wait_for_url(f"{app.home}/")
    assert app.page.evaluate(NOBODY)
    kinds = [type(event) for event in app.op.events]
    assert (TokenRevoked in kinds, ProviderSessionEnded in kinds) == (True, True)
    assert StepFailed not in kinds


def test_a_frame_renews_silently_what_has_no_refresh_token(app: App) -> None:
    app.sign_in()
    without = """manager.getUser().then(user => {
      user.refresh_token = undefined
      return manager.storeUser(user).then(() => manager.signinSilent())
    }).then(user => user.profile.sub)"""
    assert app.page.evaluate(without) == "local|alice"


def test_another_origin_reads_nothing_and_the_provider_says_why(app: App) -> None:
    other = f"http://localhost:{app.port}"
    app.page.goto(f"{other}/")
    failure = app.page.evaluate("manager.signinRedirect().then(() => 'in', error => error.message)")
    assert failure == "Failed to fetch"
    (told,) = {event.reason for event in app.op.events if isinstance(event, StepFailed)}
    assert f"the origin {other} is not registered" in told
    assert f"--client ID={other}/callback" in told
