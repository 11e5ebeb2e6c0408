"""By what a browser distinguishes cookies of one name, and whether it sends one back."""

from __future__ import annotations

from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from session_inspector.devserver.cookies.browsers.keeping import (
    BROWSERS,
    judge_browsers,
    keeping_of,
)
from session_inspector.devserver.cookies.scope import cookie_domain, default_path
from session_inspector.devserver.cookies.set_cookie import SetCookie
from session_inspector.devserver.cookies.url_parts import split_url, target_path
from session_inspector.devserver.core.events.exchange import CookieSet, ExchangeStarted
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.alarms import CookieKey

SHAPES = 1000
"""Shapes of lines whose judgement is kept: those of an app are few."""


class LineShape(NamedTuple):
    """All of a Set-Cookie line but the rest of its value: lines of one shape are judged alike."""

    name: str
    prefix: str
    size: int
    line_size: int
    max_age: Seconds | None
    lifetime: str
    path: str
    domain: str
    secure: bool
    http_only: bool
    same_site: str
    partitioned: bool
    controls: str


SHAPE_OF = attrgetter(*LineShape._fields)
"""Reads the members of a line in one go."""


def cookie_key(cookie: CookieSet, request: ExchangeStarted | None) -> CookieKey:
    """Return name, domain and path of a cookie; `request` is the one that was answered."""
    domain = cookie.domain
    if domain:
        domain = cookie_domain(domain, _host_of(request))
    return cookie.name, domain, effective_path(cookie, request)


def _host_of(request: ExchangeStarted | None) -> str:
    if request is None:
        return ""
    return split_url(request.origin).hostname or ""


def effective_path(cookie: CookieSet, request: ExchangeStarted | None) -> str:
    """Return the path a browser gives a cookie: of one without Path the folder of the URL."""
    if cookie.path.startswith("/"):
        return cookie.path
    if request is None:
        return "/"
    return default_path(target_path(request.path))


def scope_text(cookie: CookieSet, request: ExchangeStarted | None) -> str:
    """Return a cookie's scope as a person reads it."""
    path = effective_path(cookie, request)
    text = f"Path={path}"
    if not cookie.path.startswith("/") and request is not None:
        text = f"no Path (so {path}, the folder of {target_path(request.path)})"
    if cookie.domain:
        text += f" Domain={cookie.domain}"
    return text


def key_text(key: CookieKey) -> str:
    """Return the scope of a key."""
    _, domain, path = key
    if domain:
        return f"Path={path} Domain={domain}"
    return f"Path={path}"


def is_over(cookie: CookieSet, now: Seconds) -> bool:
    """Check whether the browser has forgotten a cookie by its Max-Age."""
    return cookie.max_age is not None and cookie.at + cookie.max_age <= now


def response_url(request: ExchangeStarted | None, base_url: str) -> str:
    """Return the URL of a response as its browser has it; of an unknown request only the site."""
    if request is None or not request.origin:
        return base_url
    return request.origin + target_path(request.path)


def is_dropped(cookie: CookieSet, origin: str) -> bool:
    """Check whether no browser obeys a line."""
    return _is_dropped(LineShape(*SHAPE_OF(cookie)), origin)


@lru_cache(SHAPES)
def _is_dropped(shape: LineShape, origin: str) -> bool:
    line = _to_line(shape)
    # lazily: nearly always the first one keeps it, and each takes 25 us
    return all(keeping_of(browser, line, origin).is_dropped for browser in BROWSERS)


def explain_not_sent(cookie: CookieSet, origin: str) -> str:
    """Return why a browser does not send a cookie back to an origin; empty: no rule says so."""
    site = split_url(origin)
    if cookie.secure and site.scheme == "http":
        return f"Secure over plain http ({site.netloc})"
    for verdict in judge_browsers(to_header_line(cookie), origin, is_whole=True):
        if verdict.is_dropped:
            return f"{verdict.browser} drops it: {'; '.join(verdict.why)}"
    return ""


def to_header_line(cookie: CookieSet) -> SetCookie:
    """Return a cookie that was set as the rules of browsers take it; its value is as long."""
    return _to_line(LineShape(*SHAPE_OF(cookie)))


def _to_line(shape: LineShape) -> SetCookie:
    return SetCookie(
        name=_encodable(shape.name),
        value=_make_value(shape),
        size=shape.line_size,
        max_age=shape.max_age,
        path=_encodable(shape.path),
        domain=_encodable(shape.domain),
        secure=shape.secure,
        http_only=shape.http_only,
        same_site=shape.same_site,
        max_age_given=_max_age_text(shape),
        partitioned=shape.partitioned,
        controls=shape.controls,
    )


def _make_value(shape: LineShape) -> str:
    """Return a value of the same length, which begins as the rules need it."""
    return shape.prefix + "x" * (shape.size - len(shape.prefix))


def _max_age_text(shape: LineShape) -> str:
    """Return Max-Age for a person; empty: its end came from Expires, or it has none."""
    if shape.max_age is None or shape.lifetime:
        return ""
    return f"{shape.max_age:g}"


def _encodable(text: str) -> str:
    """Return a text that can be bytes: lone surrogates come from other people's headers."""
    return text.encode("utf-8", "replace").decode()
