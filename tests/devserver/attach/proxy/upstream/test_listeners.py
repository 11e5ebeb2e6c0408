"""What listens on this machine is read from the system's list, without a connection."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from session_inspector.devserver.attach.proxy.upstream.listeners import FOLDER, is_listed

HEADING = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt\n"
PORT = 8000
LOOPBACK = "0100007F"
ANY = "00000000"
SIX = "000000000000000000000000"


def words(digits: str) -> str:
    """Return an address as a machine of this byte order has it: the samples are little-endian."""
    if sys.byteorder == "little":
        return digits
    found = (digits[at : at + 8] for at in range(0, len(digits), 8))
    return "".join(bytes.fromhex(word)[::-1].hex().upper() for word in found)


def entry(address: str, state: str = "0A", port: int = PORT) -> str:
    nobody = "0" * len(address)
    return f"   0: {words(address)}:{port:04X} {nobody}:0000 {state} 00000000:00000000 00:00\n"


@pytest.mark.parametrize(
    ("four", "six", "host", "is_there"),
    [
        (entry(LOOPBACK), "", "127.0.0.1", True),
        (entry(ANY), "", "127.0.0.1", True),
        ("", entry(f"{SIX}01000000"), "::1", True),
        ("", entry(f"{SIX}00000000"), "::1", True),
        ("", entry(f"0000000000000000FFFF0000{LOOPBACK}"), "127.0.0.1", True),
        ("", entry(f"{SIX}00000000"), "127.0.0.1", False),
        (entry(LOOPBACK), "", "::1", False),
        (entry(LOOPBACK), "", "127.0.0.2", False),
        (entry("0200007F"), "", "127.0.0.1", False),
        (entry(LOOPBACK, port=PORT + 1), "", "127.0.0.1", False),
        (entry(LOOPBACK, "01"), "", "127.0.0.1", False),
        (entry(ANY), "", "192.0.2.7", False),
        ("   0: odd:1F40 0:0 0A 0:0 0\n", "", "127.0.0.1", False),
    ],
)
async def test_a_listener_counts_where_it_takes_connections_to_the_host(
    tmp_path: Path, four: str, six: str, host: str, is_there: bool
) -> None:
    (tmp_path / "tcp").write_text(HEADING + four)
    (tmp_path / "tcp6").write_text(HEADING + six)
    assert await is_listed(host, PORT, tmp_path) is is_there


async def test_a_system_that_lists_nothing_knows_of_no_listener(tmp_path: Path) -> None:
    assert not await is_listed("127.0.0.1", PORT, tmp_path)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        yield found


@pytest.mark.skipif(not (FOLDER / "tcp").exists(), reason="this system has no such list")
async def test_a_real_listener_is_found_until_it_is_closed(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    assert await is_listed("localhost", port)
    listener.close()
    assert not await is_listed("localhost", port)
