"""ASGI middleware that reports each exchange and the cookies it carried, and changes no byte."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from typing import Literal
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from session_inspector.devserver.cookies.browsers.rules import find_nameless_prefix
from session_inspector.devserver.cookies.chunk_rules import read_head
from session_inspector.devserver.cookies.header_text import (
    HeaderTexts,
    measure_cookie_header,
    read_utf8,
)
from session_inspector.devserver.cookies.jar import find_repeated, parse_pairs
from session_inspector.devserver.cookies.set_cookie import SetCookie, parse_set_cookie
from session_inspector.devserver.core.clock import Clock, stopwatch
from session_inspector.devserver.core.correlation import BROWSER_HEADER, EXCHANGE, EXCHANGE_HEADER
from session_inspector.devserver.core.events.base import CookieSeen
from session_inspector.devserver.core.events.exchange import (
    CookieSet,
    EqualCookiesSeen,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.masking import mask_url
from session_inspector.devserver.core.values import Seconds, Secret, fingerprint
from session_inspector.devserver.web.correlation import read_exchange
from session_inspector.devserver.web.kept_requests import KeptRequests

SILENT = ("/_inspect/", "/favicon.ico")
_BROWSERS = (
    ("Edg/", "Edge"),
    ("Chrome/", "Chrome"),
    ("Firefox/", "Firefox"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
    ("python-httpx", "httpx"),
    ("node", "node"),
)
BROWSER = BROWSER_HEADER.encode()
WITHIN = EXCHANGE_HEADER.encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class TapContext:
    """What every tap of one lab shares."""

    clock: Clock
    publish: Publish
    session_of: Callable[[str], str]
    """Exchange id to session fingerprint."""
    is_session_cookie: Callable[[str], bool]
    numbers: Iterable[int] = ()
    """Where exchange numbers come from; one for all taps."""
    kept: KeptRequests | None = None
    """Where requests of the app are kept, to be sent again; None: nowhere."""


def exchange_numbers() -> Iterable[int]:
    """Return the source of exchange numbers for one lab."""
    return count(1)


class Tap:
    """Stands in front of an app; exchange ids are `x1`, `x2`, …"""

    def __init__(
        self, app: ASGIApp, context: TapContext, party: Literal["app", "provider"]
    ) -> None:
        self._app = app
        self._context = context
        self._party: Literal["app", "provider"] = party
        self._numbers = iter(context.numbers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app; one ExchangeStarted, the cookies, one ExchangeEnded."""
        if scope["type"] != "http" or scope["path"].startswith(SILENT):
            await self._app(scope, receive, send)
            return
        exchange = f"x{next(self._numbers)}"
        began = stopwatch()
        self._report_start(exchange, scope)
        receive, send = self._keep(exchange, scope, receive, send)
        answer = _Answer()

        async def report(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.texts = _read_headers(message["headers"])
                self._report_cookies(exchange, answer.texts)
            await send(message)

        try:
            await self._app({**scope, EXCHANGE: exchange}, receive, report)
        finally:
            self._report_end(exchange, answer, stopwatch() - began)

    def _keep(
        self, exchange: str, scope: Scope, receive: Receive, send: Send
    ) -> tuple[Receive, Send]:
        """Let what passes be kept: requests of the app, not those that prove who the app is."""
        if self._context.kept is None or self._party != "app":
            return receive, send
        kept = self._context.kept.begin(
            exchange, scope["method"], _raw_target(scope), tuple(scope["headers"])
        )

        async def take() -> Message:
            message = await receive()
            if message["type"] == "http.request":
                kept.add_body(message.get("body", b""))
            return message

        async def give(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept.respond(message["status"], tuple(message["headers"]))
            elif message["type"] == "http.response.body":
                kept.add_answer(message.get("body", b""))
            await send(message)

        return take, give

    def _report_start(self, exchange: str, scope: Scope) -> None:
        texts = _read_headers(scope["headers"])
        cookie_line = texts.first(b"cookie")
        within = ""
        if self._party == "provider":
            within = read_exchange(texts.first(WITHIN))
        self._context.publish(
            ExchangeStarted(
                at=self._context.clock.now(),
                cause=exchange,
                exchange=exchange,
                method=scope["method"],
                path=mask_url(_path_of(scope)),
                client=client_name(texts.first(BROWSER), texts.first(b"user-agent")),
                party=self._party,
                cookie_bytes=measure_cookie_header(len(cookie_line)),
                cookies=cookies_seen(cookie_line),
                origin=_origin_of(scope, texts),
                within=within,
            )
        )
        if self._party == "app":
            self._report_equal_names(exchange, cookie_line)

    def _report_equal_names(self, exchange: str, cookie_line: str) -> None:
        for name, values in find_repeated(list(parse_pairs(cookie_line))).items():
            self._context.publish(
                EqualCookiesSeen(
                    at=self._context.clock.now(),
                    cause=exchange,
                    exchange=exchange,
                    name=name,
                    digests=tuple(map(fingerprint, values)),
                    reads="last",
                    family="nextjs-auth0",
                )
            )

    def _report_cookies(self, exchange: str, texts: HeaderTexts) -> None:
        for line in texts.all(b"set-cookie"):
            made = read_cookie_set(line)
            session = self._session_of_cookie(exchange, made.name)
            at = self._context.clock.now()
            self._context.publish(
                replace(made, at=at, cause=exchange, session=session, exchange=exchange)
            )

    def _session_of_cookie(self, exchange: str, name: str) -> str:
        if self._party == "app" and self._context.is_session_cookie(name):
            return self._context.session_of(exchange)
        return ""

    def _report_end(self, exchange: str, answer: _Answer, duration: float) -> None:
        texts = answer.texts
        session = ""
        if self._party == "app":
            session = self._context.session_of(exchange)
        self._context.publish(
            ExchangeEnded(
                at=self._context.clock.now(),
                cause=exchange,
                session=session,
                exchange=exchange,
                status=answer.status,
                duration=duration,
                set_cookies=len(texts.all(b"set-cookie")),
                cache_control=texts.first(b"cache-control"),
                location=mask_url(texts.first(b"location")),
                expires=texts.first(b"expires"),
                vary=texts.first(b"vary"),
            )
        )


def cookies_seen(line: str) -> tuple[CookieSeen, ...]:
    """Return the cookies of a Cookie header line: their names, and the sizes of their values."""
    found = []
    for pair in line.split(";"):
        if pair.strip():
            name, _, value = pair.strip().partition("=")
            found.append(CookieSeen(name=read_utf8(name), size=len(value), head=read_head(value)))
    return tuple(found)


def read_cookie_set(line: str) -> CookieSet:
    """Return the event of a Set-Cookie line, of no exchange yet.

    A roll deletes five chunks, by the same lines each time: what has no value is read once.
    """
    if line.partition("=")[2].startswith(";"):
        return _read_empty_cookie(line)
    return cookie_set(0.0, "", "", parse_set_cookie(line))


@lru_cache(maxsize=512)
def _read_empty_cookie(line: str) -> CookieSet:
    return cookie_set(0.0, "", "", parse_set_cookie(line))


def cookie_set(at: Seconds, exchange: str, session: str, cookie: SetCookie) -> CookieSet:
    """Return the event of a Set-Cookie line."""
    return CookieSet(
        at=at,
        cause=exchange,
        session=session,
        exchange=exchange,
        name=cookie.name,
        value=Secret.of(cookie.value),
        size=len(cookie.value),
        line_size=cookie.size,
        is_deletion=cookie.is_deletion,
        max_age=cookie.max_age,
        path=cookie.path,
        domain=cookie.domain,
        secure=cookie.secure,
        http_only=cookie.http_only,
        same_site=cookie.same_site,
        lifetime=cookie.lifetime,
        partitioned=cookie.partitioned,
        controls=cookie.controls,
        prefix=find_nameless_prefix(cookie),
    )


def client_name(browser: str, user_agent: str) -> str:
    """Return `lab:<name>` for a simulated browser, else the family the User-Agent claims."""
    if browser:
        return f"lab:{read_utf8(browser)}"
    family = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    return family or read_utf8(user_agent).split("/", 1)[0][:24] or "unknown"


def _origin_of(scope: Scope, texts: HeaderTexts) -> str:
    host = texts.first(b"host")
    if not host:
        return ""
    return f"{scope['scheme']}://{host}"


def _path_of(scope: Scope) -> str:
    path = str(scope["path"])
    query = read_utf8(scope["query_string"].decode("latin-1"))
    return f"{path}?{query}" if query else path


def _raw_target(scope: Scope) -> str:
    """Return path and query as they came."""
    path = scope.get("raw_path") or quote(scope["path"]).encode()
    query = scope["query_string"]
    raw: bytes = path + b"?" + query if query else path
    return raw.decode("latin-1")


def _read_headers(headers: Iterable[tuple[bytes, bytes]]) -> HeaderTexts:
    return HeaderTexts((name.lower(), value) for name, value in headers)


@dataclass(slots=True)
class _Answer:
    """The response to a request, as far as it has come."""

    status: int = 500
    """Of the server's own page, where the app has none."""
    texts: HeaderTexts = field(default_factory=lambda: HeaderTexts(()))
