"""The client's own HTTP connections: what a loop leaves, the next one does not meet."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from session_inspector import InputError
from session_inspector.devserver.client.api.http import TIMEOUT, PerLoopTransport
from tests.servers import free_port


class KeptAlive(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = str(self.client_address[1]).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", free_port()), KeptAlive)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def make_client(connections: PerLoopTransport) -> httpx.AsyncClient:
    """Return a client as Auth0Client has it."""
    return httpx.AsyncClient(transport=connections, timeout=TIMEOUT)


def test_a_loop_keeps_its_connection_and_the_next_has_its_own(url: str) -> None:
    connections = PerLoopTransport()
    http = make_client(connections)

    async def ask_twice() -> set[str]:
        return {(await http.get(url)).text, (await http.get(url)).text}

    ports = [asyncio.run(ask_twice()) for _ in range(3)]
    assert [len(each) for each in ports] == [1, 1, 1]
    assert len(set.union(*ports)) == 3


async def test_closed_it_connects_again(url: str) -> None:
    connections = PerLoopTransport()
    http = make_client(connections)
    first = (await http.get(url)).text
    await connections.aclose()
    assert (await http.get(url)).text != first
    await connections.aclose()


async def test_nobody_there_is_an_error_of_httpx() -> None:
    connections = PerLoopTransport()
    with pytest.raises(httpx.ConnectError):
        await make_client(connections).get(f"http://127.0.0.1:{free_port()}/")
    await connections.aclose()


async def test_a_proxy_of_the_environment_is_used(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", url)
    connections = PerLoopTransport()
    answer = await make_client(connections).get("http://nobody.invalid/")
    assert answer.status_code == 200
    await connections.aclose()


def test_authorities_that_cannot_be_read_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/ca.pem")
    with pytest.raises(InputError, match=r"SSL_CERT_FILE=/no/such/ca\.pem.*Fix: name a file"):
        PerLoopTransport()
