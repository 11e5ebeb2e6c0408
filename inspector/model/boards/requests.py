"""Request lanes: which requests ran beside each other, and what each did to which session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from devserver.core.events import CookieSet, Event, ExchangeEnded, ExchangeStarted, SessionWritten
from inspector.model.rows import Field, Tone
from inspector.model.state import State
from inspector.model.text import clock_text, safe
from inspector.model.timeline import line_of

SCANNED = 3000
"""Newest events that are laid out."""
MOST = 8
"""Lanes that are drawn; more requests at once share the last."""
FREE, BUSY, HERE = " ", "│", "●"
CHANGED = {
    "roll": "payload unchanged, only its end moved",
    "refresh": "payload changed: new tokens",
    "update": "payload changed",
    "login": "a new session",
    "migrate": "the same session in the new format",
}


@dataclass(slots=True)
class _Lanes:
    """Which exchange is in which lane."""

    lanes: list[str] = field(default_factory=lambda: [""] * MOST)
    started: dict[str, ExchangeStarted] = field(default_factory=dict)
    wrote: dict[str, str] = field(default_factory=dict)
    beside: dict[str, int] = field(default_factory=dict)
    """Exchange to the most that ran at once with it."""

    def enter(self, event: ExchangeStarted) -> None:
        free = next((n for n, name in enumerate(self.lanes) if not name), MOST - 1)
        self.lanes[free] = event.exchange
        self.started[event.exchange] = event
        busy = [name for name in self.lanes if name]
        for name in busy:
            self.beside[name] = max(self.beside.get(name, 1), len(busy))

    def leave(self, exchange: str) -> None:
        self.lanes = ["" if name == exchange else name for name in self.lanes]
        self.started.pop(exchange, None)

    def drawn(self, exchange: str) -> str:
        width = max((n + 1 for n, name in enumerate(self.lanes) if name), default=1)
        marks = [
            HERE if name and name == exchange else BUSY if name else FREE
            for name in self.lanes[: max(width, 3)]
        ]
        return "".join(marks).ljust(MOST)


def request_fields(state: State) -> tuple[Field, ...]:
    """Return the lanes, the newest below; only what requests did."""
    return laid_out(state.timeline[-SCANNED:])


def laid_out(events: Sequence[Event]) -> tuple[Field, ...]:
    """Return events of exchanges as lines with their lanes."""
    lanes = _Lanes()
    fields: list[Field] = []
    for event in events:
        if isinstance(event, ExchangeStarted):
            lanes.enter(event)
        elif event.cause not in lanes.started:
            continue
        if isinstance(event, SessionWritten):
            lanes.wrote[event.cause] = event.reason
        fields.append(_line(lanes, event))
        if isinstance(event, ExchangeEnded):
            lanes.leave(event.exchange)
    return tuple(fields)


def _line(lanes: _Lanes, event: Event) -> Field:
    title, tone, explain = _said(lanes, event)
    started = lanes.started.get(event.cause)
    about = (
        f"{started.method} {started.path.partition('?')[0]} of {started.client}" if started else ""
    )
    session = f"  session {event.session[:6]}" if event.session else ""
    return Field(
        depth=0,
        label=f"{clock_text(event.at)} {lanes.drawn(event.cause)}",
        value=safe(f"{title}{session}", 300),
        tone=tone,
        explain=safe(explain or f"Caused by {event.cause}: {about}.", 600),
        key=str(event.seq),
    )


def _said(lanes: _Lanes, event: Event) -> tuple[str, Tone, str]:
    if isinstance(event, ExchangeStarted):
        cookies = f"  {event.cookie_bytes} B of cookies" if event.cookie_bytes else ""
        path = event.path.partition("?")[0]
        where = "" if event.party == "app" else "  at the provider"
        names = ", ".join(f"{c.name} {c.size} B" for c in event.cookies)
        text = f"→ {event.exchange} {event.method} {path}  {event.client}{where}{cookies}"
        return text, "plain", f"It sent: {names or 'no cookie'}. Query: {event.path}"
    if isinstance(event, ExchangeEnded):
        count = lanes.beside.get(event.exchange, 1)
        beside = f"  ‖ {count} at once" if count > 1 else ""
        text = f"← {event.exchange} {event.status}  {event.duration * 1000:.1f} ms{beside}"
        tone: Tone = "bad" if event.status >= 500 else "warn" if event.status >= 400 else "dim"
        rule = event.cache_control or "no Cache-Control"
        return text, tone, f"{event.set_cookies} Set-Cookie lines; {rule}. {event.location}"
    if isinstance(event, CookieSet):
        if event.is_deletion:
            return f"  ⌫ deletes {event.name}", "dim", "Max-Age=0: the browser forgets it."
        why = CHANGED.get(lanes.wrote.get(event.cause, ""), "")
        text = f"  ⇠ Set-Cookie {event.name} {event.size} B" + (f"  ({why})" if why else "")
        return text, "dim", f"Path={event.path} Max-Age={event.max_age} SameSite={event.same_site}"
    mark, title, detail, tone = line_of(event)
    return f"  {mark} {title}  {detail}", tone, ""
