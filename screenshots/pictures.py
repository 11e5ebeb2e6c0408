"""Which pictures there are: the keys that lead to each, and the size of its terminal."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from screenshots.camera import press
from session_inspector.devserver.cookies.sealed import KeyRing, seal
from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.values import JsonObject

SECRET = "a session secret of thirty-two bytes"
DECODED: JsonObject = {
    "user": {"sub": "auth0|alice", "name": "Alice", "email": "alice@example.com"},
    "tokenSet": {"accessToken": "opaque-access-token", "scope": "openid profile"},
    "internal": {"sid": "s-1"},
}
Step = Callable[[Pilot[None]], Awaitable[None]]
DORA = ("s", "enter", "L", "end", "enter")
"""Stateless, and the user whose session needs three chunks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What to press, and how large the terminal is."""

    keys: tuple[str, ...] = ()
    """`~2` waits two seconds more."""
    size: tuple[int, int] = (120, 40)
    theme: str = "night"
    step: Step | None = None
    is_of_run: bool = False
    """Of an app that `run` has started; else of the lab."""


async def decode(pilot: Pilot[None]) -> None:
    """Paste a cookie, and give the secret."""
    value = seal(DECODED, KeyRing([SECRET]), exp=SystemClock().now() + 5400)
    await press(pilot, "D")
    line = f"Set-Cookie: __session={value}; Path=/; Max-Age=86400; SameSite=None"
    pilot.app.screen.query_one("#pasted", TextArea).text = line
    pilot.app.screen.query_one("#secret", Input).value = SECRET
    await press(pilot, "tab", "tab")


HOME = ("l", "l", "r", "l", "t", "r")
PICTURES: dict[str, Picture] = {
    "home": Picture(keys=HOME),
    "day": Picture(keys=HOME, theme="day"),
    "contrast": Picture(keys=HOME, theme="contrast"),
    "small": Picture(keys=HOME, size=(80, 24)),
    "session": Picture(keys=("l", "r", "t", "enter"), size=(140, 44)),
    "expired": Picture(keys=("l", "r", "plus", "enter", "r")),
    "loggedout": Picture(keys=("l", "r", "o")),
    "chunks": Picture(keys=(*DORA, "r")),
    "cookies": Picture(keys=(*DORA, "r", "enter", "tab"), size=(140, 44)),
    "budget": Picture(keys=(*DORA, "2", "space", *["right_square_bracket"] * 6)),
    "requests": Picture(keys=("l", "p", "s", "~2", "3", *["pageup"] * 3, "j", "enter")),
    "tokens": Picture(keys=("l", "t", "t", "p", "s", "~2", "4", "j", "j")),
    "logins": Picture(keys=("l", "p", "w", "~2", "5", *["j"] * 7)),
    "alarms": Picture(keys=("s", "enter", "p", "r", "~2", "6")),
    "scenario": Picture(keys=("s", "enter", "p", "r", "~2", "p", "x", "~2", "7")),
    "browser": Picture(keys=("l", "B", "~10", "c", "J", "r", "~3", "G", *["k"] * 8)),
    "dropped": Picture(keys=("p", "i", "p", "f", "p", "h", "~6", "6", "j", "j"), size=(150, 40)),
    "compare": Picture(keys=("m", "down")),
    "rows": Picture(keys=("l", "l", "l", "plus", "enter", "l", "9", "j", "j")),
    "revoked": Picture(keys=("l", "r", "v", "y", "r")),
    "decode": Picture(step=decode),
    "output": Picture(keys=("O", *["up"] * 2), is_of_run=True),
    "help": Picture(keys=("l", "question_mark"), size=(140, 48)),
    "palette": Picture(keys=("l", "ctrl+p", "r", "e")),
}
