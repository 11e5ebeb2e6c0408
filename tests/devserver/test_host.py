"""The host serves in its own thread on loopback, and ends cleanly."""

from __future__ import annotations

import asyncio
import socket
import threading
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from session_inspector.devserver.core.errors import InputError, InspectorError
from session_inspector.devserver.core.listening import bind, check_address, exposure, port_of
from session_inspector.devserver.host import Host, RunningHost, start_lab
from session_inspector.devserver.settings import load_settings
from tests.waiting import PATIENCE, eventually


def saying(text: str) -> ASGIApp:
    async def answer(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"{text} {threading.current_thread().name}")

    return Starlette(routes=[Route("/", answer)])


def host_of(sockets: list[socket.socket], closed: list[str]) -> Host[str]:
    async def build() -> str:
        return "built"

    async def close(built: str) -> None:
        closed.append(built)

    def apps(built: str) -> dict[int, ASGIApp]:
        return {port_of(listener): saying(str(n)) for n, listener in enumerate(sockets)}

    return Host(build, apps, close, sockets)


def test_each_port_has_its_app_in_the_server_thread() -> None:
    sockets = [bind(0), bind(0)]
    closed: list[str] = []
    host = host_of(sockets, closed)
    assert host.start() == "built"
    try:
        said = [
            httpx.get(f"http://127.0.0.1:{port_of(s)}/", timeout=PATIENCE).text for s in sockets
        ]
    finally:
        host.stop()
    assert said == ["0 devserver", "1 devserver"]
    assert closed == ["built"]


def test_submitted_work_runs_in_the_server_loop() -> None:
    host = host_of([bind(0)], [])

    async def where() -> str:
        return threading.current_thread().name

    host.start()
    try:
        assert host.submit(where()).result(5) == "devserver"
    finally:
        host.stop()
        host.stop()


def test_work_that_takes_too_long_is_one_line_that_names_the_limit() -> None:
    host = host_of([bind(0)], [])
    running = RunningHost(host, 0, "token")

    async def hang() -> None:
        await asyncio.Event().wait()

    async def fail() -> None:
        raise TimeoutError("of its own")

    host.start()
    try:
        with pytest.raises(InspectorError, match=r"it has not ended in 0 s: .*Fix: "):
            running.run(hang(), 0.01)
        with pytest.raises(TimeoutError, match="of its own"):
            running.run(fail(), 60)
    finally:
        running.stop()


def test_what_closes_too_slowly_fails_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    is_over = threading.Event()
    words: list[str] = []

    async def build() -> str:
        return "built"

    async def close(built: str) -> None:
        await asyncio.to_thread(is_over.wait)
        raise RuntimeError("cannot schedule new futures after interpreter shutdown")

    listener = bind(0)
    host = Host(
        build, lambda built: {port_of(listener): saying(built)}, close, [listener], patience=0
    )
    monkeypatch.setattr(threading, "excepthook", lambda failed: words.append(str(failed)))
    others = set(threading.enumerate())
    host.start()
    (own,) = (one for one in set(threading.enumerate()) - others if one.name == "devserver")
    host.stop()
    is_over.set()
    eventually(lambda: not own.is_alive())
    assert words == []


def test_an_error_while_building_reaches_the_caller() -> None:
    async def build() -> str:
        raise InputError("no such store")

    async def close(built: str) -> None:
        raise AssertionError("nothing was built")

    host = Host(build, lambda built: {}, close, [bind(0)])
    with pytest.raises(InputError, match="no such store"):
        host.start()


def test_work_before_the_start_is_refused() -> None:
    async def nothing() -> None: ...

    with pytest.raises(RuntimeError, match="not been started"):
        host_of([], []).submit(nothing())


def test_a_taken_port_is_one_clear_line() -> None:
    with (
        bind(0) as taken,
        pytest.raises(InputError, match=r"port \d+ is taken; choose .* --port 0"),
    ):
        bind(port_of(taken))


def test_the_socket_is_loopback_and_without_delay() -> None:
    with bind(0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"
        assert listener.proto == socket.IPPROTO_TCP


@pytest.mark.parametrize(
    ("text", "address"),
    [("", "127.0.0.1"), ("localhost", "127.0.0.1"), ("[::1]", "::1"), ("10.0.0.5", "10.0.0.5")],
)
def test_an_address_is_an_address(text: str, address: str) -> None:
    assert check_address(text) == address


@pytest.mark.parametrize("text", ["all", "example.com", "127.1", "10.0.0.5:80", "10.0.0.5/8"])
def test_a_name_is_no_address(text: str) -> None:
    with pytest.raises(InputError, match="must be an IP address"):
        check_address(text)


@pytest.mark.parametrize(
    ("address", "warns"),
    [("127.0.0.1", False), ("127.0.0.2", False), ("::1", False), ("0.0.0.0", True), ("::", True)],
)
def test_what_other_machines_reach_deserves_a_warning(address: str, warns: bool) -> None:
    assert ("other machines can reach it" in exposure(address)) is warns


def test_a_listened_address_is_a_name_of_the_lab_and_no_other_is(tmp_path: Path) -> None:
    flags = {"listen": "127.0.0.2", "store": "memory://"}
    lab = start_lab(load_settings(flags, {"HOME": str(tmp_path)}))
    try:
        headers = {"authorization": f"Bearer {lab.token}"}
        statuses = [
            httpx.get(
                f"{lab.base_url}/_inspect/openapi.json",
                headers={**headers, **host},
                timeout=PATIENCE,
            ).status_code
            for host in ({}, {"host": "127.0.0.2:1"}, {"host": "evil.test"}, {"host": "127.0.0.3"})
        ]
        login = httpx.get(f"{lab.base_url}/auth/login", timeout=PATIENCE)
    finally:
        lab.stop()
    assert lab.base_url.startswith("http://127.0.0.2:")
    assert statuses == [200, 200, 403, 403]
    assert login.headers["location"].startswith(lab.issuer)
