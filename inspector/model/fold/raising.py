"""Puts an alarm into the memory: one that was raised before in its group is counted."""

from __future__ import annotations

from immutables import Map

from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.facts.alarms import Alarm, AlarmMemory
from session_inspector.inspector.model.words.explanations import AlarmKind

KEPT = 500
"""Alarms."""


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
    return _add(_forget_oldest(memory), alarm)


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


def _count_again(memory: AlarmMemory, index: int, text: str) -> AlarmMemory:
    before = memory.raised[index]
    is_varied = before.is_varied or before.text != text
    seen = replace(before, text=text, count=before.count + 1, is_varied=is_varied)
    return _put(memory, index, seen)


def _put(memory: AlarmMemory, index: int, alarm: Alarm) -> AlarmMemory:
    raised = (*memory.raised[:index], alarm, *memory.raised[index + 1 :])
    return replace(memory, raised=raised)


def _add(memory: AlarmMemory, alarm: Alarm) -> AlarmMemory:
    places = memory.places
    if alarm.group:
        place = memory.forgotten + len(memory.raised)
        places = places.set((alarm.kind, alarm.group), place)
    return replace(
        memory,
        raised=(*memory.raised, alarm),
        places=places,
        causes=_count(memory.causes, alarm.cause, 1),
        sessions=_count(memory.sessions, alarm.session, 1),
    )


def _forget_oldest(memory: AlarmMemory) -> AlarmMemory:
    """Make room for one alarm more."""
    if len(memory.raised) < KEPT:
        return memory
    oldest = memory.raised[0]
    places = memory.places
    if oldest.group:
        places = places.delete((oldest.kind, oldest.group))
    return replace(
        memory,
        raised=memory.raised[1:],
        forgotten=memory.forgotten + 1,
        places=places,
        causes=_count(memory.causes, oldest.cause, -1),
        sessions=_count(memory.sessions, oldest.session, -1),
    )


def _count(counts: Map[str, int], name: str, by: int) -> Map[str, int]:
    """Return counts with one changed; what is counted no more is not in them."""
    count = counts.get(name, 0) + by
    if count > 0:
        return counts.set(name, count)
    return counts.delete(name)
