"""Where the lines are answered: hosts, schemes, first party and in a frame of another site."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from pathlib import Path

from tests.certificates import make_certificate
from tests.servers import free_port

HOSTS = ("localhost", "127.0.0.1", "app.localhost", "shop.example.co.uk")
TOPS = {
    "localhost": "127.0.0.1",
    "127.0.0.1": "localhost",
    "app.localhost": "localhost",
    "shop.example.co.uk": "other.example",
}
"""Whose page holds the frame."""


@dataclass(frozen=True, slots=True)
class Place:
    """One host by one scheme, alone or in a frame."""

    scheme: str
    host: str
    top: str = ""
    """The host of the page around it; empty: it is the page."""

    @property
    def name(self) -> str:
        framed = f" in {self.top}" if self.top else ""
        return f"{self.scheme}://{self.host}{framed}"

    @property
    def above(self) -> str:
        """The domain above the host."""
        return self.host.partition(".")[2] or "above.example"


def all_places() -> list[Place]:
    """Return every place."""
    places = [Place(scheme, host) for host in HOSTS for scheme in ("http", "https")]
    framed = [Place(place.scheme, place.host, TOPS[place.host]) for place in places]
    return [*places, *framed]


class CookieServer:
    """Answers each target with the lines that stand for it; http and https."""

    def __init__(self) -> None:
        self.ports: dict[str, int] = {}
        self.lines: dict[str, list[str]] = {}
        """By target."""
        self.dates: dict[str, str] = {}
        """By target, as the Date is written; a target that is not in it has none."""
        self.asked: list[str] = []
        """Targets, in their order."""
        self._servers: list[asyncio.Server] = []

    async def start(self, folder: Path) -> None:
        certificate = make_certificate(folder)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate.certificate, certificate.key)
        for scheme, context in (("http", None), ("https", tls)):
            port = free_port()
            server = await asyncio.start_server(self._answer, "127.0.0.1", port, ssl=context)
            self.ports[scheme] = port
            self._servers.append(server)

    def url(self, scheme: str, host: str, target: str) -> str:
        return f"{scheme}://{host}:{self.ports[scheme]}{target}"

    async def stop(self) -> None:
        for server in self._servers:
            server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                target = head.split(b" ", 2)[1].decode("latin-1")
                self.asked.append(target)
                dates = [f"Date: {self.dates[target]}"] if target in self.dates else []
                writer.write(self._make_answer(dates, self.lines.get(target, [])))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _make_answer(self, dates: list[str], lines: list[str]) -> bytes:
        body = b"<!doctype html><title>x</title><body>ok"
        head = ["HTTP/1.1 200 OK", "Content-Type: text/html", f"Content-Length: {len(body)}"]
        head += ["Cache-Control: no-store", *dates, *(f"Set-Cookie: {line}" for line in lines)]
        return "\r\n".join([*head, "", ""]).encode("latin-1") + body
