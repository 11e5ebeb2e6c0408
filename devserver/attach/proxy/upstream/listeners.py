"""What listens on this machine, as the system lists it: asked without a connection.

`php -S` writes three lines for each connection, also for one without a byte. Linux lists its
sockets in /proc/net/tcp and tcp6; elsewhere, and where the app is on the other side of a
forwarding rule, only a connection shows whether it is there.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import TypeAlias

FOLDER = Path("/proc/net")
FILES = ("tcp", "tcp6")
LISTENS = "0A"
"""TCP_LISTEN of the kernel."""
Address: TypeAlias = IPv4Address | IPv6Address


async def is_listed(host: str, port: int, folder: Path = FOLDER) -> bool:
    """Check whether the system lists a listener that takes connections to a loopback host.

    False: there is none, or the system lists none. Raises: OSError for a host that has no address.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    wanted = {ip_address(str(where[0]).partition("%")[0]) for *_, where in found}
    if not all(address.is_loopback for address in wanted):
        return False
    return await asyncio.to_thread(_lists_any, wanted, port, folder)


def _lists_any(wanted: set[Address], port: int, folder: Path) -> bool:
    """Check for a listener at one of some addresses, or at all of their version.

    One at `::` may be closed to IPv4, which the list does not show.
    """
    takes_all = {type(address)(0) for address in wanted}
    return any(address in wanted | takes_all for address in _read_listeners(port, folder))


def _read_listeners(port: int, folder: Path) -> Iterator[Address]:
    """Yield the addresses at which something listens on a port."""
    ending = f":{port:04X}"
    for name in FILES:
        try:
            with (folder / name).open(encoding="ascii") as lines:
                for line in lines:
                    fields = line.split(maxsplit=4)
                    if len(fields) > 4 and fields[3] == LISTENS and fields[1].endswith(ending):
                        yield _to_address(fields[1].removesuffix(ending))
        except (OSError, ValueError):  # another system, no IPv6, or another form of the list
            continue


def _to_address(digits: str) -> Address:
    """Return an address from words in the byte order of the machine, as the kernel prints them."""
    words = [int(digits[at : at + 8], 16) for at in range(0, len(digits), 8)]
    found = ip_address(b"".join(word.to_bytes(4, sys.byteorder) for word in words))
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return found
