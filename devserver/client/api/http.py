"""HTTP connections to the provider: some for each event loop, closed before it ends."""

from __future__ import annotations

import httpx

from session_inspector.devserver.client.urls.reach import load_trust
from session_inspector.devserver.stores.per_loop import PerLoop

TIMEOUT = 10.0


class PerLoopTransport(httpx.AsyncBaseTransport):
    """Sends in any event loop; it may be used again once it was closed."""

    def __init__(self) -> None:
        """Read the trusted authorities. Raises: InputError."""
        self._authorities = load_trust()
        self._clients = PerLoop(self._open, httpx.AsyncClient.aclose)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request over a connection of the running loop."""
        http = await self._clients.get()
        return await http.send(request, stream=True)

    async def aclose(self) -> None:
        """Close the running loop's connections; the next request opens new ones."""
        await self._clients.aclose()

    async def _open(self) -> httpx.AsyncClient:
        # a client, not a transport: it reads HTTPS_PROXY and the like
        return httpx.AsyncClient(verify=self._authorities, timeout=TIMEOUT)
