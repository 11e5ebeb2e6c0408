"""Addresses and sockets to listen on: loopback unless asked, with a warning when it is not."""

from __future__ import annotations

import errno
import ipaddress
import socket
from urllib.parse import urlsplit

from session_inspector.devserver.core.errors import InputError

LOOPBACK = "127.0.0.1"
BLOCKED_PORTS = frozenset(
    {*(1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95)}
    | {*(101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161)}
    | {*(179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563)}
    | {*(587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060)}
    | {*(5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080)}
)
"""Where no browser asks, nor Node's `fetch`: they are other protocols' (Fetch §2.9, bad port)."""


def check_address(text: str) -> str:
    """Return an IP address to listen on; empty and `localhost` are 127.0.0.1.

    Raises: InputError for anything else: a name may resolve to more than was meant.
    """
    if text in ("", "localhost"):
        return LOOPBACK
    try:
        return str(ipaddress.ip_address(text.removeprefix("[").removesuffix("]")))
    except ValueError:
        raise InputError(
            f"--listen is {text!r}; it must be an IP address of this machine."
            f" Fix: --listen {LOOPBACK}"
        ) from None


def exposure(address: str) -> str:
    """Return the warning that an address deserves; empty for loopback."""
    if ipaddress.ip_address(address).is_loopback:
        return ""
    return (
        f"listening on {address}: other machines can reach it, without TLS. Whoever can connect may"
        " log in as any user of the lab; events and commands need the token"
    )


def bind(port: int, flag: str = "--port", address: str = LOOPBACK) -> socket.socket:
    """Return a listening socket on a port; 0 takes a free one.

    The protocol is named because asyncio sets TCP_NODELAY only for IPPROTO_TCP: 44 ms a request
    otherwise. Raises: InputError when the port is taken or not allowed.
    """
    if port in BLOCKED_PORTS:
        raise InputError(f"port {port} is one that no browser opens. Fix: {flag} {port + 100}")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
            raise InputError(
                f"{address} is no address of this machine. Fix: --listen {LOOPBACK}"
            ) from error
        reason = f"cannot be used ({error.strerror})"
        if error.errno == errno.EADDRINUSE:
            reason = "is taken"
        raise InputError(f"port {port} {reason}; choose another one. Fix: {flag} 0") from error
    listener.setblocking(False)
    return listener


def port_of(listener: socket.socket) -> int:
    """Return the port a socket listens on."""
    port: int = listener.getsockname()[1]
    return port


def check_reachable(address: str, base_url: str) -> None:
    """Check that browsers would know where to go. Raises: InputError."""
    if ipaddress.ip_address(address).is_unspecified and not base_url:
        raise InputError(
            f"--listen {address} is every address and names none that browsers could use."
            " Fix: --listen with one of them, or add --base-url http://NAME:PORT"
        )


def in_url(address: str) -> str:
    """Return an address as a URL writes it: IPv6 in brackets."""
    if ":" in address:
        return f"[{address}]"
    return address


def provider_name(address: str, base_url: str) -> str:
    """Return the host of the provider's URL: on loopback another one than the app's."""
    if address == LOOPBACK:
        return "localhost"
    if ipaddress.ip_address(address).is_loopback:
        return in_url(address)
    return in_url(urlsplit(base_url).hostname or address)
