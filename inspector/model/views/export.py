"""What is known, for other tools: a session as JSON, the requests as HAR, a curl command."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from datetime import UTC, datetime

from session_inspector.devserver.core.events.exchange import (
    CookieSet,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.devserver.core.values import Seconds, Secret, Shown
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.ladder import clocks_of
from session_inspector.inspector.model.views.select import session_row

MASK = "•••"


def session_json(state: State, session: str, now: Seconds) -> str:
    """Return one session: facts, clocks, cookies, how it ended; secrets masked."""
    known = state.sessions[session]
    row = session_row(state, session, now)
    found = {
        "session": session,
        "life": row.life if row else None,
        "reason": row.reason if row else None,
        "kind": known.facts.kind,
        "client": known.client,
        "sub": known.facts.sub,
        "created_at": known.facts.created_at,
        "size": known.facts.size,
        "clocks": [
            {"name": timer.name, "ends": timer.ends, "ends_session": timer.ends_session}
            for timer in clocks_of(state, known)
        ],
        "cookies": [_cookie(cookie) for cookie in known.cookies.values()],
        "data": {name: _plain(value) for name, value in known.facts.data.items()},
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def har(state: State) -> str:
    """Return the requests that were seen as HAR 1.2; cookies' values are masked."""
    ends = {e.exchange: e for e in state.timeline if isinstance(e, ExchangeEnded)}
    set_by: dict[str, list[CookieSet]] = {}
    for event in state.timeline:
        if isinstance(event, CookieSet):
            set_by.setdefault(event.exchange, []).append(event)
    entries = [
        _entry(state, event, ends[event.exchange], set_by.get(event.exchange, []))
        for event in state.timeline
        if isinstance(event, ExchangeStarted) and event.exchange in ends
    ]
    creator = {"name": "session-inspector", "version": "1"}
    log = {"version": "1.2", "creator": creator, "entries": entries}
    return json.dumps({"log": log}, ensure_ascii=False, indent=1) + "\n"


def curl(state: State, session: str, values: Mapping[str, str]) -> str:
    """Return a curl command with the session's cookies; `values` by name, in clear."""
    header = "; ".join(f"{name}={value}" for name, value in values.items())
    return f"curl -b {shlex.quote(header)} {shlex.quote(state.lab.base_url + '/protected')}\n"


def _entry(
    state: State, start: ExchangeStarted, end: ExchangeEnded, cookies: list[CookieSet]
) -> dict[str, object]:
    base = state.lab.base_url if start.party == "app" else state.lab.issuer.rstrip("/")
    sent = [{"name": cookie.name, "value": MASK} for cookie in start.cookies]
    made = [_cookie(cookie) for cookie in cookies]
    return {
        "startedDateTime": datetime.fromtimestamp(start.at, UTC).isoformat(),
        "time": end.duration * 1000,
        "request": {
            "method": start.method,
            "url": base + start.path,
            "httpVersion": "HTTP/1.1",
            "cookies": sent,
            "headers": [],
            "queryString": [],
            "headersSize": -1,
            "bodySize": -1,
        },
        "response": {
            "status": end.status,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": made,
            "headers": [{"name": "cache-control", "value": end.cache_control}],
            "content": {"size": -1, "mimeType": ""},
            "redirectURL": end.location,
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": end.duration * 1000, "receive": 0},
        "comment": f"{start.exchange} {start.client}",
    }


def _cookie(cookie: CookieSet) -> dict[str, object]:
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


def _plain(value: Shown) -> object:
    if isinstance(value, Secret):
        return str(value)
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    return [_plain(member) for member in value] if isinstance(value, list) else value
