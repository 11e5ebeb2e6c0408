"""Folds events into `Links`: what belongs to which session."""

from __future__ import annotations

from session_inspector.devserver.core.events.session import SessionSeen, SessionWritten
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.facts.links import Links


def fold_links(links: Links, event: Event) -> Links:
    """Return the links after an event."""
    session = event.session
    if not session:
        return links
    if event.cause and links.by_cause.get(event.cause) != session:
        links = replace(links, by_cause=links.by_cause.set(event.cause, session))
    if not isinstance(event, (SessionWritten, SessionSeen)):
        return links
    sid = event.facts.sid
    if sid and links.by_sid.get(sid) != session:
        links = replace(links, by_sid=links.by_sid.set(sid, session))
    return links
