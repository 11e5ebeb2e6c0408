"""Where requests go, who may send them, and what the app learns about their way.

The app sees the Host that the browser sees, so that redirects and Origin checks agree; or its
own, when asked. X-Forwarded-* name the browser's side of this proxy: what a client claims there is
replaced, unless another proxy of ours stands in front and is trusted.
"""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from session_inspector.devserver.attach.proxy.headers import RequestHead, next_hop_lines, values
from session_inspector.devserver.core.access import LOOPBACK_NAMES
from session_inspector.devserver.core.configuration.web_urls import read_web_url
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.listening import in_url
from session_inspector.devserver.tls import TlsFiles

FORWARDED = frozenset(
    {
        b"x-forwarded-for",
        b"x-forwarded-host",
        b"x-forwarded-proto",
        b"x-forwarded-port",
        b"forwarded",
        b"x-real-ip",
    }
)
HOST = frozenset({b"host"})
STANDARD_PORTS = {"http": 80, "https": 443}
EXAMPLE = "session-inspector attach http://localhost:3000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One upstream, and the rules of the way to it."""

    url: str
    """As a person reads it: http://localhost:3000."""
    host: str
    port: int
    tls: ssl.SSLContext | None = None
    allowed: frozenset[str] = LOOPBACK_NAMES
    """Host names under which this proxy answers; others are DNS rebinding, or a mistake."""
    rewrites_host: bool = False
    """The app gets its own Host, not the browser's."""
    trusts_forwarded: bool = False
    is_started_here: bool = False
    """By `run`: nobody need start the app."""
    is_in_run: bool = False
    """`run` leads there, not `attach`: what it can be told differs."""
    front: TlsFiles | None = None
    """The certificate that browsers get; None: they are answered in plain http."""

    @property
    def scheme(self) -> str:
        """What browsers speak to the proxy; the upstream's may be another."""
        if self.front is None:
            return "http"
        return "https"

    @property
    def authority(self) -> bytes:
        """The upstream's own Host."""
        name = in_url(self.host)
        standard = 443 if self.tls else 80
        if self.port != standard:
            name = f"{name}:{self.port}"
        return name.encode("latin-1")


def with_scheme(url: str) -> str:
    """Return a URL as a person means it: `localhost:3000` is of http."""
    if not url or "://" in url:
        return url
    return f"http://{url}"


def route_to(
    url: str,
    *,
    names: Sequence[str] = (),
    rewrites_host: bool = False,
    trusts_forwarded: bool = False,
    checks_certificate: bool = True,
    is_started_here: bool = False,
) -> Route:
    """Return the route to an app; `names` are further hosts it may be asked under.

    Raises: InputError for a URL that names no app.
    """
    whole = with_scheme(url)
    parts = read_web_url(whole)
    if parts is None or not parts.hostname:
        raise InputError(f"upstream {url!r} must be an http or https URL. Fix: {EXAMPLE}")
    if parts.path.strip("/") or parts.query or parts.username or parts.password:
        raise InputError(
            f"upstream {parts.hostname} has more than host and port; paths stay as they are."
            f" Fix: {EXAMPLE}"
        )
    tls = None
    standard_port = 80
    if parts.scheme == "https":
        tls = _make_tls(checks_certificate)
        standard_port = 443
    return Route(
        url=f"{parts.scheme}://{parts.netloc}",
        host=parts.hostname,
        port=parts.port or standard_port,
        tls=tls,
        allowed=LOOPBACK_NAMES | {name.lower().strip("[]") for name in names},
        rewrites_host=rewrites_host,
        trusts_forwarded=trusts_forwarded,
        is_started_here=is_started_here,
        is_in_run=is_started_here,
    )


def trust_of(route: Route) -> ssl.SSLContext | bool:
    """Return whom a client of the proxy must trust, as httpx takes it."""
    if route.front is None:
        return True
    return route.front.client_context()


def _make_tls(checks_certificate: bool) -> ssl.SSLContext:
    tls = ssl.create_default_context()
    tls.set_alpn_protocols(["http/1.1"])  # else a server of HTTP/2 alone answers in riddles
    if not checks_certificate:
        tls.check_hostname = False
        tls.verify_mode = ssl.CERT_NONE
    return tls


def is_allowed(route: Route, host: bytes) -> bool:
    """Check whether a request under this Host is answered; port and case do not matter."""
    try:
        name = urlsplit(f"//{host.decode('ascii')}").hostname or ""
    except ValueError:
        return False
    return is_own_name(route, name)


def is_own_name(route: Route, name: str) -> bool:
    """Check for a name of this proxy's; those below localhost are ours (RFC 6761 §6.3)."""
    return name in route.allowed or name.endswith(".localhost")


def forward_head(route: Route, head: RequestHead, peer: str) -> bytes:
    """Return the head as the app gets it: the same lines but those of this hop and of the way."""
    lines = _lines_with_host(route, head)
    lines += _forwarded_lines(route, head, peer.encode("latin-1"))
    if head.is_upgrade:
        lines += [line.raw for line in head.lines if line.name == b"upgrade"]
        lines.append(b"Connection: Upgrade")
    version = b"HTTP/1.0" if head.is_old else b"HTTP/1.1"
    first = b" ".join((head.method, head.target, version))
    return b"\r\n".join([first, *lines, b"", b""])


def _lines_with_host(route: Route, head: RequestHead) -> list[bytes]:
    """Return the lines that go on, with the Host that the app is to see."""
    if route.rewrites_host:
        return [b"Host: " + route.authority, *next_hop_lines(head.lines, FORWARDED | HOST)]
    hosts = values(head.lines, b"host")
    if hosts and hosts[0] == head.host:
        return next_hop_lines(head.lines, FORWARDED)
    host = b"Host: " + head.host
    if not hosts:
        return [host, *next_hop_lines(head.lines, FORWARDED)]
    lines = next_hop_lines(head.lines, FORWARDED)
    for index, raw in enumerate(lines):
        if raw[:5].lower() == b"host:":
            lines[index] = host  # an absolute target named another one
    return lines


def _forwarded_lines(route: Route, head: RequestHead, peer: bytes) -> list[bytes]:
    """Return the X-Forwarded lines; a trusted proxy's own are kept, and this hop is added."""
    host = head.host
    port = host.rpartition(b":")[2]
    if not port.isdigit():
        port = b"%d" % STANDARD_PORTS[route.scheme]
    own = {
        b"x-forwarded-for": (b"X-Forwarded-For", peer),
        b"x-forwarded-host": (b"X-Forwarded-Host", host),
        b"x-forwarded-proto": (b"X-Forwarded-Proto", route.scheme.encode()),
        b"x-forwarded-port": (b"X-Forwarded-Port", port),
    }
    lines: list[bytes] = []
    if route.trusts_forwarded:
        before = values(head.lines, b"x-forwarded-for")
        own[b"x-forwarded-for"] = (b"X-Forwarded-For", b", ".join([*before, peer]))
        for line in head.lines:
            if line.name in FORWARDED - {b"x-forwarded-for"}:
                own.pop(line.name, None)
                lines.append(line.raw)
    return lines + [name + b": " + value for name, value in own.values()]
