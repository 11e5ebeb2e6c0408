"""The cookies of a session's browser as its developer tools show them, and who set them.

Those of the session first, then the others that its browser was seen to be given. What a line
changed is a comparison with the line before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from immutables import Map

from session_inspector.devserver.cookies.edited_line import LineParts, write_line
from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.alarms import CookieKey
from session_inspector.inspector.model.facts.fact import MEANING, Fact
from session_inspector.inspector.model.facts.rows import Field, TimerRow, Tone
from session_inspector.inspector.model.facts.scopes import is_over
from session_inspector.inspector.model.facts.state import KnownSession, State
from session_inspector.inspector.model.lists.held_cookies import held_fields
from session_inspector.inspector.model.views.keeping import verdicts_of
from session_inspector.inspector.model.views.ladder import timer_rows
from session_inspector.inspector.model.views.selectors.cookie import (
    cookie_states,
    name_source,
)
from session_inspector.inspector.model.views.selectors.target import exchange_of
from session_inspector.inspector.model.words.cookie_life import describe_left, life_text
from session_inspector.inspector.model.words.key_names import mark_keys
from session_inspector.inspector.model.words.text import (
    clock_text,
    is_moment,
    moment,
    safe,
    size,
)

COOKIE = "cookie "
"""What the key of a cookie's lines begins with."""
FINGERPRINT = 8
CLOCKS = ("cookie", "sealed")
"""Clocks of the ladder that a cookie carries."""
EDITS = mark_keys(
    "In a simulated browser, or in a real one that is watched, <cookie_edit> edits it,"
    " <cookie_add> adds one, <drop> deletes it; <undo_revoke> undoes."
)
OTHERS = "other cookies of its browser"
NAMED = 6
"""Changes that are named at most."""


def cookie_fields(state: State, session: str, now: Seconds) -> tuple[Field, ...]:
    """Return the cookies of a session, and the others of its browser, each with its attributes."""
    known = state.sessions.get(session)
    if known is None:
        return held_fields(state, now)
    clocks = [row for row in timer_rows(state, session, now) if row.name in CLOCKS]
    fields: list[Field] = []
    if known.facts.unverified:
        lack = f"not verified: {safe(known.facts.unverified, 200)}"
        fields.append(Field(depth=0, label="", value=lack, tone="warn", key="not verified"))
    for one in cookie_states(state, known, now):
        before = known.overwritten.get(_find_key(known.cookies, one.line))
        fields += _draw(state, one.line, one.fact, now, before=before, clocks=clocks)
    fields += _draw_verdicts(state, session, now)
    others = _list_others(state, known, now)
    if others:
        fields.append(Field(depth=0, label=OTHERS, value="", tone="accent", key=OTHERS))
    for line in others:
        origin, evidence = name_source(line)
        fact = Fact(is_alive=True, origin=origin, evidence=evidence, ends=_end_of(line))
        fields += _draw(state, line, fact, now, before=None, clocks=())
    return (*fields, *held_fields(state, now))


def key_of_cookie(line: CookieSet) -> str:
    """Return what a cookie's lines are known by: name, domain and path."""
    return f"{COOKIE}{line.name}\t{line.domain}\t{line.path}"


def find_line(state: State, session: str, key: str) -> CookieSet | None:
    """Return the cookie that a row of this view is of; None: the row is of none."""
    known = state.sessions.get(session)
    if known is None or not key.startswith(COOKIE):
        return None
    name = key.partition("\n")[0]
    others = state.alarms.jars.get(known.client, Map())
    lines = (*known.cookies.values(), *others.values())
    return next((line for line in lines if key_of_cookie(line) == name), None)


def describe_line(line: CookieSet, value: str) -> str:
    """Return a cookie as the Set-Cookie line that a person edits."""
    return write_line(_parts_of(line), value)


def _parts_of(line: CookieSet) -> LineParts:
    return LineParts(
        name=line.name,
        path=line.path or "/",
        domain=line.domain,
        max_age=line.max_age,
        secure=line.secure,
        http_only=line.http_only,
        partitioned=line.partitioned,
        same_site=line.same_site,
    )


def _flags(line: CookieSet) -> Sequence[tuple[str, bool]]:
    return tuple(_parts_of(line).flags())


def _draw(
    state: State,
    line: CookieSet,
    fact: Fact,
    now: Seconds,
    *,
    before: CookieSet | None,
    clocks: Sequence[TimerRow],
) -> Iterator[Field]:
    """Yield a cookie: its head, then its value, attributes, clocks and where it is from."""
    key = key_of_cookie(line)
    exchange = exchange_of(state, line.cause)
    yield Field(
        depth=0,
        lead=(_lamp(fact), (f"{safe(line.name, 60)}  ", "accent")),
        label="",
        value=_describe_head(line, fact, now),
        tone="plain",
        explain=f"{safe(fact.evidence, 200)} ({MEANING[fact.origin]}). {EDITS}",
        key=key,
        exchange=exchange,
    )
    yield Field(
        depth=1, label="value", value=str(line.value), secret=line.value, key=f"{key}\nvalue"
    )
    rows = (*_attribute_rows(line, now), *_clock_rows(clocks), *_source_rows(state, line, before))
    for label, text, tone in rows:
        yield Field(
            depth=1,
            label=label,
            value=safe(text, 240),
            tone=tone,
            key=f"{key}\n{label}",
            exchange=exchange,
        )


def _lamp(fact: Fact) -> tuple[str, Tone]:
    if fact.is_alive:
        return "● ", "good"
    return "○ ", "dim"


def _describe_head(line: CookieSet, fact: Fact, now: Seconds) -> str:
    parts = [f"#{line.value.digest[:FINGERPRINT]}", size(line.size)]
    if not fact.is_alive:
        parts.append(safe(fact.why or "its time is over", 100))
        return " · ".join(parts)
    parts.append(_describe_end(fact.ends, now))
    parts += [word for word, is_set in _flags(line) if is_set]
    if line.same_site:
        parts.append(line.same_site)
    return " · ".join(safe(part, 60) for part in parts)


def _describe_end(ends: Seconds | None, now: Seconds) -> str:
    if ends is None:
        return "ends with the browser"
    if not is_moment(ends):
        return "no date"
    return f"{describe_left(max(0.0, ends - now))} left"


def _attribute_rows(line: CookieSet, now: Seconds) -> Iterator[tuple[str, str, Tone]]:
    """Yield every attribute, also those that are not set."""
    yield "size", f"{size(line.size)} value, {size(line.line_size)} as a Set-Cookie line", "plain"
    yield "Domain", line.domain or "the host's own (no Domain)", "plain"
    yield "Path", line.path or "the folder of its URL (no Path)", "plain"
    yield "Expires / Max-Age", _describe_life(line, now), "plain"
    for word, is_set in _flags(line):
        yield word, "yes" if is_set else "no", "plain" if is_set else "dim"
    yield (
        "SameSite",
        line.same_site or "not set: Lax in Chrome, None in Firefox and Safari",
        "plain",
    )


def _describe_life(line: CookieSet, now: Seconds) -> str:
    end = _end_of(line)
    if end is None:
        return "neither: it ends with the browser"
    if not is_moment(end):
        return life_text(line)
    return f"{life_text(line)}, until {moment(end)}"


def _clock_rows(clocks: Sequence[TimerRow]) -> Iterator[tuple[str, str, Tone]]:
    for clock in clocks:
        tone: Tone = "dim" if clock.is_past or clock.is_stopped else "plain"
        yield f"clock: {clock.label}", f"{clock.left}  {clock.note}".strip(), tone


def _source_rows(
    state: State, line: CookieSet, before: CookieSet | None
) -> Iterator[tuple[str, str, Tone]]:
    """Yield who set it last, and what that changed."""
    yield "set by", _describe_source(state, line), "plain"
    if before is None:
        yield "changed", "nothing: no earlier line of it was seen", "dim"
        return
    changes = list_changes(before, line)
    text = "; ".join(changes[:NAMED]) or "only its end moved: the value is the same"
    yield "changed", f"{text} (line before: {clock_text(before.at)[:8]})", "warn"


def _describe_source(state: State, line: CookieSet) -> str:
    at = clock_text(line.at)[:8]
    exchange = state.exchanges.get(line.exchange)
    if exchange is not None:
        path = exchange.path.partition("?")[0]
        return f"{exchange.method} {path} ({exchange.client}), {line.exchange} at {at}"
    if line.exchange:
        return f"{line.exchange} at {at}"
    return f"you, by hand, at {at}"


def list_changes(before: CookieSet, line: CookieSet) -> list[str]:
    """Return what is other in a line than in the one before it."""
    changes: list[str] = []
    if before.value.digest != line.value.digest:
        old = before.value.digest[:FINGERPRINT]
        new = line.value.digest[:FINGERPRINT]
        changes.append(f"value #{old} → #{new}")
    if before.size != line.size:
        changes.append(f"{before.size:,} B → {line.size:,} B")
    if before.max_age != line.max_age:
        changes.append(f"Max-Age {_age(before)} → {_age(line)}")
    if before.same_site != line.same_site:
        changes.append(f"SameSite {before.same_site or 'none'} → {line.same_site or 'none'}")
    for (word, was_set), (_, is_set) in zip(_flags(before), _flags(line), strict=True):
        if was_set != is_set:
            changes.append(f"{word} {'added' if is_set else 'removed'}")
    return changes


def _age(line: CookieSet) -> str:
    if line.max_age is None:
        return "none"
    return f"{line.max_age:.0f}"


def _end_of(line: CookieSet) -> Seconds | None:
    if line.max_age is None:
        return None
    return line.at + line.max_age


def _draw_verdicts(state: State, session: str, now: Seconds) -> Iterator[Field]:
    for text, tone in verdicts_of(state, session, now):
        yield Field(depth=0, label="", value=text, tone=tone, key=f"verdict {text}")


def _list_others(state: State, known: KnownSession, now: Seconds) -> list[CookieSet]:
    """Return the live cookies of a session's browser that are not the session's."""
    jar = state.alarms.jars.get(known.client, Map())
    return [
        line
        for key, line in sorted(jar.items(), key=lambda item: item[0])
        if key not in known.cookies and not is_over(line, now) and not line.is_deletion
    ]


def _find_key(cookies: Mapping[CookieKey, CookieSet], line: CookieSet) -> CookieKey:
    return next(key for key, one in cookies.items() if one is line)
