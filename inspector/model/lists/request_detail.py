"""One request in full: its headers, cookies before and after, what changed inside, its bodies."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from session_inspector.devserver.core.events.exchange import CookieSet, ExchangeStarted
from session_inspector.devserver.core.events.session import SessionSeen, SessionWritten
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Shown, ShownObject
from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.writes.content_members import BOOKKEEPING
from session_inspector.inspector.model.views.selectors.target import session_of_cause
from session_inspector.inspector.model.words.cookie_life import life_text
from session_inspector.inspector.model.words.text import safe, size

SCANNED = 20_000
"""Newest events in which those of the request are looked for."""
LONGEST = 400
MOST_HEADERS = 200
MOST_LINES = 400


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """Request or answer: its header lines, and the beginning of its body."""

    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    size: int = 0
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class RequestReport:
    """What the server has kept of a request."""

    exchange: str
    method: str
    target: str
    status: int
    asked: KeptMessage
    answered: KeptMessage


def read_report(text: str) -> RequestReport:
    """Return what a server has replied to InspectRequest. Raises: ValueError."""
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError("no report of a request")
    return RequestReport(
        exchange=str(found.get("exchange", "")),
        method=str(found.get("method", "")),
        target=str(found.get("target", "")),
        status=int(found.get("status", 0)),
        asked=_read_side(found.get("headers"), found.get("body")),
        answered=_read_side(found.get("answer_headers"), found.get("answer")),
    )


def _read_side(headers: object, body: object) -> KeptMessage:
    lines: list[tuple[str, str]] = []
    if isinstance(headers, list):
        for pair in headers[:MOST_HEADERS]:
            if isinstance(pair, list) and len(pair) == 2:
                lines.append((str(pair[0]), str(pair[1])))
    if not isinstance(body, dict):
        return KeptMessage(tuple(lines))
    return KeptMessage(
        tuple(lines), str(body.get("text", "")), int(body.get("size", 0)), bool(body.get("is_cut"))
    )


def asked_fields(report: RequestReport, state: State) -> tuple[Field, ...]:
    """Return the request: its headers and body, and what it did to cookies and session."""
    events = list(state.timeline[-SCANNED:])
    return (
        _title(f"{report.method} {report.target}"),
        *_cookie_fields(events, report.exchange),
        *_session_fields(events, report.exchange),
        *_side_fields(report.asked, "request"),
    )


def session_of_request(state: State, exchange: str) -> str:
    """Return the session that a request was about first; empty: none that is known."""
    for event in state.timeline[-SCANNED:]:
        if event.cause == exchange and event.session in state.sessions:
            return event.session
    return session_of_cause(state, exchange)


def answered_fields(report: RequestReport, other: RequestReport | None = None) -> tuple[Field, ...]:
    """Return an answer; what `other` answers otherwise is amber."""
    tone: Tone = "plain"
    if other is not None and other.status != report.status:
        tone = "warn"
    status = Field(
        depth=0,
        label="status",
        value=str(report.status or "no answer yet"),
        tone=tone,
        key="status",
    )
    known = None
    if other is not None:
        known = other.answered
    return (status, *_side_fields(report.answered, "answer", known))


def _side_fields(side: KeptMessage, name: str, other: KeptMessage | None = None) -> Iterator[Field]:
    yield _title(f"headers of the {name}")
    for number, (key, value) in enumerate(side.headers):
        is_other = other is not None and (key, value) not in other.headers
        yield Field(
            depth=1,
            label=safe(key, 80),
            value=safe(value, LONGEST),
            tone="warn" if is_other else "plain",
            key=f"{name} header {number}",
        )
    cut = ""
    if side.is_cut:
        cut = ", the beginning of it is kept"
    yield _title(f"body of the {name}: {size(side.size)}{cut}")
    known = frozenset(other.body.splitlines()) if other is not None else frozenset()
    for number, line in enumerate(side.body.splitlines()[:MOST_LINES]):
        is_other = other is not None and line not in known
        yield Field(
            depth=1,
            label="",
            value=safe(line, LONGEST),
            tone="warn" if is_other else "plain",
            key=f"{name} body {number}",
        )


def _cookie_fields(events: Sequence[Event], exchange: str) -> Iterator[Field]:
    """Yield each cookie of the request: what was sent, and what came back."""
    sent: dict[str, int] = {}
    came: dict[str, CookieSet] = {}
    for event in events:
        if isinstance(event, ExchangeStarted) and event.exchange == exchange:
            sent = {cookie.name: cookie.size for cookie in event.cookies}
        elif isinstance(event, CookieSet) and event.exchange == exchange:
            came[event.name] = event
    yield _title("cookies, before → after")
    for name in dict.fromkeys((*sent, *came)):
        before = size(sent[name]) if name in sent else "–"
        after, tone = _describe_after(came.get(name))
        yield Field(
            depth=1,
            label=safe(name, 80),
            value=safe(f"{before} → {after}", LONGEST),
            tone=tone,
            key=f"cookie {name}",
        )


def _describe_after(cookie: CookieSet | None) -> tuple[str, Tone]:
    if cookie is None:
        return "unchanged", "dim"
    if cookie.is_deletion:
        return f"deleted  Path={cookie.path}", "warn"
    age = "ends with the browser"
    if cookie.max_age is not None:
        age = life_text(cookie)
    flags = [f"Path={cookie.path}", age]
    flags += [f"SameSite={cookie.same_site}"] if cookie.same_site else []
    flags += ["HttpOnly"] if cookie.http_only else []
    flags += ["Secure"] if cookie.secure else []
    return f"{size(cookie.size)} #{cookie.value.digest[:6]}  {' · '.join(flags)}", "good"


def _session_fields(events: Sequence[Event], exchange: str) -> Iterator[Field]:
    """Yield what the request has changed inside the session, member by member."""
    written = next(
        (
            event
            for event in reversed(events)
            if isinstance(event, (SessionWritten, SessionSeen)) and event.cause == exchange
        ),
        None,
    )
    if written is None:
        return
    before = _find_before(events, written)
    yield _title("inside the session, before → after")
    changes = list(diff_members(before, flatten_members(written.facts.data)))
    for path, old, new in changes:
        yield Field(
            depth=1,
            label=safe(path, 120),
            value=safe(f"{old} → {new}", LONGEST),
            tone="good",
            key=f"member {path}",
        )
    if not changes:
        yield Field(depth=1, label="", value="nothing has changed", tone="dim", key="no member")


def _find_before(
    events: Sequence[Event], written: SessionWritten | SessionSeen
) -> Mapping[str, Shown]:
    """Return the members that the session had before an event; none: it is its first."""
    found: Mapping[str, Shown] = {}
    for event in events:
        if event is written:
            break
        if not isinstance(event, (SessionWritten, SessionSeen)):
            continue
        if event.session == written.session and event.cause != written.cause:
            found = flatten_members(event.facts.data)
    return found


def diff_members(
    before: Mapping[str, Shown], after: Mapping[str, Shown]
) -> Iterator[tuple[str, str, str]]:
    """Yield (path, before, after) of members that are others; secrets stay masked."""
    for path in dict.fromkeys((*before, *after)):
        old = before.get(path)
        new = after.get(path)
        if path not in before:
            yield path, "–", str(new)
        elif path not in after:
            yield path, str(old), "–"
        elif old != new:
            yield path, str(old), str(new)


def flatten_members(data: ShownObject) -> Mapping[str, Shown]:
    """Return members of a session by path, two levels deep; bookkeeping is left out."""
    found: dict[str, Shown] = {}
    for name, value in data.items():
        if name in BOOKKEEPING:
            continue
        if isinstance(value, dict):
            found |= {f"{name}.{inner}": member for inner, member in value.items()}
        else:
            found[name] = value
    return found


def _title(text: str) -> Field:
    return Field(depth=0, label=safe(text, LONGEST), value="", tone="accent", key=f"title {text}")
