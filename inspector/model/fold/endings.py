"""Why a session is over, as a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeGuard

from session_inspector.devserver.cookies.url_parts import target_path
from session_inspector.devserver.core.events.base import Origin, TimerName
from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionSeen,
    SessionShownAgain,
    SessionVanished,
    SessionWritten,
)
from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.facts.rows import Life
from session_inspector.inspector.model.facts.state import Ended, LabState
from session_inspector.inspector.model.words.text import clock_text, round_duration

ACCESS_TOKEN: TimerName = "access_token"
"""The clock whose end ends no session."""
LEFT_BY_ITS_BROWSER: tuple[Life, ...] = ("logged-out", "replaced", "refused")
"""Ends after which only a copy brings the session; a refusal where it deleted the cookie."""
ENDED_BY_A_LOOK: tuple[Life, ...] = ("gone", "unusable", "expired")
"""Ends that a later look into the store undoes."""
REPLACED = "a new login took its place"
DRAWN_ANEW = "its id was drawn anew: it goes on as {}"
REPLACED_BY_ANOTHER = "another user took its place, and no login was seen"
REPLACED_BY_NOBODY = "another session took its place, and nobody is logged in to it"
REPLACED_BY_UNKNOWN = "another session took its place; who is logged in to it is not known"
GUARDED = "without a session it refuses that"
PERHAPS = "it may still accept the session, unless that page needs none"
_ENDS: dict[str, tuple[Life, str]] = {
    "logout": ("logged-out", "the user logged out"),
    "replaced": ("replaced", REPLACED),
    "revoked": ("revoked", "it was deleted in the store"),
    "back-channel": ("logged-out", "the provider ended it (back-channel logout)"),
    "inactivity": ("expired", "the inactivity clock ran out"),
    "absolute": ("expired", "the absolute clock ran out"),
    "ceiling": ("expired", "the provider's own limit was reached (session_expiry)"),
    "reuse": ("revoked", "a replaced cookie was presented again, and the app ended the session"),
    "pruned": ("gone", "it was pruned from the store"),
}
_REFUSED: dict[str, Life] = {
    "inactivity": "expired",
    "absolute": "expired",
    "ceiling": "expired",
    "revoked": "revoked",
    "gone": "gone",
    "expired": "expired",
    "400": "refused",
    "401": "refused",
    "403": "refused",
    "419": "refused",
    "440": "refused",
    "unasked": "refused",
    **dict.fromkeys(("301", "302", "303", "307", "308"), "refused"),  # as nobody is
}


def describe_replacement(event: SessionWritten) -> str:
    """Return what took a session's place, as far as it was read who is in there."""
    by = event.facts
    if event.reason == "rotate":
        return DRAWN_ANEW.format(event.session)
    if event.reason == "created" and by.sub:
        return REPLACED_BY_ANOTHER
    is_read = bool(by.layout) or by.kind == "stateless"
    if by.sub or (is_read and by.login):
        return REPLACED
    if is_read:
        return REPLACED_BY_NOBODY
    return REPLACED_BY_UNKNOWN


def join_copy(reason: str, copy: str) -> str:
    """Return why a row is gone, with where else the app may find the session."""
    if not copy:
        return reason
    return f"{reason}; {copy}"


def ended_by_hand(forced: Iterable[TimerName]) -> TimerName | None:
    """Return which clock that somebody expired ends a row; None: none does."""
    return next((name for name in forced if name != ACCESS_TOKEN), None)


def describe_end(event: SessionDestroyed | SessionVanished, *, is_ours: bool) -> Ended:
    """Return how a session ended by an event of its end; `is_ours`: by our own engine."""
    if isinstance(event, SessionVanished):
        reason = join_copy(event.reason, event.copy)
        return Ended(life="gone", at=event.at, reason=reason, origin="read")
    life, reason = _ENDS[event.reason]
    origin: Origin = "seen"
    if is_ours or event.reason == "revoked":
        origin = "told"
    reason = join_copy(event.detail or reason, event.copy)
    return Ended(life=life, at=event.at, reason=reason, origin=origin)


def end_after_copy(ended: Ended | None, event: SessionShownAgain) -> Ended | None:
    """Return how a session is over after a request brought it: its row had gone, or it was a copy.

    A copy of what was logged out or replaced gives its browser nothing back: that it is accepted is
    another thing, and is what there is to know of that session.
    """
    if ended is None:
        return None
    was = ended.was or ended
    if event.ended not in ("revoked", "gone"):
        return _end_after_left_copy(ended, was, event)
    answer = f"{event.request}: {event.status} in {event.cause}"
    match event.outcome:
        case "accepted":
            reason = f"{was.reason}. The app accepts it all the same: {answer}; {GUARDED}"
            return Ended(life="accepted", at=event.at, reason=reason, origin="seen", was=was)
        case "answered":
            reason = f"{was.reason}. The app has answered since: {answer}; {PERHAPS}"
            return Ended(life="in-doubt", at=event.at, reason=reason, origin="seen", was=was)
        case "refused":
            return was
        case _:
            return ended


def _end_after_left_copy(ended: Ended, was: Ended, event: SessionShownAgain) -> Ended:
    """Return how a session is over whose browser has it no more, after a copy of it was sent.

    An answer that anybody may get changes nothing. What was accepted before a later refusal is
    over, though its proof came after that.
    """
    if event.outcome == "refused":
        return replace(was, copy_refused=max(event.at, was.copy_refused))
    if event.outcome != "accepted" or event.at <= was.copy_refused:
        return ended
    if was.life not in LEFT_BY_ITS_BROWSER:
        return ended
    answer = f"{event.request}: {event.status} in {event.cause}"
    reason = f"{_name_end(was)}, but a copy is accepted: {answer}; {GUARDED}"
    return Ended(
        life="accepted", at=event.at, reason=reason, origin="seen", was=was, logout=was.logout
    )


def _name_end(ended: Ended) -> str:
    """Return how a session ended, with the name of that end where its reason is another fact."""
    if ended.life == "refused" or (ended.life, ended.reason) in _ENDS.values():
        return ended.reason
    return f"{ended.life.replace('-', ' ')} ({ended.reason})"


def is_copy_accepted(ended: Ended | None) -> bool:
    """Check whether a copy is accepted of a session that its own browser has no more."""
    if ended is None or ended.was is None or ended.life != "accepted":
        return False
    return ended.was.life in LEFT_BY_ITS_BROWSER


def end_after_answer(ended: Ended, event: SessionLoaded, exchange: ExchangeStarted | None) -> Ended:
    """Return how a session is over that the app has accepted after the end inside it.

    Its clock may be another one than ours, or it does not check that end.
    """
    was = ended.was or ended
    answer = event.cause
    if exchange is not None:
        answer = f"{exchange.method} {target_path(exchange.path)} in {event.cause}"
    reason = f"{was.reason}. The app accepts it all the same: {answer}; {GUARDED}"
    return Ended(life="accepted", at=event.at, reason=reason, origin="seen", was=was)


def is_undone_by_look(ended: Ended | None, *, is_ours: bool) -> bool:
    """Check for an end that a row which is there (again) undoes: also one that was deleted by hand.

    In the lab a write after that is refused, or told as a resurrection.
    """
    if ended is None:
        return False
    was = ended.was or ended
    is_revoked = was.life == "revoked" and was.origin == "told" and not is_ours
    return ended.is_by_clock or is_revoked or was.life in ENDED_BY_A_LOOK


def is_ruled_out(ended: Ended | None) -> TypeGuard[Ended]:
    """Check for an end that only a rule of ours has concluded, from a clock."""
    return ended is not None and ended.is_by_clock and ended.origin == "rule"


def is_accepted_after_its_end(ended: Ended | None) -> bool:
    """Check whether the app accepts a session whose clock has run out: nothing else ended it."""
    return ended is not None and ended.was is not None and ended.was.is_by_clock


def describe_unusable(event: SessionSeen) -> Ended | None:
    """Return that no request gets a row which its framework cannot read; None: it can."""
    reason = event.facts.unusable
    if not reason:
        return None
    return Ended(life="unusable", at=event.at, reason=reason, origin="read")


def describe_refusal(event: SessionRefused, *, is_run_out: bool, is_ours: bool) -> Ended | None:
    """Return how a refused session ended; None when its code names no end.

    `is_run_out`: its row's end has passed, so that nothing else need have ended it. `is_ours`: our
    own engine has refused it; of an app's only the clock in its cookie is known, and its answer.
    """
    life = _REFUSED.get(event.code)
    if life is None and is_ours:
        life = "refused"  # it does not open: of another secret, or damaged
    if life is None:
        return None
    if life == "gone" and is_run_out:
        life = "expired"
    origin: Origin = "rule"
    if is_ours:
        origin = "told"
    elif life == "gone":
        origin = "read"
    elif life == "refused":
        origin = "seen"
    reason = event.reason
    if life == "refused":
        reason = f"{reason}, at {clock_text(event.at)}"
    return Ended(
        life=life,
        at=event.at,
        reason=reason,
        origin=origin,
        is_by_clock=life == "expired",
    )


def describe_expiry(name: TimerName, lab: LabState, *, is_forced: bool) -> str:
    """Return why a session is over whose clock has passed before any event of its end."""
    clock = name.replace("_", " ")
    if is_forced:
        return f"the {clock} clock was expired by hand"
    match name:
        case "inactivity":
            return f"inactivity: no request for {round_duration(lab.inactivity)}"
        case "absolute":
            return f"absolute: {round_duration(lab.absolute)} after login, whatever the user did"
        case "ceiling":
            return "ceiling: the provider's own limit was reached (session_expiry)"
        case "store":
            return "store: its row has expired"
        case "inside":
            return "its framework refuses the row: the end inside it has passed"
        case _:
            return f"{clock}: it has expired"
