"""Apps that are no processes of ours: on another loopback address, in another network.

A network namespace has a loopback of its own, as a container or a remote machine has. What leads
into it is a forwarder on each side, as `ssh -L` is, tied by a socket of the file system.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from session_inspector.devserver.core.events.process import AppListening
from session_inspector.devserver.run.ports import OpenPort, listens
from tests.devserver.run.test_running import SERVER, begun, python
from tests.servers import binary, free_port
from tests.waiting import PATIENCE, eventually

FORWARD = """
import asyncio, sys

async def pump(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()

async def main(where, host, port, *is_inside):
    async def lead(reader, writer):
        if is_inside:
            other = await asyncio.open_connection(host, int(port))
        else:
            other = await asyncio.open_unix_connection(where)
        await asyncio.gather(pump(reader, other[1]), pump(other[0], writer))
    if is_inside:
        server = await asyncio.start_unix_server(lead, where)
    else:
        server = await asyncio.start_server(lead, host, int(port))
    await server.serve_forever()

asyncio.run(main(*sys.argv[1:]))
"""
APART = "ip link set lo up && exec "


@contextmanager
def running(*command: str) -> Iterator[None]:
    process = subprocess.Popen(command)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def apart(*command: str) -> list[str]:
    """Return a command that runs in a network namespace of its own, with a loopback alone."""
    binary("unshare")
    binary("ip")
    words = ["unshare", "--net", "--map-root-user", "--kill-child", "sh", "-c"]
    if subprocess.run([*words, "true"], check=False, capture_output=True).returncode:
        pytest.skip("no network namespace can be made here")
    return [*words, f'{APART}"$@"', "sh", *command]


def test_a_published_port_may_be_at_another_loopback_address(tmp_path: Path) -> None:
    port = free_port()
    source = SERVER.replace('("127.0.0.1", int', '("127.0.0.2", int')
    with running(*python(source, "elsewhere", str(port))):
        eventually(lambda: listens(port))
        assert listens(port) == OpenPort(port, "127.0.0.2")
        with begun(["sleep", "60"], tmp_path, published=[port]) as heard:
            assert heard.app.ready.wait(PATIENCE)
            assert heard.get() == "elsewhere"
            (listening,) = heard.events(AppListening)
            assert isinstance(listening, AppListening)
            assert listening.upstream == f"http://127.0.0.2:{port}"


def test_an_app_in_another_network_is_reached_as_by_ssh(tmp_path: Path) -> None:
    """Its own loopback has the port; here only the forwarded one is known."""
    inside = free_port()
    outside = free_port()
    tie = str(tmp_path / "tie")
    both = (
        f"{sys.executable} -c '{FORWARD}' {tie} 127.0.0.1 {inside} inside &"
        f" exec {sys.executable} -c '{SERVER}' 'far away' {inside}"
    )
    command = apart("sh", "-c", both)
    with (
        running(*python(FORWARD, tie, "127.0.0.1", str(outside))),
        begun(command, tmp_path, app_port=outside) as heard,
    ):
        eventually(Path(tie).exists)
        assert listens(inside) is None
        assert heard.app.ready.wait(PATIENCE)
        eventually(lambda: heard.get() == "far away")
