"""The animated tour: the frames of one real session of keys, as a GIF and as an asciinema cast."""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path

from PIL import Image
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.pilot import Pilot

from screenshots.camera import (
    FOLDER,
    SETTLE,
    export_svg,
    press,
    reduce_colours,
    running_app,
    to_png,
)

SIZE = (110, 32)
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
NOTHING = Style.null()
SCALE = 0.62
"""Of the GIF: readable, and small."""


async def frames(home_dir: str) -> list[tuple[str, list[str], float]]:
    """Return (SVG, terminal text, seconds) after each key."""
    found: list[tuple[str, list[str], float]] = []
    async with running_app(home_dir, size=SIZE) as pilot:
        for key, seconds in TOUR:
            if key:
                await press(pilot, key)
                await pilot.pause(SETTLE * 3 if key in "rs" else 0)
            pilot.app.clear_notifications()
            await pilot.pause(0.1)
            found.append((export_svg(pilot), terminal_text(pilot), seconds))
    return found


def terminal_text(pilot: Pilot[None]) -> list[str]:
    """Return the lines of the screen as a terminal would be sent them."""
    lines: list[str] = []
    for strip in pilot.app.screen._compositor.render_strips():
        parts = Segment.simplify(segment for segment in strip if segment.text)
        system = ColorSystem.TRUECOLOR
        lines.append(
            "".join((s.style or NOTHING).render(s.text, color_system=system) for s in parts)
        )
    return lines


def make_tour(home_dir: str) -> None:
    """Write `tour.cast` (asciinema, version 2) and `tour.gif`."""
    shown = asyncio.run(frames(home_dir))
    write_cast(FOLDER / "tour.cast", [(text, seconds) for _, text, seconds in shown])
    with tempfile.TemporaryDirectory() as folder:
        pictures: list[Path] = []
        for number, (svg, _, _) in enumerate(shown):
            path = Path(folder) / f"{number:03}.svg"
            path.write_text(svg)
            if not to_png(path, path.with_suffix(".png")):
                return
            pictures.append(path.with_suffix(".png"))
        write_gif(FOLDER / "tour.gif", pictures, [seconds for _, _, seconds in shown])
    print("screenshots/tour.gif, screenshots/tour.cast", flush=True)


def write_cast(path: Path, shown: list[tuple[list[str], float]]) -> None:
    """Write frames as an asciinema recording."""
    head = {"version": 2, "width": SIZE[0], "height": SIZE[1], "title": "Session Inspector"}
    lines = [json.dumps(head)]
    at = 0.0
    before: list[str] = [""] * SIZE[1]
    for rows, seconds in shown:
        changed = [
            f"\x1b[{number};1H{row}"
            for number, (row, old) in enumerate(zip(rows, before, strict=True), 1)
            if row != old
        ]
        lines.append(json.dumps([round(at, 3), "o", "".join(changed)], ensure_ascii=False))
        before = rows
        at += seconds
    lines.append(json.dumps([round(at, 3), "o", ""]))
    path.write_text("\n".join(lines) + "\n")


def write_gif(path: Path, pictures: list[Path], seconds: list[float]) -> None:
    """Write frames as an animation that runs for ever."""
    images: list[Image.Image] = []
    for picture in pictures:
        with Image.open(picture) as image:
            size = (round(image.width * SCALE), round(image.height * SCALE))
            small = image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
            images.append(reduce_colours(small))
    images[0].save(
        path,
        save_all=True,
        append_images=images[1:],
        duration=[round(one * 1000) for one in seconds],
        loop=0,
        optimize=True,
    )
