"""Words for who has no session yet: how the first one comes, by what is watched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from session_inspector.inspector.model.words.key_names import mark_keys

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
WINDOWLESS = mark_keys("""\

  No session yet.

  The watched browser has no window: nobody can log in in it, and no other is seen.
  Fix: a desktop, without --browser-headless; or session-inspector attach URL
  <help>   all keys
""")
START_IT = "  Start it: nothing here needs a restart."
START_AND_LOAD = "  Start it, and load the page in the watched browser again."
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
NO_STORE = (
    "  No store is watched, so no row is known. Sessions in the app's own memory (express-session's"
    " MemoryStore, its default) have no rows that could be read; those in a database are shown"
    " with --store URL."
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
        "logins": mark_keys("  No OpenID login has started yet: press <browse> to open your app."),
        "rows": NO_STORE,
    },
    "away": {
        **dict.fromkeys(OF_ONE, mark_keys("  No session is selected: press <board>.")),
        "requests": STILL,
        "tokens": NO_TOKENS,
        "scenarios": NO_SCENARIOS,
        "logins": STILL,
        "rows": NO_STORE,
    },
    "page": {
        **dict.fromkeys(OF_ONE, mark_keys("  No session is selected: press <board>.")),
        "requests": IN_THE_WATCHED.format("request has been seen"),
        "tokens": NO_TOKENS,
        "scenarios": NO_SCENARIOS,
        "logins": IN_THE_WATCHED.format("login has started"),
        "rows": NO_STORE,
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
