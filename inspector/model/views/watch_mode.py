"""What is watched: the lab, an app behind the proxy, or a store alone; and the words for each."""

from __future__ import annotations

import re
from collections.abc import Mapping

from session_inspector.devserver.core.events.server import NO_PROXY
from session_inspector.inspector.model.facts.rows import WatchMode
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.words.text import safe

WELCOME: Mapping[WatchMode, str] = {
    "lab": """\

  No session yet.

  l   log in as Alice, with a simulated browser
  b   open the demo site in your own browser
  ?   all keys
""",
    "app": """\

  No session yet.

  b   open your app through the proxy, and log in there
  ?   all keys

  Logged in, and nothing here? Name its cookie: --cookie NAME
""",
    "store": """\

  No session yet: the store has no row in a known layout.

  Log in to your app, or name the layout: --layout (see --help).
  ?   all keys
""",
}
TENANT = """\

  No session yet. Your app logs in here, at {app}

  its environment: {file}
  l   log in at the lab's own demo app instead
  ?   all keys
"""
BEGIN: Mapping[WatchMode, str] = {
    "lab": "press l to log in",
    "app": "press b and log in to your app",
    "store": "log in to your app",
}
"""How to get the first session."""
NO_REQUESTS = (
    "  Requests and logins are seen by a proxy, and none is running here."
    " Fix: session-inspector attach http://localhost:3000"
)
NO_SCENARIOS = "  Scenarios run in the lab only: session-inspector scenario"
NO_TOKENS = (
    "  Only the lab's own provider reports refresh tokens: session-inspector serve --as-tenant"
)
NO_TOKENS_YET = (
    "  No refresh token has been issued yet: log in to your app, with the scope offline_access."
)
EMPTY: Mapping[WatchMode, Mapping[str, str]] = {
    "lab": {},
    "app": {
        "budget": "  No session is selected: press 1, then b to log in to your app.",
        "requests": "  No request has been seen yet: press b to open your app.",
        "tokens": NO_TOKENS,
        "scenarios": NO_SCENARIOS,
        "logins": "  No login has started yet: press b to open your app.",
        "rows": "  No row in a known layout has been seen. Fix: --store URL, and log in.",
    },
    "store": {
        "budget": "  No session is selected: press 1.",
        "requests": NO_REQUESTS,
        "tokens": NO_TOKENS,
        "scenarios": NO_SCENARIOS,
        "logins": NO_REQUESTS,
        "rows": "  The store has no row in a known layout yet.",
    },
}
"""Texts of empty boards, by name, where they differ from the lab's."""


def empty_text(state: State, board: str, usual: str) -> str:
    """Return the text of an empty board; `usual` is the lab's."""
    mode = detect_watch_mode(state)
    if board == "tokens" and mode != "lab" and state.lab.issuer:
        return NO_TOKENS_YET
    return EMPTY[mode].get(board, usual)


def welcome(state: State) -> str:
    """Return the text shown until there is a session."""
    lab = state.lab
    if not lab.tenant or lab.upstream:
        return WELCOME[detect_watch_mode(state)] + _describe_store(state)
    return TENANT.format(app=safe(lab.tenant, 60), file=safe(_shorten_home(lab.tenant_env), 66))


def _describe_store(state: State) -> str:
    """Return what the store has instead of rows of a known layout, a line each."""
    found = state.lab.store_found
    if not found:
        return ""
    lines = "\n".join(f"    {safe(part, 72)}" for part in found.split("; "))
    return f"\n  The store has no row in a known layout. It has:\n{lines}\n"


def _shorten_home(path: str) -> str:
    """Return a path as a shell takes it, with `~` for the home folder."""
    found = re.fullmatch(r"/(?:home/[^/]+|root|Users/[^/]+)/(.+)", path)
    if found is None:
        return path
    return f"~/{found[1]}"


def detect_watch_mode(state: State) -> WatchMode:
    """Return what is watched; before the first event: the lab."""
    upstream = state.lab.upstream
    if not upstream:
        return "lab"
    if upstream == NO_PROXY:
        return "store"
    return "app"
