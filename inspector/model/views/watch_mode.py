"""What is watched: the lab, an app behind the proxy, or a store alone; and the words for each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, TypeAlias

from session_inspector.devserver.core.events.server import NO_PROXY
from session_inspector.devserver.core.numbers import count_noun
from session_inspector.inspector.model.facts.rows import WatchMode
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.selectors.app import (
    describe_trouble,
    is_app_up,
    name_process_lamp,
)
from session_inspector.inspector.model.views.selectors.row import has_store
from session_inspector.inspector.model.words.key_names import mark_keys
from session_inspector.inspector.model.words.text import safe

GuideMode: TypeAlias = Literal["lab", "app", "away", "page", "store", "browser", "recording"]
"""How a first session comes: by what is watched; from a lab that logs nobody in, by a browser.

`away`: an app that takes no requests now. `page`: one without a proxy, in a browser that is
watched.
"""
WELCOME: Mapping[GuideMode, str] = {
    "lab": mark_keys("""\

  No session yet.

  <login>   log in as Alice, with a simulated browser
  <browse>   open the demo site in your own browser
  <help>   all keys
"""),
    "app": mark_keys("""\

  No session yet.

  <browse>   open your app through the proxy, and log in there
  <help>   all keys

  Logged in, and nothing here? Name its cookie: --cookie NAME
"""),
    "away": mark_keys("""\

  No session yet: your app takes no requests now.

  {trouble}
{fix}
  <help>   all keys
"""),
    "page": mark_keys("""\

  No session yet.

  Log in to your app in the browser that is watched: no other is seen.
  <watch_browser>   open one
  <help>   all keys

  Logged in, and nothing here? Name its cookie: --cookie NAME
"""),
    "store": mark_keys("""\

  No session yet: the store has no row in a known layout.

  Log in to your app, or name the layout: --layout (see --help).
  <help>   all keys
"""),
    "browser": mark_keys("""\

  No session yet.

  <browse>   open the demo site in your own browser, and log in there
  <help>   all keys
"""),
    "recording": mark_keys("""\

  No session in the recording up to here.

  <play_pause>   play the recording
  <help>       all keys
"""),
}
TENANT = mark_keys("""\

  No session yet. Your app logs in here, at {app}

  its environment: {file}
  <login>   log in at the lab's own demo app instead
  <help>   all keys
""")
NONE_YET = "  No session yet."
BEARERS = """  No session yet. {} had a bearer token: no session is listed
  for one alone. What is inside: session-inspector decode TOKEN"""
START_IT = "  Start it: nothing here needs a restart."
START_AGAIN = mark_keys("  <restart_app> starts it again, <board_output> shows what it wrote.")
STILL = "  Nothing yet: your app takes no requests now. {trouble}"
OF_AN_APP = ("app", "away", "page", "store")
OF_ONE = ("budget", "cookies", "changes")
"""Boards of one session."""
BEGIN: Mapping[GuideMode, str] = {
    "lab": mark_keys("press <login> to log in"),
    "app": mark_keys("press <browse> and log in to your app"),
    "away": "your app takes no requests now",
    "page": "log in to your app in the watched browser",
    "store": "log in to your app",
    "browser": mark_keys("press <browse> and log in to the demo site"),
    "recording": mark_keys("press <play_pause> to play the recording"),
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
    "  The local provider has issued no refresh token yet: log in, with the scope offline_access."
    " Tokens that the app makes itself are not listed here; their reuse is an alarm."
)
NO_ROW_YET = "  The store has no row in a known layout yet."
NO_ROW_LEFT = "  The store has no row any more: those that it had are gone."
NO_SESSION = mark_keys("  No session is selected: press <board>, then {}.")
IN_THE_WATCHED = "  No {} yet: open your app in the browser that is watched."
NO_RECORDED = "  No {} in the recording up to here."
EMPTY: Mapping[GuideMode, Mapping[str, str]] = {
    "lab": {},
    "browser": {
        **dict.fromkeys(
            OF_ONE, NO_SESSION.format(mark_keys("<browse> to log in to the demo site"))
        ),
        "requests": mark_keys(
            "  No request has been seen yet: press <browse> to open the demo site."
        ),
        "tokens": mark_keys(
            "  No refresh token has been issued yet: press <browse>, and log in to the demo site."
        ),
        "logins": mark_keys("  No login has started yet: press <browse> to open the demo site."),
        "rows": mark_keys("  No row in the store: press <browse>, and log in to the demo site."),
        "scenarios": "  Scenarios are off: the app is read-only.",
    },
    "recording": {
        **dict.fromkeys(OF_ONE, mark_keys("  No session is selected: press <board>.")),
        "requests": NO_RECORDED.format("request"),
        "tokens": NO_RECORDED.format("refresh token"),
        "logins": NO_RECORDED.format("login"),
        "rows": NO_RECORDED.format("row of a store"),
        "scenarios": NO_RECORDED.format("scenario"),
        "output": NO_RECORDED.format("output of an app"),
    },
    "app": {
        **dict.fromkeys(OF_ONE, NO_SESSION.format(mark_keys("<browse> to log in to your app"))),
        "requests": mark_keys("  No request has been seen yet: press <browse> to open your app."),
        "tokens": NO_TOKENS,
        "scenarios": NO_SCENARIOS,
        "logins": mark_keys("  No login has started yet: press <browse> to open your app."),
        "rows": "  No row in a known layout has been seen. Fix: --store URL, and log in.",
    },
    "away": {
        **dict.fromkeys(OF_ONE, mark_keys("  No session is selected: press <board>.")),
        "requests": STILL,
        "tokens": NO_TOKENS,
        "scenarios": NO_SCENARIOS,
        "logins": STILL,
        "rows": "  No row in a known layout has been seen. Fix: --store URL, and log in.",
    },
    "page": {
        **dict.fromkeys(OF_ONE, mark_keys("  No session is selected: press <board>.")),
        "requests": IN_THE_WATCHED.format("request has been seen"),
        "tokens": NO_TOKENS,
        "scenarios": NO_SCENARIOS,
        "logins": IN_THE_WATCHED.format("login has started"),
        "rows": "  No row in a known layout has been seen. Fix: --store URL, and log in.",
    },
    "store": {
        **dict.fromkeys(OF_ONE, mark_keys("  No session is selected: press <board>.")),
        "requests": NO_REQUESTS,
        "tokens": NO_TOKENS,
        "scenarios": NO_SCENARIOS,
        "logins": NO_REQUESTS,
        "rows": NO_ROW_YET,
    },
}
"""Texts of empty boards, by name, where they differ from the lab's."""


LONGEST_FOUND = 160
"""Characters of one thing that is in a store: a URL with its prefix is shown whole."""


def empty_text(state: State, board: str, usual: str, guide: GuideMode) -> str:
    """Return the text of an empty board; `usual` is the lab's."""
    if board == "tokens" and guide in OF_AN_APP and state.lab.issuer:
        return NO_TOKENS_YET
    if board == "rows" and state.lab.store_found:
        return _describe_store(state).lstrip("\n")
    if board == "rows" and guide in OF_AN_APP and has_store(state):
        return _describe_empty_store(state)
    text = EMPTY[guide].get(board, usual)
    if guide == "away":
        return text.replace("{trouble}", _describe_trouble(state))
    return text


def _describe_trouble(state: State) -> str:
    """Return why the app takes no requests, whole: the header has no room for it."""
    return f"{safe(describe_trouble(state), LONGEST_FOUND)}."


def _choose_fix(state: State) -> str:
    """Return the line that helps an app that takes no requests; empty: the reason has it."""
    if state.app is not None and name_process_lamp(state):
        return f"{START_AGAIN}\n" if state.app.ended is not None else ""
    if state.lab.is_upstream_unusable:
        return ""
    return f"{START_IT}\n"


def _describe_empty_store(state: State) -> str:
    """Return what is said of a store that has no row: it had some, or none was ever seen."""
    if any(known.row is not None for known in state.sessions.values()):
        return NO_ROW_LEFT
    return NO_ROW_YET


def welcome(state: State, guide: GuideMode) -> str:
    """Return the text shown until there is a session."""
    lab = state.lab
    if guide != "lab" or not lab.tenant:
        text = WELCOME[guide].replace("{trouble}", _describe_trouble(state))
        text = text.replace("{fix}\n", _choose_fix(state)) + _describe_store(state)
        return text.replace(NONE_YET, _describe_bearers(state), 1)
    return TENANT.format(app=safe(lab.tenant, 60), file=safe(_shorten_home(lab.tenant_env), 66))


def _describe_bearers(state: State) -> str:
    """Return that there is no session, and how many requests carried a token instead."""
    if not state.bearers:
        return NONE_YET
    return BEARERS.format(count_noun(state.bearers, "request"))


def _describe_store(state: State) -> str:
    """Return what the store has instead of rows of a known layout, a line each."""
    found = state.lab.store_found
    if not found:
        return ""
    lines = "\n".join(f"    {safe(part, LONGEST_FOUND)}" for part in found.split("; "))
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


def choose_guide(state: State, *, is_recording: bool, is_read_only: bool) -> GuideMode:
    """Return in which words the way to a first session is told."""
    if is_recording:
        return "recording"
    mode = detect_watch_mode(state)
    is_provider_strange = bool(state.lab.base_url) and not state.lab.users
    if mode == "lab" and (is_read_only or is_provider_strange):
        return "browser"
    if mode == "app" and not has_proxy(state):
        return "page"
    if mode == "app" and not is_app_up(state):
        return "away"
    return mode


def has_proxy(state: State) -> bool:
    """Check whether an app is watched behind a proxy, and not in a real browser alone."""
    return state.lab.upstream not in ("", NO_PROXY, state.lab.base_url)
