"""The gallery is complete, small, and made by the script that says so."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from PIL import Image

from screenshots.pictures import DORA, PICTURES
from screenshots.tour import TOUR
from session_inspector.inspector.keys import ALL

FOLDER = Path(__file__).parents[1] / "screenshots"
KNOWN = {one for key in ALL for one in key.keys.split(",")} | {"tab", "ctrl+p"}
MENUS = set("abcdeghijklmnoprstuwxy")
"""Letters that menus and text fields take."""


def test_there_are_enough_pictures_and_no_others() -> None:
    assert len(PICTURES) >= 12
    for kind in ("svg", "png"):
        assert {path.stem for path in FOLDER.glob(f"*.{kind}")} == set(PICTURES)


def test_the_keys_that_are_pressed_exist() -> None:
    pressed = {key for picture in PICTURES.values() for key in picture.keys if key[0] != "~"}
    pressed |= {key for key, _ in TOUR if key} | set(DORA)
    assert pressed <= KNOWN | MENUS


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_small_and_as_large_as_its_terminal(name: str) -> None:
    path = FOLDER / f"{name}.png"
    assert path.stat().st_size < 200_000
    with Image.open(path) as image:
        columns, rows = PICTURES[name].size
        assert abs(image.width - columns * 12.2) < 40
        assert abs(image.height - rows * 24.4) < 80


def test_the_tour_can_be_played() -> None:
    lines = [json.loads(line) for line in (FOLDER / "tour.cast").read_text().splitlines()]
    assert (lines[0]["version"], len(lines) - 2) == (2, len(TOUR))
    moments = [moment for moment, _, _ in lines[1:]]
    assert moments == sorted(moments)
    shown = "".join(text for _, _, text in lines[1:])
    plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", shown)
    for word in ("◀ ends it", "RESURRECTION", "Requests", "Bytes"):
        assert word in plain
    with Image.open(FOLDER / "tour.gif") as image:
        assert getattr(image, "n_frames", 1) > len(TOUR) // 2
    assert sum((FOLDER / f"tour.{kind}").stat().st_size for kind in ("gif", "cast")) < 3_000_000


def test_the_pictures_of_the_readme_are_there() -> None:
    text = (FOLDER.parent / "README.md").read_text()
    for name in re.findall(r"\(screenshots/([\w.]+)\)", text):
        assert (FOLDER / name).exists(), name
