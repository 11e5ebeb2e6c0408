"""Each pain of docs/pains.md is visible within seconds, by the keys that stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from textual.pilot import Pilot

from session_inspector.inspector.feed.local import LocalFeed
from session_inspector.inspector.ui.app import InspectorApp
from tests.end_to_end.lab import Lab, running_lab
from tests.inspector.ui.shown import shown_lines
from tests.inspector.ui.waiting import settle, until
from tests.waiting import PATIENCE

PAGE = Path(__file__).parents[2] / "docs" / "pains.md"
ROW = re.compile(r"\| (A\d+) \| [^|]+ \| ([^|]+) \| [^|]*\*\*([^|]+)\*\* \|")
NAMES = {"+": "plus"}


@dataclass(frozen=True, slots=True)
class Pain:
    """One row of the table."""

    name: str
    keys: tuple[str, ...]
    see: str


PAINS = [
    Pain(name, tuple(re.findall(r"`([^`]+)`", keys)), see)
    for name, keys, see in ROW.findall(PAGE.read_text())
]


def test_all_ten_are_there() -> None:
    assert [pain.name for pain in PAINS] == [f"A{number}" for number in range(1, 11)]


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with running_lab(tmp_path, store="memory://") as found:
        yield found


def shown(pilot: Pilot[None]) -> str:
    return "\n".join(shown_lines(pilot.app))


async def settle_lab(pilot: Pilot[None], app: InspectorApp, lab: Lab) -> None:
    """Wait until what a key asked of the lab is answered, and its events are folded and drawn."""
    await settle(pilot)
    await until(pilot, lambda: has_folded(app, lab.running.journal.last))
    await pilot.pause(0.1)


def has_folded(app: InspectorApp, seq: int) -> bool:
    return app.bridge._backlog.seq >= seq and not app.bridge.is_behind


@pytest.mark.parametrize("pain", PAINS, ids=lambda pain: pain.name)
async def test_the_pain_is_visible(pain: Pain, lab: Lab) -> None:
    app = InspectorApp(LocalFeed(lab.running))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle_lab(pilot, app, lab)
        for key in pain.keys:
            if key.startswith("/auth"):
                await request_three_times(lab.base_url + key)
                continue
            await pilot.press(NAMES.get(key, key))
            await settle_lab(pilot, app, lab)
        await until(pilot, lambda: pain.see in shown(pilot))


async def request_three_times(url: str) -> None:
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as http:
        for _ in range(3):
            await http.get(url)
