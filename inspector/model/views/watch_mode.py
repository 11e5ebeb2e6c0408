"""What is watched: the lab, an app behind the proxy, or a store alone; and in which words."""

from __future__ import annotations

import re

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
from session_inspector.inspector.model.words.guides import (
    BEARERS,
    EMPTY,
    NO_ROW_LEFT,
    NO_ROW_YET,
    NO_TOKENS_YET,
    NONE_YET,
    OF_AN_APP,
    START_AGAIN,
    START_AND_LOAD,
    START_IT,
    TENANT,
    WELCOME,
    WINDOWLESS,
    GuideMode,
)
from session_inspector.inspector.model.words.text import safe

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
    if not has_proxy(state):
        return f"{START_AND_LOAD}\n"
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
        if guide == "page" and not state.browser.has_window:
            text = WINDOWLESS
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
    if mode == "app" and not is_app_up(state):
        return "away"
    if mode == "app" and not has_proxy(state):
        return "page"
    return mode


def has_proxy(state: State) -> bool:
    """Check whether an app is watched behind a proxy, and not in a real browser alone."""
    return state.lab.upstream not in ("", NO_PROXY, state.lab.base_url)
