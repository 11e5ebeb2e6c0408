"""A lab with an outside provider: its scope, its slash, and a certificate nobody trusts."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

from session_inspector.devserver.core.commands import RevokeAtProvider
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.login import LoginFailed, StepFailed, TokenMinted
from tests.certificates import Paths, make_certificate
from tests.end_to_end.lab import running_lab, sign_in
from tests.waiting import patient_client

LOGGER = "session_inspector.client"


class Nothing(BaseHTTPRequestHandler):
    """Answers 404, and prints nothing."""

    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        return


@contextmanager
def tls_server(paths: Paths) -> Iterator[str]:
    """Serve https with a certificate of an authority of our own; yields the URL."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(paths.certificate, paths.key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Nothing)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"https://localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("ending", ["", "/"])
def test_the_scope_is_a_setting_and_the_slash_does_not_matter(tmp_path: Path, ending: str) -> None:
    with running_lab(tmp_path / "op", store="memory://") as other:
        issuer = other.running.issuer.rstrip("/") + ending
        app = running_lab(tmp_path / "app", store="memory://", issuer=issuer, scope="openid  email")
        with app as lab, patient_client() as http:
            answer = http.get(f"{lab.base_url}/auth/login")
            assert answer.status_code == 307
            query = httpx.URL(answer.headers["location"]).params
            assert query["scope"] == "openid email"
            assert answer.headers["location"].startswith(other.running.issuer)


def test_a_provider_that_is_not_trusted_is_a_page_a_line_and_an_event(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        tls_server(make_certificate(tmp_path)) as issuer,
        running_lab(tmp_path, store="memory://", issuer=issuer) as lab,
        patient_client() as http,
    ):
        page = http.get(f"{lab.base_url}/auth/login", headers={"accept": "text/html"})
        assert page.status_code == 500
        assert "signed by an authority that is not trusted here" in page.text
        assert "Fix: SSL_CERT_FILE=CA.pem" in page.text
        found = http.get(f"{lab.base_url}/auth/login", headers={"accept": "application/json"})
        assert found.json()["error"] == "discovery_error"
        lab.eventually(lambda: len(lab.told(LoginFailed)) == 2)
    lines = [record.getMessage() for record in caplog.records if record.name == LOGGER]
    assert len(lines) == 2
    assert lines[0].startswith(f"login failed at authorize: discovery_error: {issuer}/.well-known")


def test_the_authority_of_the_environment_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(paths.ca))
    with (
        tls_server(paths) as issuer,
        running_lab(tmp_path, store="memory://", issuer=issuer) as lab,
        patient_client() as http,
    ):
        assert "it answered 404" in http.get(f"{lab.base_url}/auth/login").text


def test_a_file_of_authorities_that_is_not_there_is_an_error_of_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    with (
        pytest.raises(InputError, match="certificate authorities cannot be read"),
        running_lab(tmp_path, store="memory://", issuer="https://tenant.example/"),
    ):
        pass


def test_a_refused_refresh_names_its_session_and_the_providers_words(tmp_path: Path) -> None:
    with running_lab(tmp_path, store="memory://") as lab, patient_client() as http:
        sign_in(http, lab.base_url, "local|alice")
        row = lab.only_row()
        (minted,) = [event for event in lab.told(TokenMinted) if event.token == "refresh"]
        assert lab.send(RevokeAtProvider(token=minted.value.digest)).is_ok
        answer = http.get(f"{lab.base_url}/auth/access-token?audience=other")
        assert answer.status_code == 401
        lab.eventually(lambda: lab.told(StepFailed))
        (failed,) = lab.told(StepFailed)
        assert (failed.session, failed.step) == (row.session, "refresh")
        assert failed.code == "invalid_grant"
        assert failed.reason
        assert failed.cause
