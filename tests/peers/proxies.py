"""Peers that are programs of their own: oauth2-proxy (go-oidc), Apache with mod_auth_openidc."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from tests.peers.installed import installed
from tests.peers.peer import Peer, Place, leaving, root_of
from tests.servers import binary
from tests.waiting import eventually

MODULES = Path("/usr/lib/apache2/modules")
LOADED = ("mpm_event", "authn_core", "authz_core", "authz_user", "dir", "auth_openidc")


@dataclass(frozen=True, kw_only=True)
class OAuth2Proxy(Peer):
    """oauth2-proxy before an app that answers 200."""

    callback: str = "/oauth2/callback"

    def command(self, place: Place) -> list[str]:
        env = place.env
        return [
            str(installed("oauth2-proxy")),
            "--provider=oidc",
            f"--oidc-issuer-url={env['OIDC_ISSUER']}",
            f"--client-id={env['OIDC_CLIENT_ID']}",
            f"--client-secret={env['OIDC_CLIENT_SECRET']}",
            f"--provider-ca-file={env['SESSION_INSPECTOR_CA']}",
            "--scope=openid profile email offline_access",
            "--code-challenge-method=S256",
            "--cookie-secret=0123456789abcdef",
            "--cookie-secure=false",
            "--cookie-refresh=1s",
            "--email-domain=*",
            "--skip-provider-button",
            "--whitelist-domain=localhost:*",
            "--upstream=static://200",
            "--skip-auth-route=GET=^/$",
            f"--http-address=127.0.0.1:{place.port}",
            f"--redirect-url={place.base_url}{self.callback}",
        ]

    def begin(self, http: httpx.Client) -> httpx.Response:
        return http.get("/oauth2/start")

    def who(self, http: httpx.Client) -> str:
        return str(self._session(http).get("user") or "")

    def email(self, http: httpx.Client) -> str:
        return str(self._session(http)["email"])

    def refresh(self, http: httpx.Client) -> None:
        """Ask until its cookie is older than a second: then it refreshes before it answers."""
        before = http.cookies.get("_oauth2_proxy")

        def is_new() -> bool:
            assert http.get("/oauth2/auth").status_code == 202
            return http.cookies.get("_oauth2_proxy") != before

        eventually(is_new)

    def sign_out(self, http: httpx.Client) -> httpx.Response:
        end = f"{http.headers['x-issuer']}oidc/logout?{urlencode(leaving(http))}"
        return http.get("/oauth2/sign_out", params={"rd": end}, follow_redirects=True)

    def _session(self, http: httpx.Client) -> dict[str, object]:
        answer = http.get("/oauth2/userinfo")
        if answer.status_code == 401:
            return {}
        found: dict[str, object] = answer.json()
        return found


@dataclass(frozen=True, kw_only=True)
class ModAuthOpenidc(Peer):
    """Apache's mod_auth_openidc before a folder; its own page shows the session as JSON."""

    def command(self, place: Place) -> list[str]:
        if not (MODULES / "mod_auth_openidc.so").exists():
            pytest.skip("libapache2-mod-auth-openidc is not installed; .ci/run shows how")
        conf = place.folder / "apache.conf"
        conf.write_text(make_configuration(place, self.callback))
        return [binary("apache2", "/usr/sbin"), "-f", str(conf), "-DFOREGROUND"]

    def begin(self, http: httpx.Client) -> httpx.Response:
        return http.get("/protected/")

    def who(self, http: httpx.Client) -> str:
        found = self._info(http).get("userinfo")
        if not isinstance(found, dict):
            return ""
        return str(found["sub"])

    def email(self, http: httpx.Client) -> str:
        found = self._info(http)["userinfo"]
        assert isinstance(found, dict)
        return str(found["email"])

    def refresh(self, http: httpx.Client) -> None:
        before = str(self._info(http)["access_token"])
        fields = {"refresh": f"{root_of(http)}protected/", "access_token": before}
        answer = http.get(self.callback, params=fields)
        assert "error_code" not in answer.headers["location"]
        assert self._info(http)["access_token"] != before

    def sign_out(self, http: httpx.Client) -> httpx.Response:
        fields = {"logout": root_of(http)}
        return http.get(self.callback, params=fields, follow_redirects=True)

    def _info(self, http: httpx.Client) -> dict[str, object]:
        answer = http.get(self.callback, params={"info": "json"})
        if answer.status_code == 401:
            return {}
        found: dict[str, object] = answer.json()
        return found


def make_configuration(place: Place, callback: str) -> str:
    """Return Apache's configuration; as root its workers are www-data's, who read the folder."""
    pages = place.folder / "pages"
    (pages / "protected").mkdir(parents=True, exist_ok=True)
    (pages / "index.html").write_text("outside")
    (pages / "protected" / "index.html").write_text("inside")
    authority = place.folder / "ca.pem"
    shutil.copyfile(place.env["SESSION_INSPECTOR_CA"], authority)
    lines = [f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in LOADED]
    if os.getuid() == 0:
        lines += ["User www-data", "Group www-data"]
    lines += [
        f"Listen 127.0.0.1:{place.port}",
        f"ServerRoot {place.folder}",
        f"ServerName localhost:{place.port}",
        f"PidFile {place.folder}/apache.pid",
        f"ErrorLog {place.folder}/apache.log",
        f"DocumentRoot {pages}",
        "DirectoryIndex index.html",
        f"OIDCProviderMetadataURL {place.env['OIDC_DISCOVERY_URL']}",
        f"OIDCClientID {place.env['OIDC_CLIENT_ID']}",
        f"OIDCClientSecret {place.env['OIDC_CLIENT_SECRET']}",
        f"OIDCRedirectURI {place.base_url}{callback}",
        "OIDCCryptoPassphrase of-this-test",
        'OIDCScope "openid profile email offline_access"',
        "OIDCPKCEMethod S256",
        f"OIDCCABundlePath {authority}",
        "OIDCInfoHook userinfo access_token",
    ]
    for path in ("/protected", callback):
        lines += [f"<Location {path}>", "AuthType openid-connect", "Require valid-user"]
        lines += ["</Location>"]
    return "\n".join([*lines, ""])
