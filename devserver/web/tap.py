"""ASGI middleware that reports each exchange and the cookies it carried, and changes no byte."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count
from typing import Literal

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from session_inspector.devserver.cookies.set_cookie import SetCookie, parse_set_cookie
from session_inspector.devserver.core.clock import Clock, stopwatch
from session_inspector.devserver.core.correlation import BROWSER_HEADER, EXCHANGE, EXCHANGE_HEADER
from session_inspector.devserver.core.events.base import CookieSeen
from session_inspector.devserver.core.events.exchange import (
    CookieSet,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import Seconds, Secret
from session_inspector.devserver.web.correlation import told

"""Key of the ASGI scope under which the parts behind the tap find the exchange's id."""
SILENT = ("/_inspect/", "/favicon.ico")
_SECRET_QUERY = re.compile(
    r"(?<![\w-])(code|state|nonce|code_challenge|code_verifier|id_token_hint|access_token|token)"
    r"=[^&#]+"
)
_BROWSERS = (
    ("Edg/", "Edge"),
    ("Chrome/", "Chrome"),
    ("Firefox/", "Firefox"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
    ("python-httpx", "httpx"),
    ("node", "node"),
)
Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What every tap of one lab shares."""

    clock: Clock
    publish: Publish
    session_of: Callable[[str], str]
    """Exchange id to session fingerprint."""
    is_session_cookie: Callable[[str], bool]
    numbers: Iterable[int] = ()
    """Where exchange numbers come from; one for all taps."""


def exchange_numbers() -> Iterable[int]:
    """Return the source of exchange numbers for one lab."""
    return count(1)


class Tap:
    """Stands in front of an app; exchange ids are `x1`, `x2`, …"""

    def __init__(self, app: ASGIApp, watch: Watch, party: Literal["app", "provider"]) -> None:
        self._app = app
        self._watch = watch
        self._party: Literal["app", "provider"] = party
        self._numbers = iter(watch.numbers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app; one ExchangeStarted, the cookies, one ExchangeEnded."""
        if scope["type"] != "http" or scope["path"].startswith(SILENT):
            await self._app(scope, receive, send)
            return
        exchange = f"x{next(self._numbers)}"
        began = stopwatch()
        self._started(exchange, scope)
        answer: list[Message] = []

        async def report(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.append(message)
                self._cookies(exchange, message)
            await send(message)

        try:
            await self._app({**scope, EXCHANGE: exchange}, receive, report)
        finally:
            self._ended(exchange, answer, stopwatch() - began)

    def _started(self, exchange: str, scope: Scope) -> None:
        headers = _text(scope["headers"])
        line = _value(headers, "cookie")
        pairs = [pair.strip().partition("=") for pair in line.split(";") if pair.strip()]
        query = scope["query_string"].decode("latin-1")
        path = str(scope["path"]) + (f"?{query}" if query else "")
        self._watch.publish(
            ExchangeStarted(
                at=self._watch.clock.now(),
                cause=exchange,
                exchange=exchange,
                method=scope["method"],
                path=mask_url(path),
                client=client_name(_value(headers, BROWSER_HEADER), _value(headers, "user-agent")),
                party=self._party,
                cookie_bytes=len(line),
                cookies=tuple(CookieSeen(name=n, size=len(value)) for n, _, value in pairs),
                within=told(_value(headers, EXCHANGE_HEADER)) if self._party == "provider" else "",
            )
        )

    def _cookies(self, exchange: str, message: Message) -> None:
        session = self._watch.session_of(exchange)
        for name, line in _text(message["headers"]):
            if name == "set-cookie":
                cookie = parse_set_cookie(line)
                is_ours = self._party == "app" and self._watch.is_session_cookie(cookie.name)
                at = self._watch.clock.now()
                self._watch.publish(cookie_set(at, exchange, session if is_ours else "", cookie))

    def _ended(self, exchange: str, answer: list[Message], duration: float) -> None:
        headers = _text(answer[0]["headers"]) if answer else []
        self._watch.publish(
            ExchangeEnded(
                at=self._watch.clock.now(),
                cause=exchange,
                session=self._watch.session_of(exchange) if self._party == "app" else "",
                exchange=exchange,
                status=answer[0]["status"] if answer else 500,
                duration=duration,
                set_cookies=sum(name == "set-cookie" for name, _ in headers),
                cache_control=_value(headers, "cache-control"),
                location=mask_url(_value(headers, "location")),
            )
        )


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
    )


def mask_url(url: str) -> str:
    """Return a URL whose codes, states and tokens are masked."""
    return _SECRET_QUERY.sub(r"\1=•••", url)


def client_name(browser: str, user_agent: str) -> str:
    """Return `lab:<name>` for a simulated browser, else the family the User-Agent claims."""
    if browser:
        return f"lab:{browser}"
    family = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    return family or user_agent.split("/", 1)[0][:24] or "unknown"


def _text(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    return [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers]


def _value(headers: Headers, name: str) -> str:
    return next((value for key, value in headers if key == name), "")
