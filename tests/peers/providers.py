"""Other people's OpenID Providers, which run until their block ends."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.forms import submit
from tests.peers.installed import installed, python
from tests.servers import binary, free_port, wait_for_port
from tests.waiting import PATIENCE

MOCK_OAUTH2_SERVER = "no.nav.security.mock.oauth2.StandaloneMockOAuth2ServerKt"


@dataclass(frozen=True, kw_only=True)
class Provider:
    """One program: how it starts, where its issuer is, and how somebody signs in there."""

    name: str
    command: Callable[[int, Path], list[str]]
    issuer: str
    """With `{port}`."""
    fill_in: dict[str, str]
    """The fields of its login page."""
    secret: str = "any-secret-of-this-client"
    user: str = "alice"
    env: tuple[tuple[str, str], ...] = ()
    asks_at_logout: bool = False
    refreshes: bool = True

    def sign_in(self, http: httpx.Client, page: httpx.Response) -> httpx.Response:
        """Return the page of the app at the end of a login."""
        return submit(http, page, **self.fill_in)


def start_keycloak(port: int, folder: Path) -> list[str]:
    """Return Keycloak's command, on a copy of the tables that tests/peers.sh made."""
    home = installed("keycloak")
    shutil.copytree(home / "data" / "h2", folder / "h2")
    return [
        str(home / "bin" / "kc.sh"),
        "start",
        "--optimized",
        "--http-enabled=true",
        "--hostname-strict=false",
        "--http-host=127.0.0.1",
        f"--http-port={port}",
        f"--http-management-port={free_port()}",
        "--cache=local",
        f"--db-url=jdbc:h2:file:{folder}/h2/keycloakdb;NON_KEYWORDS=VALUE",
    ]


def start_mock_oauth2_server(port: int, folder: Path) -> list[str]:
    libraries = installed("mock-oauth2-server")
    return [binary("java"), "-cp", f"{libraries}/*", MOCK_OAUTH2_SERVER]


def start_oidc_provider_mock(port: int, folder: Path) -> list[str]:
    return [python(), "-m", "oidc_provider_mock", "--port", str(port)]


KEYCLOAK = Provider(
    name="keycloak",
    command=start_keycloak,
    issuer="http://127.0.0.1:{port}/realms/lab",
    fill_in={"username": "alice", "password": "pw"},
    secret="app-secret-of-keycloak",
    user="Alice Archer",
    env=(("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx512m"),),
)
MOCK_SERVER = Provider(
    name="mock-oauth2-server",
    command=start_mock_oauth2_server,
    issuer="http://127.0.0.1:{port}/default",
    fill_in={"username": "alice", "claims": '{"name": "alice"}'},
    env=(("SERVER_HOSTNAME", "127.0.0.1"),),
)
PROVIDER_MOCK = Provider(
    name="oidc-provider-mock",
    command=start_oidc_provider_mock,
    issuer="http://127.0.0.1:{port}",
    fill_in={"sub": "alice"},
    asks_at_logout=True,
    refreshes=False,  # it takes client_secret_basic there, and names no method in its discovery
)
PROVIDERS = (KEYCLOAK, MOCK_SERVER, PROVIDER_MOCK)


@contextmanager
def running(provider: Provider, folder: Path) -> Iterator[str]:
    """Run a provider until the block ends; yields its issuer."""
    port = free_port()
    env = {**os.environ, "SERVER_PORT": str(port), **dict(provider.env)}
    command = provider.command(port, folder)
    with (folder / f"{provider.name}.log").open("w") as log:
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True)
        try:
            wait_for_port(port, process)
            yield provider.issuer.format(port=port)
        finally:
            os.killpg(process.pid, 9)
            process.wait(PATIENCE)
