"""Request lanes: which requests ran beside each other, and what each did to which session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle, islice

from session_inspector.devserver.core.events.exchange import (
    CookieSet,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.devserver.core.events.session import SessionLoaded, SessionWritten
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.facts.logs import Mapped
from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.timeline import line_of
from session_inspector.inspector.model.words.text import clock_text, safe

SCANNED = 3000
"""Newest events that are laid out."""
MOST = 10
"""Lanes that are drawn; more requests at once share the last."""
FEW = 3
"""Lanes that are drawn at least."""
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


@dataclass(frozen=True, slots=True)
class _Step:
    """One event, and what was under way then; its line is made when somebody looks at it."""

    event: Event
    started: ExchangeStarted
    here: int
    busy: int
    """A bit for each lane in which a request was under way."""
    wrote: str = ""
    is_loaded: bool = False
    beside: int = 1


@dataclass(slots=True)
class _Lanes:
    """Which exchange is in which lane."""

    lanes: list[int] = field(default_factory=lambda: [0] * MOST)
    """How many requests are in each."""
    place: dict[str, int] = field(default_factory=dict)
    started: dict[str, ExchangeStarted] = field(default_factory=dict)
    wrote: dict[str, str] = field(default_factory=dict)
    loaded: set[str] = field(default_factory=set)
    """Exchanges that presented a live session."""
    beside: dict[str, int] = field(default_factory=dict)
    """Exchange to the most that ran at once with it."""

    def enter(self, event: ExchangeStarted) -> None:
        """Take the first free lane, else the last."""
        free = next((n for n, count in enumerate(self.lanes) if not count), MOST - 1)
        self.lanes[free] += 1
        self.place[event.exchange] = free
        self.started[event.exchange] = event
        # what the app asks the provider meanwhile is part of its request, not beside it
        peers = [name for name, other in self.started.items() if other.party == event.party]
        for name in peers:
            self.beside[name] = max(self.beside.get(name, 1), len(peers))

    def leave(self, exchange: str) -> None:
        """Give the lane back."""
        self.lanes[self.place.pop(exchange)] -= 1
        for kept in (self.started, self.wrote, self.beside):
            kept.pop(exchange, None)
        self.loaded.discard(exchange)

    def step(self, event: Event) -> _Step:
        """Return what an event's line is made of."""
        name = event.cause
        return _Step(
            event=event,
            started=self.started[name],
            here=self.place[name],
            busy=sum(1 << n for n, count in enumerate(self.lanes) if count),
            wrote=self.wrote.get(name, ""),
            is_loaded=name in self.loaded,
            beside=self.beside.get(name, 1),
        )


def request_fields(state: State) -> Sequence[Field]:
    """Return the lanes, the newest below; only what requests did."""
    return laid_out(state.timeline[-SCANNED:])


def laid_out(events: Sequence[Event]) -> Sequence[Field]:
    """Return events of exchanges as lines with their lanes, made when looked at."""
    lanes = _Lanes()
    steps: list[_Step] = []
    for event in events:
        if isinstance(event, ExchangeStarted):
            lanes.enter(event)
        elif event.cause not in lanes.started:
            continue
        if isinstance(event, SessionWritten):
            lanes.wrote[event.cause] = event.reason
        elif isinstance(event, SessionLoaded):
            lanes.loaded.add(event.cause)
        steps.append(lanes.step(event))
        if isinstance(event, ExchangeEnded):
            lanes.leave(event.exchange)
    lanes_used = 1 + max((step.here for step in steps), default=0)
    return Mapped(steps, partial(_line, count=max(FEW, lanes_used)))


def _line(step: _Step, count: int) -> Field:
    event, started = step.event, step.started
    title, tone, explain = _said(step)
    about = f"{started.method} {started.path.partition('?')[0]} of {started.client}"
    session = f"  session {event.session[:6]}" if event.session else ""
    return Field(
        depth=0,
        label="",
        lead=((f"{clock_text(event.at)} ", "dim"), *_drawn(step, count), (" ", "dim")),
        value=safe(f"{title}{session}", 300),
        tone=tone,
        explain=safe(explain or f"Caused by {event.cause}: {about}.", 600),
        key=str(event.seq),
    )


def _drawn(step: _Step, count: int) -> tuple[tuple[str, Tone], ...]:
    """Return a character a lane, in the lane's colour."""
    return tuple(
        (HERE if n == step.here else BUSY if step.busy >> n & 1 else FREE, colour)
        for n, colour in enumerate(islice(cycle(COLOURS), count))
    )


def _said(step: _Step) -> tuple[str, Tone, str]:
    event = step.event
    if isinstance(event, ExchangeStarted):
        cookies = f"  {event.cookie_bytes} B of cookies" if event.cookie_bytes else ""
        path = event.path.partition("?")[0]
        asked = f" for {event.within}" if event.within else ""
        where = "" if event.party == "app" else f"  at the provider{asked}"
        names = ", ".join(f"{c.name} {c.size} B" for c in event.cookies)
        text = f"→ {event.exchange} {event.method} {path}  {event.client}{where}{cookies}"
        return text, "plain", f"It sent: {names or 'no cookie'}. Query: {event.path}"
    if isinstance(event, ExchangeEnded):
        beside = f"  ‖ {step.beside} at once" if step.beside > 1 else ""
        text = f"← {event.exchange} {event.status}  {event.duration * 1000:.1f} ms{beside}"
        tone: Tone = "bad" if event.status >= 500 else "warn" if event.status >= 400 else "dim"
        if step.is_loaded and not step.wrote:
            return f"{text}  not rolled", "warn", NOT_ROLLED
        rule = f"Cache-Control: {event.cache_control}" if event.cache_control else NO_RULE
        where = f" It redirects to {event.location}." if event.location else ""
        lines = f"{event.set_cookies} Set-Cookie line{'s' * (event.set_cookies != 1)}"
        return text, tone, f"{lines}. {rule}.{where}"
    if isinstance(event, CookieSet):
        if event.is_deletion:
            return f"  ⌫ deletes {event.name}", "dim", "Max-Age=0: the browser forgets it."
        why = CHANGED.get(step.wrote, "")
        text = f"  ⇠ Set-Cookie {event.name} {event.size} B" + (f"  ({why})" if why else "")
        age = "none: it ends with the browser" if event.max_age is None else f"{event.max_age:g} s"
        same = event.same_site or "none"
        return text, "dim", f"Path {event.path}, Max-Age {age}, SameSite {same}."
    mark, title, detail, tone = line_of(event)
    return f"  {mark} {title}  {detail}", tone, ""
