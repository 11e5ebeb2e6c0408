"""A session before and after each write: what came, went and changed, and what can be undone.

The newest write first. Members are compared by path; credentials by their fingerprint.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.session import (
    ClockForced,
    ClockRestored,
    CookieLeft,
    SessionDestroyed,
    SessionSeen,
    SessionVanished,
    SessionWritten,
)
from session_inspector.devserver.core.json.writing import strict_json
from session_inspector.devserver.core.numbers import count_noun, is_number
from session_inspector.devserver.core.values import Seconds, Secret, Shown, ShownObject
from session_inspector.inspector.model.facts.causes import is_command
from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.facts.state import KnownSession, State
from session_inspector.inspector.model.fold.known_facts import facts_after_look, facts_after_write
from session_inspector.inspector.model.views.event_lines import line_of
from session_inspector.inspector.model.views.lamps import facts_of
from session_inspector.inspector.model.views.selectors.meanwhile import SessionRequests
from session_inspector.inspector.model.views.selectors.target import exchange_of
from session_inspector.inspector.model.views.timeline import describe_cause, describe_meanwhile
from session_inspector.inspector.model.words.changes import (
    LOGGED_OUT,
    OF_NOBODY_SEEN,
    OF_THE_APP,
    OF_THE_APP_UNASKED,
    ONLY_ONE,
    YOURS,
    describe_move,
    name_clocks,
)
from session_inspector.inspector.model.words.text import (
    clock_text,
    safe,
    size,
)

SCANNED = 20_000
"""Newest events in which those of the session are looked for."""
SHOWN = 100
"""Changes that are shown."""
MEMBERS = 60
"""Members that are listed of one change."""
DEEPEST = 8
OF_THE_PROVIDER = ("refresh token", "provider session")
Written: TypeAlias = SessionWritten | SessionSeen
Ending: TypeAlias = SessionDestroyed | SessionVanished | ClockForced | ClockRestored | CookieLeft
UNDOABLE = ("revoked", "pruned")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionChange:
    """One event that changed a session, and the session before it."""

    event: Written | Ending
    before: SessionFacts | None
    """None: nothing of before is known."""
    after: SessionFacts | None = None
    """None: it is no write."""


def change_fields(state: State, session: str, now: Seconds) -> tuple[Field, ...]:
    """Return what each write changed, the newest first."""
    known = state.sessions.get(session)
    if known is None:
        return ()
    kept = describe_kept(state, known, now)
    requests = SessionRequests(state, session, state.timeline[-SCANNED:])
    fields: list[Field] = []
    for change in reversed(list_changes(state, session)[-SHOWN:]):
        meanwhile = requests.find_meanwhile(change.event)
        fields += _draw(state, change, kept, meanwhile)
    return tuple(fields)


def list_changes(state: State, session: str) -> list[SessionChange]:
    """Return the changes of a session, the oldest first; what was seen unchanged is none."""
    changes: list[SessionChange] = []
    before: SessionFacts | None = None
    for event in state.timeline[-SCANNED:]:
        if event.session != session:
            continue
        match event:
            case SessionWritten() | SessionSeen():
                after = _facts_after(state, before, event)
                is_shown = is_news(before, after) and not _is_echo(changes, before, after)
                if isinstance(event, SessionWritten) or is_shown:
                    changes.append(SessionChange(event=event, before=before, after=after))
                before = after
            case _ if isinstance(event, Ending):
                changes.append(SessionChange(event=event, before=before))
            case _:
                pass
    return changes


def _facts_after(state: State, before: SessionFacts | None, event: Written) -> SessionFacts:
    if isinstance(event, SessionSeen):
        return facts_after_look(before, event)
    return facts_after_write(before, event, state.exchanges.get(event.cause))


def is_news(before: SessionFacts | None, after: SessionFacts) -> bool:
    """Check whether a look into the store shows another session than the one that is known."""
    if before is None or before.data != after.data:
        return True
    return any(True for _ in _diff_clocks(before, after))


def _is_echo(
    changes: Sequence[SessionChange], before: SessionFacts | None, after: SessionFacts
) -> bool:
    """Check whether a look shows what was just done by hand: an end that was moved."""
    if before is None or not changes or before.data != after.data:
        return False
    return isinstance(changes[-1].event, (ClockForced, ClockRestored))


def describe_kept(state: State, known: KnownSession, now: Seconds) -> str:
    """Return what the provider keeps, which no undo here changes; empty: none is watched."""
    if not state.lab.issuer:
        return ""
    facts = facts_of(state, known, now)
    parts: list[str] = []
    for name in OF_THE_PROVIDER:
        fact = facts[name]
        if fact.is_alive is None:
            parts.append(f"its {name} is not known here ({fact.why})")
        elif fact.is_alive:
            parts.append(f"its {name} is alive there")
        else:
            parts.append(f"its {name} is over there")
    return f"The provider is not ours to restore: {', '.join(parts)}."


def diff_members(before: ShownObject, after: ShownObject) -> list[tuple[str, str, Tone]]:
    """Return (path, what became of it, tone) of each member that is other; in order of paths."""
    old = flatten(before)
    new = flatten(after)
    found: list[tuple[str, str, Tone]] = []
    for path in sorted(old.keys() | new.keys()):
        if path not in old:
            found.append((f"+ {path}", _spell(new[path]), "good"))
        elif path not in new:
            found.append((f"- {path}", _spell(old[path]), "bad"))
        elif old[path] != new[path]:
            found.append((f"~ {path}", f"{_spell(old[path])} → {_spell(new[path])}", "warn"))
    return found


def flatten(data: ShownObject) -> Mapping[str, Shown]:
    """Return the members of a tree by path; what is deeper than is compared stays whole."""
    return dict(_walk("", data, 0)) if data else {}


def _walk(path: str, value: Shown, depth: int) -> Iterator[tuple[str, Shown]]:
    if not isinstance(value, dict) or not value or depth > DEEPEST:
        yield path, value
        return
    for name, member in value.items():
        inner = f"{path}.{name}" if path else name
        yield from _walk(inner, member, depth + 1)


def _spell(value: Shown) -> str:
    if isinstance(value, (str, Secret)):
        return str(value)
    if isinstance(value, (dict, list)):
        return count_noun(len(value), "member")
    if isinstance(value, (int, float)) and not isinstance(value, bool) and not is_number(value):
        return "too large a number"
    return strict_json(value)


def _draw(
    state: State, change: SessionChange, kept: str, meanwhile: Sequence[str]
) -> Iterator[Field]:
    event = change.event
    lines = _list_lines(change)
    mark, title, _, tone = line_of(event)
    cause = describe_cause(state, event) or describe_meanwhile(state, meanwhile) or event.cause
    exchange = exchange_of(state, event.cause)
    value = " · ".join(part for part in (cause, _summarize(change, len(lines))) if part)
    explain = _explain(event, kept, is_answer=bool(exchange))
    if len(meanwhile) == 1:
        exchange = meanwhile[0]
        explain = ONLY_ONE.format(cause=cause)
    yield Field(
        depth=0,
        lead=((f"{clock_text(event.at)[:8]} ", "dim"), (f"{mark} {title}  ", tone)),
        label="",
        value=safe(value, 300),
        explain=explain,
        key=f"change {event.seq}",
        exchange=exchange,
    )
    for number, (path, text, colour) in enumerate(lines[:MEMBERS]):
        yield Field(
            depth=1,
            lead=((f"{safe(path, 80)}  ", colour),),
            label="",
            value=safe(text, 300),
            explain=explain,
            key=f"change {event.seq} {number}",
            exchange=exchange,
        )
    if len(lines) > MEMBERS:
        more = f"… {len(lines) - MEMBERS} more members"
        yield Field(depth=1, label=more, value="", key=f"change {event.seq} more")


def _list_lines(change: SessionChange) -> list[tuple[str, str, Tone]]:
    if change.after is None:
        return []
    before: ShownObject = {}
    if change.before is not None:
        before = change.before.data
    members = diff_members(before, change.after.data)
    return [*members, *_diff_clocks(change.before, change.after)]


def _diff_clocks(
    before: SessionFacts | None, after: SessionFacts
) -> Iterator[tuple[str, str, Tone]]:
    """Yield the clocks whose end has moved; those that moved alike are one line."""
    if before is None:
        return
    old = {timer.name: timer.ends for timer in before.timers}
    moves: dict[str, list[str]] = {}
    for timer in after.timers:
        if timer.name in old and has_moved(old[timer.name], timer.ends):
            move = describe_move(old[timer.name], timer.ends)
            moves.setdefault(move, []).append(timer.name.replace("_", " "))
    for move, names in moves.items():
        yield f"~ {name_clocks(names)}", move, "dim"


def has_moved(before: Seconds | None, after: Seconds | None) -> bool:
    """Check whether an end is another one: rows and cookies keep whole seconds."""
    if before is None or after is None:
        return before is not after
    return abs(after - before) >= 1


def _summarize(change: SessionChange, count: int) -> str:
    if change.after is None:
        return ""
    if change.before is None:
        return f"{count_noun(count, 'member')}, {size(change.after.size)}"
    grown = change.after.size - change.before.size
    text = "nothing but its end"
    if count:
        text = count_noun(count, "change")
    if grown:
        text += f", {grown:+,} B"
    return text


def _explain(event: Written | Ending, kept: str, *, is_answer: bool) -> str:
    """Return whose doing it was; what the provider keeps, where an undo is asked for."""
    if isinstance(event, SessionDestroyed) and event.reason not in UNDOABLE:
        return f"{LOGGED_OUT} {kept}".rstrip()
    if is_command(event.cause):
        return f"{YOURS} {kept}".rstrip()
    if is_answer:
        return OF_THE_APP
    if event.cause:
        return OF_THE_APP_UNASKED
    return OF_NOBODY_SEEN
