"""Remakes every picture and the tour from the running app: real lab, real logins, real keys.

`make screenshots` writes SVG and PNG (the latter with Chromium), `tour.gif` and `tour.cast` into
this folder. `python -m screenshots.make home tour` makes only those.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from screenshots.camera import FOLDER, SETTLE, export_svg, press, running_app, running_shop, to_png
from screenshots.pictures import PICTURES, Picture
from screenshots.tour import make_tour


async def shoot(name: str, picture: Picture, home_dir: str) -> Path:
    """Press the keys, and write what the screen shows."""
    start = running_app
    if picture.is_of_run:
        start = running_shop
    async with start(home_dir, size=picture.size, theme=picture.theme) as pilot:
        await press(pilot, *picture.keys)
        if picture.step is not None:
            await picture.step(pilot)
        pilot.app.clear_notifications()
        await pilot.pause(SETTLE)
        svg = export_svg(pilot)
    path = FOLDER / f"{name}.svg"
    path.write_text(svg)
    return path


def main(names: list[str]) -> None:
    """Make the named pictures, or all and the tour."""
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
