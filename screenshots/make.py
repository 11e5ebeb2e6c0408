"""Remakes every picture and the tour from the running app: real lab, real logins, real keys.

`make screenshots` writes SVG and PNG (the latter with Chromium), `tour.gif` and `tour.cast` into
this folder. `python -m screenshots.make home tour` makes only those.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from math import ceil
from pathlib import Path

from PIL import Image
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from session_inspector.devserver.cookies.sealed import KeyRing, seal
from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.host import start_lab
from session_inspector.devserver.settings import load_settings
from session_inspector.inspector.compare.comparison import Comparison
from session_inspector.inspector.feed.local import LocalFeed
from session_inspector.inspector.preferences import Preferences
from session_inspector.inspector.ui.app import InspectorApp

FOLDER = Path(__file__).parent
FONT = "DejaVu Sans Mono"
SETTLE = 0.35
"""Real seconds in which a command's events arrive: the lab behind the pictures is a real one."""
COLOURS = 160
"""Of a PNG: text on a dark ground needs no more, and the file is a third."""
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


async def press(pilot: Pilot[None], *names: str) -> None:
    """Press keys, and wait until the lab has answered each."""
    for name in names:
        if name.startswith("~"):
            await pilot.pause(float(name[1:]))
            continue
        await pilot.press(name)
        await pilot.pause(SETTLE)
        await pilot.app.workers.wait_for_complete()


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
    "requests": Picture(keys=("l", "p", "s", "~2", "3", *["pageup"] * 3, "j")),
    "tokens": Picture(keys=("l", "t", "t", "p", "s", "~2", "4", "j", "j")),
    "logins": Picture(keys=("l", "p", "w", "~2", "5", *["j"] * 7)),
    "alarms": Picture(keys=("s", "enter", "p", "r", "~2", "6")),
    "scenario": Picture(keys=("s", "enter", "p", "r", "~2", "p", "x", "~2", "7")),
    "compare": Picture(keys=("m", "down")),
    "rows": Picture(keys=("l", "l", "l", "plus", "enter", "l", "9", "j", "j")),
    "revoked": Picture(keys=("l", "r", "v", "y", "r")),
    "decode": Picture(step=decode),
    "help": Picture(keys=("l", "question_mark"), size=(140, 48)),
    "palette": Picture(keys=("l", "ctrl+p", "r", "e")),
}
TOUR: tuple[tuple[str, float], ...] = (
    ("", 1.5),
    ("l", 1.0),
    ("l", 1.0),
    ("r", 1.0),
    ("t", 1.2),
    ("enter", 2.5),
    ("escape", 0.8),
    ("plus", 1.5),
    ("enter", 2.5),
    ("minus", 1.0),
    ("s", 1.2),
    ("enter", 0.8),
    ("L", 0.8),
    ("end", 0.6),
    ("enter", 1.8),
    ("2", 2.0),
    ("right_square_bracket", 0.3),
    ("right_square_bracket", 0.3),
    ("right_square_bracket", 0.3),
    ("right_square_bracket", 1.0),
    ("p", 1.5),
    ("r", 2.5),
    ("7", 2.5),
    ("6", 3.0),
    ("p", 1.0),
    ("s", 2.5),
    ("3", 3.0),
    ("4", 3.0),
    ("T", 1.5),
    ("1", 3.0),
)
"""(key, seconds that its picture stands)."""


@asynccontextmanager
async def running(picture: Picture, home_dir: str) -> AsyncIterator[Pilot[None]]:
    """Start a lab of its own, and the app on a terminal of the picture's size."""
    settings = load_settings({"store": "sqlite://:memory:"}, {"HOME": home_dir})
    lab = start_lab(settings)
    app = InspectorApp(
        LocalFeed(lab),
        preferences=Preferences(theme=picture.theme),
        comparing=partial(Comparison, settings, (), {}),
    )
    try:
        async with app.run_test(size=picture.size) as pilot:
            await pilot.pause(SETTLE)
            yield pilot
    finally:
        lab.stop()


def drawn(pilot: Pilot[None]) -> str:
    """Return what the screen shows, as SVG in a font that is everywhere; half as long as made."""
    svg = pilot.app.export_screenshot(title="session-inspector").replace("Fira Code", FONT)
    return re.sub(r"terminal-\d+", "t", svg).replace("&#160;", "\u00a0")


async def shoot(name: str, picture: Picture, home_dir: str) -> Path:
    """Press the keys, and write what the screen shows."""
    async with running(picture, home_dir) as pilot:
        await press(pilot, *picture.keys)
        if picture.step is not None:
            await picture.step(pilot)
        pilot.app.clear_notifications()
        await pilot.pause(SETTLE)
        svg = drawn(pilot)
    path = FOLDER / f"{name}.svg"
    path.write_text(svg)
    return path


def to_png(path: Path, to: Path) -> bool:
    """Convert with Chromium, which places characters as a terminal does; without it, say so."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        sys.stderr.write("chromium is not installed (Debian: chromium); no PNG made\n")
        return False
    found = re.search(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"', path.read_text()[:500])
    width, height = (ceil(float(n)) for n in found.groups()) if found else (1480, 1000)
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"]
    flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with tempfile.TemporaryDirectory() as profile:
        command = [browser, *flags, f"--user-data-dir={profile}", f"--window-size={width},{height}"]
        command += [f"--screenshot={to}", path.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
    with Image.open(to) as image:
        reduced(image).save(to, optimize=True)
    return True


def reduced(image: Image.Image) -> Image.Image:
    """Return a picture of few colours, the rare ones kept: a warning is a few yellow letters."""
    method = Image.Quantize.MAXCOVERAGE
    return image.convert("RGB").quantize(COLOURS, method=method, dither=Image.Dither.NONE)


def main(names: list[str]) -> None:
    """Make the named pictures, or all and the tour."""
    from screenshots.tour import make_tour  # it uses the functions above

    with tempfile.TemporaryDirectory() as home_dir:
        os.environ["XDG_STATE_HOME"] = home_dir
        for name, picture in PICTURES.items():
            if not names or name in names:
                path = asyncio.run(shoot(name, picture, home_dir))
                to_png(path, path.with_suffix(".png"))
                print(f"screenshots/{name}.svg", flush=True)
        if not names or "tour" in names:
            make_tour(home_dir)


if __name__ == "__main__":
    main(sys.argv[1:])
