"""Where one is looking: in the lab, at a real app, or at its store alone; the words for each."""

from __future__ import annotations

import re
from collections.abc import Mapping

from session_inspector.devserver.core.events.server import NO_PROXY
from session_inspector.inspector.model.facts.rows import Place
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.words.text import safe

WELCOME: Mapping[Place, str] = {
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
""",
    "store": """\

  No session yet: the store has no row of a known layout.

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
BEGIN: Mapping[Place, str] = {
    "lab": "press l to log in",
    "app": "press b and log in to your app",
    "store": "log in to your app",
}
"""How the first session comes about."""
NO_REQUESTS = (
    "  Only a proxy sees requests and logins, and there is none here."
    " Fix: session-inspector attach http://localhost:3000"
)
NO_PLAYS = "  Scenarios are played in the lab only: session-inspector scenario"
NO_TOKENS = (
    "  Only the lab's own provider tells of refresh tokens: session-inspector serve --as-tenant"
)
EMPTY: Mapping[Place, Mapping[str, str]] = {
    "lab": {},
    "app": {
        "budget": "  No session is selected: press 1, then b to log in to your app.",
        "requests": "  No request has been seen yet: press b to open your app.",
        "tokens": NO_TOKENS,
        "scenarios": NO_PLAYS,
        "logins": "  Nobody has begun a login yet: press b to open your app.",
        "rows": "  No row of a known layout has been seen. Fix: --store URL, and log in.",
    },
    "store": {
        "budget": "  No session is selected: press 1.",
        "requests": NO_REQUESTS,
        "tokens": NO_TOKENS,
        "scenarios": NO_PLAYS,
        "logins": NO_REQUESTS,
        "rows": "  No row of a known layout is in the store yet.",
    },
}
"""What an empty board says, by its name, where it is not what the lab's says."""


def welcome(state: State) -> str:
    """Return what stands where the sessions will be."""
    lab = state.lab
    if not lab.tenant:
        return WELCOME[place_of(state)]
    return TENANT.format(app=safe(lab.tenant, 60), file=safe(_short(lab.tenant_env), 66))


def _short(path: str) -> str:
    """Return a path as a shell takes it, with `~` for the home folder."""
    found = re.fullmatch(r"/(?:home/[^/]+|root|Users/[^/]+)/(.+)", path)
    return f"~/{found[1]}" if found else path


def place_of(state: State) -> Place:
    """Return where one is looking; before the first event: the lab."""
    upstream = state.lab.upstream
    if not upstream:
        return "lab"
    return "store" if upstream == NO_PROXY else "app"
