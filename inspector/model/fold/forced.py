"""Clocks that somebody expired by hand, and put back."""

from __future__ import annotations

from session_inspector.devserver.core.events.session import ClockForced, ClockRestored
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.state import Ended, State
from session_inspector.inspector.model.fold.endings import ACCESS_TOKEN, describe_expiry
from session_inspector.inspector.model.fold.register import replace_session


def fold_clock(state: State, event: ClockForced | ClockRestored, changed: Seconds) -> State:
    """Return the state after a clock was expired or put back; `changed` by the machine's clock."""
    if isinstance(event, ClockForced):
        return _force_clock(state, event, changed)
    return _put_back_clock(state, event)


def _force_clock(state: State, event: ClockForced, changed: Seconds) -> State:
    known = state.sessions.get(event.session)
    if known is None:
        return state
    forced = {**known.forced, event.clock: event.at}
    ended = known.ended
    if ended is not None and ended.life == "gone" and event.clock != ACCESS_TOKEN:
        # its row was there for the command: that it has vanished was seen before
        reason = describe_expiry(event.clock, state.lab, is_forced=True)
        ended = Ended(life="expired", at=event.at, reason=reason)
    met = replace(known, forced=forced, changed=changed, ended=ended)
    return replace_session(state, known, met)


def _put_back_clock(state: State, event: ClockRestored) -> State:
    known = state.sessions.get(event.session)
    if known is None:
        return state
    forced = {name: at for name, at in known.forced.items() if name != event.clock}
    return replace_session(state, known, replace(known, forced=forced))
