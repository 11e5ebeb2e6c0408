"""The sockets of a lab: bound first, so that its addresses are known before it is made."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from session_inspector.devserver.core.access import LOOPBACK_NAMES
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.listening import (
    LOOPBACK,
    bind,
    check_address,
    check_reachable,
    in_url,
    port_of,
    provider_name,
)
from session_inspector.devserver.lab.local_provider import Addresses
from session_inspector.devserver.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """The sockets of a lab, and where they are found."""

    app: socket.socket
    provider: socket.socket | None
    """None: an outside provider."""
    addresses: Addresses

    @property
    def sockets(self) -> list[socket.socket]:
        """All of them, the app's first."""
        if self.provider is None:
            return [self.app]
        return [self.app, self.provider]


def listen(settings: Settings) -> Listening:
    """Return the bound sockets of a lab. Raises: InputError."""
    address = check_address(settings.listen)
    check_reachable(address, settings.base_url)
    app = bind(settings.port, address=address)
    base_url = settings.base_url.rstrip("/") or f"http://{in_url(address)}:{port_of(app)}"
    provider = None
    issuer = settings.issuer
    if not issuer:
        try:
            provider = bind(settings.provider_port, "--provider-port", address)
        except InputError:
            app.close()
            raise
        scheme = "https" if settings.tls else "http"
        issuer = f"{scheme}://{provider_name(address, base_url)}:{port_of(provider)}/"
    addresses = Addresses(base_url=base_url, issuer=issuer, hosts=_api_hosts(address, base_url))
    return Listening(app=app, provider=provider, addresses=addresses)


def _api_hosts(address: str, base_url: str) -> frozenset[str]:
    """Return the names under which the control API answers."""
    if address == LOOPBACK:
        return LOOPBACK_NAMES
    host = urlsplit(base_url).hostname or ""
    return LOOPBACK_NAMES | {name for name in (host, address) if name}
