"""Folds events into `Links`: what belongs to which session."""

from __future__ import annotations

from session_inspector.devserver.core.events.session import SessionSeen, SessionWritten
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.facts.links import Links

MOST_BESIDE = 8
"""Sessions of one cause that are kept beside the last."""


def fold_links(links: Links, event: Event) -> Links:
    """Return the links after an event."""
    session = event.session
    if not session:
        return links
    if event.cause and links.by_cause.get(event.cause) != session:
        links = _link_cause(links, event.cause, session)
    if not isinstance(event, (SessionWritten, SessionSeen)):
        return links
    sid = event.facts.sid
    if sid and links.by_sid.get(sid) != session:
        links = replace(links, by_sid=links.by_sid.set(sid, session))
    return links


def _link_cause(links: Links, cause: str, session: str) -> Links:
    """Link a cause to the session it touches now; those of before stay beside it."""
    before = links.by_cause.get(cause)
    links = replace(links, by_cause=links.by_cause.set(cause, session))
    if before is None:
        return links
    others = [name for name in links.beside.get(cause, ()) if name not in (before, session)]
    if len(others) >= MOST_BESIDE:
        others = others[1:]
    return replace(links, beside=links.beside.set(cause, (*others, before)))
