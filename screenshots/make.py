"""Remakes every picture of the README from the running app: real lab, real logins, real keys.

`make screenshots` writes SVG and PNG (the latter with Chromium) into this folder.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from math import ceil
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from devserver.cookies.sealed import KeyRing, seal
from devserver.core.clock import SystemClock
from devserver.core.values import JsonObject
from devserver.host import start_lab
from devserver.settings import load_settings
from inspector.feed.local import LocalFeed
from inspector.ui.app import InspectorApp

FOLDER = Path(__file__).parent
FONT = "DejaVu Sans Mono"
SETTLE = 0.35
"""Real seconds in which a command's events arrive: the lab behind the pictures is a real one."""
SECRET = "a session secret of thirty-two bytes"
DECODED: JsonObject = {
    "user": {"sub": "auth0|alice", "name": "Alice", "email": "alice@example.com"},
    "tokenSet": {"accessToken": "opaque-access-token", "scope": "openid profile"},
    "internal": {"sid": "s-1"},
}
Step = Callable[[Pilot[None]], Awaitable[None]]


async def keys(pilot: Pilot[None], *names: str) -> None:
    """Press keys, and wait until the lab has answered each."""
    for name in names:
        await pilot.press(name)
        await pilot.pause(SETTLE)


async def home(pilot: Pilot[None]) -> None:
    await keys(pilot, "l", "l", "r", "l", "r")


async def session(pilot: Pilot[None]) -> None:
    await keys(pilot, "l", "r", "t", "enter")


async def expired(pilot: Pilot[None]) -> None:
    await keys(pilot, "l", "r", "plus", "enter", "r", "enter")


async def cookies(pilot: Pilot[None]) -> None:
    await keys(pilot, "s", "enter", "L", "end", "enter", "r", "enter", "tab")


async def chunks(pilot: Pilot[None]) -> None:
    await keys(pilot, "s", "enter", "l", "L", "end", "enter", "r")


async def revoked(pilot: Pilot[None]) -> None:
    await keys(pilot, "l", "r", "v", "r")


async def decode(pilot: Pilot[None]) -> None:
    value = seal(DECODED, KeyRing([SECRET]), exp=SystemClock().now() + 5400)
    await keys(pilot, "D")
    line = f"Set-Cookie: __session={value}; Path=/; Max-Age=86400; SameSite=None"
    pilot.app.screen.query_one("#pasted", TextArea).text = line
    pilot.app.screen.query_one("#secret", Input).value = SECRET
    await keys(pilot, "tab", "tab")


async def help_screen(pilot: Pilot[None]) -> None:
    await keys(pilot, "l", "question_mark")


PICTURES: dict[str, tuple[Step, tuple[int, int]]] = {
    "home": (home, (120, 40)),
    "session": (session, (140, 44)),
    "expired": (expired, (120, 40)),
    "cookies": (cookies, (140, 44)),
    "chunks": (chunks, (120, 40)),
    "revoked": (revoked, (120, 40)),
    "decode": (decode, (120, 40)),
    "help": (help_screen, (100, 40)),
    "small": (home, (80, 24)),
}


async def picture(name: str, step: Step, size: tuple[int, int], home_dir: str) -> Path:
    """Start a lab of its own, drive it with keys, and write what the screen shows."""
    settings = load_settings({"store": "sqlite://:memory:"}, {"HOME": home_dir})
    lab = start_lab(settings)
    app = InspectorApp(LocalFeed(lab))
    try:
        async with app.run_test(size=size) as pilot:
            await pilot.pause(SETTLE)
            await step(pilot)
            app.clear_notifications()
            await pilot.pause(SETTLE)
            svg = app.export_screenshot(title="session-inspector")
    finally:
        lab.stop()
    path = FOLDER / f"{name}.svg"
    path.write_text(svg.replace("Fira Code", FONT))
    return path


def to_png(path: Path) -> None:
    """Convert with Chromium, which places characters as a terminal does; without it, say so."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        sys.stderr.write("chromium is not installed (Debian: chromium); no PNG made\n")
        return
    found = re.search(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"', path.read_text()[:500])
    width, height = (ceil(float(n)) for n in found.groups()) if found else (1480, 1000)
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"]
    flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with tempfile.TemporaryDirectory() as profile:
        command = [browser, *flags, f"--user-data-dir={profile}", f"--window-size={width},{height}"]
        command += [f"--screenshot={path.with_suffix('.png')}", path.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=60)


def main(names: list[str]) -> None:
    """Make the named pictures, or all."""
    with tempfile.TemporaryDirectory() as home_dir:
        for name, (step, size) in PICTURES.items():
            if not names or name in names:
                to_png(asyncio.run(picture(name, step, size, home_dir)))
                print(f"screenshots/{name}.svg")


if __name__ == "__main__":
    main(sys.argv[1:])
