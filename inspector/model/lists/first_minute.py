"""The first minute: three steps from an empty home to an alarm that was read, then your own app."""

from __future__ import annotations

from dataclasses import dataclass

from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.watch_mode import detect_watch_mode

MOST = 12
"""Sessions up to which somebody may be new here."""
IN_THE_STORE = "store"
"""The browser of sessions that were only found there: of an earlier run."""
YOUR_APP = (
    ("session-inspector run -- CMD", "starts it, with a provider and a proxy"),
    ("session-inspector attach URL", "watches one that runs already"),
)
"""(command, what it does): what comes next."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do."""

    key: str
    """The name of its key in the table of keys."""
    short: str
    """In a word or two, for a line that has all steps."""
    text: str
    is_done: bool


def first_steps(state: State, *, has_read: bool) -> tuple[Step, ...]:
    """Return the steps; `has_read`: an alarm was looked at."""
    return (
        Step(
            "login",
            "log in",
            "log in as Alice, with a simulated browser",
            bool(state.order),
        ),
        Step(
            "wrong_logout",
            "a wrong logout",
            "see a logout that does not log out",
            bool(state.alarms.raised),
        ),
        Step(
            "board_alarms",
            "read the alarm",
            "read the alarm: what happened, why, and the fix",
            has_read,
        ),
    )


def begins_empty(state: State) -> bool:
    """Check for a lab in which nobody has been yet."""
    is_lab = detect_watch_mode(state) == "lab" and not state.lab.tenant
    return is_lab and bool(state.timeline) and not state.order


def is_beyond(state: State) -> bool:
    """Check for other sessions than the first minute makes: who has them needs no steps."""
    if len(state.order) > MOST:
        return True
    clients = {state.sessions[name].client for name in state.order if name in state.sessions}
    return clients == {IN_THE_STORE}
