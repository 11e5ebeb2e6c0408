"""What is known, for other tools: a session as JSON, the requests as HAR, a curl command."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from session_inspector.devserver.cookies.url_parts import split_url
from session_inspector.devserver.core.events.exchange import (
    CookieSet,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.devserver.core.json.writing import harmless_json
from session_inspector.devserver.core.values import Seconds, Secret, Shown
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.lamps import facts_of
from session_inspector.inspector.model.views.selectors.clocks import collect_clocks
from session_inspector.inspector.model.views.selectors.cookie import cookie_states
from session_inspector.inspector.model.views.session_summary import SessionSummary

MASK = "•••"


def session_json(state: State, session: str, now: Seconds) -> str:
    """Return one session: facts, clocks, cookies, how it ended; secrets masked."""
    known = state.sessions[session]
    summary = SessionSummary(state, known, now)
    found = {
        "session": session,
        "life": summary.life,
        "reason": summary.reason,
        "origin": summary.origin,
        "kind": known.facts.kind,
        "unverified": known.facts.unverified,
        "client": known.client,
        "sub": known.facts.sub,
        "created_at": known.facts.created_at or None,
        "login": known.facts.login,
        "size": known.facts.size,
        "clocks": [asdict(clock) for clock in collect_clocks(state, known, now)],
        "facts": {name: asdict(fact) for name, fact in facts_of(state, known, now).items()},
        "cookies": [
            {**_mask_cookie(one.line), "is_alive": one.fact.is_alive, "origin": one.fact.origin}
            for one in cookie_states(state, known, now)
        ],
        "data": {name: _mask_secrets(value) for name, value in known.facts.data.items()},
    }
    return harmless_json(found, indent=2) + "\n"


def har(state: State) -> str:
    """Return the requests that were seen as HAR 1.2; cookies' values are masked."""
    creator = {"name": "session-inspector", "version": "1"}
    log = {"version": "1.2", "creator": creator, "entries": _har_entries(state)}
    return harmless_json({"log": log}, indent=1) + "\n"


def _har_entries(state: State) -> list[dict[str, object]]:
    """Return the exchanges that have ended."""
    begun: list[ExchangeStarted] = []
    ends: dict[str, ExchangeEnded] = {}
    cookies: dict[str, list[CookieSet]] = {}
    for event in state.timeline:  # once: old events are packed, and take 10 us each to open
        match event:
            case ExchangeStarted():
                begun.append(event)
            case ExchangeEnded():
                ends[event.exchange] = event
            case CookieSet():
                cookies.setdefault(event.exchange, []).append(event)
            case _:
                pass
    return [
        _har_entry(state, event, ends[event.exchange], cookies.get(event.exchange, []))
        for event in begun
        if event.exchange in ends
    ]


def _iso(at: Seconds) -> str:
    try:
        return datetime.fromtimestamp(at, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC).isoformat()  # a HAR must have a date


def curl(state: State, session: str, values: Mapping[str, str]) -> str:
    """Return a curl command with the session's cookies; `values` by name, in clear."""
    header = "; ".join(f"{name}={value}" for name, value in values.items())
    return f"curl -b {shlex.quote(header)} {shlex.quote(state.lab.base_url + '/protected')}\n"


def _har_entry(
    state: State, start: ExchangeStarted, end: ExchangeEnded, cookies: list[CookieSet]
) -> dict[str, object]:
    milliseconds = end.duration * 1000
    return {
        "startedDateTime": _iso(start.at),
        "time": milliseconds,
        "request": _har_request(state, start),
        "response": _har_response(end, cookies),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": f"{start.exchange} {start.client}",
    }


def _har_request(state: State, start: ExchangeStarted) -> dict[str, object]:
    base = start.origin or state.lab.issuer.rstrip("/")
    if start.party == "app" and not start.origin:
        base = state.lab.base_url
    headers = [_header("host", split_url(base).netloc)]
    if start.cookies:
        pairs = "; ".join(f"{cookie.name}={MASK}" for cookie in start.cookies)
        headers.append(_header("cookie", pairs))
    return {
        "method": start.method,
        "url": base + start.path,
        "httpVersion": "HTTP/1.1",
        "cookies": [{"name": cookie.name, "value": MASK} for cookie in start.cookies],
        "headers": headers,
        "queryString": _har_query(start.path),
        "headersSize": -1,
        "bodySize": -1,
    }


def _har_response(end: ExchangeEnded, cookies: list[CookieSet]) -> dict[str, object]:
    return {
        "status": end.status,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [_mask_cookie(cookie) for cookie in cookies],
        "headers": _response_headers(end, cookies),
        "content": {"size": -1, "mimeType": ""},
        "redirectURL": end.location,
        "headersSize": -1,
        "bodySize": -1,
    }


def _header(name: str, value: str) -> dict[str, str]:
    return {"name": name, "value": value}


def _har_query(path: str) -> list[dict[str, str]]:
    """Return the query as pairs; what is secret in it is masked already."""
    pairs = parse_qsl(split_url(path).query, keep_blank_values=True)
    return [_header(name, value) for name, value in pairs]


def _response_headers(end: ExchangeEnded, cookies: list[CookieSet]) -> list[dict[str, str]]:
    """Return the headers that were seen, as they were; of cookies all but the value."""
    seen = (
        ("cache-control", end.cache_control),
        ("expires", end.expires),
        ("vary", end.vary),
        ("location", end.location),
    )
    headers = [_header(name, value) for name, value in seen if value]
    return [*headers, *(_header("set-cookie", _masked_line(cookie)) for cookie in cookies)]


def _masked_line(cookie: CookieSet) -> str:
    """Return a Set-Cookie line with a mask for the value; a deletion has none to mask."""
    parts = [f"{cookie.name}={MASK}"]
    if cookie.is_deletion:
        parts = [f"{cookie.name}="]
    if cookie.lifetime:
        parts.append(cookie.lifetime)
    elif cookie.max_age is not None:
        parts.append(f"Max-Age={cookie.max_age:.0f}")
    for name, value in (("Path", cookie.path), ("Domain", cookie.domain)):
        if value:
            parts.append(f"{name}={value}")
    if cookie.http_only:
        parts.append("HttpOnly")
    if cookie.secure:
        parts.append("Secure")
    if cookie.same_site:
        parts.append(f"SameSite={cookie.same_site}")
    return "; ".join(parts)


def _mask_cookie(cookie: CookieSet) -> dict[str, object]:
    return {
        "name": cookie.name,
        "value": MASK,
        "size": cookie.size,
        "path": cookie.path,
        "domain": cookie.domain,
        "max_age": cookie.max_age,
        "httpOnly": cookie.http_only,
        "secure": cookie.secure,
        "sameSite": cookie.same_site,
        "deleted": cookie.is_deletion,
    }


def _mask_secrets(value: Shown) -> object:
    if isinstance(value, Secret):
        return str(value)
    if isinstance(value, dict):
        return {name: _mask_secrets(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_mask_secrets(member) for member in value]
    return value
