"""Which keys do something now: a footer offers no other.

A key that is not offered still says why it does nothing when it is pressed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from session_inspector.inspector.keys import ALL, Key, spell_keys, with_chosen
from session_inspector.inspector.model.boards.budget import DROP
from session_inspector.inspector.model.boards.costs import find_inside
from session_inspector.inspector.model.boards.edited_cookie import find_edited, is_jar_watched
from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.model.views.selectors.row import (
    has_store,
    why_not_revocable,
    why_not_writable,
)
from session_inspector.inspector.model.views.watch_mode import detect_watch_mode, has_proxy
from session_inspector.inspector.ui.view import View
from session_inspector.inspector.ui.widgets.subject import subject_of


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedLine:
    """What keys that act on a line find under the cursor of the focused pane."""

    is_there: bool = False
    key: str = ""
    exchange: str = ""
    """The request that it is of."""
    has_secret: bool = False
    is_grown: bool = False
    """Claims were added to what the session costs: they can be taken away."""


Rule: TypeAlias = Callable[[View, MarkedLine], bool]
OF_THE_LAB = frozenset(
    {
        *("login", "login_as", "request", "refresh", "logout", "switch"),
        *("travel", "travel_back", "play", "wrong_logout"),
        *("board_scenarios", "board_compare", "measure"),
    }
)
"""What an app's own browser, configuration and clock do, where an app is watched."""
OF_THE_PROVIDER = frozenset({"knobs", "rotate_keys"})
"""What needs a provider that is watched with the app."""
INSTEAD: Mapping[str, str] = {"login": "browse"}
"""Offered in the place of a key that does nothing: whoever cannot log in here does so there."""


def describe_line(row: object) -> MarkedLine:
    """Return what keys find at a row; None: no row is marked."""
    if row is None:
        return MarkedLine()
    exchange = subject_of(row).exchange
    if not isinstance(row, Field):
        return MarkedLine(is_there=True, exchange=exchange)
    return MarkedLine(
        is_there=True, key=row.key, exchange=exchange, has_secret=row.secret is not None
    )


def choose_offered(keys: Sequence[Key], view: View, line: MarkedLine) -> list[Key]:
    """Return of a footer's keys those that do something."""
    others = {key.name: key for key in with_chosen(ALL, view.keys)}
    offered: list[Key] = []
    for key in keys:
        found = key
        if not is_useful(key, view, line) and key.name in INSTEAD:
            found = others[INSTEAD[key.name]]
        if is_useful(found, view, line):
            offered.append(found)
    return offered


def hint_reveal(fields: Sequence[Field], view: View) -> str:
    """Return how a secret of a pane is shown; empty: it has none, or a recording has it masked."""
    if view.is_recording or all(field.secret is None for field in fields):
        return ""
    key = next(key for key in with_chosen(ALL, view.keys) if key.name == "reveal")
    return f"{spell_keys(key)} reveals a secret"


def is_useful(key: Key, view: View, line: MarkedLine) -> bool:
    """Check whether a key does something now."""
    if view.is_read_only and key.changes:
        return False
    rule = RULES.get(key.name)
    return rule is None or rule(view, line)


def exists_here(key: Key, view: View) -> bool:
    """Check whether a key can ever do something where this watches: the help names no other."""
    if _is_lab(view):
        return True
    if key.name in OF_THE_PROVIDER:
        return bool(view.state.lab.issuer)
    return key.name not in OF_THE_LAB


def _is_lab(view: View) -> bool:
    return detect_watch_mode(view.state) == "lab"


def _has_session(view: View) -> bool:
    return view.session in view.state.sessions


def _may_log_in(view: View, line: MarkedLine) -> bool:
    return _is_lab(view) and bool(view.state.lab.users)


def _has_lab_session(view: View, line: MarkedLine) -> bool:
    return _is_lab(view) and _has_session(view)


def _may_travel(view: View, line: MarkedLine) -> bool:
    """Without a session no clock runs."""
    return _is_lab(view) and bool(view.state.sessions)


def _may_expire(view: View, line: MarkedLine) -> bool:
    return _has_session(view) and not why_not_writable(view.state)


def _may_revoke(view: View, line: MarkedLine) -> bool:
    if not _has_session(view):
        return False
    return not why_not_revocable(view.state, view.state.sessions[view.session])


def _may_browse(view: View, line: MarkedLine) -> bool:
    has_page = view.state.lab.base_url.startswith(("http://", "https://"))
    is_seen = _is_lab(view) or has_proxy(view.state)
    return has_page and is_seen and not view.is_recording


def _may_edit(view: View, line: MarkedLine) -> bool:
    """A cookie is marked, of a browser that can be written to."""
    if find_edited(view.state, view.session, line.key, view.now) is None:
        return False
    return is_jar_watched(view.state) or _has_lab_session(view, line)


def _may_add(view: View, line: MarkedLine) -> bool:
    return is_jar_watched(view.state) or _has_lab_session(view, line)


def _may_ask(view: View, line: MarkedLine) -> bool:
    """What if begins with what was read inside the session."""
    known = view.state.sessions.get(view.session)
    return known is not None and bool(find_inside(known))


def _has_requests(view: View, line: MarkedLine) -> bool:
    """There are lines, or a filter hides them."""
    return line.is_there or bool(view.listing("requests").query)


def _may_step(view: View, line: MarkedLine) -> bool:
    return view.position is not None and view.position[0] < view.position[1]


def _may_step_back(view: View, line: MarkedLine) -> bool:
    return view.position is not None and view.position[0] > 1


RULES: Mapping[str, Rule] = {
    "login": _may_log_in,
    "browse": _may_browse,
    "request": _has_lab_session,
    "refresh": _has_lab_session,
    "drop": _may_add,
    "expire": _may_expire,
    "revoke": _may_revoke,
    "prune": lambda view, line: has_store(view.state) and not why_not_writable(view.state),
    "travel": _may_travel,
    "play": lambda view, line: _is_lab(view),
    "undo_revoke": lambda view, line: view.undoable > 0,
    "restart_app": lambda view, line: view.state.app is not None,
    "measure": lambda view, line: view.may_measure,
    "open": lambda view, line: _has_session(view),
    "open_line": lambda view, line: line.is_there,
    "filter": _has_requests,
    "problems": _has_requests,
    "sort": _has_requests,
    "inspect": lambda view, line: bool(line.exchange) and not view.is_recording,
    "copy": lambda view, line: line.is_there,
    "reveal": lambda view, line: line.has_secret and not view.is_recording,
    "cookie_edit": _may_edit,
    "cookie_add": _may_add,
    "budget_drop": lambda view, line: line.key.startswith(DROP),
    "budget_audience": _may_ask,
    "budget_grow": _may_ask,
    "budget_shrink": lambda view, line: line.is_grown,
    "step": _may_step,
    "step_back": _may_step_back,
    "jump_alarm": lambda view, line: view.may_have_alarms_ahead,
}
"""Of each key what it needs; one that is not named always does something."""
