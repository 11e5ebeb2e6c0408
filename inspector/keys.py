"""Every key of the app: what it does, in which pane, and its words in footer, palette and help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

Group: TypeAlias = Literal[
    "Sessions", "Faults and time", "Views", "Copy and export", "The app", "Here"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One binding."""

    keys: str
    """Textual's names, comma-separated."""
    name: str
    """Its name in the configuration: `login`, `board_budget`."""
    label: str
    """One or two words for the footer and the palette."""
    help: str
    """A sentence for the help screen."""
    group: Group = "Here"
    changes: bool = False
    """True when it changes something: not available in read-only mode."""

    @property
    def action(self) -> str:
        """What Textual calls, on the app or on the pane that has the key: `action_do(name)`."""
        return f"do('{self.name}')"


def _table(group: Group, lines: str) -> tuple[Key, ...]:
    """Read a table: keys | name | label | help; a `!` ends what changes something."""
    found: list[Key] = []
    for keys, name, label, text in _cells(lines):
        key = Key(
            keys=keys,
            name=name,
            label=label,
            help=text.removesuffix(" !"),
            group=group,
            changes=text.endswith(" !"),
        )
        found.append(key)
    return tuple(found)


def _cells(lines: str) -> Iterator[list[str]]:
    for line in lines.strip().splitlines():
        yield [cell.strip() for cell in line.split("|")]


KEYS: tuple[Key, ...] = (
    *_table(
        "Sessions",
        """
l | login       | log in         | Log in as the next user, over HTTP, with a new browser. !
L | login_as    | log in as…     | Pick a user, or type any name. !
r | request     | request        | Let its browser request a page; the session rolls. !
t | refresh     | refresh tokens | Let its browser ask for a fresh access token. !
o | logout      | log out        | Log out, at the provider too. !
v | revoke      | revoke…        | Delete the session in the store, as an admin would. !
U | undo_revoke | undo           | Undo your last change: revoke, expire, prune, cookies. !
P | prune       | prune…         | Count expired rows in the store, then delete them. !
d | drop        | delete cookie  | Delete the session cookie in its browser; undo puts it back. !
s | switch      | switch…        | Stateless or stateful, and in which store. !
""",
    ),
    *_table(
        "Faults and time",
        """
x                | expire      | expire…     | Put one clock of the session into the past. !
plus,equals_sign | travel      | travel…     | Move the clock forward, or to the next expiry. !
minus            | travel_back | travel back | Undo the last step of time travel. !
p                | play        | play…       | Play a scenario: races, theft, damage, load. !
w                | wrong_logout | wrong logout | Play a logout that does not log out. !
N                | knobs       | provider…   | Make the provider slow, wrong or broken. !
K                | rotate_keys | rotate keys | Let the provider sign with a new key. !
ctrl+r           | restart_app | restart app | Start the app again that `run` has started. !
m                | measure     | measure     | Measure stateless and each reachable store.
""",
    ),
    *_table(
        "Views",
        """
enter | open            | open           | Open the session: contents, store, clocks.
1     | board           | sessions       | The sessions, their clocks and cookies.
2     | board_budget    | bytes          | What the session costs, by key; what if.
3     | board_requests  | requests       | What each request did; what overlapped.
4     | board_tokens    | tokens         | Refresh tokens as trees; reuse revokes one.
5     | board_logins    | logins         | Each login step by step; where it broke.
6     | board_alarms    | alarms         | What should never happen, why, and the fix.
7     | board_scenarios | play           | What was played, step by step; what can be.
8     | board_compare   | costs          | Stateless and stores side by side.
9     | board_rows      | rows           | What the store keeps; what is unused.
O     | board_output    | output         | What the app wrote, and during which request.
c     | board_cookies   | cookies        | The cookies of its browser; edit them there.
h     | board_changes   | changes        | The session before and after each write.
D     | decode          | decode…        | Decode a cookie: the selected session's, or any other.
E     | inspect         | in full        | The request in full; there: send it again.
F     | replay_in_page  | from the page  | Send the request again from a page of the real browser. !
slash | filter          | filter         | Sessions, requests, events: user:alice -state:live.
S     | sort            | sort           | Sort by the next order; a heading can be clicked.
R     | reverse         | turn round     | Turn the order round.
exclamation_mark | problems | problems | Only what has a problem; again: all.
""",
    ),
    *_table(
        "Copy and export",
        """
u | reveal    | reveal       | Show one secret in clear, until you move on.
y | copy      | copy         | Copy the selected line: clipboard, or terminal (OSC 52).
Y | copy_file | copy to file | Write the selected line to a file: always works.
e | export    | export…      | The session as JSON or curl, all requests as HAR.
b | browse    | browser      | Open the demo site in your real browser.
B | watch_browser | watch one | Open a real browser and watch it: its jar, and what it dropped.
""",
    ),
    *_table(
        "The app",
        """
f             | jump    | jump    | A letter on each pane: press it to go there.
T             | theme   | theme   | Dark, light, high contrast, without colour.
z             | zoom    | zoom    | The focused pane alone on the screen; again: all.
C             | compact | compact | Fewer borders, more lines.
escape        | back    | back    | Close what is open; clear the filter.
question_mark | help    | help    | The keys of the focused pane, then all others.
ctrl+z        | suspend | suspend | Suspend to the shell; fg returns.
q             | quit    | quit    | Quit; the lab stops. ctrl+q, ctrl+c always quit.
""",
    ),
)
LIST: tuple[Key, ...] = _table(
    "Here",
    """
j,down          | down      | down      | One line down.
k,up            | up        | up        | One line up.
pagedown,ctrl+d | page_down | page down | A screen down.
pageup,ctrl+u   | page_up   | page up   | A screen up.
g,home          | first     | first     | To the first line.
G,end           | last      | last      | To the last line; a log follows from there.
enter           | open_line | open      | Open what the line is of: session, story, scenario.
""",
)
"""Of every list; `tab` and `shift+tab` go from pane to pane."""
SESSIONS: tuple[Key, ...] = _table(
    "Here",
    """
space | mark     | mark     | Mark the session, or unmark it: revoke takes all that are marked.
a     | mark_all | mark all | Mark all that are listed; again: none.
""",
)
BUDGET: tuple[Key, ...] = _table(
    "Here",
    """
space                | budget_drop     | leave out | What if the key were left out?
a                    | budget_audience | audience  | What if there were a token more?
right_square_bracket | budget_grow     | grow      | 500 bytes more of claims.
left_square_bracket  | budget_shrink   | shrink    | 500 bytes of claims less.
0                    | budget_reset    | as it is  | The session as it is.
""",
)
COOKIES: tuple[Key, ...] = _table(
    "Here",
    """
i | cookie_edit | edit | Edit the selected cookie as a Set-Cookie line. !
A | cookie_add  | add  | Add a cookie to the browser. !
X | cookie_clear | clear… | Clear an origin in the real browser: cookies, storage. !
J | cookie_copy  | copy jar… | Copy its jar: real to simulated, or simulated to real. !
""",
)
DECODE: tuple[Key, ...] = _table(
    "Here",
    """
f2     | decode_reveal | reveal | Show the selected secret in clear.
f3     | decode_clear  | clear  | Empty the screen.
escape | decode_back   | back   | Back to the sessions.
""",
)
REPLAY: tuple[Key, ...] = _table(
    "Here",
    """
full_stop         | step      | step      | One event forward in the recording.
comma             | step_back | step back | One event back.
greater_than_sign | leap      | leap      | Fifty events forward.
less_than_sign    | leap_back | leap back | Fifty events back.
space               | play_pause     | play/pause   | Play the recording in its own time, or pause.
right_curly_bracket | play_faster    | faster       | Play twice as fast, up to 64 times.
left_curly_bracket  | play_slower    | slower       | Play half as fast, down to a quarter.
n                   | jump_alarm     | next alarm   | Forward to where the next alarm falls.
at                  | jump_time      | time…        | To a time: 12:30:05, or +90s, -5m from here.
semicolon           | jump_session   | session…     | To where a session begins.
0                   | jump_start     | beginning    | To the beginning of the recording.
""",
)
SCOPES: Mapping[str, tuple[Key, ...]] = {
    "": KEYS,
    "list": LIST,
    "sessions": SESSIONS,
    "budget": BUDGET,
    "cookies": COOKIES,
    "decode": DECODE,
    "replay": REPLAY,
}
"""Pane to its keys; the unnamed ones are everywhere."""
ALL: tuple[Key, ...] = tuple(key for keys in SCOPES.values() for key in keys)
ALWAYS = "ctrl+q,ctrl+c"
"""Keys that quit whatever the configuration says; they cannot be given to another action."""
BACK = ("back", "help", "quit")
FOOTERS: Mapping[str, tuple[str, ...]] = {
    "live": ("login", "request", "expire", "travel", "play", "open", "help", "quit"),
    "timeline": ("filter", "problems", "sort", "reverse", "open", "help", "quit"),
    "session": ("request", "refresh", "reveal", "copy", *BACK),
    "budget": ("budget_drop", "budget_audience", "budget_grow", "budget_shrink", *BACK),
    "requests": ("open_line", "filter", "problems", "sort", "inspect", *BACK),
    "request": ("inspect", "copy", "zoom", *BACK),
    "tokens": ("refresh", "play", "copy", *BACK),
    "logins": ("login", "play", "copy", *BACK),
    "alarms": ("play", "board_requests", "copy", *BACK),
    "scenarios": ("play", "open_line", "board_alarms", *BACK),
    "compare": ("measure", "copy", *BACK),
    "rows": ("login", "drop", "travel", *BACK),
    "output": ("restart_app", "board_requests", "copy", *BACK),
    "cookies": ("cookie_edit", "cookie_add", "drop", "undo_revoke", "reveal", *BACK),
    "changes": ("request", "refresh", "undo_revoke", "copy", *BACK),
    "decode": ("decode_reveal", "decode_clear", "decode_back"),
    "replay": ("play_pause", "step", "step_back", "jump_alarm", "open", "help", "quit"),
}
"""View to the names of the few keys in its footer: they fit into 80 columns."""
ATTACHED: Mapping[str, tuple[str, ...]] = {
    "live": ("browse", "revoke", "expire", "prune", "open", "help", "quit"),
    "session": ("revoke", "expire", "reveal", "copy", *BACK),
    "tokens": ("copy", *BACK),
    "logins": ("browse", "copy", *BACK),
    "alarms": ("board_requests", "copy", *BACK),
    "scenarios": BACK,
    "compare": BACK,
    "rows": ("revoke", "prune", *BACK),
    "cookies": ("reveal", "copy", *BACK),
    "changes": ("undo_revoke", "copy", *BACK),
}
"""The same where a real app is watched: no keys for what only the lab can do."""
OWN_LABELS = {"request": {"inspect": "send again"}}
"""View to the words of its footer that say what a key does there."""
SIGNS = {
    "plus": "+",
    "equals_sign": "=",
    "minus": "-",
    "slash": "/",
    "exclamation_mark": "!",
    "question_mark": "?",
    "right_square_bracket": "]",
    "left_square_bracket": "[",
    "full_stop": ".",
    "comma": ",",
    "greater_than_sign": ">",
    "less_than_sign": "<",
    "right_curly_bracket": "}",
    "left_curly_bracket": "{",
    "at": "@",
    "semicolon": ";",
    "escape": "esc",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "down": "↓",
    "up": "↑",
}


def spell_keys(key: Key) -> str:
    """Return the keys as a person reads them."""
    return " ".join(spell_key(name) for name in key.keys.split(","))


def spell_key(name: str) -> str:
    """Return one of Textual's names as a person reads it."""
    return SIGNS.get(name, name)


def with_chosen(keys: Sequence[Key], chosen: Mapping[str, str]) -> tuple[Key, ...]:
    """Return the keys as a person has configured them; `chosen` is name to keys."""
    if not chosen:
        return tuple(keys)
    return tuple(replace(key, keys=chosen.get(key.name, key.keys)) for key in keys)


def footer_of(view: str, chosen: Mapping[str, str], *, is_attached: bool = False) -> Sequence[Key]:
    """Return the keys of a view's footer."""
    known = {key.name: key for key in with_chosen(ALL, chosen)}
    names = FOOTERS[view]
    if is_attached:
        names = ATTACHED.get(view, names)
    own = OWN_LABELS.get(view, {})
    return tuple(replace(known[name], label=own.get(name, known[name].label)) for name in names)
