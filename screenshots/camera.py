"""Runs the app, presses keys, and keeps what the screen shows as SVG and PNG."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from math import ceil
from pathlib import Path

import httpx
from PIL import Image
from textual.pilot import Pilot

from session_inspector.devserver.host import start_lab
from session_inspector.devserver.run.running import RunningApp
from session_inspector.devserver.settings import load_settings
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.run.plan import make_plan
from session_inspector.inspector.cli.run.starting import begin
from session_inspector.inspector.compare.comparison import Comparison
from session_inspector.inspector.feed.here import offer_browsers
from session_inspector.inspector.feed.local import LocalFeed
from session_inspector.inspector.preferences import Preferences
from session_inspector.inspector.ui.app import InspectorApp

FOLDER = Path(__file__).parent
FONT = "DejaVu Sans Mono"
SETTLE = 0.35
"""Real seconds in which a command's events arrive: the lab behind the pictures is a real one."""
COLOURS = 160
"""Of a PNG: text on a dark ground needs no more, and the file is a third."""


@asynccontextmanager
async def running_app(
    home_dir: str, *, size: tuple[int, int], theme: str = "night"
) -> AsyncIterator[Pilot[None]]:
    """Start a lab of its own, and the app on a terminal of that size."""
    settings = load_settings({"store": "sqlite://:memory:"}, {"HOME": home_dir})
    lab = start_lab(settings)
    offer_browsers(lab)
    app = InspectorApp(
        LocalFeed(lab),
        preferences=Preferences(theme=theme),
        comparing=partial(Comparison, settings, (), {}),
    )
    try:
        async with app.run_test(size=size) as pilot:
            await pilot.pause(SETTLE)
            yield pilot
    finally:
        lab.stop()


@asynccontextmanager
async def running_shop(
    home_dir: str, *, size: tuple[int, int], theme: str = "night"
) -> AsyncIterator[Pilot[None]]:
    """Start the shop as `run -- python shop.py` does, and its screen; somebody visits it."""
    env = {"HOME": home_dir, "PATH": os.environ["PATH"]}
    folder = Path(home_dir) / "shop"
    folder.mkdir(exist_ok=True)
    shutil.copy(FOLDER / "shop.py", folder)
    arguments = parse(["run", "--", "python3", "shop.py"])
    plan = make_plan(arguments, env, folder)
    with begin(plan, arguments, lambda stream, text: None) as begun:
        app = InspectorApp(LocalFeed(begun.app.attachment), preferences=Preferences(theme=theme))
        begun.app.start()
        async with app.run_test(size=size) as pilot:
            await asyncio.to_thread(visit, begun.app)
            await pilot.pause(SETTLE)
            yield pilot


def visit(shop: RunningApp) -> None:
    """Ask for some pages, once the shop listens."""
    shop.ready.wait()
    with httpx.Client(base_url=shop.attachment.base_url) as browser:
        for path in ("/", "/cart", "/checkout", "/cart"):
            browser.get(path)


async def press(pilot: Pilot[None], *names: str) -> None:
    """Press keys, and wait until the lab has answered each."""
    for name in names:
        if name.startswith("~"):
            await pilot.pause(float(name[1:]))
            continue
        await pilot.press(name)
        await pilot.pause(SETTLE)
        await pilot.app.workers.wait_for_complete()


def export_svg(pilot: Pilot[None]) -> str:
    """Return what the screen shows, as SVG in a font that is everywhere; half as long as made."""
    svg = pilot.app.export_screenshot(title="session-inspector").replace("Fira Code", FONT)
    return re.sub(r"terminal-\d+", "t", svg).replace("&#160;", "\u00a0")


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
        reduce_colours(image).save(to, optimize=True)
    return True


def reduce_colours(image: Image.Image) -> Image.Image:
    """Return a picture of few colours, the rare ones kept: a warning is a few yellow letters."""
    method = Image.Quantize.MAXCOVERAGE
    return image.convert("RGB").quantize(COLOURS, method=method, dither=Image.Dither.NONE)
