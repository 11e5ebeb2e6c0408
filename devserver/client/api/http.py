"""HTTP connections to the provider: some for each event loop, closed before it ends."""

from __future__ import annotations

import os
import ssl

import httpx
from httpx import USE_CLIENT_DEFAULT, AsyncClient, Request, Response
from httpx._client import UseClientDefault
from httpx._types import AuthTypes

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.stores.per_loop import PerLoop

TIMEOUT = 10.0


class PerLoopClient(AsyncClient):
    """An AsyncClient that any event loop may use, and that can be used again once it was closed."""

    def __init__(self) -> None:
        """Read the trusted authorities. Raises: InputError."""
        super().__init__(transport=_NoTransport(), timeout=TIMEOUT)
        self._authorities = _read_authorities()
        self._clients = PerLoop(self._open, AsyncClient.aclose)

    async def send(
        self,
        request: Request,
        *,
        stream: bool = False,
        auth: AuthTypes | UseClientDefault | None = USE_CLIENT_DEFAULT,
        follow_redirects: bool | UseClientDefault = USE_CLIENT_DEFAULT,
    ) -> Response:
        """Send a request over a connection of the running loop."""
        http = await self._clients.get()
        return await http.send(request, stream=stream, auth=auth, follow_redirects=follow_redirects)

    async def aclose(self) -> None:
        """Close the running loop's connections; the next request opens new ones."""
        await self._clients.aclose()

    async def _open(self) -> AsyncClient:
        return AsyncClient(verify=self._authorities, timeout=TIMEOUT)


class _NoTransport(httpx.AsyncBaseTransport):
    """Spares the outer client a pool of its own, which it never uses."""


def _read_authorities() -> ssl.SSLContext:
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        # ssl.SSLError is one
        names = ("SSL_CERT_FILE", "SSL_CERT_DIR")
        given = ", ".join(f"{name}={os.environ[name]}" for name in names if name in os.environ)
        raise InputError(
            f"the trusted certificate authorities cannot be read ({given}): {error}."
            " Fix: name a file of PEM certificates"
        ) from error
