"""Attachments in front of real apps, each with servers of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import ASGIApp

from session_inspector.devserver.attach.attach_settings import AttachSettings
from session_inspector.devserver.attach.attachment import RunningAttachment, start_attachment
from session_inspector.devserver.core.listening import bind, port_of
from session_inspector.devserver.host import Host
from tests.end_to_end.heard import Heard


class Attached(Heard[RunningAttachment]):
    """A proxy before an app."""


@contextmanager
def attached(settings: AttachSettings) -> Iterator[Attached]:
    running = start_attachment(settings)
    try:
        yield Attached(running)
    finally:
        running.stop()


@contextmanager
def served(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """Serve an ASGI app on loopback; yields its URL."""

    async def build() -> ASGIApp:
        return app

    async def close(app: ASGIApp) -> None:
        return None

    listener = bind(port)
    place = port_of(listener)
    host: Host[ASGIApp] = Host(build, lambda built: {place: built}, close, [listener])
    host.start()
    try:
        yield f"http://127.0.0.1:{place}"
    finally:
        host.stop()
