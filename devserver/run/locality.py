"""Where a store is: what is not on this machine is asked only when a person says so."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import parse_qs, urlsplit

from session_inspector.devserver.core.access import LOOPBACK_NAMES

_AUTHORITY = re.compile(r"^[a-z+]+://(?:[^/?#]*@)?([^/?#]*)")


def hosts_of(url: str) -> list[str]:
    """Return the hosts that a driver asks, ports included: libpq's `host` wins over the URL's."""
    named = parse_qs(urlsplit(url).query).get("host", [])
    if named:
        return ",".join(named).split(",")
    found = _AUTHORITY.match(url)
    if found is None:
        return []
    return [host for host in found[1].split(",") if host]


def find_wrong_port(url: str) -> str:
    """Return the host of a URL whose port is none (0 to 65535); empty: each is one."""
    for host in hosts_of(url):
        port = host.rpartition("]")[2].partition(":")[2]
        is_port = port.isascii() and port.isdigit() and len(port) <= 5 and int(port) <= 65_535
        if port and not is_port:
            return host
    return ""


def is_local(url: str) -> bool:
    """Check that a store is on this machine: a file, a socket, or loopback addresses alone."""
    if url.startswith("sqlite:"):
        return True
    if _AUTHORITY.match(url) is None or "+srv://" in url:
        return False
    return all(_is_loopback(host) for host in hosts_of(url))


def _is_loopback(host: str) -> bool:
    name = host
    if host.startswith("["):
        name = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        name = host.partition(":")[0]
    if name.startswith("/") or name in LOOPBACK_NAMES or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
