"""Puts an alarm into the memory: one that was raised before in its group is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from immutables import Map

from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.facts.alarms import Alarm, AlarmMemory
from session_inspector.inspector.model.words.explanations import AlarmKind

KEPT = 500
"""Alarms."""
OF_A_SESSION: tuple[AlarmKind, ...] = ("cacheable",)
"""Kinds that mean nothing where nobody is logged in."""
MOST_HELD = 8
"""Alarms of one visitor."""


def raise_alarm(
    memory: AlarmMemory,
    event: Event,
    kind: AlarmKind,
    text: str,
    *,
    session: str = "",
    group: str = "",
) -> AlarmMemory:
    """Return the memory with an alarm; without a `group` it stands for itself."""
    place = memory.places.get((kind, group))
    if place is not None:
        return _count_again(memory, place - memory.forgotten, text)
    alarm = Alarm(
        kind=kind,
        at=event.at,
        seq=event.seq,
        cause=event.cause,
        session=session or event.session,
        text=text,
        group=group,
    )
    if kind in OF_A_SESSION and alarm.session in memory.held_back:
        return _hold(memory, alarm)
    return _add(memory, alarm)


def follow_visitor(memory: AlarmMemory, session: str, *, is_visitor: bool) -> AlarmMemory:
    """Return the memory without alarms of a session that nobody is logged in to; or with them.

    A page may be in a cache with a cookie that is a visitor's: it matters once it is a session's.
    """
    if is_visitor == (session in memory.held_back):
        return memory
    if not is_visitor:
        back = sorted((*memory.raised, *memory.held_back[session]), key=_number_of)
        memory = replace(memory, held_back=memory.held_back.delete(session))
        return _with_raised(memory, back)
    held: tuple[Alarm, ...] = ()
    if session in memory.sessions:
        held = tuple(a for a in memory.raised if a.session == session and a.kind in OF_A_SESSION)
    memory = replace(memory, held_back=memory.held_back.set(session, held))
    if not held:
        return memory
    return _with_raised(memory, [alarm for alarm in memory.raised if alarm not in held])


def retell(memory: AlarmMemory, kind: AlarmKind, group: str, text: str) -> AlarmMemory:
    """Return the memory with other words for an alarm that was raised; more is known of it now."""
    place = memory.places.get((kind, group))
    if place is None:
        return memory
    index = place - memory.forgotten
    return _put(memory, index, replace(memory.raised[index], text=text))


def find_raised(memory: AlarmMemory, kind: AlarmKind, group: str) -> Alarm | None:
    """Return the alarm of a kind and a group; None: there is none."""
    place = memory.places.get((kind, group))
    if place is None:
        return None
    return memory.raised[place - memory.forgotten]


def is_raised(memory: AlarmMemory, kind: AlarmKind, group: str) -> bool:
    """Check for an alarm of a kind and a group."""
    return (kind, group) in memory.places


def _number_of(alarm: Alarm) -> int:
    return alarm.seq


def _hold(memory: AlarmMemory, alarm: Alarm) -> AlarmMemory:
    """Keep an alarm aside; one that is there of its group is counted."""
    held = list(memory.held_back[alarm.session])
    for index, before in enumerate(held):
        if (before.kind, before.group) == (alarm.kind, alarm.group):
            held[index] = _counted(before, alarm.text)
            break
    else:
        held.append(alarm)
    return replace(memory, held_back=memory.held_back.set(alarm.session, tuple(held[-MOST_HELD:])))


def _with_raised(memory: AlarmMemory, raised: Sequence[Alarm]) -> AlarmMemory:
    """Return the memory with other alarms, and where each of them is."""
    kept = tuple(raised[-KEPT:])
    forgotten = memory.forgotten + len(raised) - len(kept)
    places = {
        (alarm.kind, alarm.group): place
        for place, alarm in enumerate(kept, forgotten)
        if alarm.group
    }
    return replace(
        memory,
        raised=kept,
        forgotten=forgotten,
        places=Map(places),
        causes=Map(Counter(alarm.cause for alarm in kept)),
        sessions=Map(Counter(alarm.session for alarm in kept)),
    )


def _count_again(memory: AlarmMemory, index: int, text: str) -> AlarmMemory:
    return _put(memory, index, _counted(memory.raised[index], text))


def _counted(before: Alarm, text: str) -> Alarm:
    """Return an alarm that was raised once more."""
    is_varied = before.is_varied or before.text != text
    return replace(before, text=text, count=before.count + 1, is_varied=is_varied)


def _put(memory: AlarmMemory, index: int, alarm: Alarm) -> AlarmMemory:
    raised = (*memory.raised[:index], alarm, *memory.raised[index + 1 :])
    return replace(memory, raised=raised)


def _add(memory: AlarmMemory, alarm: Alarm) -> AlarmMemory:
    """Add an alarm; where there are enough, the oldest one makes room."""
    raised = memory.raised
    places = memory.places
    causes = memory.causes
    sessions = memory.sessions
    forgotten = memory.forgotten
    if len(raised) >= KEPT:
        oldest = raised[0]
        raised = raised[1:]
        forgotten += 1
        causes = _count(causes, oldest.cause, -1)
        sessions = _count(sessions, oldest.session, -1)
        if oldest.group:
            places = places.delete((oldest.kind, oldest.group))
    if alarm.group:
        places = places.set((alarm.kind, alarm.group), forgotten + len(raised))
    return replace(
        memory,
        raised=(*raised, alarm),
        forgotten=forgotten,
        places=places,
        causes=_count(causes, alarm.cause, 1),
        sessions=_count(sessions, alarm.session, 1),
    )


def _count(counts: Map[str, int], name: str, by: int) -> Map[str, int]:
    """Return counts with one changed; what is counted no more is not in them."""
    count = counts.get(name, 0) + by
    if count > 0:
        return counts.set(name, count)
    return counts.delete(name)
