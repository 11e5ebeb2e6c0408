"""An app that listens is found so, where the system lists it without a connection."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from session_inspector.devserver.attach.proxy.route import Route, route_to
from session_inspector.devserver.attach.proxy.upstream.listeners import FOLDER
from session_inspector.devserver.attach.proxy.upstream.touching import touch


@pytest.fixture
def app() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        found.setblocking(False)
        yield found


def route_of(app: socket.socket) -> Route:
    return route_to(f"http://127.0.0.1:{app.getsockname()[1]}")


def has_connection(app: socket.socket) -> bool:
    with suppress(BlockingIOError):
        app.accept()[0].close()
        return True
    return False


@pytest.mark.skipif(not (FOLDER / "tcp").exists(), reason="this system lists no listeners")
async def test_an_app_that_the_system_lists_gets_no_connection(app: socket.socket) -> None:
    assert await touch(route_of(app)) is None
    assert not has_connection(app)


async def test_an_app_that_it_does_not_list_is_found_by_a_connection(
    app: socket.socket, tmp_path: Path
) -> None:
    assert await touch(route_of(app), tmp_path) is None
    assert has_connection(app)


async def test_an_app_that_has_gone_is_away(app: socket.socket) -> None:
    route = route_of(app)
    app.close()
    found = await touch(route)
    assert found is not None
    assert found.kind == "away"
