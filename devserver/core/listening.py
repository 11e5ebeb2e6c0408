"""Addresses and sockets to listen on: loopback unless asked, with a warning when it is not."""

from __future__ import annotations

import errno
import ipaddress
import socket
from urllib.parse import urlsplit

from session_inspector.devserver.core.errors import InputError

LOOPBACK = "127.0.0.1"


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
