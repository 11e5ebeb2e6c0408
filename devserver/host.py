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

import uvicorn
from starlette.types import ASGIApp

from session_inspector.devserver.core.access import VARIABLE, keep_token
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.listening import check_address, exposure, port_of
from session_inspector.devserver.lab.lab import Lab
from session_inspector.devserver.lab.sockets import listen
from session_inspector.devserver.settings import Settings
from session_inspector.devserver.tls import TlsFiles
from session_inspector.devserver.web.loop import run_in_loop
from session_inspector.devserver.web.server import AnnouncingServer, ByPort
from session_inspector.devserver.web.urgency import Urgency

T = TypeVar("T")
R = TypeVar("R")
STOP_SECONDS = 5.0


class Host(Generic[T]):
    """A thread that builds something in its own loop and serves it until stopped."""

    def __init__(
        self,
        build: Callable[[], Awaitable[T]],
        apps: Callable[[T], dict[int, ASGIApp]],
        close: Callable[[T], Awaitable[None]],
        sockets: list[socket.socket],
        tls: Mapping[int, TlsFiles] | None = None,
        *,
        before_stop: Callable[[T], None] = lambda built: None,
        patience: float = STOP_SECONDS,
    ) -> None:
        """Take what to build and serve; `tls` has the ports that speak https.

        `before_stop` ends answers that would never end by themselves; `patience` is how many
        seconds the end may take.
        """
        self._patience = patience
        self._before_stop = before_stop
        self._build = build
        self._apps = apps
        self._close = close
        self._sockets = sockets
        self._tls = tls or {}
        self._ready: Future[T] = Future()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._servers: list[uvicorn.Server] = []
        self._is_stopped = False
        self._is_abandoned = False
        self._thread = threading.Thread(target=self._run, name="devserver", daemon=True)

    def start(self) -> T:
        """Return what was built, once it is served. Raises: what building raised."""
        self._thread.start()
        try:
            return self._ready.result()
        except (KeyboardInterrupt, SystemExit):
            self.stop()
            raise

    def stop(self) -> None:
        """Stop serving and wait for the thread to end; idempotent."""
        self._is_stopped = True
        for server in self._servers:
            server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(self._patience)
        # a process that ends now takes from the thread what it still needs: its word of it is noise
        self._is_abandoned = self._thread.is_alive()

    def submit(self, work: Coroutine[object, object, R]) -> Future[R]:
        """Run a coroutine in the server's loop, from any thread."""
        if self._loop is None:
            work.close()
            raise RuntimeError("the host has not been started")
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def _run(self) -> None:
        try:
            run_in_loop(self._main())
        except BaseException as error:
            # the caller waits for `ready`: whatever ends the thread must reach it
            if not self._ready.done():
                self._ready.set_exception(error)
            elif not self._is_abandoned:
                raise
        finally:
            for listener in self._sockets:
                listener.close()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        built = await self._build()
        app = ByPort(self._apps(built))
        groups = self._group_sockets()
        waiting = len(groups)

        def started() -> None:
            nonlocal waiting
            waiting -= 1
            if waiting == 0:
                self._ready.set_result(built)

        serving: list[Awaitable[None]] = []
        for sockets, tls in groups:
            server = AnnouncingServer(_config(app, tls), started, lambda: self._before_stop(built))
            server.should_exit = self._is_stopped
            self._servers.append(server)
            serving.append(server.serve(sockets=sockets))
        try:
            await asyncio.gather(*serving)
        finally:
            await self._close(built)

    def _group_sockets(self) -> list[tuple[list[socket.socket], TlsFiles | None]]:
        """Return the sockets of each server: one for all plain ones, one for each with TLS."""
        plain: list[socket.socket] = []
        groups: list[tuple[list[socket.socket], TlsFiles | None]] = []
        for listener in self._sockets:
            tls = self._tls.get(port_of(listener))
            if tls is None:
                plain.append(listener)
            else:
                groups.append(([listener], tls))
        if plain:
            groups.insert(0, (plain, None))
        return groups


def _config(app: ASGIApp, tls: TlsFiles | None) -> uvicorn.Config:
    config = uvicorn.Config(
        app,
        log_config=None,  # it would write over the screen
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    if tls is not None:
        config.load()
        config.ssl = tls.server_context()  # uvicorn's own would answer as localhost alone
    return config


class RunningHost(Generic[T]):
    """Something that listens: what a front end holds; its token's file goes when it stops."""

    def __init__(self, host: Host[T], port: int, token: str) -> None:
        self.token = token
        self._host = host
        self._port = port
        self._token_file: Path | None = None

    def submit(self, work: Coroutine[object, object, R]) -> Future[R]:
        """Run a coroutine in the server's loop, from any thread."""
        return self._host.submit(work)

    def run(self, work: Coroutine[object, object, R], seconds: float) -> R:
        """Return what a coroutine of the loop returns. Raises: InspectorError when it is late."""
        future = self.submit(work)
        try:
            return future.result(seconds)
        except TimeoutError:
            if future.done():
                raise
            future.cancel()
            raise InspectorError(
                f"it has not ended in {seconds:.0f} s: the machine is busy, or the store hangs."
                " Fix: try again, with a smaller --count, or with --store memory://"
            ) from None

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


class RunningLab(RunningHost[Lab]):
    """A lab that listens."""

    def __init__(self, host: Host[Lab], lab: Lab, port: int) -> None:
        super().__init__(host, port, lab.settings.token)
        self.journal = lab.journal
        self.urgency = Urgency()
        self.control = lab.control
        self.scenarios = lab.scenarios
        self.kept = lab.kept
        self.clock = lab.clock
        self.count_rows = lab.stacks.count_rows
        self.publish = lab.publish
        self.base_url = lab.addresses.base_url
        self.issuer = lab.addresses.issuer
        self.store = lab.stacks.current.label
        self.warning = exposure(check_address(lab.settings.listen))


def start_lab(settings: Settings) -> RunningLab:
    """Start provider, demo app and control in their own thread; returns when they listen.

    The app is at 127.0.0.1 and the provider at localhost: cookies ignore ports, and two hosts keep
    theirs apart as in production. Raises: InputError.
    """
    listening = listen(settings)
    port = port_of(listening.app)

    async def build() -> Lab:
        lab = Lab(settings, listening.addresses)
        await lab.open()
        return lab

    def apps(lab: Lab) -> dict[int, ASGIApp]:
        app, provider = lab.apps()
        found = {port: app}
        if provider is not None and listening.provider is not None:
            found[port_of(listening.provider)] = provider
        return found

    tls: dict[int, TlsFiles] = {}
    if settings.tls and listening.provider is not None:
        tls[port_of(listening.provider)] = settings.tls
    host = Host(build, apps, Lab.close, listening.sockets, tls, before_stop=Lab.end_streams)
    return RunningLab(host, host.start(), port)
