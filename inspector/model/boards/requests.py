"""Request lanes: which requests ran beside each other, and what each did to which session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from devserver.core.events import (
    CookieSet,
    Event,
    ExchangeEnded,
    ExchangeStarted,
    SessionLoaded,
    SessionWritten,
)
from inspector.model.rows import Field, Tone
from inspector.model.state import State
from inspector.model.text import clock_text, safe
from inspector.model.timeline import line_of

SCANNED = 3000
"""Newest events that are laid out."""
MOST = 10
"""Lanes that are drawn; more requests at once share the last."""
FREE, BUSY, HERE = " ", "│", "●"
COLOURS: tuple[Tone, ...] = ("accent", "good", "warn", "plain")
"""Of the lanes, over and over."""
CHANGED = {
    "roll": "payload unchanged, only its end moved",
    "refresh": "payload changed: new tokens",
    "update": "payload changed",
    "login": "a new session",
    "migrate": "the same session in the new format",
}
NOT_ROLLED = (
    "The session was accepted, and not written: no Set-Cookie, so its end has not moved. Rolling is"
    " off, or the middleware does not cover this path."
)
NO_RULE = "No Cache-Control: a cache may keep this response"


@dataclass(slots=True)
class _Lanes:
    """Which exchange is in which lane."""

    lanes: list[set[str]] = field(default_factory=lambda: [set() for _ in range(MOST)])
    place: dict[str, int] = field(default_factory=dict)
    started: dict[str, ExchangeStarted] = field(default_factory=dict)
    wrote: dict[str, str] = field(default_factory=dict)
    loaded: set[str] = field(default_factory=set)
    """Exchanges that presented a live session."""
    beside: dict[str, int] = field(default_factory=dict)
    """Exchange to the most that ran at once with it."""

    def enter(self, event: ExchangeStarted) -> None:
        """Take the first free lane, else the last."""
        free = next((n for n, names in enumerate(self.lanes) if not names), MOST - 1)
        self.lanes[free].add(event.exchange)
        self.place[event.exchange] = free
        self.started[event.exchange] = event
        for name in self.started:
            self.beside[name] = max(self.beside.get(name, 1), len(self.started))

    def leave(self, exchange: str) -> None:
        """Give the lane back."""
        self.lanes[self.place.pop(exchange)].discard(exchange)
        del self.started[exchange]

    def drawn(self, exchange: str) -> tuple[tuple[str, Tone], ...]:
        """Return a character a lane, in the lane's colour."""
        here = self.place.get(exchange, -1)
        return tuple(
            (HERE if n == here else BUSY if names else FREE, COLOURS[n % len(COLOURS)])
            for n, names in enumerate(self.lanes)
        )


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
        elif isinstance(event, SessionLoaded):
            lanes.loaded.add(event.cause)
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
        label="",
        lead=((f"{clock_text(event.at)} ", "dim"), *lanes.drawn(event.cause), (" ", "dim")),
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
        if event.exchange in lanes.loaded and event.exchange not in lanes.wrote:
            return f"{text}  not rolled", "warn", NOT_ROLLED
        rule = f"Cache-Control: {event.cache_control}" if event.cache_control else NO_RULE
        where = f" It redirects to {event.location}." if event.location else ""
        lines = f"{event.set_cookies} Set-Cookie line{'s' * (event.set_cookies != 1)}"
        return text, tone, f"{lines}. {rule}.{where}"
    if isinstance(event, CookieSet):
        if event.is_deletion:
            return f"  ⌫ deletes {event.name}", "dim", "Max-Age=0: the browser forgets it."
        why = CHANGED.get(lanes.wrote.get(event.cause, ""), "")
        text = f"  ⇠ Set-Cookie {event.name} {event.size} B" + (f"  ({why})" if why else "")
        age = "none: it ends with the browser" if event.max_age is None else f"{event.max_age:g} s"
        same = event.same_site or "none"
        return text, "dim", f"Path {event.path}, Max-Age {age}, SameSite {same}."
    mark, title, detail, tone = line_of(event)
    return f"  {mark} {title}  {detail}", tone, ""
