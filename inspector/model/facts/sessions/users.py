"""Who is in a session, and who was at a moment: another user may take a place in the same row.

x5  bob logs in                      bob
x7  POST /impersonate/carl           bob or carl: the row was read before and after it
x8  the row was read with carl in it carl
"""

from __future__ import annotations

from dataclasses import dataclass

from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.values import Seconds

MOST_FORMER = 20
"""Users of before that are remembered of one session, the last ones."""


@dataclass(frozen=True, slots=True)
class FormerUser:
    """Somebody whose place in a session's row another user has taken."""

    name: str
    seen: Seconds
    """When the row was read with this user in it last; 0: not known."""
    until: Seconds
    """When it was read with another one."""


def name_user(facts: SessionFacts) -> str:
    """Return the user of a session for people; empty: nobody is in it, as far as is known."""
    return facts.name or facts.sub


def name_user_at(facts: SessionFacts, former: tuple[FormerUser, ...], at: Seconds) -> str:
    """Return who was in a session at a moment; both, where it was between two reads."""
    for number, one in enumerate(former):
        if at >= one.until:
            continue
        if not one.seen or at <= one.seen:
            return one.name
        later = former[number + 1 :]
        follower = later[0].name if later else name_user(facts)
        return f"{one.name} or {follower}"
    return name_user(facts)
