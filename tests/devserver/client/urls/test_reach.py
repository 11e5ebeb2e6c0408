"""Why a provider gave no answer, from real connections and a certificate of an own authority."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from session_inspector.devserver.client.urls.reach import explain_failure
from tests.certificates import Paths, make_certificate
from tests.waiting import PATIENCE


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    return make_certificate(tmp_path_factory.mktemp("reach"))


@asynccontextmanager
async def listening(paths: Paths | None) -> AsyncIterator[int]:
    """Listen on loopback, with a certificate or in clear; yields the port."""
    context: ssl.SSLContext | None = None
    if paths is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(paths.certificate, paths.key)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def failure(url: str, trusted: Path | None = None) -> str:
    verify: ssl.SSLContext | bool = True
    if trusted is not None:
        verify = ssl.create_default_context(cafile=trusted)
    async with httpx.AsyncClient(verify=verify, timeout=PATIENCE, trust_env=False) as http:
        with pytest.raises(httpx.HTTPError) as caught:
            (await http.get(url)).raise_for_status()
    return explain_failure(url, caught.value)


async def test_an_authority_that_is_not_trusted_is_named_with_the_fix(paths: Paths) -> None:
    async with listening(paths) as port:
        found = await failure(f"https://localhost:{port}/")
    assert found.startswith(f"https://localhost:{port}/: its certificate is signed by an authority")
    assert "Fix: SSL_CERT_FILE=CA.pem" in found


async def test_a_server_without_tls_is_told_apart() -> None:
    async with listening(None) as port:
        found = await failure(f"https://127.0.0.1:{port}/")
    assert "no TLS connection" in found


async def test_a_status_is_what_it_answered(paths: Paths) -> None:
    async with listening(paths) as port:
        found = await failure(f"https://localhost:{port}/", paths.ca)
    assert found.endswith("it answered 404")


async def test_nobody_listens() -> None:
    async with listening(None) as port:
        pass
    assert "connect" in (await failure(f"http://127.0.0.1:{port}/")).lower()


def test_what_is_out_of_date_and_what_takes_too_long_have_words_of_their_own() -> None:
    expired = ssl.SSLCertVerificationError()
    expired.verify_code = 10
    expired.verify_message = "certificate has expired"
    error = httpx.ConnectError("x")
    error.__cause__ = expired
    assert "its certificate is out of date (certificate has expired)" in explain_failure("u", error)
    mismatch = ssl.SSLCertVerificationError()
    mismatch.verify_code = 62
    mismatch.verify_message = "Hostname mismatch"
    error.__cause__ = mismatch
    assert "for another name (Hostname mismatch)" in explain_failure("u", error)
    assert explain_failure("u", httpx.ReadTimeout("")) == "u: it did not answer in time"


def test_a_secret_of_the_url_is_masked() -> None:
    found = explain_failure("https://op.test/x?access_token=secret", httpx.ReadTimeout(""))
    assert "secret" not in found.replace("access_token", "")
