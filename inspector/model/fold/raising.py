"""Puts an alarm into the memory: one that was raised before in its group is counted."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.events.union import Event
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
    for index, before in enumerate(memory.raised):
        if group and before.kind == kind and before.group == group:
            again = replace(before, text=text, count=before.count + 1)
            raised = (*memory.raised[:index], again, *memory.raised[index + 1 :])
            return replace(memory, raised=raised)
    alarm = Alarm(
        kind=kind,
        at=event.at,
        seq=event.seq,
        cause=event.cause,
        session=session or event.session,
        text=text,
        group=group,
    )
    return replace(memory, raised=(*memory.raised[-KEPT + 1 :], alarm))


def retell(memory: AlarmMemory, kind: AlarmKind, group: str, text: str) -> AlarmMemory:
    """Return the memory with other words for an alarm that was raised; more is known of it now."""
    raised = tuple(
        replace(alarm, text=text) if (alarm.kind, alarm.group) == (kind, group) else alarm
        for alarm in memory.raised
    )
    return replace(memory, raised=raised)


def is_raised(memory: AlarmMemory, kind: AlarmKind, group: str) -> bool:
    """Check for an alarm of a kind and a group."""
    return any((alarm.kind, alarm.group) == (kind, group) for alarm in memory.raised)
