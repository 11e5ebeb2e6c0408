"""Runs ASGI apps under uvicorn in a thread and loop of their own, on loopback unless asked.

A widget that stalls 100 ms would stall every request if the server shared its loop (p99 127 to
146 ms, against 0.6 to 7.5 ms with its own thread).
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import urlsplit

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from session_inspector.devserver.core.access import LOOPBACK_NAMES, VARIABLE, keep_token
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.listening import (
    LOOPBACK,
    bind,
    check_reachable,
    checked_address,
    exposure,
    in_url,
    port_of,
    provider_name,
)
from session_inspector.devserver.lab.lab import Devserver
from session_inspector.devserver.lab.local_provider import Addresses
from session_inspector.devserver.settings import Settings
from session_inspector.devserver.tls import TlsFiles

T = TypeVar("T")
R = TypeVar("R")
STOP_SECONDS = 5.0


class ByPort:
    """Sends a request to the app of the port it arrived at."""

    def __init__(self, apps: dict[int, ASGIApp]) -> None:
        self._apps = apps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app of that port; the first one when the server did not tell."""
        first = next(iter(self._apps))
        port: int = (scope.get("server") or (LOOPBACK, first))[1]
        app = self._apps.get(port, self._apps[first])
        await app(scope, receive, send)


class AnnouncingServer(uvicorn.Server):
    """A server that says when it is listening. In a thread, uvicorn leaves signals alone."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then say so."""
        await super().startup(sockets)
        self._announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, and cut what is still open: TLS would wait for a peer that says no goodbye."""
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            transport: asyncio.Transport | None = connection.transport
            if transport is not None:  # no handshake yet
                transport.abort()
        await asyncio.sleep(0)


class Host(Generic[T]):
    """A thread that builds something in its own loop and serves it until stopped."""

    def __init__(
        self,
        build: Callable[[], Awaitable[T]],
        apps: Callable[[T], dict[int, ASGIApp]],
        close: Callable[[T], Awaitable[None]],
        sockets: list[socket.socket],
        tls: Mapping[int, TlsFiles] | None = None,
    ) -> None:
        """Take what to build and serve; `tls` has the ports that speak https."""
        self._build, self._apps, self._close = build, apps, close
        self._sockets = sockets
        self._tls = tls or {}
        self._ready: Future[T] = Future()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._servers: list[uvicorn.Server] = []
        self._thread = threading.Thread(target=self._run, name="devserver", daemon=True)

    def start(self) -> T:
        """Start the thread and return what was built, once it is being served.

        Raises: whatever building raised, in the caller's thread.
        """
        self._thread.start()
        return self._ready.result()

    def stop(self) -> None:
        """Stop serving and wait for the thread to end; idempotent."""
        for server in self._servers:
            server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def submit(self, work: Coroutine[object, object, R]) -> Future[R]:
        """Run a coroutine in the server's loop, from any thread."""
        if self._loop is None:
            work.close()
            raise RuntimeError("the host has not been started")
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=_loop_factory()) as runner:
                runner.run(self._main())
        except BaseException as error:
            # the caller waits for `ready`: whatever ends the thread must reach it
            if self._ready.done():
                raise
            self._ready.set_exception(error)
        finally:
            for listener in self._sockets:
                listener.close()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        built = await self._build()
        app = ByPort(self._apps(built))
        plain = [s for s in self._sockets if port_of(s) not in self._tls]
        groups: list[tuple[list[socket.socket], TlsFiles | None]] = [(plain, None)] if plain else []
        groups += [([s], self._tls[port_of(s)]) for s in self._sockets if s not in plain]
        waiting = len(groups)

        def started() -> None:
            nonlocal waiting
            waiting -= 1
            if waiting == 0:
                self._ready.set_result(built)

        self._servers = [AnnouncingServer(_config(app, tls), started) for _, tls in groups]
        try:
            pairs = zip(self._servers, groups, strict=True)
            await asyncio.gather(*(server.serve(sockets=group[0]) for server, group in pairs))
        finally:
            await self._close(built)


def _config(app: ASGIApp, tls: TlsFiles | None) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,  # it would write over the screen
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=1,
        ssl_certfile=str(tls.certificate) if tls else None,
        ssl_keyfile=str(tls.key) if tls else None,
    )


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # missing on Windows
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


class Running(Generic[T]):
    """Something that listens: what a front end holds; its token's file goes when it stops."""

    def __init__(self, host: Host[T], port: int, token: str) -> None:
        self.token = token
        self._host = host
        self._port = port
        self._token_file: Path | None = None

    def submit(self, work: Coroutine[object, object, R]) -> Future[R]:
        """Run a coroutine in the server's loop, from any thread."""
        return self._host.submit(work)

    def hand_over_token(self, env: Mapping[str, str]) -> str:
        """Let other processes of this user find the token; returns where it is.

        Raises: InputError when its file cannot be written.
        """
        if env.get(VARIABLE):
            return f"the one in {VARIABLE}"
        self._token_file = keep_token(env, self._port, self.token)
        return str(self._token_file)

    def stop(self) -> None:
        """Stop the servers and wait for their thread."""
        self._host.stop()
        if self._token_file is not None:
            self._token_file.unlink(missing_ok=True)


class RunningLab(Running[Devserver]):
    """A lab that listens."""

    def __init__(self, host: Host[Devserver], devserver: Devserver, port: int) -> None:
        super().__init__(host, port, devserver.settings.token)
        self.journal = devserver.journal
        self.control = devserver.control
        self.clock = devserver.clock
        self.count_rows = devserver.count_rows
        self.base_url = devserver.addresses.base_url
        self.issuer = devserver.addresses.issuer
        self.store = devserver.stack.label if devserver.stack else ""
        self.warning = exposure(checked_address(devserver.settings.listen))


def start_lab(settings: Settings) -> RunningLab:
    """Start provider, demo app and control in their own thread; returns when they listen.

    The app is at 127.0.0.1 and the provider at localhost: cookies ignore ports, and two hosts keep
    theirs apart as in production. Raises: InputError.
    """
    address = checked_address(settings.listen)
    check_reachable(address, settings.base_url)
    app_socket = bind(settings.port, address=address)
    sockets = [app_socket]
    port = port_of(app_socket)
    base_url = settings.base_url.rstrip("/") or f"http://{in_url(address)}:{port}"
    issuer = settings.issuer
    if not issuer:
        try:
            sockets.append(bind(settings.provider_port, "--provider-port", address))
        except InputError:
            app_socket.close()
            raise
        scheme, name = "https" if settings.tls else "http", provider_name(address, base_url)
        issuer = f"{scheme}://{name}:{port_of(sockets[1])}/"
    named = () if address == LOOPBACK else (urlsplit(base_url).hostname or "", address)
    hosts = LOOPBACK_NAMES.union(name for name in named if name)
    addresses = Addresses(base_url=base_url, issuer=issuer, hosts=hosts)

    async def build() -> Devserver:
        devserver = Devserver(settings, addresses)
        await devserver.open()
        return devserver

    def apps(devserver: Devserver) -> dict[int, ASGIApp]:
        app, provider = devserver.apps()
        found = {port: app}
        return found | ({port_of(sockets[1]): provider} if provider else {})

    tls = {port_of(s): settings.tls for s in sockets[1:] if settings.tls}
    host = Host(build, apps, Devserver.close, sockets, tls)
    return RunningLab(host, host.start(), port)
