"""Every key of the app: its action, its words in the footer and in the help."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """One binding."""

    keys: str
    """Textual's names, comma-separated."""
    action: str
    label: str
    """One or two words for the footer and the palette."""
    help: str
    """A sentence for the help screen."""
    in_footer: bool = False
    changes: bool = False
    """True when it changes something: not available in read-only mode."""

    @property
    def name(self) -> str:
        """Its name in the configuration: `login`, `board_budget`."""
        return re.sub(r"\('(\w*)'\)", r"_\1", self.action).rstrip("_")


KEYS: tuple[Key, ...] = (
    Key(
        "l",
        "login",
        "log in",
        "Log in as the next user, over HTTP, with a new browser.",
        True,
        True,
    ),
    Key("L", "login_as", "log in as…", "Pick a user, or type any name.", changes=True),
    Key(
        "r", "request", "request", "Let its browser request a page: the session rolls.", True, True
    ),
    Key(
        "t",
        "refresh",
        "refresh tokens",
        "Let its browser ask for a fresh access token.",
        changes=True,
    ),
    Key("o", "logout", "log out", "Log out, at the provider too.", True, True),
    Key("v", "revoke", "revoke", "Delete the session in the store, as an admin would.", True, True),
    Key("U", "undo_revoke", "undo revoke", "Put back what was revoked last.", changes=True),
    Key("P", "prune", "prune…", "Count expired rows in the store, then delete them.", changes=True),
    Key("x", "expire", "expire…", "Put one clock of the session into the past.", True, True),
    Key("d", "drop", "delete cookie", "Let its browser forget the session cookie.", changes=True),
    Key("s", "switch", "switch…", "Stateless or stateful, and in which store.", changes=True),
    Key("plus,equals_sign", "travel", "travel…", "Move the lab's clock forward.", True, True),
    Key("minus", "travel_back", "travel back", "Undo the last step of time travel.", changes=True),
    Key("K", "rotate_keys", "rotate keys", "Let the provider sign with a new key.", changes=True),
    Key("N", "knobs", "provider…", "Make the provider slow, wrong or broken.", changes=True),
    Key("p", "play", "play…", "Play a scenario: races, theft, damage, clocks, load.", True, True),
    Key("b", "browse", "browser", "Open the demo site in your real browser."),
    Key("enter", "open", "details", "Open the session: contents, store, clocks.", True),
    Key("1", "board('')", "sessions", "The sessions, their clocks and cookies."),
    Key("2", "board('budget')", "byte budget", "What the session costs, by key; what if."),
    Key("3", "board('requests')", "request lanes", "Which request did what, beside which."),
    Key("4", "board('tokens')", "token families", "Refresh tokens as trees; reuse kills one."),
    Key("5", "board('logins')", "login steps", "Each login step by step; where it broke."),
    Key("6", "board('alarms')", "alarms", "What should never happen, why, and the fix."),
    Key("7", "board('scenarios')", "scenarios", "What was played, step by step, and its verdict."),
    Key("8", "board('compare')", "compare", "Stateless and stores side by side."),
    Key("m", "measure", "measure", "Measure stateless and each store now; a few seconds."),
    Key("D", "decode", "decode…", "Decode any session cookie: paste it, and read what it is."),
    Key("u", "reveal", "reveal", "Show one secret in clear, until you move on."),
    Key("y", "copy", "copy", "Copy the marked line: clipboard, terminal (OSC 52), or a file."),
    Key("e", "export", "export…", "Write the session as JSON or curl, or all requests as HAR."),
    Key("f", "jump", "jump", "A letter on each pane: press it to go there."),
    Key("T", "theme", "theme", "Dark, light, high contrast, without colour."),
    Key("C", "compact", "compact", "Fewer borders, more lines."),
    Key("slash", "filter", "filter", "user:alice state:live kind:stateful size:>4k expires:<10m"),
    Key("S", "sort", "sort", "Sort by newest, user, size or expiry."),
    Key("escape", "back", "back", "Close what is open; empty the filter."),
    Key("question_mark", "help", "help", "Show these keys.", True),
    Key("q,ctrl+c,ctrl+q", "quit", "quit", "Leave; the lab stops.", True),
)
MOVES: tuple[tuple[str, str], ...] = (
    ("j k ↑ ↓", "move in the focused pane"),
    ("g G home end", "first, last"),
    ("tab shift+tab", "next, previous pane"),
    ("ctrl+p", "command palette: every action by name"),
    ("mouse", "click a row, scroll, click the footer"),
)


def shown_keys(key: Key) -> str:
    """Return the keys as a person reads them."""
    names = {"plus": "+", "equals_sign": "=", "minus": "-", "slash": "/", "question_mark": "?"}
    return " ".join(names.get(name, name) for name in key.keys.split(","))
