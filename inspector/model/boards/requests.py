"""What a request did, line by line, with a lane for each that ran beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import cycle, islice
from typing import TypeAlias

from session_inspector.devserver.core.events.base import SessionKind, WriteReason
from session_inspector.devserver.core.events.exchange import (
    CookieSet,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.numbers import count_noun
from session_inspector.inspector.model.boards.lanes import LaneStep, lay_out_steps
from session_inspector.inspector.model.boards.stories import name_other_host
from session_inspector.inspector.model.facts.freshness import may_be_reused
from session_inspector.inspector.model.facts.logs import Mapped
from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.event_lines import line_of
from session_inspector.inspector.model.views.selectors.target import session_of_event
from session_inspector.inspector.model.words.auth_reasons import reason_text
from session_inspector.inspector.model.words.cookie_life import life_text
from session_inspector.inspector.model.words.text import clock_text, safe

Described: TypeAlias = tuple[str, Tone, str]
"""(text, tone, explanation)"""
SCANNED = 3000
"""Newest events that are laid out."""
FEW = 3
"""Lanes that are drawn at least."""
NOTHING = State()
FREE = " "
BUSY = "│"
HERE = "●"
COLOURS: tuple[Tone, ...] = ("accent", "good", "warn", "plain")
"""Of the lanes, over and over."""
CHANGED: dict[SessionKind, dict[WriteReason, str]] = {
    "stateless": {
        "roll": "payload unchanged, only its end moved",
        "refresh": "payload changed: new tokens",
        "update": "payload changed",
        "login": "a new session",
        "created": "a new session, no login seen",
        "begun": "payload changed: a login",
        "migrate": "the same session in the new format",
        "rotate": "a new value in its place",
    },
    "stateful": {
        "roll": "the same id, its end moved",
        "refresh": "the same id; new tokens in its row",
        "update": "the same id; its row changed",
        "login": "the id of a new session",
        "created": "the id of a new session, no login seen",
        "begun": "the same id; a login",
        "migrate": "the same session in the new format",
        "rotate": "a new value in its place",
    },
    "unknown": {
        "roll": "the same value, its end moved",
        "update": "another value",
        "login": "a new session",
        "created": "a new session, no login seen",
        "rotate": "a new value in its place",
    },
}
"""What a Set-Cookie line means: a stateful session's says nothing of what its row holds."""
NOT_ROLLED = (
    "The session was accepted, and not written: no Set-Cookie, so its end has not moved. Rolling is"
    " off, or the middleware does not cover this path."
)
PRESENTED = (
    "Its cookie was sent, and no end of it that is known has passed; no Set-Cookie came back."
    " Whether the app accepted the session only this response shows: {status}."
)
NO_RULE = "No Cache-Control: a cache may keep this response"
NOT_KEPT = "No Cache-Control: no cache keeps a {status} response to {method} by itself"


def lay_out(events: Sequence[Event], state: State = NOTHING) -> Sequence[Field]:
    """Return events of exchanges as lines with their lanes, made when they are drawn."""
    steps = lay_out_steps(events)
    used = 1 + max((step.here for step in steps), default=0)
    return Mapped(steps, partial(draw_step, count=max(FEW, used), state=state))


def draw_step(step: LaneStep, count: int, state: State) -> Field:
    """Return what a request did, with its lane among so many."""
    event = step.event
    text, tone, explain = _describe(step)
    if isinstance(event, ExchangeStarted) and (host := name_other_host(state, event)):
        text += f"  at {host}"
    if event.session:
        text += f"  session {event.session[:6]}"
    if not explain:
        explain = _describe_cause(step)
    return Field(
        depth=0,
        label="",
        lead=((f"{clock_text(event.at)} ", "dim"), *_draw_lanes(step, count), (" ", "dim")),
        value=safe(text, 300),
        tone=tone,
        explain=safe(explain, 600),
        key=str(event.seq),
        session=session_of_event(state, event),
        exchange=step.started.exchange,
    )


def draw_deletions(steps: Sequence[LaneStep], count: int, state: State) -> Field:
    """Return the cookies that a request deletes one after the other, as of chunks, as one line."""
    names = [step.event.name for step in steps if isinstance(step.event, CookieSet)]
    line = draw_step(steps[0], count, state)
    return replace(line, value=safe(f"  ⌫ deletes {len(names)} cookies: {', '.join(names)}", 300))


def _draw_lanes(step: LaneStep, count: int) -> Iterator[tuple[str, Tone]]:
    """Yield a character a lane, in the lane's colour."""
    busy = step.busy
    for lane, colour in enumerate(islice(cycle(COLOURS), count)):
        if lane == step.here:
            yield HERE, colour
        elif busy >> lane & 1:
            yield BUSY, colour
        else:
            yield FREE, colour


def _describe_cause(step: LaneStep) -> str:
    started = step.started
    path = started.path.partition("?")[0]
    return f"Caused by {step.event.cause}: {started.method} {path} of {started.client}."


def _describe(step: LaneStep) -> Described:
    match step.event:
        case ExchangeStarted():
            return _describe_request(step.event)
        case ExchangeEnded():
            return _describe_response(step, step.event)
        case CookieSet():
            return _describe_cookie(step, step.event)
        case _:
            mark, title, detail, tone = line_of(step.event)
            return f"  {mark} {title}  {detail}", tone, ""


def _describe_request(event: ExchangeStarted) -> Described:
    path = event.path.partition("?")[0]
    text = f"→ {event.exchange} {event.method} {path}  {event.client}"
    if event.party != "app":
        text += "  at the provider"
        if event.within:
            text += f" for {event.within}"
    if event.cookie_bytes:
        text += f"  {event.cookie_bytes} B of Cookie header"
    sent = ", ".join(f"{cookie.name} {cookie.size} B" for cookie in event.cookies) or "no cookie"
    if event.bearer:
        text += "  bearer token"
        sent += ", and a bearer token in its Authorization header"
    return text, "plain", f"It sent: {sent}. Query: {event.path}"


def _describe_response(step: LaneStep, event: ExchangeEnded) -> Described:
    text, tone, explain = _describe_answer(step, event)
    if event.auth_reason:
        explain += f" The app says: {reason_text(event)}."
    return text, tone, explain


def _describe_answer(step: LaneStep, event: ExchangeEnded) -> Described:
    text = f"← {event.exchange} {event.status}  {event.duration * 1000:.1f} ms"
    if step.beside > 1:
        text += f"  ‖ {step.beside} at once"
    if step.loaded == "told" and not step.wrote:
        return f"{text}  not rolled", "warn", NOT_ROLLED
    if step.loaded and not step.wrote and not event.set_cookies:
        explain = PRESENTED.format(status=event.status)
        return f"{text}  no cookie set", tone_of_status(event.status), explain
    rule = NOT_KEPT.format(status=event.status, method=step.started.method)
    if may_be_reused(step.started.method, event):
        rule = NO_RULE
    if event.cache_control:
        rule = f"Cache-Control: {event.cache_control}"
    explain = f"{count_noun(event.set_cookies, 'Set-Cookie line')}. {rule}."
    if event.location:
        explain += f" It redirects to {event.location}."
    return text, tone_of_status(event.status), explain


def tone_of_status(status: int) -> Tone:
    """Return the tone of a response's status."""
    if status >= 500:
        return "bad"
    if status >= 400:
        return "warn"
    return "dim"


def _describe_cookie(step: LaneStep, event: CookieSet) -> Described:
    if event.is_deletion:
        why = "Its end is past: the browser deletes the cookie of this name, path and domain."
        return f"  ⌫ deletes {event.name}", "dim", why
    text = f"  ⇠ Set-Cookie {event.name} {event.size} B"
    change = _describe_change(step)
    if change and event.session:
        text += f"  ({change})"
    age = "no end: it ends with the browser"
    if event.max_age is not None:
        age = life_text(event)
    same_site = event.same_site or "none"
    return text, "dim", f"Path {event.path}, {age}, SameSite {same_site}."


def _describe_change(step: LaneStep) -> str:
    if step.wrote is None:
        return ""
    return CHANGED[step.kind].get(step.wrote, "")
