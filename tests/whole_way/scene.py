"""The whole way of what strangers send: a proxy, stores and a provider, and one journal behind."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from urllib.parse import quote

import httpx

from session_inspector.devserver.attach.attach_settings import AttachSettings
from session_inspector.devserver.attach.attachment import start_attachment
from session_inspector.devserver.attach.foreign_store import ForeignStore, StoreAccess
from session_inspector.devserver.attach.layouts import LAYOUTS
from session_inspector.devserver.attach.proxy.route import route_to
from session_inspector.devserver.attach.rows.base import RawRow, RowLocations, RowTexts
from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.errors import InputError, InspectorError
from session_inspector.devserver.core.events.exchange import ExchangeEnded, ExchangeStarted
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.wire import event_from_json
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.provider.registrations import User
from session_inspector.devserver.session.memory import Memory
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.session.watcher import StoreWatcher
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.memory import MemoryStore
from session_inspector.devserver.stores.querying.estimates import RowEstimate
from session_inspector.devserver.stores.querying.filters import RowFilter
from session_inspector.devserver.stores.querying.opening import NoRows
from session_inspector.devserver.stores.querying.sources import WindowSource
from session_inspector.devserver.stores.rows import from_text
from session_inspector.devserver.stores.watching.commands import CommandCount
from tests.devserver.client.client_scene import ClientScene
from tests.devserver.client.test_callback import replaced_tenant
from tests.waiting import PATIENCE, eventually
from tests.whole_way.hostile import SECRET, Case

HEAD = b"HTTP/1.1 %s\r\nContent-Length: 2\r\nConnection: close\r\n"
ALIVE = "/alive"


class OneRow:
    """A store with one row."""

    def __init__(self, row: RawRow) -> None:
        self._row = row
        self.commands = CommandCount()

    async def rows(
        self, locations: RowLocations, limit: int, *, is_sample: bool = False
    ) -> AsyncIterator[RawRow]:
        yield self._row

    async def at(self, locations: RowLocations, keys: Sequence[str]) -> Sequence[RawRow]:
        return [self._row]

    async def open_source(
        self, locations: RowLocations, texts: RowTexts, wanted: RowFilter, now: float
    ) -> WindowSource[RawRow]:
        return NoRows()

    async def estimate(self, locations: RowLocations) -> RowEstimate | None:
        return None

    def prefixes(self, locations: RowLocations) -> Sequence[str]:
        return [""]

    async def others(self, locations: RowLocations) -> Mapping[str, int]:
        return {}

    async def survey(self) -> Sequence[str]:
        return [self._row.key]

    async def version(self) -> str | None:
        return None

    async def close(self) -> None:
        return None


class Upstream(threading.Thread):
    """An app that answers each request with the headers of the moment, as bytes."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.headers: Sequence[bytes] = ()
        self.status = b"200 OK"

    def run(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                self._answer(connection)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _answer(self, connection: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            data = connection.recv(65_536)
            if not data:
                return
            request += data
        headers: Sequence[bytes] = ()
        status = b"200 OK"
        if ALIVE.encode() not in request.partition(b"\r\n")[0]:
            headers = self.headers
            status = self.status
        lines = b"".join(line + b"\r\n" for line in headers)
        connection.sendall(HEAD % status + lines + b"\r\nok")


class WholeWay:
    """What a developer runs; `send` gives it what a stranger sends, and returns the events."""

    def __init__(self) -> None:
        self._upstream = Upstream()
        self._upstream.start()
        route = route_to(f"http://127.0.0.1:{self._upstream.port}")
        settings = AttachSettings(route=route, secrets=[SECRET])
        self.running = start_attachment(settings)
        self._clock = SystemClock()
        self._port = int(self.running.base_url.rpartition(":")[2])
        self._count = 0

    def close(self) -> None:
        self.running.stop()
        self._upstream.close()

    def send(self, case: Case) -> list[Event]:
        """Return all events of a case, and of a request after it: the watching is alive."""
        first = self.running.journal.last
        match case.kind:
            case "set-cookie":
                self._exchange("a=1", [case.text, case.more])
            case "cookie":
                self._exchange(case.text, [case.more])
            case "url":
                self._redirect(case.text, case.more)
            case "header":
                self._answer_with([_header_bytes(case.text), _header_bytes(case.more)])
            case "token":
                self._exchange(f"tok={case.text}", [f"tok={case.more}; Path=/; HttpOnly"])
            case _:
                for event in asyncio.run(self._elsewhere(case)):
                    self.running.journal.publish(event)
        self._show_alive()
        return list(self.running.journal.since(first)[0])

    def _exchange(self, cookie: str, lines: Sequence[str]) -> None:
        self._upstream.headers = [b"Set-Cookie: " + _header_bytes(line) for line in lines]
        self._request(b"/x", _header_bytes(cookie))

    def _redirect(self, target: str, location: str) -> None:
        """Ask for a target, be sent elsewhere, and ask once more, as browsers do."""
        self._upstream.status = b"302 Found"
        for _ in range(2):
            self._answer_with([b"Location: " + _header_bytes(location)], _target_bytes(target))
        self._upstream.status = b"200 OK"

    def _answer_with(self, lines: Sequence[bytes], target: bytes = b"/x") -> None:
        self._upstream.headers = lines
        self._request(target, b"a=1")

    def _request(self, target: bytes, cookie: bytes) -> None:
        with socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE) as client:
            host = b"Host: 127.0.0.1:%d\r\nConnection: close\r\n" % self._port
            client.sendall(b"GET " + target + b" HTTP/1.1\r\n" + host)
            client.sendall(b"Cookie: " + cookie + b"\r\n\r\n")
            while client.recv(65_536):
                pass

    def _show_alive(self) -> None:
        """Send a harmless request, and wait until it was reported from begin to end."""
        self._count += 1
        path = f"{ALIVE}/{self._count}"
        news = threading.Event()
        journal = self.running.journal
        first = journal.last
        stop = journal.on_change(news.set)
        try:
            self._request(path.encode(), b"a=1")
            eventually(lambda: _has_ended(journal.since(first)[0], path) or news.wait(0.05) is None)
        finally:
            stop()

    async def _elsewhere(self, case: Case) -> list[Event]:
        match case.kind:
            case "row":
                return await self._row(case)
            case "own-row":
                return await self._own_row(case)
            case "provider":
                return await _provider(case)
            case _:
                return _recorded(case)

    async def _row(self, case: Case) -> list[Event]:
        events: list[Event] = []
        value = case.text.encode("utf-8", "surrogatepass")
        reader = OneRow(RawRow(key=case.more, value=value, expires=case.number))

        async def open_reader() -> OneRow:
            return reader

        for layout in LAYOUTS:
            access = StoreAccess(read=open_reader, write=None, label="redis://h")
            material = Material(cookies={}, secrets=(SECRET,), now=self._clock.now())
            store = ForeignStore(access, layout, material, self._clock, events.append)
            await store.look()
            await store.look()
            await store.close()
        return events

    async def _own_row(self, case: Case) -> list[Event]:
        events: list[Event] = []
        data = from_text(case.text)
        if data is None:
            return events
        store = MemoryStore(self._clock)
        await store.create(SessionId("a" * 32), Record(data=data, expires=case.number))
        watcher = StoreWatcher(store, "memory://", Policy(), Memory(), self._clock, events.append)
        await watcher.look()
        await watcher.look()
        return events


def _recorded(case: Case) -> list[Event]:
    """Return what a recording of such lines shows: a line that is none is refused."""
    events: list[Event] = []
    for line in (case.text, case.more):
        with suppress(InputError):
            events.append(event_from_json(line))
    return events


async def _provider(case: Case) -> list[Event]:
    """Log in where the provider's answer is a stranger's; only declared errors may come out."""
    parts = {"token": "/oauth/token", "discovery": "openid-configuration", "keys": "jwks"}

    def answer(request: httpx.Request) -> httpx.Response | None:
        if case.more == "claims" or parts[case.more] not in request.url.path:
            return None
        return httpx.Response(200, content=case.text.encode("utf-8", "surrogatepass"))

    scene = ClientScene(answer)
    if case.more == "claims":
        claims = json.loads(from_text_or_empty(case.text))
        user = User(sub="local|alice", claims=claims)
        scene.tenant = replaced_tenant(scene.tenant, user)
    try:
        await scene.sign_in()
        await scene.get("/token")
    except InspectorError:
        pass  # declared: an app answers with it as it likes
    return scene.events


def from_text_or_empty(text: str) -> str:
    """Return the JSON of an object that a provider can have as claims, else an empty one."""
    found = from_text(text)
    if found is None:
        return "{}"
    return json.dumps({name: value for name, value in found.items() if name not in ("sub", "exp")})


def _header_bytes(text: str) -> bytes:
    """Return a header's value as bytes; what would end the line is percent-encoded."""
    raw = text.encode("utf-8", "surrogatepass")[:30_000]
    return b"".join(
        bytes([byte]) if byte >= 32 or byte == 9 else quote(bytes([byte])).encode() for byte in raw
    )


def _target_bytes(text: str) -> bytes:
    """Return a request's target: what would end it is percent-encoded."""
    return _header_bytes(text).replace(b" ", b"%20").replace(b"\t", b"%09") or b"/"


def _has_ended(events: Sequence[Event], path: str) -> bool:
    names = {e.exchange for e in events if isinstance(e, ExchangeStarted) and e.path == path}
    return any(isinstance(e, ExchangeEnded) and e.exchange in names for e in events)
