"""Apache's mod_auth_openidc is logged out by a frame on the provider's page, in a real Chromium."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, sync_playwright

from session_inspector.devserver.core.events.login import LogoutFrameShown
from session_inspector.devserver.provider.registrations import ClientRegistration
from tests.devserver.provider.flows.real_provider import RealProvider, running_provider
from tests.end_to_end.chromium import FLAGS, browser_path, patient_page
from tests.servers import binary, free_port, wait_for_port

__all__ = ["browser_path"]
MODULES = Path("/usr/lib/apache2/modules")
LOADED = ("mpm_event", "authn_core", "authz_core", "authz_user", "dir", "auth_openidc")


@pytest.fixture
def page(browser_path: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        yield patient_page(browser)
        browser.close()


@contextmanager
def running_apache(op: RealProvider, client: ClientRegistration, base_url: str) -> Iterator[None]:
    """Run Apache with one page that wants a login, and one that does not."""
    if not (MODULES / "mod_auth_openidc.so").exists():
        pytest.skip("libapache2-mod-auth-openidc is not installed; .ci/run shows how")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # as root its workers are www-data's, who read the folder
        conf = folder / "apache.conf"
        conf.write_text(make_configuration(folder, op.issuer, client, base_url))
        command = [binary("apache2", "/usr/sbin"), "-f", str(conf), "-DFOREGROUND"]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        with process:
            try:
                wait_for_port(int(base_url.rpartition(":")[2]), process)
                yield
            finally:
                process.terminate()


def make_configuration(folder: Path, issuer: str, client: ClientRegistration, base_url: str) -> str:
    (folder / "protected").mkdir()
    (folder / "index.html").write_text("outside")
    (folder / "protected" / "index.html").write_text("inside")
    lines = [f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in LOADED]
    if os.getuid() == 0:
        lines += ["User www-data", "Group www-data"]
    lines += [
        f"Listen {base_url.removeprefix('http://')}",
        f"ServerRoot {folder}",
        f"ServerName {base_url}",
        f"PidFile {folder}/apache.pid",
        f"ErrorLog {folder}/apache.log",
        f"DocumentRoot {folder}",
        "DirectoryIndex index.html",
        f"OIDCProviderMetadataURL {issuer}.well-known/openid-configuration",
        f"OIDCClientID {client.client_id}",
        f"OIDCClientSecret {client.client_secret}",
        f"OIDCRedirectURI {base_url}/protected/callback",
        "OIDCCryptoPassphrase of-this-test",
        "OIDCPKCEMethod S256",
        "<Location /protected>",
        "AuthType openid-connect",
        "Require valid-user",
        "</Location>",
    ]
    return "\n".join(lines) + "\n"


def test_a_frame_on_the_logout_page_ends_the_app_s_session(page: Page) -> None:
    base_url = f"http://127.0.0.1:{free_port()}"
    client = ClientRegistration(
        client_id="apache",
        client_secret="secret",
        redirect_uris=(f"{base_url}/protected/callback",),
        post_logout_redirect_uris=(f"{base_url}/",),
        frontchannel_logout_uri=f"{base_url}/protected/callback?logout=get",
    )
    other = replace(client, client_id="never-used")
    with running_provider(client, other) as op, running_apache(op, client, base_url):
        page.goto(f"{base_url}/protected/")
        page.get_by_role("button", name="Alice").click()
        page.get_by_text("inside").wait_for()
        assert page.request.get(f"{base_url}/protected/", max_redirects=0).status == 200

        back = {"client_id": "apache", "post_logout_redirect_uri": f"{base_url}/", "state": "s"}
        page.goto(f"{op.issuer}oidc/logout?{urlencode(back)}")
        page.get_by_text("outside").wait_for()
        assert page.url == f"{base_url}/?state=s"
        assert page.request.get(f"{base_url}/protected/", max_redirects=0).status == 302
        page.goto(f"{base_url}/protected/")
        page.get_by_text("Who are you today?").wait_for()
    shown = [event.client_id for event in op.events if isinstance(event, LogoutFrameShown)]
    assert shown == ["apache"]
